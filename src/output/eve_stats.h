/*
 * eve_stats: the stats record.
 */
#ifndef MXTAP_EVE_STATS_H
#define MXTAP_EVE_STATS_H

#include <mxtap/output.h>

void eve_stats(const struct format_options *options, const struct stats *stats, struct buf *out);

#endif
