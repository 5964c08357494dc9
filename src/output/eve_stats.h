/*
 * eve_stats: the counters, as the stats record has them.
 */
#ifndef MXTAP_EVE_STATS_H
#define MXTAP_EVE_STATS_H

#include <json-c/json.h>
#include <mxtap/output.h>

/* Those that Suricata has too, under its names. */
struct json_object *eve_suricata_stats(const struct stats *stats);
/* All of them: what stands under mxtap. */
struct json_object *eve_own_stats(const struct stats *stats, const char *id);

#endif
