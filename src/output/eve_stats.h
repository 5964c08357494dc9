/*
 * eve_stats: the stats record.
 */
#ifndef MXTAP_EVE_STATS_H
#define MXTAP_EVE_STATS_H

#include <mxtap/output.h>

void eve_stats(const struct format_options *options, const struct stats *stats, const char *id,
               struct buf *out);

#endif
