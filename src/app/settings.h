/*
 * settings: the tables of the settings that are not a detector's or a sink's own, for config.c.
 */
#ifndef MXTAP_SETTINGS_H
#define MXTAP_SETTINGS_H

#include "config.h"

struct settings_group {
    const char *name;
    const struct setting *settings;
    size_t offset; /* of the group's struct in struct config */
};

/* Ends with a NULL name. */
extern const struct settings_group settings_groups[];
/* Of every detector: enabled and severity, in struct detect_config. */
extern const struct setting settings_detector[];
/* Of the items of sinks: of all, of local ones, of those that read from the outbox; in struct
 * config_sink. */
extern const struct setting settings_sink[];
extern const struct setting settings_sink_local[];
extern const struct setting settings_sink_sending[];
/* The name of a type, in struct sink: to be printed, never to be set. */
extern const struct setting settings_sink_type[];

#endif
