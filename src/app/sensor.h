/*
 * sensor: the live counterpart of the pipeline: taps -> backend, for months.
 *
 * Used by cmd_run. The calling thread becomes the correlator: it takes the taps' events, runs the
 * detectors, writes the records, serves signals (SIGTERM and SIGINT end it, SIGHUP reads the
 * configuration again, SIGUSR1 writes a stats record), saves the past and feeds health and the
 * service manager. Everything is opened before the privileges are dropped that needs them, and
 * nothing else.
 */
#ifndef MXTAP_SENSOR_H
#define MXTAP_SENSOR_H

#include "options.h"

struct sensor_options {
    struct options *first; /* as parsed at the start; taken over */
    /* Parses the command line, with the configuration's file, once more; logs what is wrong. */
    enum err (*read_again)(void *arg, struct options *ret_options);
    void *arg;
};

/* Runs until it is told to end, or every interface is lost; an exit status (commands.h). Problems
 * are logged. */
int sensor_run(const struct sensor_options *options);

#endif
