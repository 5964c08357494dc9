/*
 * bulk_answer: {"errors": true, "items": [{"create": {"status": 400, "error": {"type": ...,
 * "reason":
 * ...}}}, ...]}, an item for each action, in their order.
 *
 * A conflict (409) means that a record of this id is there already: it was delivered before.
 */
#include "bulk_answer.h"

#include <json-c/json.h>
#include <stdio.h>

#define DEPTH_MAX  16
#define ANSWER_MAX 65536 /* octets, and so many more for each record: */
#define ITEM_MAX   4096

static struct json_object *parse(struct span body, size_t count)
{
    if (body.len == 0 || body.len > ANSWER_MAX + count * ITEM_MAX)
        return NULL;
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
    if (tokener == NULL)
        return NULL;
    struct json_object *root = json_tokener_parse_ex(tokener, (const char *)body.at, (int)body.len);
    if (json_tokener_get_error(tokener) != json_tokener_success) {
        json_object_put(root);
        root = NULL;
    }
    json_tokener_free(tokener);
    return root;
}

static struct json_object *member(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;
    if (!json_object_is_type(object, json_type_object) ||
        !json_object_object_get_ex(object, name, &value))
        return NULL;
    return value;
}

/* What stands under the item's one member, the name of the action; NULL: it is no such item. */
static struct json_object *inside(struct json_object *item, long *ret_status)
{
    struct json_object *create = member(item, "create");
    struct json_object *status = member(create, "status");
    if (!json_object_is_type(status, json_type_int))
        return NULL;
    int64_t value = json_object_get_int64(status);
    if (value < 200 || value > 599)
        return NULL;
    *ret_status = (long)value;
    return create;
}

static const char *text_of(struct json_object *object, const char *name)
{
    struct json_object *value = member(object, name);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* The item is of this record, as far as it says of which. */
static bool is_of(struct json_object *create, const struct parcel *parcel)
{
    const char *id = text_of(create, "_id");
    return id[0] == '\0' || strcmp(id, parcel->record.id) == 0;
}

/* Is there a good item for each parcel that waits? */
static bool fits(struct json_object *items, const struct parcel *parcels, size_t count)
{
    if (!json_object_is_type(items, json_type_array))
        return false;
    size_t next = 0;
    size_t length = json_object_array_length(items);
    for (size_t i = 0; i < count; i++) {
        if (parcels[i].state != PARCEL_WAITING)
            continue;
        long status;
        struct json_object *create =
            next < length ? inside(json_object_array_get_idx(items, next), &status) : NULL;
        if (create == NULL || !is_of(create, &parcels[i]))
            return false;
        next++;
    }
    return next == length;
}

static enum parcel_state judge(struct json_object *create, long status)
{
    const char *type = text_of(member(create, "error"), "type");
    if (status == 409 &&
        (type[0] == '\0' || strcmp(type, "version_conflict_engine_exception") == 0))
        return PARCEL_DELIVERED;
    if (status == 409)
        return PARCEL_WAITING;
    switch (http_judge(status)) {
    case HTTP_TAKEN: return PARCEL_DELIVERED;
    case HTTP_NEVER: return PARCEL_REFUSED;
    default: return PARCEL_WAITING;
    }
}

/* "400 mapper_parsing_exception: failed to parse field ..." */
static void explain(const struct http *http, struct json_object *create, long status,
                    char *ret_text, size_t size)
{
    struct json_object *error = member(create, "error");
    char type[80];
    char reason[100];
    http_quote(http, span_text(text_of(error, "type")), type, sizeof type);
    http_quote(http, span_text(text_of(error, "reason")), reason, sizeof reason);
    size_t len = (size_t)snprintf(ret_text, size, "%ld %s", status, type);
    if (reason[0] != '\0' && len + 2 < size)
        snprintf(ret_text + len, size - len, ": %s", reason);
}

static void settle(const struct http *http, struct json_object *items, struct parcel *parcels,
                   size_t count, struct delivery *delivery)
{
    char first[PARCEL_ANSWER] = "";
    size_t next = 0;
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (parcels[i].state != PARCEL_WAITING)
            continue;
        long status = 0;
        struct json_object *create = inside(json_object_array_get_idx(items, next++), &status);
        parcels[i].state = judge(create, status);
        if (parcels[i].state == PARCEL_REFUSED)
            explain(http, create, status, parcels[i].answer, sizeof parcels[i].answer);
        if (parcels[i].state == PARCEL_WAITING && left++ == 0)
            explain(http, create, status, first, sizeof first);
    }
    if (left > 0)
        snprintf(delivery->trouble, sizeof delivery->trouble, "%zu of %zu records not taken: %s",
                 left, next, first);
}

void bulk_answer_read(const struct http *http, const struct http_answer *answer,
                      struct parcel *parcels, size_t count, struct delivery *delivery)
{
    struct json_object *root =
        answer->body.truncated ? NULL : parse(buf_span(&answer->body), count);
    struct json_object *items = member(root, "items");
    if (fits(items, parcels, count)) {
        settle(http, items, parcels, count, delivery);
    } else {
        char said[130];
        http_quote(http, span_head(buf_span(&answer->body), 1000), said, sizeof said);
        snprintf(delivery->trouble, sizeof delivery->trouble,
                 "the answer does not tell of each record: %s", said);
    }
    json_object_put(root);
}
