/* asked: a ring that doubles while it may. */
#include "asked.h"

#include "detect_private.h"

#include <stdlib.h>

#define FIRST_ROOM 32
#define ITEM       (8 + 8 + sizeof(struct addr_net)) /* octets of one that is saved */

void asked_done(struct asked_ring *ring, struct budget *budget)
{
    budget_give(budget, ring->room * sizeof *ring->places);
    free(ring->places);
    *ring = (struct asked_ring){0};
}

static void grow(struct asked_ring *ring, struct budget *budget)
{
    uint32_t room = ring->room == 0 ? FIRST_ROOM : 2 * ring->room;
    size_t more = (room - ring->room) * sizeof *ring->places;
    if (room > ASKED_MAX || !budget_take(budget, more))
        return;
    struct asked *places = realloc(ring->places, room * sizeof *places);
    if (places == NULL) {
        budget_give(budget, more);
        return;
    }
    ring->places = places;
    ring->room = room;
}

void asked_add(struct asked_ring *ring, const struct asked *asked, struct budget *budget)
{
    /* Only while nothing has been overwritten are the places in the order that doubling keeps. */
    if (ring->added == ring->room)
        grow(ring, budget);
    if (ring->room > 0)
        ring->places[ring->added++ % ring->room] = *asked;
}

uint32_t asked_kept(const struct asked_ring *ring)
{
    return ring->added < ring->room ? (uint32_t)ring->added : ring->room;
}

/* How many were added and the room, then what is kept, oldest first. */
static void put(const void *value, struct buf *out)
{
    const struct asked_ring *ring = value;
    uint32_t kept = asked_kept(ring);
    if (kept == 0)
        return;
    pack_add(out, ring->added, 8);
    pack_add(out, ring->room, 4);
    for (uint64_t i = ring->added - kept; i < ring->added; i++) {
        const struct asked *asked = &ring->places[i % ring->room];
        pack_add(out, asked->recipient, 8);
        pack_add(out, (uint64_t)asked->time, 8);
        buf_add(out, span_make(&asked->net, sizeof asked->net));
    }
}

static void take(struct rd *rd, struct asked *ret_asked)
{
    ret_asked->recipient = pack_take(rd, 8);
    ret_asked->time = pack_take_time(rd);
    struct span net = rd_take(rd, sizeof ret_asked->net);
    if (net.len > 0)
        memcpy(&ret_asked->net, net.at, net.len);
    if (ret_asked->net.prefix > 128)
        ret_asked->net.prefix = 128;
}

/* As much room as there was, or less. */
static void reserve(struct asked_ring *ring, uint64_t room, struct budget *budget)
{
    uint32_t before;
    do {
        before = ring->room;
        if (before < room)
            grow(ring, budget);
    } while (ring->room > before);
}

/* In less room the newest are kept. */
static bool get(void *value, struct span in, void *arg)
{
    struct asked_ring *ring = value;
    struct rd rd = rd_make(in);
    uint64_t added = pack_take(&rd, 8);
    uint64_t room = pack_take(&rd, 4);
    uint64_t kept = added < room ? added : room;
    if (ring->room > 0 || room < FIRST_ROOM || room > ASKED_MAX || (room & (room - 1)) != 0 ||
        rd_left(&rd) != kept * ITEM)
        return false;
    reserve(ring, room, detect_budget(arg));
    for (; kept > ring->room; kept--)
        rd_skip(&rd, ITEM);
    for (ring->added = added - kept; ring->added < added; ring->added++) {
        struct asked asked;
        memset(&asked, 0, sizeof asked);
        take(&rd, &asked);
        ring->places[ring->added % ring->room] = asked;
    }
    return true;
}

const struct pack_kind asked_kind = {put, get};
