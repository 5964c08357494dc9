/*
 * helper_stage: events, alerts and counters for the tests of the output room, made through the real
 * builder and judged by the real know; and a reader of JSON that takes nothing but the strict form.
 */
#ifndef MXTAP_TEST_STAGE_H
#define MXTAP_TEST_STAGE_H

#include <json-c/json.h>
#include <mxtap/output.h>

/* The identity of records that are made without outputs. */
#define STAGE_ID "00112233445566778899aabbccddeeff"

struct stage {
    struct know *know;
    struct event_builder *builder;
    struct flow_info flow;
    struct smtp_summary summary;
    struct format_options options;
    struct json_object *evidence; /* of stage_alert */
};

/* 2006-06-19 06:18:46.123456789 UTC */
#define STAGE_TIME INT64_C(1150697926123456789)

struct stage *stage_new(enum privacy_mode mode);
void stage_free(struct stage *stage);

/* The events live until the next one is made. */
/* EHLO client.example, one message of 1762 octets from <joe@example.com> to <ann@example.org>
 * (accepted) and <bob@example.org> (unknown), accepted. */
struct event *stage_message(struct stage *stage);
/* RCPT TO:<bob@example.org> was refused. */
struct event *stage_verdict(struct stage *stage);
struct event *stage_close(struct stage *stage);
/* A message whose every text is text, with count recipients, To, Cc and Received fields. */
struct event *stage_all(struct stage *stage, struct span text, size_t count);

/* An mx-probe alert, new, with evidence {"recipients_unknown":5}; event may be NULL. */
struct alert stage_alert(struct stage *stage, const struct event *event,
                         const struct event_flow *flow);

/* Every counter has a value of its own. */
struct stats stage_stats(void);
/* The same of a live sensor on eth1 and eth2, which is down; a drop warning is on. */
struct stats stage_stats_live(void);

/* The record as JSON: one line, strict, UTF-8, nothing behind it. Frees nothing. */
struct json_object *stage_json(const struct buf *record);
/* The value at "a.b.0.c"; fails the test where there is none. */
struct json_object *stage_get(struct json_object *json, const char *path);
bool stage_has(struct json_object *json, const char *path);
const char *stage_string(struct json_object *json, const char *path);
int64_t stage_number(struct json_object *json, const char *path);

#endif
