/* ecs: records in the Elastic Common Schema, one JSON object a line. */
#include "ecs.h"
#include "eve_stats.h"
#include "output_private.h"
#include "plain.h"

#include <stdio.h>

static void add_message(struct json_object *record, const struct buf *sentence)
{
    eve_add(record, "message",
            json_object_new_string_len((const char *)sentence->at, (int)sentence->len));
}

/* From what a detector says of itself: its category, and which events it wants. */
static unsigned categories_of(const struct detector *detector)
{
    unsigned categories = ECS_INTRUSION | ECS_EMAIL;
    if (detector->kinds == DETECT_KIND(EVENT_AUTH))
        categories = ECS_INTRUSION | ECS_AUTHENTICATION;
    else if (strcmp(detector->category, "A Network Trojan was detected") == 0)
        categories |= ECS_MALWARE;
    else if (strcmp(detector->category, "Generic Protocol Command Decode") == 0)
        categories |= ECS_NETWORK;
    return categories;
}

static void add_outcome(struct json_object *record, const char *outcome)
{
    if (outcome != NULL)
        eve_add_string(ecs_part(record, "event"), "outcome", outcome);
}

static void rule_object(struct json_object *record, const struct detector *detector)
{
    struct json_object *object = ecs_part(record, "rule");
    char text[24];
    snprintf(text, sizeof text, "%u", detector->id);
    eve_add_string(object, "id", text);
    eve_add_string(ecs_part(record, "event"), "code", text);
    eve_add_string(object, "name", detector->name);
    eve_add_string(object, "description", detector->signature);
    eve_add_string(object, "category", detector->category);
    eve_add_string(object, "ruleset", "mxtap");
    snprintf(text, sizeof text, "%u", detector->rev);
    eve_add_string(object, "version", text);
}

static void ecs_alert(const struct format_options *options, const struct alert *alert,
                      const char *id, struct buf *out)
{
    const struct ecs_kind kind = {.kind = "alert",
                                  .dataset = "mxtap.alert",
                                  .action = alert->detector->name,
                                  .categories = categories_of(alert->detector)};
    struct json_object *record = ecs_new(options, alert->time, id, &kind, eve_own_alert(alert, id));
    struct json_object *event = ecs_part(record, "event");
    eve_add_count(event, "severity", alert->severity);
    eve_add_string(event, "reason", alert->reason);
    eve_add_string(record, "message", alert->reason);
    add_outcome(record, plain_alert_outcome(alert));
    rule_object(record, alert->detector);
    ecs_flow(options, record, alert->flow, alert->event, alert->time);
    if (alert->event != NULL && alert->event->kind != EVENT_OPEN)
        ecs_dialogue(options, record, alert->event);
    ecs_evidence(record, alert->evidence);
    eve_write(record, out);
}

static void ecs_smtp(const struct format_options *options, const struct event *event,
                     const char *id, struct buf *out)
{
    const struct ecs_kind kind = {
        .kind = "event",
        .dataset = "mxtap.smtp",
        .action = event->kind == EVENT_MESSAGE ? "smtp-transaction" : "smtp-session",
        .categories = ECS_EMAIL | ECS_NETWORK,
    };
    struct json_object *record =
        ecs_new(options, event->time, id, &kind, eve_own_smtp(options, event, id));
    struct buf sentence;
    buf_init(&sentence, PLAIN_MAX);
    plain_smtp(options, event, &sentence);
    add_message(record, &sentence);
    buf_done(&sentence);
    ecs_flow(options, record, &event->flow, event, event->time);
    add_outcome(record, plain_outcome(event));
    ecs_dialogue(options, record, event);
    eve_write(record, out);
}

static void ecs_stats(const struct format_options *options, const struct stats *stats,
                      const char *id, struct buf *out)
{
    static const struct ecs_kind kind = {
        .kind = "metric", .dataset = "mxtap.stats", .action = "stats", .categories = ECS_NETWORK};
    struct json_object *mxtap = eve_own_stats(stats, id);
    struct json_object *record = ecs_new(options, stats->time, id, &kind, mxtap);
    eve_add(mxtap, "stats", eve_suricata_stats(stats));
    struct buf sentence;
    buf_init(&sentence, PLAIN_MAX);
    plain_stats(stats, &sentence);
    add_message(record, &sentence);
    buf_done(&sentence);
    eve_write(record, out);
}

const struct format format_ecs = {
    .name = "ecs",
    .summary = "JSON lines in the Elastic Common Schema",
    .alert = ecs_alert,
    .smtp = ecs_smtp,
    .stats = ecs_stats,
};
