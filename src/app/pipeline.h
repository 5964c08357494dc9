/*
 * pipeline: the one place that wires everything: capture -> worker -> correlator -> output.
 *
 * Used by the commands that read captures. One thread unless the configuration asks for more
 * workers.
 */
#ifndef MXTAP_PIPELINE_H
#define MXTAP_PIPELINE_H

#include "config.h"
#include "worker.h"

struct pipeline_options {
    const struct config *config;
    const char *const *inputs;
    size_t input_count;
    struct know *know;                /* or NULL: one of its own, by the configuration */
    bool records;                     /* write records as the configuration says */
    bool forward;                     /* and take them to the sinks that send */
    bool progress;                    /* show a bar on standard error if that is a terminal */
    const struct worker_watch *watch; /* may be NULL */
    struct alert_sink alerts;         /* may be empty */
};

/* Runs to the end of the inputs; an exit status (commands.h). Problems are logged. */
int pipeline_run(const struct pipeline_options *options);

#endif
