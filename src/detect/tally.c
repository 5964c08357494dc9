/* tally: an lru of source networks, each with a count and a ring of its newest times. */
#include "tally.h"

#include "detect_private.h"
#include "remember.h"
#include "table.h"

#include <stdlib.h>

#define NETWORKS_MAX 20000
#define DISTINCT_MAX 256

struct tallies {
    struct detect *detect;
    const struct detector *detector;
    const void *options;
    int64_t quiet;
    void (*report)(struct tallies *tallies, const struct tally *tally, enum case_state state,
                   const struct event *event);
    struct lru *networks; /* by struct addr_net */
};

const struct setting tally_settings[] = {
    {"quiet", SETTING_SECONDS, "1h", "", 1, 1e7, NULL,
     "a case ends when its network has been silent for so long",
     offsetof(struct tally_options, quiet)},
    SETTING_END,
};

static const struct pack_field tally_fields[] = {
    {"count", PACK_UNSIGNED, PACK_AT(struct tally, count)},
    {"times", PACK_TIME, PACK_ARRAY(struct tally, times)},
    {"extra", PACK_UNSIGNED, PACK_AT(struct tally, extra)},
    REMEMBER_SET(struct tally, clients),
    REMEMBER_SET(struct tally, distinct),
    REMEMBER_NAMES(struct tally, client_names),
    REMEMBER_NAMES(struct tally, samples),
    REMEMBER_CASE(struct tally, c),
    PACK_END,
};

static void end_case(struct tallies *tallies, struct tally *tally)
{
    if (cases_end(&tally->c))
        tallies->report(tallies, tally, CASE_ENDED, NULL);
    tally->c = (struct detect_case){0};
    tally->count = 0;
}

static void tally_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct tallies *tallies = arg;
    struct tally *tally = value;
    end_case(tallies, tally);
    distinct_done(&tally->clients, detect_budget(tallies->detect));
    distinct_done(&tally->distinct, detect_budget(tallies->detect));
    namelist_done(&tally->client_names);
    namelist_done(&tally->samples);
}

static void tally_begin(void *arg, void *value)
{
    const struct tallies *tallies = arg;
    struct tally *tally = value;
    distinct_init(&tally->clients, DISTINCT_MAX);
    distinct_init(&tally->distinct, DISTINCT_MAX);
    namelist_init(&tally->client_names, detect_budget(tallies->detect));
    namelist_init(&tally->samples, detect_budget(tallies->detect));
}

static void tally_look(void *arg, const void *key, void *value, int64_t now)
{
    (void)key;
    struct tallies *tallies = arg;
    struct tally *tally = value;
    if (tally->c.open && now - tally->c.last >= tallies->quiet)
        end_case(tallies, tally);
}

enum err tallies_new(struct detect *detect, const struct detector *detector, const void *options,
                     int64_t quiet,
                     void (*report)(struct tallies *tallies, const struct tally *tally,
                                    enum case_state state, const struct event *event),
                     struct tallies **ret_tallies)
{
    struct tallies *tallies = calloc(1, sizeof *tallies);
    if (tallies == NULL)
        return ERR_MEMORY;
    tallies->detect = detect;
    tallies->detector = detector;
    tallies->options = options;
    tallies->quiet = quiet;
    tallies->report = report;
    const struct table_shape shape = {
        .name = "networks",
        .key = sizeof(struct addr_net),
        .value = sizeof(struct tally),
        .max = NETWORKS_MAX,
        .idle = quiet,
        .leave = tally_leave,
        .look = tally_look,
        .fields = tally_fields,
        .begin = tally_begin,
    };
    enum err err = table_new(detect, &shape, tallies, &tallies->networks);
    if (err != ERR_NONE) {
        free(tallies);
        return err;
    }
    *ret_tallies = tallies;
    return ERR_NONE;
}

void tallies_free(void *arg)
{
    struct tallies *tallies = arg;
    lru_free(tallies->networks);
    free(tallies);
}

struct tally *tallies_at(struct tallies *tallies, const struct event *event)
{
    struct addr_net key = addr_network(&event->flow.client);
    bool fresh;
    struct tally *tally = lru_make(tallies->networks, &key, event->time, &fresh);
    if (tally != NULL && fresh)
        tally_begin(tallies, tally);
    return tally;
}

void tallies_count(struct tallies *tallies, struct tally *tally, const struct event *event,
                   struct span sample)
{
    struct budget *budget = detect_budget(tallies->detect);
    const struct addr *client = &event->flow.client;
    tally->times[tally->count++ % TALLY_TIMES] = event->time;
    if (distinct_add(&tally->clients, hash_stable(span_make(client, sizeof *client)), 0,
                     event->time, budget)) {
        char text[ADDR_TEXT_SIZE];
        addr_text(client, text);
        namelist_add(&tally->client_names, span_text(text));
    }
    if (sample.len > 0 &&
        distinct_add(&tally->distinct, hash_stable(sample), 0, event->time, budget))
        namelist_add(&tally->samples, sample);
    table_credit(tallies->networks, tally, tally->count, &tally->c);
}

bool tally_within(const struct tally *tally, uint64_t count, int64_t window)
{
    if (count == 0 || tally->count < count)
        return tally->count >= count;
    int64_t first = tally->times[(tally->count - count) % TALLY_TIMES];
    int64_t last = tally->times[(tally->count - 1) % TALLY_TIMES];
    return last - first <= window;
}

void tallies_step(struct tallies *tallies, struct tally *tally, const struct event *event)
{
    struct addr_net net = addr_network(&event->flow.client);
    enum case_state state;
    if (cases_step(&tally->c, tallies->detector, span_make(&net, sizeof net), tally->count, event,
                   &state))
        tallies->report(tallies, tally, state, event);
    table_credit(tallies->networks, tally, tally->count, &tally->c);
}

void tallies_add(struct tallies *tallies, const struct event *event, struct span sample)
{
    struct tally *tally = tallies_at(tallies, event);
    if (tally == NULL)
        return;
    tallies_count(tallies, tally, event, sample);
    tallies_step(tallies, tally, event);
}

struct detect *tallies_detect(const struct tallies *tallies)
{
    return tallies->detect;
}

const void *tallies_options(const struct tallies *tallies)
{
    return tallies->options;
}

struct json_object *tally_evidence(const struct tallies *tallies, const struct tally *tally)
{
    char text[ADDR_TEXT_SIZE];
    struct json_object *evidence = json_object_new_object();
    evidence_text(evidence, "source_network", tally_network(tally, text));
    namelist_evidence(tallies->detect, &tally->client_names, evidence, "clients", "client_count");
    table_note(tally, evidence);
    return evidence;
}

const char *tally_network(const struct tally *tally, char text[ADDR_TEXT_SIZE])
{
    struct addr_net net = addr_network(&tally->c.flow.client);
    addr_net_text(&net, text);
    return text;
}

void tally_alert(const struct tallies *tallies, const struct tally *tally, enum case_state state,
                 const struct event *event, const char *reason, struct json_object *evidence)
{
    evidence_report(tallies->detect, tallies->detector, tallies->detector->severity, state,
                    tally->c.id, detect_now(tallies->detect), &tally->c.flow, event, reason,
                    evidence);
}
