/*
 * heavy: sets of eight places, newest first. The lightest makes room as in Space-Saving (Metwally,
 * Agrawal and El Abbadi 2005), but the newcomer does not inherit its count: see
 * docs/adr/heavy-hitters.md.
 */
#include "heavy.h"

#include <stdlib.h>
#include <string.h>

#define SETS 1024 /* a power of two */
#define WAYS 8

struct heavy_set {
    struct place {
        uint32_t tag; /* the half of the hash that does not choose the set */
        uint32_t credit;
    } places[WAYS]; /* credit 0: free */
};

#define OCTETS (SETS * sizeof(struct heavy_set))

void heavy_init(struct heavy *heavy, int64_t age, struct budget *budget)
{
    *heavy = (struct heavy){.age = age, .budget = budget};
}

void heavy_done(struct heavy *heavy)
{
    if (heavy->sets != NULL)
        budget_give(heavy->budget, OCTETS);
    free(heavy->sets);
    heavy->sets = NULL;
}

static bool make_sets(struct heavy *heavy, int64_t now)
{
    if (!budget_take(heavy->budget, OCTETS))
        return false;
    heavy->sets = calloc(1, OCTETS);
    if (heavy->sets == NULL)
        budget_give(heavy->budget, OCTETS);
    heavy->halved = now;
    return heavy->sets != NULL;
}

static void grow_old(struct heavy *heavy, int64_t now)
{
    int64_t times = (now - heavy->halved) / heavy->age;
    if (times <= 0)
        return;
    heavy->halved += times * heavy->age;
    unsigned shift = times < 31 ? (unsigned)times : 31;
    for (size_t i = 0; i < SETS; i++)
        for (size_t way = 0; way < WAYS; way++)
            heavy->sets[i].places[way].credit >>= shift;
}

static struct place *places_of(const struct heavy *heavy, uint64_t hash)
{
    return heavy->sets[hash & (SETS - 1)].places;
}

static size_t find(const struct place *places, uint64_t hash)
{
    size_t way = 0;
    while (way < WAYS && (places[way].credit == 0 || places[way].tag != hash >> 32))
        way++;
    return way;
}

void heavy_put(struct heavy *heavy, uint64_t hash, uint32_t credit, int64_t now)
{
    if (heavy->sets == NULL && !make_sets(heavy, now))
        return;
    grow_old(heavy, now);
    struct place *places = places_of(heavy, hash);
    size_t way = find(places, hash);
    if (way < WAYS && places[way].credit > credit)
        credit = places[way].credit;
    if (way == WAYS) {
        way = 0;
        for (size_t i = 1; i < WAYS; i++)
            if (places[i].credit <= places[way].credit)
                way = i;
        if (places[way].credit > credit)
            return;
    }
    memmove(places + 1, places, way * sizeof *places);
    places[0] = (struct place){(uint32_t)(hash >> 32), credit};
}

uint32_t heavy_take(struct heavy *heavy, uint64_t hash, int64_t now)
{
    if (heavy->sets == NULL)
        return 0;
    grow_old(heavy, now);
    struct place *places = places_of(heavy, hash);
    size_t way = find(places, hash);
    if (way == WAYS)
        return 0;
    uint32_t credit = places[way].credit;
    places[way].credit = 0;
    return credit;
}

/* "halved", then set, tag and credit of each key; within a set the newest first, as they stand. */
static void put(const void *value, struct buf *out)
{
    const struct heavy *heavy = value;
    if (heavy->sets == NULL)
        return;
    pack_add(out, (uint64_t)heavy->halved, 8);
    for (size_t i = 0; i < SETS; i++)
        for (size_t way = 0; way < WAYS; way++) {
            const struct place *place = &heavy->sets[i].places[way];
            if (place->credit == 0)
                continue;
            pack_add(out, i, 2);
            pack_add(out, place->tag, 4);
            pack_add(out, place->credit, 4);
        }
}

static bool get(void *value, struct span in, void *arg)
{
    (void)arg;
    struct heavy *heavy = value;
    struct rd rd = rd_make(in);
    int64_t halved = pack_take_time(&rd);
    if (heavy->sets != NULL || !rd_ok(&rd) || !make_sets(heavy, halved))
        return false;
    while (rd_ok(&rd) && rd_left(&rd) > 0) {
        struct place *places = places_of(heavy, pack_take(&rd, 2));
        const struct place place = {(uint32_t)pack_take(&rd, 4), (uint32_t)pack_take(&rd, 4)};
        size_t way = 0;
        while (way < WAYS && places[way].credit != 0)
            way++;
        if (way < WAYS && rd_ok(&rd))
            places[way] = place;
    }
    return true;
}

const struct pack_kind heavy_kind = {put, get};
