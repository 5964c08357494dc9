/*
 * rooms: from the configuration to what each room is made with.
 *
 * Used by pipeline.c and by the commands that only ask whether a configuration is right. On failure
 * ret_message holds one line. Engines and formats are looked up by name in their tables, so that a
 * new one needs no edit here.
 */
#ifndef MXTAP_ROOMS_H
#define MXTAP_ROOMS_H

#include "config.h"
#include "worker.h"

#include <mxtap/output.h>

/* Decoder, engine and ceilings of a worker; share, callbacks and watch are the caller's. */
enum err rooms_worker(const struct config *config, struct worker_options *ret_options,
                      char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* Will the engine take the settings? It says so when it is opened. */
enum err rooms_try_engine(const struct worker_options *worker,
                          char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* The site's knowledge. */
enum err rooms_know(const struct config *config, struct know **ret_know,
                    char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* Does everything that the configuration says exist and fit together? */
enum err rooms_check(const struct config *config,
                     char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;

#endif
