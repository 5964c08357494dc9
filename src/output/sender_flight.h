/*
 * sender_flight: records that were handed to a receiver that says nothing, and may still be under
 * way.
 *
 * They are kept as marks: everything up to this place of the outbox was sent by then. Marks that
 * are near one another in time are one, so that there are never more than SENDER_MARKS. A mark has
 * arrived when it is older than settle and the connection still stands.
 *
 * A connection that breaks again and again before anything has arrived would have everything sent
 * again for ever: from the second loss in a row on only half as much may be under way, and more
 * again with what arrives. One thread.
 */
#ifndef MXTAP_SENDER_FLIGHT_H
#define MXTAP_SENDER_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SENDER_MARKS 64

struct sender_mark {
    uint64_t seq;             /* of its last record */
    int64_t began, sent;      /* steady clock: of its first delivery, and of its last */
    uint64_t records, octets; /* new with this mark */
};

struct sender_flight {
    int64_t settle;  /* nanoseconds */
    uint64_t window; /* records that may be under way; 0: no limit */
    uint64_t records;
    bool lost; /* nothing has arrived since the last loss */
    size_t first, count;
    struct sender_mark marks[SENDER_MARKS];
};

void sender_flight_add(struct sender_flight *flight, const struct sender_mark *mark);
/* The oldest mark, if it is due: it is taken out. */
bool sender_flight_land(struct sender_flight *flight, int64_t now, struct sender_mark *ret_mark);
bool sender_flight_is_due(const struct sender_flight *flight, int64_t now);
/* How long until the oldest one is due; -1: there is none. */
int64_t sender_flight_wait(const struct sender_flight *flight, int64_t now);
/* How many records may follow; at most most. */
size_t sender_flight_room(const struct sender_flight *flight, size_t most);
/* Everything is forgotten, and more records that were not marked yet; how many that are. */
uint64_t sender_flight_lose(struct sender_flight *flight, uint64_t more);

#endif
