/*
 * tap: the loop over the packets of some interfaces, merged by time. An interface without a packet
 * holds the others up only until live_reached says that nothing earlier will come from it.
 */
#include "tap.h"

#include <mxtap/log.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define RING_PLACES 16384
#define DRAIN_TIME  CLOCK_SECOND

/* What tap_change hands over. */
struct change {
    struct worker_options worker;
    char *filter;
};

struct source {
    struct live *live;
    struct packet head; /* waits where has is true */
    bool has, gone;
};

struct tap {
    struct tap_options options;
    struct source sources[TAP_INTERFACES];
    size_t source_count;
    size_t last; /* index of the source that gave a packet */
    struct worker *worker;
    struct ring *ring;
    struct stats ended; /* counters of workers before this one */
    size_t peak;        /* of their memory, the highest */
    int64_t since;      /* what came before is left alone */
    int64_t now;        /* of the packet that is being worked on */
    pthread_t thread;
    bool started;
    uint64_t number;
    uint64_t answered; /* tap_ask */
    _Atomic int64_t reached;
    _Atomic uint64_t asked;
    _Atomic bool stop;
    struct change *_Atomic change;
};

static void to_ring(void *arg, struct event *event)
{
    struct tap *tap = arg;
    event->turn = (uint64_t)tap->now;
    ring_put(tap->ring, event);
}

static enum err make_worker(struct tap *tap, const struct worker_options *options,
                            struct worker **ret_worker)
{
    struct worker_options own = *options;
    own.share = 0;
    own.shares = 1;
    own.on_event = to_ring;
    own.arg = tap;
    return worker_new(&own, ret_worker);
}

enum err tap_new(const struct tap_options *options, struct tap **ret_tap, char *ret_message,
                 size_t message_size)
{
    struct tap *tap = calloc(1, sizeof *tap);
    if (tap == NULL)
        return ERR_MEMORY;
    tap->options = *options;
    enum err err = ring_new(RING_PLACES, &tap->ring);
    if (err == ERR_NONE)
        err = make_worker(tap, &options->worker, &tap->worker);
    for (size_t i = 0; err == ERR_NONE && i < options->live_count; i++) {
        err = live_open(&options->lives[i], &tap->sources[i].live, ret_message, message_size);
        tap->source_count += err == ERR_NONE;
    }
    if (err != ERR_NONE) {
        tap_free(tap);
        return err;
    }
    *ret_tap = tap;
    return ERR_NONE;
}

/* ---- in its thread ---- */

/* The source with the earliest waiting packet, or NULL. */
static struct source *earliest(struct tap *tap)
{
    struct source *first = NULL;
    for (size_t i = 0; i < tap->source_count; i++) {
        struct source *source = &tap->sources[i];
        if (source->has && (first == NULL || source->head.time < first->head.time))
            first = source;
    }
    return first;
}

/* A packet of this source, if there is one or one comes soon. */
static void look(struct tap *tap, struct source *source, bool wait)
{
    int got = wait ? live_next(source->live, &source->head) : live_try(source->live, &source->head);
    source->has = got > 0;
    if (got >= 0)
        return;
    source->gone = true;
    log_error("%s is gone; it is taken up when mxtap is started again",
              tap->options.lives[source - tap->sources].interface);
}

/* The source with the earliest packet, or NULL. Those that could have an earlier one than is at
 * hand are looked at, none is waited for; the one that gave the last is the first, for it most
 * likely has more. */
static struct source *look_around(struct tap *tap)
{
    struct source *first = earliest(tap);
    for (size_t i = 0; i < tap->source_count; i++) {
        struct source *source = &tap->sources[(tap->last + i) % tap->source_count];
        if (source->has || source->gone)
            continue;
        if (first != NULL && live_reached(source->live) >= first->head.time)
            continue;
        look(tap, source, false);
        if (source->has && (first == NULL || source->head.time < first->head.time))
            first = source;
    }
    return first;
}

