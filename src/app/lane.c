/*
 * lane: the loop over packets, and the merge of several lanes by (turn, serial). Every lane hands
 * on a second that passes, so none waits for long for a lane that has no session of its own.
 */
#include "lane.h"

#include "progress.h"
#include "ring.h"

#include <pthread.h>
#include <stdlib.h>

#define PROGRESS_PACKETS 8192
#define RING_PLACES      4096

struct lane {
    struct lane_options options;
    struct capture *capture;
    struct worker *worker;
    struct ring *ring; /* while it has a thread */
    pthread_t thread;
    bool started;
    int result;
    int64_t next_stats;
};

static void to_ring(void *arg, struct event *event)
{
    struct lane *lane = arg;
    ring_put(lane->ring, event);
}

enum err lane_new(const struct lane_options *options, struct lane **ret_lane, char *ret_message,
                  size_t message_size)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (lane == NULL)
        return ERR_MEMORY;
    lane->options = *options;
    lane->next_stats = CLOCK_NEVER;
    struct worker_options worker = options->worker;
    enum err err = capture_open(&options->capture, &lane->capture, ret_message, message_size);
    if (err == ERR_NONE && worker.shares > 1) {
        err = ring_new(RING_PLACES, &lane->ring);
        worker.on_event = to_ring;
        worker.arg = lane;
    }
    if (err == ERR_NONE)
        err = worker_new(&worker, &lane->worker);
    if (err != ERR_NONE) {
        lane_free(lane);
        return err;
    }
    *ret_lane = lane;
    return ERR_NONE;
}

/* Of the capture by the first lane only: all read the same packets. */
static void report(struct lane *lane, int64_t now, bool final)
{
    struct stats stats = {.time = now, .final = final};
    if (lane->options.worker.share == 0)
        capture_stats(lane->capture, &stats.capture);
    worker_stats(lane->worker, &stats);
    worker_report(lane->worker, &stats);
}

/* Counters at every interval of event time. */
static void step_stats(struct lane *lane, int64_t now)
{
    if (lane->next_stats != CLOCK_NEVER && lane->options.stats_interval > 0)
        report(lane, now, false);
    lane->next_stats = now + lane->options.stats_interval;
}

int lane_run(struct lane *lane)
{
    struct progress progress;
    progress_init(&progress, lane->options.progress);
    struct packet packet = {0};
    int64_t last = 0;
    int got;
    while ((got = capture_next(lane->capture, &packet)) > 0) {
        if (packet.time > CLOCK_LATEST)
            packet.time = CLOCK_LATEST;
        if (packet.time < CLOCK_EARLIEST)
            packet.time = CLOCK_EARLIEST;
        if (packet.time >= lane->next_stats)
            step_stats(lane, packet.time);
        if (packet.time > last)
            last = packet.time;
        worker_packet(lane->worker, &packet);
        if (packet.number % PROGRESS_PACKETS == 0)
            progress_step(&progress, lane->capture);
    }
    progress_done(&progress);
    worker_end(lane->worker);
    report(lane, last, true);
    return got;
}

static void *thread_main(void *arg)
{
    struct lane *lane = arg;
    lane->result = lane_run(lane);
    ring_close(lane->ring);
    return NULL;
}

enum err lane_start(struct lane *lane)
{
    if (pthread_create(&lane->thread, NULL, thread_main, lane) != 0)
        return ERR_SYSTEM;
    lane->started = true;
    return ERR_NONE;
}

int lane_join(struct lane *lane)
{
    if (lane->started)
        pthread_join(lane->thread, NULL);
    lane->started = false;
    return lane->result;
}

void lane_free(struct lane *lane)
{
    if (lane == NULL)
        return;
    worker_free(lane->worker);
    capture_close(lane->capture);
    ring_free(lane->ring);
    free(lane);
}

uint64_t lane_dropped(const struct lane *lane)
{
    return lane->ring == NULL ? 0 : ring_dropped(lane->ring);
}

void lanes_merge(struct lane *const *lanes, size_t count,
                 void (*on_event)(void *arg, struct event *event), void *arg)
{
    struct event *heads[64];
    for (size_t i = 0; i < count; i++)
        heads[i] = ring_take(lanes[i]->ring);
    for (;;) {
        size_t first = count;
        for (size_t i = 0; i < count; i++)
            if (heads[i] != NULL && (first == count || event_before(heads[i], heads[first])))
                first = i;
        if (first == count)
            return;
        on_event(arg, heads[first]);
        free(heads[first]);
        heads[first] = ring_take(lanes[first]->ring);
    }
}
