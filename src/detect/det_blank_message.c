/* blank-message (1011): nothing visible in the body, and a header that lacks what mail has. */
#include "cases.h"
#include "detect_private.h"
#include "evidence.h"

#include <stdlib.h>

struct options {
    uint64_t absent_min;
};

struct state {
    struct detect *detect;
    const struct options *options;
};

static const struct setting settings[] = {
    {.name = "absent_min",
     .type = SETTING_COUNT,
     .fallback = "2",
     .unit = "fields",
     .min = 0,
     .max = 5,
     .help = "how many of From, To, Subject, Date, Message-ID must be absent",
     .offset = offsetof(struct options, absent_min)},
    SETTING_END,
};

static const struct {
    enum mail_field field;
    const char *name;
} wanted[] = {
    {MAIL_FROM, "From"},
    {MAIL_TO, "To"},
    {MAIL_SUBJECT, "Subject"},
    {MAIL_DATE, "Date"},
    {MAIL_MESSAGE_ID, "Message-ID"},
};

static enum err blank_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    *ret_state = state;
    return ERR_NONE;
}

static void report(struct state *state, const struct event *event)
{
    const struct event_message *message = &event->message;
    struct detect_case once = {0};
    enum case_state case_state;
    uint64_t key[2] = {event->flow.flow_id, message->tx_id};
    if (!cases_step(&once, &detector_blank_message, span_make(key, sizeof key), 1, event,
                    &case_state))
        return;
    struct json_object *evidence = json_object_new_object();
    struct buf reason;
    buf_init(&reason, 1024);
    char client[ADDR_TEXT_SIZE];
    buf_printf(&reason, "%s sent a message with nothing to read in it and without",
               evidence_addr_text(&event->flow.client, client));
    const char *comma = " ";
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if ((message->mail.present & MAIL_BIT(wanted[i].field)) != 0)
            continue;
        evidence_list_text(evidence, "absent", wanted[i].name);
        buf_printf(&reason, "%s%s", comma, wanted[i].name);
        comma = ", ";
    }
    evidence_count(evidence, "octets", message->octets);
    evidence_count(evidence, "body_octets", message->mail.body_octets);
    evidence_count(evidence, "header_fields", message->mail.field_count);
    buf_add_text(&reason, ".");
    buf_add_octet(&reason, 0);
    evidence_report(state->detect, &detector_blank_message, 3, CASE_NEW, once.id, event->time,
                    &event->flow, event, (const char *)reason.at, evidence);
    buf_done(&reason);
}

static void blank_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    const struct event_message *message = &event->message;
    if (event->kind != EVENT_MESSAGE || !message->complete || !message->has_mail ||
        message->holes || message->octets == 0 || message->mail.holes || message->mail.visible)
        return;
    uint64_t absent = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if ((message->mail.present & MAIL_BIT(wanted[i].field)) == 0)
            absent++;
    if (absent >= state->options->absent_min)
        report(state, event);
}

static void blank_close(void *arg)
{
    free(arg);
}

const struct detector detector_blank_message = {
    .id = 1011,
    .rev = 1,
    .name = "blank-message",
    .signature = "SMTP message with nothing visible and a bare header",
    .category = "Attempted Information Leak",
    .key = "message",
    .severity = 3,
    .manual =
        "The body holds nothing that a reader could see, and at least two of From, To, Subject,\n"
        "Date and Message-ID are absent. A message without any octet is empty-message instead.",
    .advice =
        "Look at what else this host sent; blank mail is often a probe or a broken mass mailer.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = blank_open,
    .event = blank_event,
    .close = blank_close,
};
