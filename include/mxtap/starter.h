/*
 * starter: how a room gets a thread. The application says how: a plain one, or one that begins in
 * its sandbox although the caller may make none any more.
 *
 * The thread is the caller's, who joins it. run gets job.
 */
#ifndef MXTAP_STARTER_H
#define MXTAP_STARTER_H

#include <mxtap/err.h>

#include <pthread.h>

struct starter {
    /* ERR_SYSTEM: no thread can be had. */
    enum err (*start)(void *arg, void *(*run)(void *), void *job, pthread_t *ret_thread);
    void *arg;
};

/* A plain thread, made by the caller. */
extern const struct starter starter_plain;

#endif
