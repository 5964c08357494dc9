/*
 * detect: hands each event to every detector that is on, after the ticks that are due before it.
 * Each detector has a share of the one budget; half of it is cut into equal reserves.
 */
#include "detect_private.h"
#include "table.h"

#include <stdlib.h>

#define TICK_TIME CLOCK_SECOND

static const struct detector *const detectors[] = {
#define DETECTOR(suffix) &detector_##suffix,
#include "detectors.def"
#undef DETECTOR
};

#define DETECTOR_COUNT (sizeof detectors / sizeof detectors[0])

_Static_assert(DETECTOR_COUNT <= sizeof((struct detect_stats *)NULL)->alerts / sizeof(uint64_t),
               "detect_stats has room for every detector");

struct detect {
    const struct detect_config *configs;
    struct know *know;
    struct budget budget;
    struct budget shares[DETECTOR_COUNT];
    struct table *tables; /* all of them */
    size_t current;       /* the detector that is being called */
    struct alert_sink sink;
    void *states[DETECTOR_COUNT];
    bool open[DETECTOR_COUNT];
    struct listener {
        void (*event)(void *state, const struct event *event);
        void *state;
        size_t index;
    } listeners[EVENT_KINDS][DETECTOR_COUNT]; /* by the kind of event they want */
    size_t listener_count[EVENT_KINDS];
    int64_t next_tick;
    struct detect_stats stats;
};

size_t detect_count(void)
{
    return DETECTOR_COUNT;
}

const struct detector *detect_at(size_t index)
{
    return index < DETECTOR_COUNT ? detectors[index] : NULL;
}

const struct detector *detect_find(const char *name)
{
    for (size_t i = 0; i < DETECTOR_COUNT; i++)
        if (strcmp(detectors[i]->name, name) == 0)
            return detectors[i];
    return NULL;
}

static void make_shares(struct detect *detect, size_t memory)
{
    size_t enabled = 0;
    for (size_t i = 0; i < DETECTOR_COUNT; i++)
        enabled += detect->configs[i].enabled;
    budget_init(&detect->budget, memory);
    for (size_t i = 0; i < DETECTOR_COUNT; i++)
        if (detect->configs[i].enabled)
            budget_share(&detect->shares[i], &detect->budget, memory / 2 / enabled);
}

static void listen(struct detect *detect, size_t index)
{
    const unsigned every = DETECT_KIND(EVENT_VERDICT) | DETECT_KIND(EVENT_MESSAGE) |
                           DETECT_KIND(EVENT_AUTH) | DETECT_KIND(EVENT_CLOSE);
    unsigned kinds = detectors[index]->kinds == 0 ? every : detectors[index]->kinds;
    for (unsigned kind = 0; kind < EVENT_KINDS; kind++)
        if ((kinds & DETECT_KIND(kind)) != 0)
            detect->listeners[kind][detect->listener_count[kind]++] =
                (struct listener){detectors[index]->event, detect->states[index], index};
}

enum err detect_new(const struct detect_config *configs, struct know *know, size_t memory,
                    const struct alert_sink *sink, struct detect **ret_detect)
{
    struct detect *detect = calloc(1, sizeof *detect);
    if (detect == NULL)
        return ERR_MEMORY;
    detect->configs = configs;
    detect->know = know;
    detect->sink = *sink;
    detect->next_tick = CLOCK_NEVER;
    make_shares(detect, memory);
    for (size_t i = 0; i < DETECTOR_COUNT; i++) {
        if (!configs[i].enabled)
            continue;
        detect->current = i;
        enum err err = detectors[i]->open(detect, configs[i].options, &detect->states[i]);
        if (err != ERR_NONE) {
            detect_free(detect);
            return err;
        }
        detect->open[i] = true;
        listen(detect, i);
    }
    *ret_detect = detect;
    return ERR_NONE;
}

static void tick(struct detect *detect, int64_t now)
{
    if (detect->next_tick != CLOCK_NEVER && now < detect->next_tick)
        return;
    if (detect->next_tick != CLOCK_NEVER)
        for (size_t i = 0; i < DETECTOR_COUNT; i++) {
            detect->current = i;
            if (detect->open[i] && detectors[i]->tick != NULL)
                detectors[i]->tick(detect->states[i], now);
        }
    detect->next_tick = now + TICK_TIME;
}

void detect_event(struct detect *detect, const struct event *event)
{
    detect->stats.events++;
    tick(detect, event->time);
    const struct listener *listener = detect->listeners[event->kind];
    const struct listener *end = listener + detect->listener_count[event->kind];
    for (; listener < end; listener++) {
        detect->current = listener->index;
        listener->event(listener->state, event);
    }
}

void detect_end(struct detect *detect, int64_t now)
{
    for (size_t i = 0; i < DETECTOR_COUNT; i++) {
        detect->current = i;
        if (detect->open[i])
            detectors[i]->close(detect->states[i], now);
        detect->open[i] = false;
    }
    table_free_all(detect->tables);
    detect->tables = NULL;
}

void detect_free(struct detect *detect)
{
    if (detect == NULL)
        return;
    detect_end(detect, 0);
    free(detect);
}

void detect_stats(const struct detect *detect, struct detect_stats *ret_stats)
{
    *ret_stats = detect->stats;
    ret_stats->memory = detect->budget.used;
    ret_stats->memory_peak = detect->budget.peak;
}

struct know *detect_know(const struct detect *detect)
{
    return detect->know;
}

struct budget *detect_budget(struct detect *detect)
{
    return &detect->shares[detect->current];
}

uint64_t *detect_evicted(struct detect *detect)
{
    return &detect->stats.evicted[detect->current];
}

struct table **detect_tables(struct detect *detect)
{
    return &detect->tables;
}

void detect_report(struct detect *detect, const struct alert *alert)
{
    struct alert out = *alert;
    for (size_t i = 0; i < DETECTOR_COUNT; i++) {
        if (detectors[i] != alert->detector)
            continue;
        detect->stats.alerts[i]++;
        if (detect->configs[i].severity != 0)
            out.severity = (unsigned)detect->configs[i].severity;
    }
    if (detect->sink.on_alert != NULL)
        detect->sink.on_alert(detect->sink.arg, &out);
}
