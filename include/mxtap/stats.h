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
#include <mxtap/outbox.h>
#include <mxtap/past.h>
#include <mxtap/stream.h>

#define STATS_INTERFACES  16
#define STATS_LAG_BUCKETS 14

/* Upper ends of the buckets in milliseconds; the last one has none. */
#define STATS_LAG_LIMITS                                                                           \
    {                                                                                              \
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000                                \
    }

/* How long it took from the packet that crossed a threshold to its record being handed over. */
struct stats_lag {
    uint64_t buckets[STATS_LAG_BUCKETS]; /* not cumulative */
    uint64_t count;
    int64_t sum; /* nanoseconds */
};

struct stats_interface {
    const char *name; /* lives as long as the run */
    bool up;
    struct capture_stats capture;
};

#define STATS_OUTPUTS 32

struct stats_output {
    char name[64];    /* as configured */
    const char *sink; /* "file", "syslog" */
    uint64_t records; /* taken: written, or acknowledged by the receiver */
    uint64_t octets;
    uint64_t dropped; /* never taken: a full queue, a full disk; lost by ceilings of the outbox */
    uint64_t depth;   /* records waiting: in the queue, or in the outbox */
    bool failing;     /* now; health_update sets it too, for a minute after a drop */
    /* Of one that reads from the outbox (sends): */
    bool sends;
    uint64_t tries, failed; /* deliveries, and those that left records waiting */
    uint64_t again;         /* records sent more than once by us, because it was not known */
    uint64_t refused;       /* by the receiver: dead letters made */
    uint64_t dead;          /* dead letters in the outbox now */
    int64_t oldest;         /* clock time of the oldest that waits; 0: none */
    char trouble[256];      /* of the last try, or empty */
};

/* What the memory of a room is bounded by, all workers together; 0: not told. */
struct stats_ceilings {
    size_t stream, smtp, know, detect;
};

struct stats {
    int64_t time;        /* event time */
    int64_t first, last; /* event time of the first and last packet */
    bool final;          /* the last one of this run */
    uint64_t workers;
    struct capture_stats capture; /* of all */
    /* Of the live sensor only (interface_count is not 0): */
    struct stats_interface interfaces[STATS_INTERFACES];
    size_t interface_count;
    int64_t started;   /* clock, nanoseconds since 1970 */
    double drop_rate;  /* of kernel and interface, share of all packets since the last record */
    bool drop_warning; /* it is over capture.drop_warning */
    uint64_t reloads, reloads_refused; /* of the configuration */
    uint64_t refused_calls;            /* system calls that the sandbox refused */
    struct stats_lag lag;
    uint64_t event_queue_depth;
    struct past_stats past;
    int64_t past_interval; /* of past.interval, nanoseconds; 0: nothing is saved */
    struct stats_ceilings ceilings;
    size_t process_memory; /* stats_process_memory() */
    struct decode_stats decode;
    struct stream_stats stream;
    uint64_t sessions, sessions_now, messages, not_smtp, tls, midstream, one_sided;
    uint64_t events, events_cut, event_queue_drops;
    struct dns_stats dns;
    struct know_stats know;
    struct detect_stats detect;
    size_t smtp_memory;
    struct stats_output outputs[STATS_OUTPUTS];
    size_t output_count;
    struct outbox_stats outbox;
    bool has_outbox;
};

/* Adds what each worker counts for its own sessions: of a replay, whose workers all read the same
 * packets. */
void stats_add_sessions(struct stats *stats, const struct stats *part);
/* Adds all that a worker counts: of the live sensor, whose workers have traffic of their own.
 * capture, decode, stream, dns and the sessions are summed, peaks of memory too; time, first and
 * last become those of all (0 or CLOCK_NEVER: none yet); what is not a worker's is left alone. An
 * interface counts its drops once, so capture.interface_drops must be 0 in all but one of the
 * workers that share it.
 */
void stats_add_worker(struct stats *sum, const struct stats *part);

/* Counts one delay; a negative one, as after the clock was set back, is none. */
void stats_lag_add(struct stats_lag *lag, int64_t nanoseconds);

/* Octets of memory that this process has now (resident set); 0 where it cannot be told. */
size_t stats_process_memory(void);

#endif
