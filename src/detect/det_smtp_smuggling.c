/*
 * smtp-smuggling (1080): inside the data stands something that another server may take for the end
 * of data (LF.LF, LF.CRLF, CRLF.LF, CR.CR and kin; RFC 5321 4.1.1.4 knows CRLF.CRLF only), and
 * behind it SMTP commands: a second message that the first server did not see.
 */
#include "detect_private.h"
#include "once.h"

static const struct setting settings[] = {SETTING_END};

static void report(const struct once *once, const struct event *event)
{
    const struct event_message *message = &event->message;
    bool commands = message->smuggled > 0;
    char client[ADDR_TEXT_SIZE];
    struct json_object *evidence = json_object_new_object();
    evidence_count(evidence, "lookalikes", message->lookalikes);
    evidence_count(evidence, "commands", message->smuggled);
    evidence_count(evidence, "octets", message->octets);
    evidence_count(evidence, "bare_lf", message->bare_lf);
    evidence_count(evidence, "bare_cr", message->bare_cr);
    evidence_span(once->detect, evidence, "sender", event_text(event, message->mail_address));
    if (message->content_reply.code != 0)
        json_object_object_add(evidence, "accepted",
                               json_object_new_boolean(message->content_reply.code < 400));
    struct buf reason;
    buf_init(&reason, 512);
    buf_printf(&reason, "A message of %s holds %ju %s that other servers may take for its end",
               evidence_addr_text(&event->flow.client, client), (uintmax_t)message->lookalikes,
               message->lookalikes == 1 ? "line" : "lines");
    if (commands)
        buf_add_text(&reason, ", and SMTP commands behind: a second message in disguise.");
    else
        buf_add_text(&reason, "; no commands follow.");
    once_report(once->detect, &detector_smtp_smuggling, commands ? 1 : 3, message->tx_id, event,
                &reason, evidence);
    buf_done(&reason);
}

/* Beside a hole nobody knows how a line ends. */
static void smuggling_event(void *arg, const struct event *event)
{
    if (event->kind == EVENT_MESSAGE && event->message.lookalikes > 0 && !event->message.holes &&
        event->message.data_reply.code < 400)
        report(arg, event);
}

const struct detector detector_smtp_smuggling = {
    .id = 1080,
    .rev = 1,
    .name = "smtp-smuggling",
    .signature = "SMTP end-of-data look-alike inside a message (smuggling)",
    .category = "Attempted User Privilege Gain",
    .key = "message",
    .severity = 1,
    .manual = "Only CRLF, a dot and CRLF end a message. A server that also takes LF.LF or CR.CR "
              "and\n"
              "kin can be made to read commands out of a message that another server handed on\n"
              "whole: mail with a forged sender that passes SPF. Severity 1 with SMTP commands\n"
              "behind the look-alike, 3 for the look-alike alone.",
    .advice = "Make sure that your servers refuse bare line ends in data "
              "(smtpd_forbid_bare_newline), and look at what the recipient got.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .settings = settings,
    .options_size = 0,
    .open = once_open,
    .event = smuggling_event,
    .close = once_close,
};
