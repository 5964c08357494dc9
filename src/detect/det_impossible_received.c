/* impossible-received (1031): a Received line of the message carries an address that cannot be. */
#include "detect_private.h"
#include "evidence.h"
#include "once.h"
#include "trace.h"

static const struct setting settings[] = {SETTING_END};

/* The address as written: where the found one is good, the HELO name is what cannot be. */
static struct span bad_address(const struct event *event, const struct event_received *line)
{
    return event_text(event, line->has_addr ? line->helo : line->addr_text);
}

static void add_line(struct detect *detect, struct json_object *evidence, const struct event *event,
                     uint32_t index, const struct event_received *line)
{
    struct json_object *list;
    if (!json_object_object_get_ex(evidence, "lines", &list)) {
        list = json_object_new_array();
        json_object_object_add(evidence, "lines", list);
    }
    if (json_object_array_length(list) >= EVIDENCE_LIST_MAX)
        return;
    struct json_object *item = json_object_new_object();
    evidence_count(item, "line_number", index + 1);
    struct span address = bad_address(event, line);
    if (address.len > 0)
        evidence_span(detect, item, "address", address);
    evidence_span(detect, item, "line", event_text(event, line->raw));
    json_object_array_add(list, item);
}

static void report(struct once *once, const struct event *event, uint32_t first, uint64_t count,
                   struct json_object *evidence)
{
    const struct event_mail *mail = &event->message.mail;
    const struct event_received *line = &event_received(event, mail->received)[first];
    struct buf reason;
    char client[ADDR_TEXT_SIZE];
    buf_init(&reason, 1000);
    addr_text(&event->flow.client, client);
    buf_printf(&reason,
               "%s brought a message whose Received line %u of %ju carries an address that "
               "cannot be",
               client, first + 1, (uintmax_t)mail->received_total);
    struct span address = bad_address(event, line);
    if (address.len > 0) {
        buf_add_text(&reason, ": ");
        evidence_sentence(once->detect, &reason, address);
    }
    if (count > 1)
        buf_printf(&reason, ", and so do %ju more", (uintmax_t)count - 1);
    buf_add_text(&reason, ".");
    evidence_count(evidence, "line_count", count);
    once_report(once->detect, &detector_impossible_received, detector_impossible_received.severity,
                event->message.tx_id, event, &reason, evidence);
    buf_done(&reason);
}

static void impossible_event(void *arg, const struct event *event)
{
    struct once *once = arg;
    if (event->kind != EVENT_MESSAGE || !event->message.has_mail || !trace_has_ended(event))
        return;
    const struct event_ref list = event->message.mail.received;
    const struct event_received *lines = event_received(event, list);
    struct json_object *evidence = NULL;
    uint32_t first = 0;
    uint64_t count = 0;
    for (uint32_t i = 0; i < list.len; i++) {
        if (!lines[i].impossible)
            continue;
        if (count++ == 0) {
            first = i;
            evidence = json_object_new_object();
        }
        add_line(once->detect, evidence, event, i, &lines[i]);
    }
    if (count > 0)
        report(once, event, first, count, evidence);
}

const struct detector detector_impossible_received = {
    .id = 1031,
    .rev = 1,
    .name = "impossible-received",
    .signature = "SMTP message with an impossible address in a Received line",
    .category = "Misc Attack",
    .key = "message",
    .severity = 3,
    .manual =
        "A Received line carries an address that cannot be: an octet over 255, 0.0.0.0/8, or not\n"
        "four octets. No server writes that; spam programs do when they make up a past for their\n"
        "messages. Every line of the header is looked at, not those of quoted messages.",
    .advice = "Treat the message as spam, and believe none of the lines below the topmost one.",
    .contact = CONTACT_CLIENT,
    .settings = settings,
    .options_size = 0,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .open = once_open,
    .event = impossible_event,
    .close = once_close,
};
