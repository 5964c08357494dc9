/*
 * unidentified-message (1040): messages without a Message-ID (RFC 5322 3.6.4) that come from
 * outside. A message without a single octet is empty-message's and not counted here.
 */
#include "detect_private.h"
#include "tally.h"

#include <stdio.h>

static void report(struct tallies *tallies, const struct tally *tally, enum case_state state,
                   const struct event *event)
{
    char network[ADDR_TEXT_SIZE];
    char reason[300];
    snprintf(reason, sizeof reason, "%s sent %ju %s without a Message-ID, from %ju %s.",
             tally_network(tally, network), (uintmax_t)tally->count,
             tally->count == 1 ? "message" : "messages", (uintmax_t)tally->client_names.total,
             tally->client_names.total == 1 ? "address" : "addresses");
    struct json_object *evidence = tally_evidence(tallies, tally);
    evidence_count(evidence, "messages", tally->count);
    namelist_evidence(tallies_detect(tallies), &tally->samples, evidence, "senders",
                      "sender_count");
    tally_alert(tallies, tally, state, event, reason, evidence);
}

static enum err unidentified_open(struct detect *detect, const void *options, void **ret_state)
{
    struct tallies *tallies;
    const struct tally_options *own = options;
    enum err err =
        tallies_new(detect, &detector_unidentified_message, options, own->quiet, report, &tallies);
    if (err == ERR_NONE)
        *ret_state = tallies;
    return err;
}

/* Was the header seen whole, and the message sent by a stranger? */
static bool is_judged(const struct tallies *tallies, const struct event *event)
{
    const struct event_message *message = &event->message;
    return message->has_mail && tally_is_message(event) && message->octets > 0 && !message->holes &&
           message->mail.header_complete && !message->mail.holes &&
           (event->session.facts & SMTP_BIT(SMTP_FACT_AUTHENTICATED)) == 0 &&
           !know_is_home(detect_know(tallies_detect(tallies)), &event->flow.client);
}

static void unidentified_event(void *arg, const struct event *event)
{
    struct tallies *tallies = arg;
    if (event->kind != EVENT_MESSAGE || !is_judged(tallies, event) ||
        event->message.mail.id_state != MAIL_ID_ABSENT)
        return;
    tallies_add(tallies, event, event_text(event, event->message.mail_address));
}

const struct detector detector_unidentified_message = {
    .id = 1040,
    .rev = 1,
    .name = "unidentified-message",
    .signature = "SMTP messages without Message-ID from outside",
    .category = "Potentially Bad Traffic",
    .key = "source network",
    .severity = 3,
    .manual = "Every mail program gives its messages a Message-ID, or the first server does. Mail\n"
              "that comes from outside without one was mostly made by a bulk mailer, a bot or a\n"
              "script. One case for a source network.",
    .advice = "See whether a device or script of somebody you know sends them; of strangers, give "
              "such mail a weight in the filter, or refuse it.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .settings = tally_settings,
    .options_size = sizeof(struct tally_options),
    .open = unidentified_open,
    .event = unidentified_event,
    .close = tallies_free,
};
