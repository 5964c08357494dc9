/*
 * sensor_private: the struct behind sensor.h, for the files that it is spread over.
 */
#ifndef MXTAP_SENSOR_PRIVATE_H
#define MXTAP_SENSOR_PRIVATE_H

#include "sensor.h"

#include "backend.h"
#include "forward.h"
#include "rounds.h"
#include "taps.h"

#include <mxtap/health.h>
#include <mxtap/past.h>

struct sensor {
    struct sensor_options options;
    struct options now; /* the configuration in force */
    struct rooms_live live;
    struct worker_options worker;
    struct taps *taps;
    struct forward *forward;
    struct backend *backend;
    struct past *past;     /* or NULL */
    struct health *health; /* or NULL */
    struct rounds rounds;
    int signals;
    int64_t time; /* of the last event */
    bool stopping;
};

/* A backend as this configuration says, whose alerts are counted. */
enum err sensor_backend(struct sensor *sensor, const struct config *config,
                        struct backend **ret_backend,
                        char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* Reads the configuration again and takes it up whole, or says in the log why not. */
void sensor_reload(struct sensor *sensor);

#endif
