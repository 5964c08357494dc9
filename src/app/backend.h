/*
 * backend: what stands behind the workers: know, correlator and output, made from a configuration.
 *
 * Used by the pipeline (capture files) and the sensor (interfaces), which swaps it whole when the
 * configuration changes. One thread.
 */
#ifndef MXTAP_BACKEND_H
#define MXTAP_BACKEND_H

#include "rooms_outputs.h"

struct backend_options {
    const struct config *config;           /* must outlive it */
    struct know *know;                     /* or NULL: one of its own, by the configuration */
    bool records;                          /* write records as the configuration says */
    enum rooms_whose whose;                /* to whom */
    struct outbox *outbox;                 /* where some output needs it */
    const struct starter *local, *sending; /* threads, as struct outputs_options has them */
    struct alert_sink alerts;              /* may be empty */
};

struct backend;

enum err backend_new(const struct backend_options *options, struct backend **ret_backend,
                     char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* Before the first event: the outputs' threads begin. */
enum err backend_start(struct backend *backend) MXTAP_MUST_CHECK;
/* The next event in order; not EVENT_STATS. */
void backend_event(struct backend *backend, struct event *event);
/* No event comes any more: cases that grew are reported. Without it, and after backend_leave,
 * nothing is: the cases go on elsewhere. */
void backend_end(struct backend *backend);
void backend_leave(struct backend *backend);

void backend_save(const struct backend *backend, struct image *image);
/* Before the first event. */
void backend_load(struct backend *backend, const struct image *image);

/* In place of backend_start: goes on where another one stops: takes its counters over and what it
 * remembers, frees it as backend_close does. Without memory for what is remembered, or threads,
 * nothing happens. */
enum err backend_follow(struct backend *backend, struct backend *other) MXTAP_MUST_CHECK;

/* Its own counters. */
void backend_stats(struct backend *backend, struct stats *stats);
bool backend_wants_stats(const struct backend *backend);
void backend_write_stats(struct backend *backend, const struct stats *stats);

/* False, with errno, where a sink that is written here could not take what is in its buffer. */
bool backend_flush(struct backend *backend);
/* Waits for the receivers, for so long at most; false, and the log says what, where something is
 * left for them. */
bool backend_drain(struct backend *backend, int64_t patience);
/* Frees it, and says with a log line and false where records were lost. */
bool backend_close(struct backend *backend);

#endif
