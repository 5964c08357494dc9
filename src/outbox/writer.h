/*
 * writer: what is the writing thread's alone.
 *
 * A round is one transaction: records, what has changed of the places, letters, removals. What it
 * takes from the places (share) stays with it until it has been committed.
 */
#ifndef MXTAP_OUTBOX_WRITER_H
#define MXTAP_OUTBOX_WRITER_H

#include "box.h"

/* A place's part in a round. */
struct share {
    struct place was;          /* as it was when the round began, without letters */
    int64_t put, octets;       /* records written that it wants */
    int64_t lost, lost_octets; /* removed before it had them */
    int dead;                  /* change of the number of its dead letters */
    uint64_t cursor;           /* when records were removed */
    struct letters letters;    /* stay until they are written */
};

struct writer {
    struct shelf shelf;
    struct share shares[OUTBOX_PLACES];
    size_t count;          /* of shares */
    size_t limit;          /* octets of a round */
    uint64_t written;      /* records of this round */
    uint64_t written_last; /* the last of them */
    uint64_t removed;      /* that somebody waited for */
    bool more;             /* to be removed */
    bool dead_uncounted;   /* how many dead letters there are is not known any more */
    unsigned asides;
    char why[200]; /* the last round failed */
    int64_t retry; /* steady time: not before, after a failure */
    int64_t tick;  /* steady time of the next look around */
    int64_t told;  /* steady time up to which trouble stays, though all is well */
};

/* One transaction. On failure everything is as it was before. */
enum err round_write(struct outbox *outbox, size_t limit) MXTAP_MUST_CHECK;

/* Inside a transaction: what nobody waits for goes, and the oldest where a ceiling is passed. */
enum err removal_run(struct outbox *outbox) MXTAP_MUST_CHECK;

/* Between transactions. Others' changes of the file are taken over; what is not counted is. */
enum err adopt(struct outbox *outbox) MXTAP_MUST_CHECK;
/* The WAL goes into the file when it has grown; failures are of no interest. */
void upkeep_checkpoint(struct writer *writer, bool now);
/* The file gives back some of what it does not need; size in stats. */
void upkeep_shrink(struct outbox *outbox);
void upkeep_measure(struct outbox *outbox);

#endif
