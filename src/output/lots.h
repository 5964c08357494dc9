/*
 * lots: the records of a delivery in lots, where the receiver's answer says more than its status
 * (http_deliver does the same by the status alone).
 *
 * A lot is posted; one that will never be taken is halved until the record to blame is alone, and
 * that one is refused. Where the answer names the record to blame, it alone is refused and the
 * others are posted again. Ends when nothing waits any more, when the receiver takes no more for
 * now, or when it is to stop.
 */
#ifndef MXTAP_LOTS_H
#define MXTAP_LOTS_H

#include <mxtap/sink.h>

/* A run of a delivery's parcels; only those that wait count. */
struct lot {
    struct parcel *parcels;
    size_t count;   /* of the run */
    size_t waiting; /* of those that wait, never 0 */
    /* What post says of it: */
    size_t culprit;             /* LOT_CULPRIT: which of those that wait, from 0 */
    char answer[PARCEL_ANSWER]; /* LOT_NEVER, LOT_CULPRIT: why */
};

enum lot_fate {
    LOT_TAKEN, /* all have arrived */
    LOT_LATER, /* none has, for all that is known; post has set trouble and wait of the delivery */
    LOT_NEVER, /* one at least will never be taken */
    LOT_CULPRIT, /* this one will never be taken */
};

void lots_deliver(struct delivery *delivery,
                  enum lot_fate (*post)(void *arg, struct lot *lot, struct delivery *delivery),
                  void *arg);

#endif
