/* empty-message (1010): a message without a single octet before the end of data. */
#include "cases.h"
#include "detect_private.h"
#include "evidence.h"

#include <stdlib.h>

struct state {
    struct detect *detect;
};

static const struct setting settings[] = {SETTING_END};

static enum err empty_open(struct detect *detect, const void *options, void **ret_state)
{
    (void)options;
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    *ret_state = state;
    return ERR_NONE;
}

static const char *outcome(const struct event_reply *reply)
{
    return reply->code == 0 ? "unseen" : reply->code < 400 ? "accepted" : "refused";
}

static const char *outcome_words(const struct event_reply *reply)
{
    return reply->code == 0    ? "the server's answer was not seen"
           : reply->code < 400 ? "the server accepted it"
                               : "the server refused it";
}

static void report(struct state *state, const struct event *event)
{
    const struct event_message *message = &event->message;
    bool refused = message->content_reply.code >= 400;
    struct detect_case once = {0};
    enum case_state case_state;
    uint64_t key[2] = {event->flow.flow_id, message->tx_id};
    if (!cases_step(&once, &detector_empty_message, span_make(key, sizeof key), 1, event,
                    &case_state))
        return;
    struct json_object *evidence = json_object_new_object();
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    const struct event_rcpt *first = NULL;
    uint64_t count = 0;
    for (uint32_t i = 0; i < message->rcpts.len; i++) {
        if (rcpts[i].reply.code >= 400)
            continue;
        first = first == NULL ? &rcpts[i] : first;
        count++;
        evidence_list_span(state->detect, evidence, "recipients",
                           event_text(event, rcpts[i].address));
    }
    evidence_count(evidence, "recipient_count", count);
    evidence_text(evidence, "outcome", outcome(&message->content_reply));
    evidence_text(evidence, "method", message->bdat ? "BDAT" : "DATA");
    struct buf reason;
    buf_init(&reason, 1024);
    char client[ADDR_TEXT_SIZE];
    buf_printf(&reason, "%s sent a message without a single octet",
               evidence_addr_text(&event->flow.client, client));
    if (first != NULL) {
        buf_add_text(&reason, " to ");
        evidence_sentence(state->detect, &reason, event_text(event, first->address));
    }
    if (count > 1)
        buf_printf(&reason, " and %ju more", (uintmax_t)count - 1);
    buf_printf(&reason, "; %s.", outcome_words(&message->content_reply));
    buf_add_octet(&reason, 0);
    evidence_report(state->detect, &detector_empty_message, refused ? 3 : 2, CASE_NEW, once.id,
                    event->time, &event->flow, event, (const char *)reason.at, evidence);
    buf_done(&reason);
}

static void empty_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    if (event->kind == EVENT_MESSAGE && event->message.complete && event->message.octets == 0 &&
        !event->message.holes)
        report(state, event);
}

static void empty_close(void *arg)
{
    free(arg);
}

const struct detector detector_empty_message = {
    .id = 1010,
    .rev = 1,
    .name = "empty-message",
    .signature = "SMTP message without any content",
    .category = "Attempted Information Leak",
    .key = "message",
    .severity = 2,
    .manual =
        "A client sent DATA (or BDAT) and then the end of data with nothing before it. No mail\n"
        "program does that: it is how probers find out whether an address takes mail. Severity 3\n"
        "where the server refused the message.",
    .advice = "Find out who sends them: a probed recipient will be written to again; have the MX "
              "refuse messages without a header.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .settings = settings,
    .options_size = 0,
    .open = empty_open,
    .event = empty_event,
    .close = empty_close,
};
