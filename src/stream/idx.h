/*
 * idx: an open hash table from 32-bit hashes to small numbers.
 *
 * It knows no keys: the caller walks the numbers stored under a hash and compares what they stand
 * for. Used by flowtab.c and twins.c, each with keyed hashes. Linear probing, removal by shifting
 * back (no tombstones), doubled at three quarters: half would save steps, but a table that fills
 * the cache costs more. Its memory is charged to a budget; idx_add fails where it cannot grow, and
 * then nothing has changed. One thread.
 */
#ifndef MXTAP_IDX_H
#define MXTAP_IDX_H

#include <mxtap/budget.h>
#include <mxtap/err.h>

#define IDX_NONE UINT32_MAX

struct idx_slot {
    uint32_t hash;
    uint32_t number; /* plus one; 0: empty */
};

struct idx {
    struct idx_slot *slots;
    uint32_t mask;
    uint32_t used;
    struct budget *budget;
};

enum err idx_init(struct idx *idx, struct budget *budget) MXTAP_MUST_CHECK;
void idx_done(struct idx *idx);

bool idx_add(struct idx *idx, uint32_t hash, uint32_t number);
void idx_remove(struct idx *idx, uint32_t hash, uint32_t number);

/* The numbers under a hash: start with *cursor = hash, go on until IDX_NONE. */
static inline uint32_t idx_next(const struct idx *idx, uint32_t hash, uint32_t *cursor)
{
    for (;;) {
        struct idx_slot slot = idx->slots[*cursor & idx->mask];
        if (slot.number == 0)
            return IDX_NONE;
        ++*cursor;
        if (slot.hash == hash)
            return slot.number - 1;
    }
}

#endif
