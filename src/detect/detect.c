/*
 * detect: hands each event to every detector that is on, after the ticks that are due before it.
 * Each detector has a share of the one budget; half of it is cut into equal reserves.
 */
#include "detect_private.h"
#include "table.h"

#include <mxtap/pack.h>
#include <stdlib.h>

#define TICK_TIME   CLOCK_SECOND
#define SOURCES_MAX 64                /* captures whose names are remembered */
#define PACE        "detect.all.pace" /* a section */

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
    int64_t now;
    struct pace {
        int64_t latest; /* of all events */
        int64_t next_tick;
    } pace;
    bool silent; /* nothing is reported */
    struct source {
        struct source *next;
        char name[];
    } * sources;
    struct detect_stats stats;
};

static const struct pack_field pace_fields[] = {
    {"latest", PACK_TIME, PACK_AT(struct pace, latest)},
    {"next_tick", PACK_TIME, PACK_AT(struct pace, next_tick)},
    PACK_END,
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
    detect->pace.next_tick = CLOCK_NEVER;
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
    if (detect->pace.next_tick != CLOCK_NEVER && now < detect->pace.next_tick)
        return;
    if (detect->pace.next_tick != CLOCK_NEVER)
        table_pass_all(detect->tables, now);
    detect->pace.next_tick = now + TICK_TIME;
}

void detect_event(struct detect *detect, const struct event *event)
{
    detect->stats.events++;
    detect->now = event->time;
    if (detect->pace.latest < event->time)
        detect->pace.latest = event->time;
    tick(detect, event->time);
    const struct listener *listener = detect->listeners[event->kind];
    const struct listener *end = listener + detect->listener_count[event->kind];
    for (; listener < end; listener++) {
        detect->current = listener->index;
        listener->event(listener->state, event);
    }
}

static void close_all(struct detect *detect)
{
    for (size_t i = 0; i < DETECTOR_COUNT; i++) {
        detect->current = i;
        if (detect->open[i])
            detectors[i]->close(detect->states[i]);
        detect->open[i] = false;
    }
    table_free_all(detect->tables);
    detect->tables = NULL;
}

void detect_end(struct detect *detect, int64_t now)
{
    detect->now = now;
    close_all(detect);
}

void detect_leave(struct detect *detect)
{
    detect->silent = true;
    close_all(detect);
}

void detect_free(struct detect *detect)
{
    if (detect == NULL)
        return;
    detect_leave(detect);
    for (struct source *source; (source = detect->sources) != NULL;) {
        detect->sources = source->next;
        free(source);
    }
    free(detect);
}

void detect_save(const struct detect *detect, struct image *image)
{
    struct buf *out = image_add(image, PACE);
    if (detect->pace.next_tick == CLOCK_NEVER || out == NULL)
        return;
    pack_begin(out, pace_fields);
    pack_put(out, pace_fields, &detect->pace);
    table_save_all(detect->tables, image);
    for (size_t i = 0; i < DETECTOR_COUNT; i++)
        if (detect->open[i] && detectors[i]->save != NULL)
            detectors[i]->save(detect->states[i], image);
}

/* Nothing can be later than the last event, whose time is the measure of all that is loaded. */
static bool load_pace(struct detect *detect, const struct image *image)
{
    struct pack_reader reader;
    struct pace pace = {0};
    if (!pack_open(&reader, image_find(image, PACE), pace_fields, NULL) ||
        !pack_get(&reader, &pace) || pace.next_tick - pace.latest > TICK_TIME)
        return false;
    detect->pace = pace;
    return true;
}

void detect_load(struct detect *detect, const struct image *image)
{
    if (!load_pace(detect, image))
        return;
    detect->silent = true;
    table_load_all(detect->tables, image);
    for (size_t i = 0; i < DETECTOR_COUNT; i++) {
        detect->current = i;
        if (detect->open[i] && detectors[i]->load != NULL)
            detectors[i]->load(detect->states[i], image);
    }
    detect->silent = false;
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

int64_t detect_now(const struct detect *detect)
{
    return detect->now;
}

int64_t detect_latest(const struct detect *detect)
{
    return detect->pace.latest;
}

size_t detect_current(const struct detect *detect)
{
    return detect->current;
}

void detect_call(struct detect *detect, size_t index)
{
    detect->current = index;
}

const char *detect_source(struct detect *detect, struct span name)
{
    size_t count = 0;
    for (const struct source *known = detect->sources; known != NULL; known = known->next, count++)
        if (span_equal(span_text(known->name), name))
            return known->name;
    struct source *source = count == SOURCES_MAX ? NULL : calloc(1, sizeof *source + name.len + 1);
    if (source == NULL)
        return "";
    if (name.len > 0)
        memcpy(source->name, name.at, name.len);
    source->next = detect->sources;
    detect->sources = source;
    return source->name;
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
    if (detect->silent)
        return;
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
