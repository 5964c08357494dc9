/*
 * how: a copy of how a sink is opened.
 *
 * A thread of an output may go on for a while after the configuration that it was made from is gone
 * (reload): what its sink was lent has to stay as long as the sink does. Main thread, but for
 * how_free, which is called by whoever closes the sink.
 */
#ifndef MXTAP_HOW_H
#define MXTAP_HOW_H

#include <mxtap/sink.h>

/* NULL without memory. Options of a sink whose options_size is 0 are lent on. */
struct sink_how *how_copy(const struct sink *sink, const struct sink_how *how) MXTAP_MUST_CHECK;
void how_free(const struct sink *sink, struct sink_how *how);

#endif
