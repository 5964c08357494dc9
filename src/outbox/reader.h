/*
 * reader: what is an outbox_reader's own thread's, beside its place (place.h) under the lock.
 */
#ifndef MXTAP_OUTBOX_READER_H
#define MXTAP_OUTBOX_READER_H

#include "box.h"
#include "fetch.h"
#include "underway.h"

struct outbox_reader {
    struct outbox_reader *next; /* under the outbox's lock */
    struct outbox *outbox;
    struct place *place; /* under the outbox's lock; it never moves */
    char name[OUTBOX_NAME];
    int event;          /* eventfd */
    struct place wants; /* format and selection only */
    bool late;          /* it came when the outbox was at work; then: */
    struct place was;   /* its place before: format, selection and holds; lost: by its coming */

    struct sqlfile file; /* a connection of its own */
    sqlite3_stmt *read, *read_dead;
    unsigned generation; /* of the file that is open */
    uint64_t position;   /* read up to there */
    uint64_t dead;       /* dead letters asked for again, read up to there */
    unsigned asked;      /* as the place had it when dead was set back */
    struct fetch fetch;  /* what was read last */
    uint64_t number;     /* of its first parcel, under way */
    struct underway underway;
    /* Beyond the cursor, and dead letters already: not read again after a rewind. Sorted. */
    uint64_t *told;
    size_t told_count, told_room;
};

/* reader_read.c; opens the file where it must. */
enum err reader_connect(struct outbox_reader *reader) MXTAP_MUST_CHECK;
void reader_disconnect(struct outbox_reader *reader);

#endif
