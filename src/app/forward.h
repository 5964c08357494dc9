/*
 * forward: the outbox and the threads that outputs run in, made once and kept while backends come
 * and go.
 *
 * Of the live sensor (each thread in its sandbox), of a replay with --forward, and of mxtap outbox
 * send. One thread calls.
 */
#ifndef MXTAP_FORWARD_H
#define MXTAP_FORWARD_H

#include "backend.h"

struct forward;

/* Opens the outbox where the configuration has one and some output of whose needs it (the live
 * sensor always: an output may come with another configuration). */
enum err forward_open(const struct config *config, enum rooms_whose whose,
                      struct forward **ret_forward,
                      char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* Fills in outbox and threads of a backend. */
void forward_lend(struct forward *forward, struct backend_options *options);
/* After the backend was made: the outbox begins to write. */
enum err forward_start(struct forward *forward) MXTAP_MUST_CHECK;
/* After the backend was closed. False, with a log line, where records are gone. */
bool forward_close(struct forward *forward);

#endif
