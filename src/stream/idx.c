/* Open addressing with linear probing; removal shifts back (Knuth, TAOCP 3, 6.4, algorithm R). */
#include "idx.h"

#include <stdlib.h>

#define IDX_START 1024

enum err idx_init(struct idx *idx, struct budget *budget)
{
    *idx = (struct idx){.mask = IDX_START - 1, .budget = budget};
    if (!budget_take(budget, IDX_START * sizeof *idx->slots))
        return ERR_CONFIG;
    idx->slots = calloc(IDX_START, sizeof *idx->slots);
    if (idx->slots == NULL)
        return ERR_MEMORY;
    return 0;
}

void idx_done(struct idx *idx)
{
    if (idx->slots != NULL)
        budget_give(idx->budget, (idx->mask + 1) * sizeof *idx->slots);
    free(idx->slots);
    *idx = (struct idx){0};
}

static void idx_put(struct idx *idx, struct idx_slot slot)
{
    uint32_t at = slot.hash & idx->mask;
    while (idx->slots[at].number != 0)
        at = (at + 1) & idx->mask;
    idx->slots[at] = slot;
}

static bool idx_grow(struct idx *idx)
{
    uint32_t size = idx->mask + 1;
    if (size >= UINT32_MAX / 2 || !budget_take(idx->budget, 2 * size * sizeof *idx->slots))
        return false;
    struct idx_slot *slots = calloc(2 * (size_t)size, sizeof *slots);
    if (slots == NULL) {
        budget_give(idx->budget, 2 * size * sizeof *slots);
        return false;
    }
    struct idx_slot *old = idx->slots;
    idx->slots = slots;
    idx->mask = 2 * size - 1;
    for (uint32_t i = 0; i < size; i++)
        if (old[i].number != 0)
            idx_put(idx, old[i]);
    free(old);
    budget_give(idx->budget, size * sizeof *slots);
    return true;
}

bool idx_add(struct idx *idx, uint32_t hash, uint32_t number)
{
    /* A little over three quarters is bearable where the budget says no; a full table is not. */
    if (idx->used >= idx->mask / 4 * 3 && !idx_grow(idx) && idx->used >= idx->mask / 16 * 15)
        return false;
    idx_put(idx, (struct idx_slot){hash, number + 1});
    idx->used++;
    return true;
}

void idx_remove(struct idx *idx, uint32_t hash, uint32_t number)
{
    uint32_t hole = hash & idx->mask;
    while (idx->slots[hole].number != number + 1) {
        if (idx->slots[hole].number == 0)
            return;
        hole = (hole + 1) & idx->mask;
    }
    for (uint32_t at = (hole + 1) & idx->mask; idx->slots[at].number != 0;
         at = (at + 1) & idx->mask) {
        uint32_t home = idx->slots[at].hash & idx->mask;
        if (((at - home) & idx->mask) >= ((at - hole) & idx->mask)) {
            idx->slots[hole] = idx->slots[at];
            hole = at;
        }
    }
    idx->slots[hole].number = 0;
    idx->used--;
}
