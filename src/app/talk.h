/*
 * talk: one dialogue inside a worker: its SMTP session, the mail parser of the message under way,
 * how the client speaks, and the events that come of it.
 *
 * Used by worker only; the stream sink that talks_new fills in is what the engine calls. One
 * thread.
 */
#ifndef MXTAP_TALK_H
#define MXTAP_TALK_H

#include "worker.h"

struct talks;

enum err talks_new(const struct worker_options *options, struct talks **ret_talks,
                   struct stream_sink *ret_sink) MXTAP_MUST_CHECK;
void talks_free(struct talks *talks);
void talks_watermark(struct talks *talks, int64_t now, uint64_t number);
/* From here on every session that ends does so because the capture ends. */
void talks_ending(struct talks *talks);
void talks_stats(const struct talks *talks, struct stats *stats);

#endif
