/*
 * fetch: rows of the tables record and dead as parcels, copied, so that nothing in the file is held
 * while somebody works on them.
 */
#ifndef MXTAP_OUTBOX_FETCH_H
#define MXTAP_OUTBOX_FETCH_H

#include "place.h"

#include <mxtap/buf.h>

/* The columns that are fetched; a row of dead has number and answer too. */
#define FETCH_RECORD "seq, put, time, kind, severity, detector, key, id, format, octets"
#define FETCH_DEAD   FETCH_RECORD ", number, answer"

struct fetched {
    int64_t put;
    uint64_t dead; /* its number, or 0 */
    size_t at;     /* of its octets in the buffer */
};

struct fetch {
    struct parcel *parcels;
    struct fetched *more; /* beside each */
    size_t count, room;
    struct buf octets;
};

void fetch_init(struct fetch *fetch);
void fetch_done(struct fetch *fetch);
void fetch_clear(struct fetch *fetch);
/* Is this row of FETCH_RECORD what the place wants? */
bool fetch_wanted(sqlite3_stmt *row, const struct place *place);
/* ERR_MEMORY: it is not taken. */
enum err fetch_add(struct fetch *fetch, sqlite3_stmt *row, bool dead) MXTAP_MUST_CHECK;
/* When all are there: their spans are set. */
void fetch_finish(struct fetch *fetch);

#endif
