/*
 * asked: the newest unknown recipients that a domain was asked for, with the network that asked.
 *
 * For distributed-harvest. A ring that doubles from 32 to ASKED_MAX places, charged to the budget;
 * where that refuses, and when the ring is full, the newest overwrite the oldest. One thread.
 */
#ifndef MXTAP_ASKED_H
#define MXTAP_ASKED_H

#include <mxtap/addr.h>
#include <mxtap/budget.h>
#include <mxtap/pack.h>

#define ASKED_MAX 4096

struct asked {
    uint64_t recipient; /* hash */
    int64_t time;
    struct addr_net net;
};

/* All zero: empty. */
struct asked_ring {
    struct asked *places; /* by added */
    uint32_t room;
    uint64_t added;
};

void asked_done(struct asked_ring *ring, struct budget *budget);
/* Not kept only where the budget has no room for a first one. */
void asked_add(struct asked_ring *ring, const struct asked *asked, struct budget *budget);
/* How many are kept: places[0] to places[asked_kept - 1], in no order. */
uint32_t asked_kept(const struct asked_ring *ring);

/* Of a struct asked_ring: loaded into an empty one. */
extern const struct pack_kind asked_kind;

#endif
