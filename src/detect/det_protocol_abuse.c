/*
 * protocol-abuse (1082): what is no SMTP, or breaks its rules on purpose: HTTP and header lines as
 * commands, pipelining that was not offered (RFC 2920 3.1), commands that end in LF alone (RFC 5321
 * 2.3.8). Told when the session is over, all at once.
 */
#include "detect_private.h"
#include "once.h"

static const struct setting settings[] = {SETTING_END};

static const struct {
    enum smtp_fact fact;
    const char *name;
    const char *words;
} abuses[] = {
    {SMTP_FACT_HTTP, "http", "it spoke HTTP or sent header lines as commands"},
    {SMTP_FACT_PIPELINE_UNOFFERED, "pipelining",
     "it did not wait for replies although pipelining was not offered"},
    {SMTP_FACT_BARE_LF, "bare_lf", "its command lines end in LF alone"},
};

static void abuse_event(void *arg, const struct event *event)
{
    const struct once *once = arg;
    const uint64_t any = SMTP_BIT(SMTP_FACT_HTTP) | SMTP_BIT(SMTP_FACT_PIPELINE_UNOFFERED) |
                         SMTP_BIT(SMTP_FACT_BARE_LF);
    uint64_t facts = event->session.facts & any;
    /* Beside a hole nobody knows how a line ends. */
    if ((event->session.facts & SMTP_BIT(SMTP_FACT_GAP_CLIENT)) != 0)
        facts &= ~SMTP_BIT(SMTP_FACT_BARE_LF);
    if (facts == 0)
        return;
    struct json_object *evidence = json_object_new_object();
    const char *comma = "";
    char client[ADDR_TEXT_SIZE];
    struct buf reason;
    buf_init(&reason, 512);
    buf_printf(&reason,
               "%s does not keep to SMTP:", evidence_addr_text(&event->flow.client, client));
    for (size_t i = 0; i < sizeof abuses / sizeof abuses[0]; i++) {
        if ((facts & SMTP_BIT(abuses[i].fact)) == 0)
            continue;
        buf_printf(&reason, "%s %s", comma, abuses[i].words);
        comma = ",";
        evidence_list_text(evidence, "abuses", abuses[i].name);
    }
    buf_printf(&reason, ".");
    evidence_span(once->detect, evidence, "helo", event_text(event, event->session.helo));
    evidence_count(evidence, "commands", event->session.commands);
    evidence_count(evidence, "unknown_commands", event->session.unknown_commands);
    evidence_count(evidence, "messages", event->session.messages);
    once_report(once->detect, &detector_protocol_abuse, detector_protocol_abuse.severity, 0, event,
                &reason, evidence);
    buf_done(&reason);
}

const struct detector detector_protocol_abuse = {
    .id = 1082,
    .rev = 1,
    .name = "protocol-abuse",
    .signature = "SMTP client does not keep to the protocol",
    .category = "Generic Protocol Command Decode",
    .key = "session",
    .severity = 3,
    .manual = "Another protocol is spoken to the mail server (HTTP: GET, POST, CONNECT, header\n"
              "lines as commands), commands are sent without waiting for replies although the\n"
              "server did not offer PIPELINING, or command lines end in LF alone.",
    .advice = "Block clients that speak HTTP to port 25, an open proxy or a page that abuses "
              "browsers; of others find out what software they are.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_CLOSE),
    .settings = settings,
    .options_size = 0,
    .open = once_open,
    .event = abuse_event,
    .close = once_close,
};
