/*
 * correlator: judges events, shows them to the detectors, and writes records.
 *
 * Owns know and detect; one thread. Alerts go to every output that wants them, and to on_alert (may
 * be NULL) for those who show them otherwise.
 */
#ifndef MXTAP_CORRELATOR_H
#define MXTAP_CORRELATOR_H

#include "config.h"

#include <mxtap/output.h>

struct correlator_options {
    const struct config *config;
    struct know *know;
    struct outputs *outputs; /* may be NULL */
    struct alert_sink alerts;
};

struct correlator;

enum err correlator_new(const struct correlator_options *options,
                        struct correlator **ret_correlator) MXTAP_MUST_CHECK;
void correlator_event(struct correlator *correlator, struct event *event);
/* The capture ended: cases that grew are reported. correlator_leave: nothing is. */
void correlator_end(struct correlator *correlator);
void correlator_leave(struct correlator *correlator);
void correlator_save(const struct correlator *correlator, struct image *image);
void correlator_load(struct correlator *correlator, const struct image *image);
/* Before the first event: event time goes on where the other one's is. */
void correlator_follow(struct correlator *correlator, const struct correlator *other);
void correlator_stats(const struct correlator *correlator, struct stats *stats);
void correlator_free(struct correlator *correlator);

#endif
