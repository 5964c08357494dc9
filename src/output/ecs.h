/*
 * ecs: the parts that records in the Elastic Common Schema share, as json-c objects.
 *
 * What ECS has a field for stands there, in the type that ECS gives it (ip fields hold addresses
 * and nothing else, dates are RFC 3339); dist/siem/ecs-fields.tsv lists every field that is used.
 * What it has none for stands under mxtap, as in eve. Privacy and escaping are those of eve.
 */
#ifndef MXTAP_ECS_H
#define MXTAP_ECS_H

#include "eve.h"

#define ECS_VERSION     "8.11.0"
#define ECS_RELATED_MAX 100 /* items of each list of related */

/* What a record is, in the words of event.*. */
struct ecs_kind {
    const char *kind;    /* "alert" */
    const char *dataset; /* "mxtap.alert" */
    const char *action;  /* "mx-probe" */
    unsigned categories; /* bits of enum ecs_category */
};

enum ecs_category {
    ECS_INTRUSION = 1 << 0, /* intrusion_detection */
    ECS_EMAIL = 1 << 1,
    ECS_NETWORK = 1 << 2, /* with the type protocol, too */
    ECS_MALWARE = 1 << 3,
    ECS_AUTHENTICATION = 1 << 4,
};

/* @timestamp, ecs, event, observer, and mxtap with what it holds in eve (taken over). */
struct json_object *ecs_new(const struct format_options *options, int64_t time, const char *id,
                            const struct ecs_kind *kind, struct json_object *mxtap);
/* source, destination, network, related.ip and related.hosts; event may be NULL. */
void ecs_flow(const struct format_options *options, struct json_object *record,
              const struct event_flow *flow, const struct event *event, int64_t time);
/* email, smtp and email under mxtap, related.user, event.outcome, tls: as far as the event knows.
 */
void ecs_dialogue(const struct format_options *options, struct json_object *record,
                  const struct event *event);
/* Every address in the evidence goes to related.ip. */
void ecs_evidence(struct json_object *record, struct json_object *evidence);

/* The object of that name inside in, made where it is not there. */
struct json_object *ecs_part(struct json_object *in, const char *name);
/* "2006-06-19T06:18:46.123456Z" */
void ecs_add_time(struct json_object *object, const char *name, int64_t time);
/* Into related.<name>: once, and while there is room. */
void ecs_related(struct json_object *record, const char *name, const char *text);
/* related.user: the address in text, which may have a display name or brackets. */
void ecs_related_user(const struct format_options *options, struct json_object *record,
                      struct span text);

#endif
