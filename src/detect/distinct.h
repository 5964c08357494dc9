/*
 * distinct: distinct items with a class and the time they were last seen, for counts in a window.
 *
 * Items are known by a 64-bit hash. A set has a ceiling; when it is full an item makes room and is
 * counted in lost: in a small set the one seen longest ago, in one of over 256 places the one seen
 * longest ago of some hundred, so that a flood costs no more for each item than a few do. Memory is
 * charged to the budget; where that refuses, the set stops growing and reuses what it has. A set of
 * more than 64 places leaves a sixteenth of a share's reserve to smaller ones. Counts are lower
 * bounds once something is lost. One thread.
 */
#ifndef MXTAP_DISTINCT_H
#define MXTAP_DISTINCT_H

#include <mxtap/budget.h>
#include <stdbool.h>
#include <stdint.h>

#define DISTINCT_KINDS 4

struct distinct_item {
    uint64_t hash;
    int64_t time;
    uint8_t kind; /* the owner's, below DISTINCT_KINDS */
};

struct distinct {
    struct distinct_item *items; /* open addressing; time is CLOCK_NEVER in a free place */
    uint32_t room;               /* a power of two, or 0 */
    uint32_t count;
    uint32_t ceiling;
    int64_t first; /* no item was seen before this */
    uint64_t lost;
    uint32_t kinds[DISTINCT_KINDS]; /* items of each kind */
};

void distinct_init(struct distinct *set, uint32_t ceiling);
void distinct_done(struct distinct *set, struct budget *budget);
/* Adds the item or makes it fresh with this kind; true where it is new. */
bool distinct_add(struct distinct *set, uint64_t hash, uint8_t kind, int64_t now,
                  struct budget *budget);
/* The item's kind, or -1. */
int distinct_kind(const struct distinct *set, uint64_t hash);
/* Items seen at since or later (CLOCK_NEVER: whenever), of one kind, or of every kind where kind is
 * -1. */
uint64_t distinct_count(const struct distinct *set, int kind, int64_t since);

/* For remember.h: the items in an order in which adding them to an empty set with the same room
 * gives the same set; and that room for an empty set, less where its ceiling or the budget is in
 * the way. */
void distinct_each(const struct distinct *set,
                   void (*visit)(void *arg, const struct distinct_item *item), void *arg);
void distinct_reserve(struct distinct *set, uint32_t room, struct budget *budget);

#endif
