/* askers: an lru of those with an unknown verdict, a direct-mapped array of counts for the rest. */
#include "askers.h"

#include <stdlib.h>

#define ASKERS_MAX 50000
#define SLICES     7    /* six of the window, and the one that is going on */
#define PLACES     4096 /* of those without an unknown verdict, a power of two */

struct counts {
    int64_t newest;                          /* a time in the newest slice */
    uint32_t unknown[SLICES], other[SLICES]; /* by the slice's number */
};

/* Where the window has become another one meanwhile, their ages are not right for one window. */
static const struct pack_field counts_fields[] = {
    {"newest", PACK_TIME, PACK_AT(struct counts, newest)},
    {"unknown", PACK_UNSIGNED, PACK_ARRAY(struct counts, unknown)},
    {"other", PACK_UNSIGNED, PACK_ARRAY(struct counts, other)},
    PACK_END,
};

struct place {
    uint32_t tag;    /* of the asker's hash */
    uint32_t period; /* a window's time, counted */
    uint32_t now, before;
};

struct askers {
    struct lru *table; /* struct counts by struct asker */
    int64_t window;
    struct budget *budget;
    struct place *places;
};

enum err askers_new(struct detect *detect, int64_t window, struct askers **ret_askers)
{
    struct askers *askers = calloc(1, sizeof *askers);
    if (askers == NULL)
        return ERR_MEMORY;
    askers->window = window;
    const struct table_shape shape = {
        .name = "askers",
        .key = sizeof(struct asker),
        .value = sizeof(struct counts),
        .max = ASKERS_MAX,
        .idle = window,
        .fields = counts_fields,
    };
    enum err err = table_new(detect, &shape, askers, &askers->table);
    struct budget *budget = detect_budget(detect);
    if (err == ERR_NONE && budget_take(budget, PLACES * sizeof *askers->places)) {
        askers->budget = budget;
        askers->places = calloc(PLACES, sizeof *askers->places);
        if (askers->places == NULL)
            err = ERR_MEMORY;
    }
    if (err != ERR_NONE) {
        askers_free(askers);
        return err;
    }
    *ret_askers = askers;
    return ERR_NONE;
}

void askers_free(struct askers *askers)
{
    if (askers == NULL)
        return;
    if (askers->table != NULL)
        lru_free(askers->table);
    if (askers->budget != NULL)
        budget_give(askers->budget, PLACES * sizeof *askers->places);
    free(askers->places);
    free(askers);
}

struct asker askers_key(uint64_t domain, const struct addr *client)
{
    struct asker key;
    memset(&key, 0, sizeof key);
    key.domain = domain;
    key.net = addr_network(client);
    return key;
}

static int64_t slice_of(const struct askers *askers, int64_t now)
{
    int64_t width = askers->window / (SLICES - 1);
    return now / (width > 0 ? width : 1);
}

/* Slices that have gone by are emptied; the place of the newest one. */
static size_t turn(const struct askers *askers, struct counts *counts, int64_t now)
{
    int64_t newest = slice_of(askers, counts->newest);
    int64_t gone = slice_of(askers, now) - newest;
    for (int64_t i = 1; i <= gone && i <= SLICES; i++) {
        counts->unknown[(newest + i) % SLICES] = 0;
        counts->other[(newest + i) % SLICES] = 0;
    }
    if (gone > 0)
        counts->newest = now;
    return (size_t)((gone > 0 ? newest + gone : newest) % SLICES);
}

/* The place of those without an unknown verdict, of this period; NULL where there are no places. */
static struct place *place_of(struct askers *askers, const struct asker *asker, int64_t now)
{
    if (askers->places == NULL)
        return NULL;
    uint64_t hash = hash_stable(span_make(asker, sizeof *asker));
    uint32_t period = (uint32_t)(now / (askers->window > 0 ? askers->window : 1));
    struct place *place = &askers->places[hash & (PLACES - 1)];
    if (place->tag != (uint32_t)(hash >> 32) || period - place->period > 1)
        *place = (struct place){.tag = (uint32_t)(hash >> 32), .period = period};
    else if (period != place->period)
        *place = (struct place){place->tag, period, 0, place->now};
    return place;
}

void askers_count(struct askers *askers, const struct asker *asker, bool unknown, int64_t now)
{
    struct counts *counts = lru_peek(askers->table, asker);
    if (counts == NULL && !unknown) {
        struct place *place = place_of(askers, asker, now);
        if (place != NULL)
            place->now++;
        return;
    }
    bool fresh = counts == NULL;
    counts = lru_make(askers->table, asker, now, NULL);
    if (counts == NULL)
        return;
    size_t slice = turn(askers, counts, now);
    struct place *place = fresh ? place_of(askers, asker, now) : NULL;
    if (place != NULL)
        counts->other[slice] = place->now + place->before;
    uint32_t *count = unknown ? counts->unknown : counts->other;
    count[slice]++;
}

void askers_credit(struct askers *askers, const struct asker *asker, uint64_t count,
                   const struct detect_case *c)
{
    struct counts *counts = lru_peek(askers->table, asker);
    if (counts != NULL)
        table_credit(askers->table, counts, count, c);
}

bool askers_mostly_unknown(struct askers *askers, const struct asker *asker, double share,
                           int64_t now)
{
    struct counts *counts = lru_peek(askers->table, asker);
    if (counts == NULL)
        return false;
    (void)turn(askers, counts, now);
    uint64_t unknown = 0;
    uint64_t all = 0;
    for (unsigned i = 0; i < SLICES; i++) {
        unknown += counts->unknown[i];
        all += (uint64_t)counts->unknown[i] + counts->other[i];
    }
    return unknown > 0 && (double)unknown >= share * (double)all;
}

/* ---- what is remembered of the places; the table is by itself ---- */

#define SECTION "detect.distributed-harvest.places"

struct saved {
    uint32_t index;
    struct place place;
};

static const struct pack_field place_fields[] = {
    {"index", PACK_UNSIGNED, PACK_AT(struct saved, index)},
    {"tag", PACK_UNSIGNED, PACK_AT(struct saved, place.tag)},
    {"period", PACK_UNSIGNED, PACK_AT(struct saved, place.period)},
    {"now", PACK_UNSIGNED, PACK_AT(struct saved, place.now)},
    {"before", PACK_UNSIGNED, PACK_AT(struct saved, place.before)},
    PACK_END,
};

void askers_save(const struct askers *askers, struct image *image)
{
    struct buf *out = askers->places == NULL ? NULL : image_add(image, SECTION);
    if (out == NULL)
        return;
    pack_begin(out, place_fields);
    for (uint32_t i = 0; i < PLACES; i++) {
        const struct saved saved = {i, askers->places[i]};
        if (saved.place.now > 0 || saved.place.before > 0)
            pack_put(out, place_fields, &saved);
    }
}

void askers_load(struct askers *askers, const struct image *image)
{
    struct pack_reader reader;
    struct saved saved = {0};
    if (askers->places == NULL ||
        !pack_open(&reader, image_find(image, SECTION), place_fields, NULL))
        return;
    while (pack_get(&reader, &saved))
        if (saved.index < PLACES)
            askers->places[saved.index] = saved.place;
}
