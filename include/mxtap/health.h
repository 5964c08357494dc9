/*
 * health: counters over HTTP for Prometheus and for people (libmicrohttpd).
 *
 * GET /metrics is Prometheus' text format 0.0.4, GET /health one line of JSON with status 200 or
 * 503, GET / a page for people that says the same. Everything else is refused. It listens on an
 * address of loopback only. Threads of its own; the correlator hands it the counters once a second
 * with health_update, which copies them.
 */
#ifndef MXTAP_HEALTH_H
#define MXTAP_HEALTH_H

#include <mxtap/stats.h>

struct health;

struct health_options {
    const char *listen; /* "127.0.0.1:9465" or "[::1]:9465"; port 0: any, see health_port */
    int64_t stale;      /* nanoseconds without an update after which it is not healthy */
    void (*on_thread)(void *arg); /* called first in its thread; may be NULL */
    void *arg;
};

/* ERR_CONFIG: no address of loopback; ERR_SYSTEM: it cannot be had; ret_message says it. */
enum err health_new(const struct health_options *options, struct health **ret_health,
                    char *ret_message, size_t message_size) MXTAP_MUST_CHECK;
void health_free(struct health *health);
uint16_t health_port(const struct health *health);
void health_update(struct health *health, const struct stats *stats);

/* The texts themselves, for the room and its tests. */
void health_metrics(const struct stats *stats, struct buf *out);
/* True where all is well; reason in one line otherwise. */
bool health_judge(const struct stats *stats, struct buf *ret_reason);

#endif