/* The one without a packet that holds the others up. */
static struct source *slowest(struct tap *tap)
{
    struct source *last = NULL;
    for (size_t i = 0; i < tap->source_count; i++) {
        struct source *source = &tap->sources[i];
        if (!source->has && !source->gone &&
            (last == NULL || live_reached(source->live) < live_reached(last->live)))
            last = source;
    }
    return last;
}

/* No packet with an earlier time will come. */
static int64_t reached_by_all(const struct tap *tap)
{
    int64_t reached = INT64_MAX;
    for (size_t i = 0; i < tap->source_count; i++) {
        const struct source *source = &tap->sources[i];
        int64_t own = source->has ? source->head.time : live_reached(source->live);
        if (!source->gone && own < reached)
            reached = own;
    }
    return reached;
}

static bool all_gone(const struct tap *tap)
{
    size_t gone = 0;
    for (size_t i = 0; i < tap->source_count; i++)
        gone += tap->sources[i].gone;
    return gone == tap->source_count;
}

static void work_on(struct tap *tap, struct packet *packet)
{
    if (packet->time < tap->since)
        return;
    if (packet->time > CLOCK_LATEST)
        packet->time = CLOCK_LATEST;
    if (packet->time < CLOCK_EARLIEST)
        packet->time = CLOCK_EARLIEST;
    if (packet->time > tap->now)
        tap->now = packet->time;
    packet->number = ++tap->number;
    worker_packet(tap->worker, packet);
    atomic_store_explicit(&tap->reached, tap->now, memory_order_release);
}

static void idle(struct tap *tap)
{
    int64_t reached = reached_by_all(tap);
    if (reached == INT64_MAX || reached <= tap->now)
        return;
    tap->now = reached;
    worker_idle(tap->worker, reached);
    atomic_store_explicit(&tap->reached, reached, memory_order_release);
}

/* May this packet be worked on, or could an earlier one come? */
static bool is_next(const struct tap *tap, const struct source *source)
{
    return source != NULL && source->head.time <= reached_by_all(tap);
}

/* Up to one packet, or batch_time without any. */
static void step(struct tap *tap)
{
    struct source *first = tap->source_count > 1 ? look_around(tap) : NULL;
    if (!is_next(tap, first)) {
        struct source *awaited = slowest(tap);
        if (awaited != NULL)
            look(tap, awaited, true);
        first = earliest(tap);
    }
    if (!is_next(tap, first)) {
        idle(tap);
        return;
    }
    first->has = false;
    tap->last = (size_t)(first - tap->sources);
    work_on(tap, &first->head);
}

static void add_capture(struct tap *tap, struct stats *stats)
{
    stats->interface_count = tap->source_count;
    for (size_t i = 0; i < tap->source_count; i++) {
        struct stats_interface *own = &stats->interfaces[i];
        own->name = tap->options.lives[i].interface;
        own->up = !tap->sources[i].gone && live_is_up(tap->sources[i].live);
        live_stats(tap->sources[i].live, &own->capture);
        stats->capture.packets += own->capture.packets;
        stats->capture.octets += own->capture.octets;
        stats->capture.kernel_drops += own->capture.kernel_drops;
        stats->capture.interface_drops += own->capture.interface_drops;
    }
}

static void report(struct tap *tap, bool final)
{
    struct stats stats = {.time = tap->now, .final = final};
    worker_stats(tap->worker, &stats);
    stats_add_worker(&stats, &tap->ended);
    if (stats.stream.memory_peak < tap->peak)
        stats.stream.memory_peak = tap->peak;
    add_capture(tap, &stats);
    worker_report(tap->worker, &stats);
}

