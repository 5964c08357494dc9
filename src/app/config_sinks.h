/*
 * config_sinks: the list sinks of a configuration, for config.c and config_yaml.c.
 *
 * An item has the settings of every sink, those of its kind (local, or reading from the outbox),
 * and those of its type. config_free frees the items.
 */
#ifndef MXTAP_CONFIG_SINKS_H
#define MXTAP_CONFIG_SINKS_H

#include "config.h"

#include <mxtap/sink.h>

/* Cuts the name and the setting out of "sinks.NAME.SETTING"; false where it is no such path. */
bool config_sinks_path(const char *path, struct span *ret_name, const char **ret_setting);

/* NULL where there is none of this name. */
struct config_sink *config_sinks_find(const struct config *config, struct span name);

/* sinks.NAME.type=TYPE: makes the item, or gives it this type and all defaults. */
enum err config_sinks_type(struct config *config, struct span name, struct span type,
                           char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;

/*
 * The tables of settings of an item, one after the other, with what they are over: false past the
 * last. The first has the type alone, which is only to be printed. options may be NULL in an item
 * that is there to ask which settings its type has.
 */
bool config_sinks_table(const struct config_sink *sink, size_t index,
                        const struct setting **ret_settings, void **ret_options);

/* There is no such setting: which ones there are. */
void config_sinks_refuse(const struct config_sink *sink, const char *path,
                         char ret_message[CONFIG_MESSAGE]);

void config_sinks_done(struct config *config);

#endif
