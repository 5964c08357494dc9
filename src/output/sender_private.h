/*
 * sender_private: what the files of sender share: the struct, and what its thread does.
 */
#ifndef MXTAP_SENDER_PRIVATE_H
#define MXTAP_SENDER_PRIVATE_H

#include "backoff.h"
#include "sender.h"
#include "sender_flight.h"

struct sender {
    struct output_row row;
    struct sink_how *how; /* ours, and what row has of it */
    struct outbox *outbox;
    int stop, ended; /* eventfds: it is to end; its thread has */
    int before;      /* ended of the one whose place it takes, or -1 */
    bool started;
    pthread_t thread;
    /* Its thread's: */
    struct outbox_reader *reader;
    void *sink; /* its state; NULL once the thread has closed it */
    struct backoff backoff;
    struct sender_flight flight;
    bool gather;         /* records may come together before the next batch is read */
    int64_t seen;        /* steady clock: the connection was last looked at */
    int64_t failed_at;   /* steady clock: the first of the tries that failed in a row; 0: none */
    int64_t logged_at;   /* steady clock: trouble was last logged; 0: never */
    bool logged;         /* of this row of failures there is a line in the log */
    uint64_t refused;    /* that the log does not tell of yet */
    int64_t refused_at;  /* steady clock: refusals were last logged; 0: never */
    char logged_as[256]; /* the trouble that was logged */
    /* Any thread's: */
    pthread_mutex_t mutex;
    struct stats_output stats; /* without what the outbox counts */
    bool idle;                 /* nothing was there to read, and nothing is under way */
};

/* The thread (sender_loop.c). */
void *sender_loop(void *arg);

/* Waits for so long, or until the sender is to end: false then. */
bool sender_pause(struct sender *sender, int64_t time);

/* What is said to operators and counters (sender_tell.c). */
void sender_tell_failed(struct sender *sender, const char *trouble);
void sender_tell_works(struct sender *sender);
/* count records were refused, the last of them with this answer. */
void sender_tell_refused(struct sender *sender, uint64_t count, const char *answer);

#endif
