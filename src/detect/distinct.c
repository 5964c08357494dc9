/* distinct: linear probing, at most three quarters full. */
#include "distinct.h"

#include <mxtap/clock.h>
#include <mxtap/hash.h>
#include <stdlib.h>

#define FIRST_ROOM 4
#define LOOK       256 /* places looked at for an item that makes room */
#define SMALL      64  /* places up to which a set may take the last of the budget */
#define LAST_PART  16  /* of a reserve: what larger ones leave */

void distinct_init(struct distinct *set, uint32_t ceiling)
{
    *set = (struct distinct){.ceiling = ceiling};
}

void distinct_done(struct distinct *set, struct budget *budget)
{
    if (set->room > 0 && budget != NULL)
        budget_give(budget, set->room * sizeof *set->items);
    if (set->room > 0)
        free(set->items);
    *set = (struct distinct){.ceiling = set->ceiling};
}

/* The item's place, or the free place where it would go. */
static struct distinct_item *place(const struct distinct *set, uint64_t hash)
{
    uint32_t at = (uint32_t)hash_mix(hash) & (set->room - 1);
    while (set->items[at].time != CLOCK_NEVER && set->items[at].hash != hash)
        at = (at + 1) & (set->room - 1);
    return &set->items[at];
}

static bool take(struct budget *budget, uint32_t room)
{
    size_t size = room * sizeof(struct distinct_item);
    if (room > SMALL && budget_free(budget) < size + budget->reserve / LAST_PART)
        return false;
    return budget_take(budget, size);
}

/* Moves all items to a table of room places. */
static bool resize(struct distinct *set, uint32_t room, struct budget *budget)
{
    if (budget != NULL && !take(budget, room))
        return false;
    struct distinct_item *items = malloc(room * sizeof *items);
    if (items == NULL) {
        if (budget != NULL)
            budget_give(budget, room * sizeof *items);
        return false;
    }
    for (uint32_t i = 0; i < room; i++)
        items[i].time = CLOCK_NEVER;
    struct distinct old = *set;
    set->items = items;
    set->room = room;
    set->first = INT64_MAX;
    for (uint32_t i = 0; i < old.room; i++) {
        if (old.items[i].time == CLOCK_NEVER)
            continue;
        *place(set, old.items[i].hash) = old.items[i];
        if (old.items[i].time < set->first)
            set->first = old.items[i].time;
    }
    if (budget != NULL)
        budget_give(budget, old.room * sizeof *old.items);
    free(old.items);
    return true;
}

/* Frees a place and closes the gap that it leaves in its run. */
static void remove_at(struct distinct *set, uint32_t at)
{
    uint32_t mask = set->room - 1;
    uint32_t next = at;
    set->kinds[set->items[at].kind]--;
    for (;;) {
        next = (next + 1) & mask;
        if (set->items[next].time == CLOCK_NEVER)
            break;
        uint32_t home = (uint32_t)hash_mix(set->items[next].hash) & mask;
        if (((next - home) & mask) >= ((next - at) & mask)) {
            set->items[at] = set->items[next];
            at = next;
        }
    }
    set->items[at].time = CLOCK_NEVER;
    set->count--;
}

/* Room for the item with this hash: of the items from its place on, the one seen longest ago goes.
 */
static void remove_old(struct distinct *set, uint64_t hash)
{
    uint32_t at = (uint32_t)hash_mix(hash);
    uint32_t oldest = UINT32_MAX;
    for (uint32_t i = 0; i < set->room && (i < LOOK || oldest == UINT32_MAX); i++, at++) {
        const struct distinct_item *item = &set->items[at & (set->room - 1)];
        if (item->time != CLOCK_NEVER &&
            (oldest == UINT32_MAX || item->time < set->items[oldest].time))
            oldest = at & (set->room - 1);
    }
    remove_at(set, oldest);
    set->lost++;
}

bool distinct_add(struct distinct *set, uint64_t hash, uint8_t kind, int64_t now,
                  struct budget *budget)
{
    if (set->room > 0) {
        struct distinct_item *item = place(set, hash);
        if (item->time != CLOCK_NEVER) {
            item->time = now > item->time ? now : item->time;
            set->kinds[item->kind]--;
            set->kinds[kind]++;
            item->kind = kind;
            return false;
        }
    }
    if ((set->count + 1) * 4 > set->room * 3 && set->count < set->ceiling)
        (void)resize(set, set->room == 0 ? FIRST_ROOM : set->room * 2, budget);
    if (set->room == 0) {
        set->lost++;
        return false;
    }
    if (set->count >= set->ceiling || (set->count + 1) * 4 > set->room * 3)
        remove_old(set, hash);
    if (now < set->first)
        set->first = now;
    *place(set, hash) = (struct distinct_item){hash, now, kind};
    set->count++;
    set->kinds[kind]++;
    return true;
}

int distinct_kind(const struct distinct *set, uint64_t hash)
{
    if (set->room == 0)
        return -1;
    const struct distinct_item *item = place(set, hash);
    return item->time == CLOCK_NEVER ? -1 : item->kind;
}

uint64_t distinct_count(const struct distinct *set, int kind, int64_t since)
{
    if (since <= set->first)
        return kind < 0 ? set->count : set->kinds[kind];
    uint64_t count = 0;
    for (uint32_t i = 0; i < set->room; i++)
        if (set->items[i].time != CLOCK_NEVER && set->items[i].time >= since &&
            (kind < 0 || set->items[i].kind == kind))
            count++;
    return count;
}

/* From behind a free place on: each run of items in the order of its places. */
void distinct_each(const struct distinct *set,
                   void (*visit)(void *arg, const struct distinct_item *item), void *arg)
{
    uint32_t start = 0;
    while (start < set->room && set->items[start].time != CLOCK_NEVER)
        start++;
    for (uint32_t i = 0; i < set->room; i++) {
        const struct distinct_item *item = &set->items[(start + i) & (set->room - 1)];
        if (item->time != CLOCK_NEVER)
            visit(arg, item);
    }
}

void distinct_reserve(struct distinct *set, uint32_t room, struct budget *budget)
{
    uint32_t most = FIRST_ROOM;
    while (most < room && most * 3 < (uint64_t)set->ceiling * 4)
        most *= 2;
    if (set->room == 0 && room > 0)
        (void)resize(set, most, budget);
}
