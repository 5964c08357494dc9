/*
 * talk: one dialogue inside a worker: its SMTP session, the mail parser of the message under way,
 * how the client speaks, and the events that come of it.
 *
 * Each talk of another worker's share is seen too, for the order of events must be the same in all
 * of them, but nothing is done about it. Used by worker only; the stream sink that talks_new fills
 * in is what the engine calls. One thread.
 */
#ifndef MXTAP_TALK_H
#define MXTAP_TALK_H

#include "worker.h"

struct talks;

enum err talks_new(const struct worker_options *options, struct talks **ret_talks,
                   struct stream_sink *ret_sink) MXTAP_MUST_CHECK;
void talks_free(struct talks *talks);
/* A host of ours asks for a connection; EVENT_OPEN says so, made by the first worker only. */
void talks_asked(struct talks *talks, const struct ip_info *ip);
/* A whole second of event time has been reached; EVENT_TIME says so. */
void talks_second(struct talks *talks, int64_t now, uint64_t number);
/* A packet of port 53 was seen; EVENT_DNS says what it answered, where it is this worker that looks
 * (answer is not NULL). */
void talks_answer(struct talks *talks, const struct dns_answer *answer);
/* Hands the counters on as EVENT_STATS. */
void talks_report(struct talks *talks, const struct stats *stats, uint64_t number);
void talks_stats(const struct talks *talks, struct stats *stats);

#endif
