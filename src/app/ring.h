/*
 * ring: events on their way from a worker's thread to the correlator's; a bounded SPSC ring
 * (ck_ring) of copies.
 *
 * One thread puts, one takes. ring_put waits while the ring is full, ring_take while it is empty
 * and not closed; both sleep a little rather than spin, for cores are few.
 */
#ifndef MXTAP_RING_H
#define MXTAP_RING_H

#include <mxtap/event.h>

struct ring;

/* places: a power of two. */
enum err ring_new(unsigned places, struct ring **ret_ring) MXTAP_MUST_CHECK;
/* Frees what is still in it. */
void ring_free(struct ring *ring);
/* Copies the event; without memory it is counted as dropped. */
void ring_put(struct ring *ring, const struct event *event);
/* Nothing more will be put. */
void ring_close(struct ring *ring);
/* The next event, to be freed with free(); NULL at the end. */
struct event *ring_take(struct ring *ring);
/* The same without waiting: NULL also where there is none yet, and *ret_ended says which. */
struct event *ring_poll(struct ring *ring, bool *ret_ended);
/* Events in it now. */
uint64_t ring_depth(struct ring *ring);
uint64_t ring_dropped(const struct ring *ring);

#endif
