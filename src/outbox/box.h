/*
 * box: the outbox as the files of this room share it: what is under its lock, and what is its
 * writer's alone.
 *
 * Three kinds of threads meet here: the one that puts (and asks for statistics), the writer, and
 * the readers' own. What they share is under lock; nothing that waits for the disk is done while it
 * is held.
 */
#ifndef MXTAP_OUTBOX_BOX_H
#define MXTAP_OUTBOX_BOX_H

#include "backlog.h"
#include "place.h"
#include "shelf.h"

#include <mxtap/clock.h>
#include <mxtap/outbox.h>

#include <pthread.h>

#define OUTBOX_PLACES 64
#define LETTERS_MOST  ((size_t)8 << 20) /* octets of one reader's letters in memory */
/* Records wait so long for others, to be written with them. */
#define LINGER (50 * 1000 * CLOCK_MICROSECOND)

struct outbox {
    char *path;
    uint64_t size, memory;
    int64_t age;
    bool wait;

    pthread_mutex_t lock;    /* for what follows */
    pthread_cond_t work;     /* for the writer */
    pthread_cond_t room;     /* memory has become free */
    struct backlog incoming; /* not with the writer yet */
    struct backlog taken;    /* with the writer, which alone changes it */
    uint64_t last;           /* seq that was given */
    uint64_t filed;          /* seq up to which all are in the file, or gone */
    struct place places[OUTBOX_PLACES];
    size_t place_count;
    struct outbox_reader *readers;
    struct outbox_stats stats;
    int64_t due;          /* steady time at which something is to be written; INT64_MAX: nothing */
    unsigned generation;  /* rises when another file has been begun */
    bool damaged;         /* a reader says so of the file */
    bool started, ending; /* the thread */
    bool closed;          /* readers that were not freed find nothing any more */
    int64_t deadline;     /* steady time, of ending */
    size_t users;         /* readers, and who opened it */

    pthread_t thread;
    struct writer *writer; /* its own */
};

/* A reader's list and name: the rest is reader.c's. */
struct outbox_reader;
/* With the lock held: is anything new for this place? */
void reader_tell(struct outbox *outbox, const char *name);

/* With the lock held. */
struct place *box_place(struct outbox *outbox, const char *name); /* or NULL */
void box_wake(struct outbox *outbox, int64_t due);
/* Frees it when nobody uses it any more. */
void box_leave(struct outbox *outbox);

/* Makes the writer, with the file open. */
enum err writer_new(struct outbox *outbox, char *ret_message, size_t size) MXTAP_MUST_CHECK;
void *writer_run(void *arg); /* the outbox; ends when it is ending */
void writer_free(struct writer *writer);

#endif
