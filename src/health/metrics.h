/*
 * metrics: all that is told of the sensor, as families of named samples.
 *
 * metrics_walk gives each family that has samples, and each of its samples, to a sink: text for
 * Prometheus (prom.c), or a table for people (page.c). Names and units follow Prometheus' rules:
 * mxtap_ in front, seconds and bytes, _total for what only grows. docs/health.md explains each.
 */
#ifndef MXTAP_METRICS_H
#define MXTAP_METRICS_H

#include "view.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

#define METRIC_LABELS 2

struct metric_sample {
    const char *suffix; /* of the name: "", "_bucket", "_sum", "_count" */
    struct {
        const char *name, *value; /* name NULL: no label */
    } labels[METRIC_LABELS];
    const char *value; /* a number */
};

struct metric_sink {
    void (*family)(void *arg, const char *name, enum metric_type type, const char *help);
    void (*sample)(void *arg, const char *name, const struct metric_sample *sample);
    void *arg;
};

/* A counter that is a field of struct stats. Rows of one name follow one another and differ in the
 * value of their label; the first one's help is the family's. */
struct metric_row {
    const char *name;
    enum metric_type type;
    const char *label, *label_value; /* NULL: none */
    const char *help;
    size_t offset; /* of a uint64_t in struct stats */
};

extern const struct metric_row metric_rows[]; /* ended by a row without a name */

void metrics_walk(const struct view *view, const struct metric_sink *sink);
/* As Prometheus' text format 0.0.4. */
void metrics_text(const struct view *view, struct buf *out);

#endif
