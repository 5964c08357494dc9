/*
 * rounds: what the sensor does by the clock: once a second its counters are gathered, now and then
 * a record of them is due, and the past is to be saved.
 *
 * Knows when, and keeps what is counted between two records: delays, losses, reloads. One thread.
 */
#ifndef MXTAP_ROUNDS_H
#define MXTAP_ROUNDS_H

#include "config.h"

#include <mxtap/stats.h>

#define ROUNDS_STALE (10 * CLOCK_SECOND) /* without a round after this the sensor is not well */

/* What was told of an output last. */
struct rounds_output {
    char name[64];
    bool failing;
};

struct rounds {
    struct stats stats; /* of the last round */
    bool wanted;        /* a record is wanted as soon as can be */
    /* Times of the monotonic clock: */
    int64_t next_ask, next_record, next_save;
    uint64_t packets, drops; /* at the last record */
    uint64_t reloads, refused;
    struct stats_lag lag;
    int64_t started;
    int64_t ahead;               /* of the monotonic clock, the real one was at the last round */
    bool down[STATS_INTERFACES]; /* as it was told last */
    struct rounds_output outputs[STATS_OUTPUTS];
    uint64_t lost; /* records, as it was told last */
    char outbox_trouble[sizeof((struct outbox_stats *)0)->trouble]; /* the same */
    char past_trouble[sizeof((struct past_stats *)0)->trouble];     /* that was told last */
};

void rounds_init(struct rounds *rounds);
/* True where counters are to be asked for now. */
bool rounds_ask(struct rounds *rounds);
void rounds_want_stats(struct rounds *rounds);
/* The workers' and the backend's counters stand in rounds->stats: adds the rest, warns in the log
 * of losses; true where a record is due. */
bool rounds_complete(struct rounds *rounds, const struct config *config);
/* True where the past is to be saved now. */
bool rounds_save(struct rounds *rounds, int64_t interval);

/* An alert was handed over, made by a packet (or a moment) of this time. */
void rounds_alert(struct rounds *rounds, int64_t time);
void rounds_reload(struct rounds *rounds, bool taken);

#endif
