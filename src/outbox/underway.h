/*
 * underway: what a reader was given and has not settled yet, in the order in which it was read.
 */
#ifndef MXTAP_OUTBOX_UNDERWAY_H
#define MXTAP_OUTBOX_UNDERWAY_H

#include <mxtap/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sent {
    uint64_t seq;
    uint64_t dead; /* the row of table dead that it is, or 0 */
    int64_t put;
    uint64_t octets;
    bool told; /* it has become a dead letter already */
};

struct underway {
    struct sent *sent;
    size_t first, count, room;
    uint64_t dead;   /* no row of table dead above this one is under way */
    uint64_t passed; /* that were settled, or forgotten: the number of the first */
};

void underway_done(struct underway *underway);
enum err underway_add(struct underway *underway, const struct sent *sent) MXTAP_MUST_CHECK;
/* By its number, counted over all that were ever added; NULL: it is not under way any more. */
struct sent *underway_at(struct underway *underway, uint64_t number);
/* How many there are up to and with seq. */
size_t underway_find(const struct underway *underway, uint64_t seq);
/* Takes so many off the front. */
void underway_pass(struct underway *underway, size_t count);

/* Is this row of table dead under way? */
bool underway_has_dead(const struct underway *underway, uint64_t dead);

#endif
