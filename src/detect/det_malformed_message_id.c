/* malformed-message-id (1041): a Message-ID that is no addr-spec in brackets (RFC 5322 3.6.4). */
#include "detect_private.h"
#include "tally.h"

#include <stdio.h>

static void report(struct tallies *tallies, const struct tally *tally, enum case_state state,
                   const struct event *event)
{
    char network[ADDR_TEXT_SIZE];
    char reason[300];
    snprintf(reason, sizeof reason,
             "%s sent %ju %s whose Message-ID is no address in angle brackets, from %ju %s.",
             tally_network(tally, network), (uintmax_t)tally->count,
             tally->count == 1 ? "message" : "messages", (uintmax_t)tally->client_names.total,
             tally->client_names.total == 1 ? "address" : "addresses");
    struct json_object *evidence = tally_evidence(tallies, tally);
    evidence_count(evidence, "messages", tally->count);
    namelist_evidence(tallies_detect(tallies), &tally->samples, evidence, "message_ids",
                      "message_id_count");
    tally_alert(tallies, tally, state, event, reason, evidence);
}

static enum err malformed_open(struct detect *detect, const void *options, void **ret_state)
{
    struct tallies *tallies;
    const struct tally_options *own = options;
    enum err err =
        tallies_new(detect, &detector_malformed_message_id, options, own->quiet, report, &tallies);
    if (err == ERR_NONE)
        *ret_state = tallies;
    return err;
}

static void malformed_event(void *arg, const struct event *event)
{
    struct tallies *tallies = arg;
    const struct event_message *message = &event->message;
    if (event->kind != EVENT_MESSAGE || !message->has_mail || !tally_is_message(event) ||
        message->mail.holes || message->mail.id_state != MAIL_ID_MALFORMED)
        return;
    tallies_add(tallies, event, event_text(event, message->mail.message_id));
}

const struct detector detector_malformed_message_id = {
    .id = 1041,
    .rev = 1,
    .name = "malformed-message-id",
    .signature = "SMTP messages with a malformed Message-ID",
    .category = "Potentially Bad Traffic",
    .key = "source network",
    .severity = 3,
    .manual = "The Message-ID of a message is no addr-spec in angle brackets (RFC 5322 3.6.4).\n"
              "Bulk mailers and bots make such ids; some sites refuse them with 553. One case for\n"
              "a source network.",
    .advice = "See whether it is a partner's own software and tell the partner; of strangers, give "
              "such mail a weight in the filter.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .settings = tally_settings,
    .options_size = sizeof(struct tally_options),
    .open = malformed_open,
    .event = malformed_event,
    .close = tallies_free,
};
