/* evidence: json-c objects out of counts and the octets of strangers. */
#include "evidence.h"
#include "contacts.h"

#include <stdio.h>

#define TEXT_MAX 1024

void evidence_count(struct json_object *evidence, const char *name, uint64_t count)
{
    json_object_object_add(evidence, name, json_object_new_uint64(count));
}

void evidence_number(struct json_object *evidence, const char *name, double number)
{
    char text[32];
    snprintf(text, sizeof text, "%g", number);
    json_object_object_add(evidence, name, json_object_new_double_s(number, text));
}

void evidence_text(struct json_object *evidence, const char *name, const char *text)
{
    json_object_object_add(evidence, name, json_object_new_string(text));
}

static struct json_object *json_of_span(struct detect *detect, struct span text)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    privacy_addresses(know_privacy(detect_know(detect)), &out, privacy_cut(text, TEXT_MAX / 4));
    struct json_object *json =
        json_object_new_string_len(out.len == 0 ? "" : (const char *)out.at, (int)out.len);
    buf_done(&out);
    return json;
}

void evidence_span(struct detect *detect, struct json_object *evidence, const char *name,
                   struct span text)
{
    json_object_object_add(evidence, name, json_of_span(detect, text));
}

/* The list of that name; NULL where it is full. */
static struct json_object *list_of(struct json_object *evidence, const char *name)
{
    struct json_object *list;
    if (!json_object_object_get_ex(evidence, name, &list)) {
        list = json_object_new_array();
        json_object_object_add(evidence, name, list);
    }
    return json_object_array_length(list) < EVIDENCE_LIST_MAX ? list : NULL;
}

void evidence_list_span(struct detect *detect, struct json_object *evidence, const char *name,
                        struct span text)
{
    struct json_object *list = list_of(evidence, name);
    if (list != NULL)
        json_object_array_add(list, json_of_span(detect, text));
}

void evidence_list_text(struct json_object *evidence, const char *name, const char *text)
{
    struct json_object *list = list_of(evidence, name);
    if (list != NULL)
        json_object_array_add(list, json_object_new_string(text));
}

void evidence_sentence(struct detect *detect, struct buf *out, struct span text)
{
    privacy_addresses(know_privacy(detect_know(detect)), out, privacy_cut(text, 256));
}

void evidence_report(struct detect *detect, const struct detector *detector, unsigned severity,
                     enum case_state state, uint64_t case_id, int64_t time,
                     const struct event_flow *flow, const struct event *event, const char *reason,
                     struct json_object *evidence)
{
    evidence_text(evidence, "advice", detector->advice);
    contacts_add(detect, detector->contact, flow, time, evidence);
    struct alert alert = {
        .detector = detector,
        .severity = severity,
        .state = state,
        .case_id = case_id,
        .time = time,
        .flow = flow,
        .event = event,
        .reason = reason,
        .evidence = evidence,
    };
    detect_report(detect, &alert);
    json_object_put(evidence);
}

const char *evidence_addr_text(const struct addr *addr, char text[ADDR_TEXT_SIZE])
{
    addr_text(addr, text);
    return text;
}
