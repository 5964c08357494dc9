/* asked: a ring that doubles while it may. */
#include "asked.h"

#include <stdlib.h>

#define FIRST_ROOM 32

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
