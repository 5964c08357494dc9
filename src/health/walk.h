/*
 * walk: one way through the metrics: families, and samples with a label or without.
 */
#ifndef MXTAP_HEALTH_WALK_H
#define MXTAP_HEALTH_WALK_H

#include "metrics.h"

struct walk {
    const struct metric_sink *sink;
    const char *name; /* of the family at hand */
};

void walk_family(struct walk *walk, const char *name, enum metric_type type, const char *help);
/* label NULL: none. */
void walk_count(const struct walk *walk, const char *label, const char *label_value,
                uint64_t count);
void walk_number(const struct walk *walk, double number);
void walk_number_of(const struct walk *walk, const char *label, const char *label_value,
                    double number);

static inline double walk_seconds(int64_t nanoseconds)
{
    return (double)nanoseconds / (double)CLOCK_SECOND;
}

/* Outputs and the outbox. */
void metric_outputs_walk(struct walk *walk, const struct stats *stats);

#endif
