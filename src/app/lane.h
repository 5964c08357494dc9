/*
 * lane: one worker with its own capture: reads the inputs to the end and hands events on.
 *
 * With one lane events go straight to on_event, in the caller's thread (lane_run). With several
 * each runs in a thread of its own (lane_start), reads all the packets itself, and puts the events
 * of its share of the sessions into a ring; lanes_merge gives them out in order, as one lane would
 * have.
 */
#ifndef MXTAP_LANE_H
#define MXTAP_LANE_H

#include "worker.h"

#include <mxtap/capture.h>

struct lane_options {
    struct worker_options worker; /* on_event is used by lane_run only */
    struct capture_options capture;
    int64_t stats_interval; /* nanoseconds of event time; 0: only at the end */
    bool progress;
};

struct lane;

/* message as capture_open's. */
enum err lane_new(const struct lane_options *options, struct lane **ret_lane, char *ret_message,
                  size_t message_size) MXTAP_MUST_CHECK;
/* To the end of the inputs; 0, or the error that ended it early. */
int lane_run(struct lane *lane);
enum err lane_start(struct lane *lane) MXTAP_MUST_CHECK;
/* Waits for the thread; what lane_run would have returned. */
int lane_join(struct lane *lane);
void lane_free(struct lane *lane);
/* Events that found no memory on their way into the ring. */
uint64_t lane_dropped(const struct lane *lane);

/* Gives out the events of the lanes that were started, in order, until all have ended. */
void lanes_merge(struct lane *const *lanes, size_t count,
                 void (*on_event)(void *arg, struct event *event), void *arg);

#endif
