/* hec: answers of Splunk's HTTP Event Collector, read with json-c. */
#include "hec.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>

#define DEPTH      8    /* of an answer; three are known */
#define ANSWER_MAX 4096 /* octets; what is longer is no answer of HEC's */

/* Of the whole body, or NULL. */
static struct json_object *parse(struct span body)
{
    if (body.len == 0 || body.len > ANSWER_MAX)
        return NULL;
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH);
    if (tokener == NULL)
        return NULL;
    struct json_object *answer =
        json_tokener_parse_ex(tokener, (const char *)body.at, (int)body.len);
    json_tokener_free(tokener);
    if (json_object_is_type(answer, json_type_object))
        return answer;
    json_object_put(answer);
    return NULL;
}

/* A whole number that is not negative, or HEC_NONE. */
static int64_t number(struct json_object *answer, const char *key)
{
    struct json_object *value = NULL;
    if (!json_object_object_get_ex(answer, key, &value) ||
        !json_object_is_type(value, json_type_int))
        return HEC_NONE;
    int64_t found = json_object_get_int64(value);
    return found >= 0 && found < INT64_MAX ? found : HEC_NONE;
}

void hec_parse(struct span body, struct hec_answer *ret_answer)
{
    struct hec_answer found = {.code = HEC_NONE, .event = HEC_NONE, .ack = HEC_NONE};
    struct json_object *answer = parse(body);
    if (answer != NULL) {
        int64_t code = number(answer, "code");
        found.code = code < 1000 ? (int)code : HEC_NONE;
        found.event = number(answer, "invalid-event-number");
        found.ack = number(answer, "ackId");
    }
    json_object_put(answer);
    *ret_answer = found;
}

bool hec_blames_event(int code)
{
    switch (code) {
    case HEC_BAD_FORMAT:
    case HEC_EVENT_MISSING:
    case HEC_EVENT_BLANK:
    case HEC_BAD_FIELDS:
    case HEC_TOO_LARGE: return true;
    default: return false;
    }
}

bool hec_has_ack(struct span body, int64_t ack)
{
    char key[24];
    snprintf(key, sizeof key, "%" PRId64, ack);
    struct json_object *answer = parse(body);
    struct json_object *acks = NULL;
    struct json_object *value = NULL;
    bool has = answer != NULL && json_object_object_get_ex(answer, "acks", &acks) &&
               json_object_is_type(acks, json_type_object) &&
               json_object_object_get_ex(acks, key, &value) &&
               json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
    json_object_put(answer);
    return has;
}
