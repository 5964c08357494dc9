/*
 * heavy: the heaviest of the keys that a table has evicted, with their credits.
 *
 * A fixed 64 KiB, taken from the budget when the first key is put in; without that memory nothing
 * is remembered. Keys are known by a hash. A set of eight places holds the keys that fall into it;
 * when it is full the lightest goes, of equal ones the one put in first. So the memory holds lower
 * bounds: a key may be unknown or have less than it had, never more. All credits halve each time
 * `age` of event time has passed. One thread.
 */
#ifndef MXTAP_HEAVY_H
#define MXTAP_HEAVY_H

#include <mxtap/budget.h>
#include <mxtap/pack.h>
#include <stdbool.h>
#include <stdint.h>

struct heavy_set;

struct heavy {
    struct heavy_set *sets; /* NULL: nothing was put in yet */
    struct budget *budget;
    int64_t age;    /* nanoseconds of event time */
    int64_t halved; /* when it was due last */
};

void heavy_init(struct heavy *heavy, int64_t age, struct budget *budget);
void heavy_done(struct heavy *heavy);

static inline bool heavy_is_empty(const struct heavy *heavy)
{
    return heavy->sets == NULL;
}

/* Remembers the key with this credit, or more where it is known with more. */
void heavy_put(struct heavy *heavy, uint64_t hash, uint32_t credit, int64_t now);
/* The key's credit, which is then forgotten, or 0. */
uint32_t heavy_take(struct heavy *heavy, uint64_t hash, int64_t now);

/* Of a struct heavy: what it holds. Loaded into one that holds nothing. */
extern const struct pack_kind heavy_kind;

#endif
