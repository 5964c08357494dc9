/*
 * rooms_outputs: from the configuration to the rows that outputs are made with.
 *
 * The plain output (settings output.*, -o) is there unless the live sensor has sinks and no
 * output.file. Sinks that send need outbox.file.
 */
#ifndef MXTAP_ROOMS_OUTPUTS_H
#define MXTAP_ROOMS_OUTPUTS_H

#include "config.h"

#include <mxtap/output.h>

enum rooms_whose {
    ROOMS_REPLAY,  /* the plain output */
    ROOMS_FORWARD, /* the plain output, and the sinks that send */
    ROOMS_LIVE,    /* the sinks; the plain output as above */
    ROOMS_SENDING, /* the sinks that send */
};

struct rooms_outputs {
    struct output_row rows[CONFIG_SINKS + 1];
    size_t count;
    const struct sink *plain; /* of the plain output, or NULL */
    void *plain_options;
    bool sends; /* some row needs the outbox */
};

/* The rows lend the configuration's texts and options. ret_message: what cannot be. */
enum err rooms_outputs(const struct config *config, enum rooms_whose whose,
                       struct rooms_outputs *ret_outputs,
                       char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
void rooms_outputs_done(struct rooms_outputs *outputs);

/* This sensor's name for receivers that must have one: site.sensor, or the host's. */
void rooms_host(const struct config *config, char *ret_name, size_t size);

#endif