/* The worker ends. What it has counted stays, what it had at last does not. */
static void end_worker(struct tap *tap)
{
    struct stats last = {0};
    worker_end(tap->worker);
    worker_stats(tap->worker, &last);
    if (last.stream.memory_peak > tap->peak)
        tap->peak = last.stream.memory_peak;
    last.stream.flows_now = 0;
    last.stream.memory = last.stream.memory_peak = last.smtp_memory = 0;
    last.sessions_now = 0;
    stats_add_worker(&tap->ended, &last);
    worker_free(tap->worker);
    tap->worker = NULL;
}

static void free_change(struct change *change)
{
    if (change != NULL)
        free(change->filter);
    free(change);
}

static void take_up(struct tap *tap, struct change *change)
{
    struct worker *fresh = NULL;
    char message[200] = "";
    for (size_t i = 0; i < tap->source_count; i++)
        if (!tap->sources[i].gone &&
            live_filter(tap->sources[i].live, change->filter, message, sizeof message) != ERR_NONE)
            log_error("%s", message);
    if (make_worker(tap, &change->worker, &fresh) != ERR_NONE) {
        log_error("no memory for a new worker; the old one goes on");
    } else {
        end_worker(tap);
        tap->worker = fresh;
    }
    free_change(change);
}

/* What the main thread wants. */
static void serve(struct tap *tap)
{
    if (atomic_load_explicit(&tap->change, memory_order_relaxed) != NULL)
        take_up(tap, atomic_exchange(&tap->change, NULL));
    uint64_t asked = atomic_load_explicit(&tap->asked, memory_order_relaxed);
    if (asked != tap->answered) {
        tap->answered = asked;
        report(tap, false);
    }
}

static void *thread_main(void *arg)
{
    struct tap *tap = arg;
    tap->options.on_thread(tap->options.arg);
    while (!atomic_load_explicit(&tap->stop, memory_order_relaxed) && !all_gone(tap)) {
        step(tap);
        serve(tap);
    }
    int64_t end = clock_real();
    int64_t deadline = clock_steady() + DRAIN_TIME;
    while (!all_gone(tap) && tap->now <= end && clock_steady() < deadline)
        step(tap);
    worker_end(tap->worker);
    report(tap, true);
    atomic_store_explicit(&tap->reached, INT64_MAX, memory_order_release);
    ring_close(tap->ring);
    return NULL;
}

/* ---- for the main thread ---- */

enum err tap_start(struct tap *tap, int64_t since)
{
    tap->since = since;
    if (pthread_create(&tap->thread, NULL, thread_main, tap) != 0)
        return ERR_SYSTEM;
    tap->started = true;
    return ERR_NONE;
}

void tap_stop(struct tap *tap)
{
    atomic_store(&tap->stop, true);
}

void tap_join(struct tap *tap)
{
    if (!tap->started)
        return;
    /* While its ring is full the thread waits for somebody to take events. */
    tap_stop(tap);
    for (struct event *event; (event = ring_take(tap->ring)) != NULL;)
        free(event);
    pthread_join(tap->thread, NULL);
    tap->started = false;
}

void tap_free(struct tap *tap)
{
    if (tap == NULL)
        return;
    worker_free(tap->worker);
    for (size_t i = 0; i < tap->source_count; i++)
        live_close(tap->sources[i].live);
    ring_free(tap->ring);
    free_change(atomic_load(&tap->change));
    free(tap);
}

struct ring *tap_ring(struct tap *tap)
{
    return tap->ring;
}

int64_t tap_reached(const struct tap *tap)
{
    return atomic_load_explicit(&tap->reached, memory_order_acquire);
}

void tap_ask(struct tap *tap, uint64_t number)
{
    atomic_store_explicit(&tap->asked, number, memory_order_relaxed);
}

void tap_change(struct tap *tap, const struct worker_options *worker, const char *filter)
{
    struct change *change = calloc(1, sizeof *change);
    if (change != NULL)
        change->filter = strdup(filter);
    if (change == NULL || change->filter == NULL) {
        log_error("no memory for a new worker; the old one goes on");
        free_change(change);
        return;
    }
    change->worker = *worker;
    free_change(atomic_exchange(&tap->change, change));
}
