/*
 * taps: the workers of the live sensor as one: their events in the order of time, their counters as
 * one record.
 *
 * Made by the sensor; main thread only.
 */
#ifndef MXTAP_TAPS_H
#define MXTAP_TAPS_H

#include "rooms_live.h"

struct taps;

/* Opens every interface for every worker. live must outlive the taps. */
enum err taps_new(const struct config *config, const struct rooms_live *live,
                  const struct worker_options *worker, void (*on_thread)(void *arg),
                  struct taps **ret_taps, char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
enum err taps_start(struct taps *taps) MXTAP_MUST_CHECK;
/* tap_stop for all; what has been seen still comes out of taps_next. */
void taps_stop(struct taps *taps);
/* Ends the workers' threads that there are. */
void taps_free(struct taps *taps);

/* The next event, to be freed with free(), never EVENT_STATS; NULL: none is due now. */
struct event *taps_next(struct taps *taps);
/* Every worker has ended, and all its events were given out. */
bool taps_ended(const struct taps *taps);

/* Counters are wanted from all workers. */
void taps_ask(struct taps *taps);
/* True once after all have answered (and, at the end, once after their last report): their sums. */
bool taps_answer(struct taps *taps, struct stats *ret_stats);

void taps_change(struct taps *taps, const struct worker_options *worker, const char *filter);

#endif
