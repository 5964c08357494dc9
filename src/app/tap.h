/*
 * tap: a worker of the live sensor, with a ring of the kernel for each interface, in a thread.
 *
 * Packets of all its interfaces are taken in the order of their times, so the two directions of a
 * network tap may come in on two interfaces. Worker i has share i of every interface, and the
 * kernel shares all of them out in the same way. Events go into a ring, with the time of the packet
 * that made them as their turn.
 *
 * tap_new opens the interfaces and needs the privilege; tap_start makes the thread. All functions
 * are the main thread's.
 */
#ifndef MXTAP_TAP_H
#define MXTAP_TAP_H

#include "ring.h"
#include "worker.h"

#include <mxtap/live.h>

#define TAP_INTERFACES STATS_INTERFACES

struct tap_options {
    struct live_options lives[TAP_INTERFACES];
    size_t live_count;
    struct worker_options worker; /* callbacks are the tap's own */
    void (*on_thread)(void *arg); /* called first in its thread */
    void *arg;
};

struct tap;

enum err tap_new(const struct tap_options *options, struct tap **ret_tap, char *ret_message,
                 size_t message_size) MXTAP_MUST_CHECK;
/* Packets from before since are left alone: not all workers shared the traffic then. */
enum err tap_start(struct tap *tap, int64_t since) MXTAP_MUST_CHECK;
/* What is in the kernel's rings by now is still taken, for at most a second, every session ends,
 * and then the ring is closed. */
void tap_stop(struct tap *tap);
/* Stops it, frees the events that nobody has taken, and waits for its thread, if it has one. */
void tap_join(struct tap *tap);
void tap_free(struct tap *tap);

struct ring *tap_ring(struct tap *tap);
/* All events of an earlier turn have been put into the ring. */
int64_t tap_reached(const struct tap *tap);
/* The worker's counters are wanted: EVENT_STATS with this number comes soon. */
void tap_ask(struct tap *tap, uint64_t number);
/* From the next packet on there is a new worker with these options, and another filter; sessions
 * under way end and are picked up in the middle. */
void tap_change(struct tap *tap, const struct worker_options *worker, const char *filter);

#endif
