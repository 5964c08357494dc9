/*
 * taps: a merge by (turn, serial, worker). A worker without a waiting event holds back what is
 * later than the time that it has reached.
 */
#include "taps.h"

#include <stdlib.h>

#define TAPS_MAX 64

struct one {
    struct tap *tap;
    struct event *head; /* waits, or NULL */
    bool ended;
    bool answered;
    struct stats stats; /* its last report */
};

struct taps {
    struct one all[TAPS_MAX];
    size_t count;
    uint64_t asked;
    bool answer; /* taps_answer has something to give */
};

enum err taps_new(const struct config *config, const struct rooms_live *live,
                  const struct worker_options *worker, void (*on_thread)(void *arg),
                  struct taps **ret_taps, char ret_message[CONFIG_MESSAGE])
{
    struct taps *taps = calloc(1, sizeof *taps);
    if (taps == NULL)
        return ERR_MEMORY;
    struct tap_options options = {.worker = *worker, .on_thread = on_thread};
    rooms_tap(config, live, &options);
    enum err err = ERR_NONE;
    while (err == ERR_NONE && taps->count < config->capture.workers && taps->count < TAPS_MAX) {
        err = tap_new(&options, &taps->all[taps->count].tap, ret_message, CONFIG_MESSAGE);
        taps->count += err == ERR_NONE;
    }
    if (err != ERR_NONE) {
        taps_free(taps);
        return err;
    }
    *ret_taps = taps;
    return ERR_NONE;
}

enum err taps_start(struct taps *taps)
{
    int64_t since = taps->count > 1 ? clock_real() : 0;
    for (size_t i = 0; i < taps->count; i++)
        if (tap_start(taps->all[i].tap, since) != ERR_NONE)
            return ERR_SYSTEM;
    return ERR_NONE;
}

void taps_stop(struct taps *taps)
{
    for (size_t i = 0; i < taps->count; i++)
        tap_stop(taps->all[i].tap);
}

void taps_free(struct taps *taps)
{
    if (taps == NULL)
        return;
    taps_stop(taps);
    for (size_t i = 0; i < taps->count; i++) {
        tap_join(taps->all[i].tap);
        free(taps->all[i].head);
        tap_free(taps->all[i].tap);
    }
    free(taps);
}

/* ---- counters ---- */

static void take_report(struct taps *taps, struct one *one)
{
    const struct event *event = one->head;
    memcpy(&one->stats, (const uint8_t *)event + event->stats.stats.at, sizeof one->stats);
    one->answered = true;
    free(one->head);
    one->head = NULL;
    for (size_t i = 0; i < taps->count; i++)
        if (!taps->all[i].answered)
            return;
    taps->answer = true;
}

void taps_ask(struct taps *taps)
{
    taps->asked++;
    for (size_t i = 0; i < taps->count; i++) {
        taps->all[i].answered = taps->all[i].ended || taps->all[i].stats.final;
        tap_ask(taps->all[i].tap, taps->asked);
    }
}

/* An interface's own drops are the same in all of its rings' reports. */
static void add_interfaces(struct stats *sum, const struct stats *part)
{
    sum->interface_count = part->interface_count;
    for (size_t i = 0; i < part->interface_count; i++) {
        struct capture_stats *to = &sum->interfaces[i].capture;
        const struct capture_stats *from = &part->interfaces[i].capture;
        sum->interfaces[i].name = part->interfaces[i].name;
        sum->interfaces[i].up = part->interfaces[i].up;
        to->packets += from->packets;
        to->octets += from->octets;
        to->kernel_drops += from->kernel_drops;
        if (from->interface_drops > to->interface_drops)
            to->interface_drops = from->interface_drops;
    }
}

bool taps_answer(struct taps *taps, struct stats *ret_stats)
{
    if (!taps->answer)
        return false;
    taps->answer = false;
    *ret_stats = (struct stats){.workers = taps->count};
    for (size_t i = 0; i < taps->count; i++) {
        const struct one *one = &taps->all[i];
        stats_add_worker(ret_stats, &one->stats);
        add_interfaces(ret_stats, &one->stats);
        ret_stats->event_queue_drops += ring_dropped(tap_ring(one->tap));
        ret_stats->event_queue_depth += ring_depth(tap_ring(one->tap));
    }
    ret_stats->capture = (struct capture_stats){0};
    for (size_t i = 0; i < ret_stats->interface_count; i++) {
        const struct capture_stats *own = &ret_stats->interfaces[i].capture;
        ret_stats->capture.packets += own->packets;
        ret_stats->capture.octets += own->octets;
        ret_stats->capture.kernel_drops += own->kernel_drops;
        ret_stats->capture.interface_drops += own->interface_drops;
    }
    return true;
}

/* ---- events ---- */

/* Reports are taken out of turn: they say how the worker stands. */
static void fill(struct taps *taps, struct one *one)
{
    while (one->head == NULL && !one->ended) {
        one->head = ring_poll(tap_ring(one->tap), &one->ended);
        if (one->head == NULL)
            return;
        if (one->head->kind == EVENT_STATS)
            take_report(taps, one);
    }
}

struct event *taps_next(struct taps *taps)
{
    struct one *first = NULL;
    uint64_t reached = UINT64_MAX; /* by all that have no event */
    for (size_t i = 0; i < taps->count; i++) {
        struct one *one = &taps->all[i];
        /* What it had put by then is seen by the look after it. */
        uint64_t own = (uint64_t)tap_reached(one->tap);
        fill(taps, one);
        if (one->head == NULL && !one->ended && own < reached)
            reached = own;
        if (one->head != NULL && (first == NULL || event_before(one->head, first->head)))
            first = one;
    }
    if (first == NULL || first->head->turn > reached)
        return NULL;
    struct event *event = first->head;
    first->head = NULL;
    return event;
}

bool taps_ended(const struct taps *taps)
{
    for (size_t i = 0; i < taps->count; i++)
        if (!taps->all[i].ended || taps->all[i].head != NULL)
            return false;
    return true;
}

void taps_change(struct taps *taps, const struct worker_options *worker, const char *filter)
{
    for (size_t i = 0; i < taps->count; i++)
        tap_change(taps->all[i].tap, worker, filter);
}
