/*
 * stats: everything that is counted, gathered for one stats record.
 *
 * app fills it from the rooms' own stats (sums over workers); formats print it.
 */
#ifndef MXTAP_STATS_H
#define MXTAP_STATS_H

#include <mxtap/capture.h>
#include <mxtap/decode.h>
#include <mxtap/detect.h>
#include <mxtap/dns.h>
#include <mxtap/know.h>
#include <mxtap/stream.h>

struct stats {
    int64_t time;        /* event time */
    int64_t first, last; /* event time of the first and last packet */
    bool final;          /* the last one of this run */
    uint64_t workers;
    struct capture_stats capture;
    struct decode_stats decode;
    struct stream_stats stream;
    uint64_t sessions, sessions_now, messages, not_smtp, tls, midstream, one_sided;
    uint64_t events, events_cut, event_queue_drops;
    struct dns_stats dns;
    struct know_stats know;
    struct detect_stats detect;
    size_t smtp_memory;
    struct {
        const char *name; /* of the sink */
        uint64_t records, octets, dropped, depth;
    } outputs[8];
    size_t output_count;
};

/* Adds what each worker counts for its own sessions. */
void stats_add_sessions(struct stats *stats, const struct stats *part);

#endif
