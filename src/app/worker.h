/*
 * worker: from packets to events. It owns a decoder, a stream engine, the sessions and their mail
 * parsers, and shares nothing.
 *
 * Made by the pipeline; one thread. Events go to on_event one by one, in order; the record is the
 * worker's and lives until the callback returns. share and shares divide the sessions among several
 * workers that all read the same packets. watch (may be NULL) is for those who want to see the
 * dialogues.
 */
#ifndef MXTAP_WORKER_H
#define MXTAP_WORKER_H

#include <mxtap/event.h>
#include <mxtap/know.h>
#include <mxtap/stats.h>

/* Called with the session's flow_id; content is called when a message's content is over. */
struct worker_watch {
    void (*opened)(void *arg, const struct flow_info *flow);
    void (*line)(void *arg, uint64_t flow_id, enum direction direction, struct span line,
                 int64_t time);
    void (*content)(void *arg, uint64_t flow_id, const struct mail_summary *mail, int64_t time);
    void (*exchange)(void *arg, uint64_t flow_id, const struct smtp_command *command,
                     const struct smtp_reply *reply);
    void (*gap)(void *arg, uint64_t flow_id, enum direction direction, uint64_t length,
                int64_t time);
    void (*ended)(void *arg, const struct smtp_summary *summary, enum close_reason reason,
                  int64_t time);
    void *arg;
};

struct worker_options {
    const struct engine *engine;
    struct stream_options stream;
    struct decode_options decode;
    size_t memory;                            /* octets of sessions and mail parsers */
    struct addr_net home_nets[KNOW_NETS_MAX]; /* whose SYNs are told of (EVENT_OPEN) */
    size_t home_net_count;
    unsigned share, shares;
    void (*on_event)(void *arg, struct event *event);
    void *arg;
    const struct worker_watch *watch;
};

struct worker;

enum err worker_new(const struct worker_options *options,
                    struct worker **ret_worker) MXTAP_MUST_CHECK;
void worker_packet(struct worker *worker, const struct packet *packet);
/* Nothing came, and nothing with an earlier time will: event time goes on. */
void worker_idle(struct worker *worker, int64_t now);
/* The capture ended: every session ends. */
void worker_end(struct worker *worker);
void worker_free(struct worker *worker);
/* Puts the worker's counters into the stats: of what all workers do alike by the first worker only,
 * of sessions by each. */
void worker_stats(const struct worker *worker, struct stats *stats);
/* Hands the stats on as EVENT_STATS. */
void worker_report(struct worker *worker, const struct stats *stats);

#endif
