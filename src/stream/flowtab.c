/* The table of flows: an index of keyed hashes, blocks of 64 flows that are kept for reuse, and
 * lists in order of last use. */
#include "flow.h"

#include <stdlib.h>

#define FLOWTAB_BLOCK 64

enum err flowtab_init(struct flowtab *tab, size_t max, struct budget *budget)
{
    if (max == 0 || max >= IDX_NONE)
        return ERR_CONFIG;
    *tab = (struct flowtab){.budget = budget, .max = max};
    tab->block_room = (max + FLOWTAB_BLOCK - 1) / FLOWTAB_BLOCK;
    tab->blocks = calloc(tab->block_room, sizeof *tab->blocks);
    if (tab->blocks == NULL)
        return ERR_MEMORY;
    enum err err = idx_init(&tab->idx, budget);
    if (err != 0)
        flowtab_done(tab);
    return err;
}

void flowtab_done(struct flowtab *tab)
{
    for (size_t i = 0; i < tab->block_count; i++)
        free(tab->blocks[i]);
    free(tab->blocks);
    idx_done(&tab->idx);
    *tab = (struct flowtab){0};
}

struct flow *flowtab_find(const struct flowtab *tab, const struct flow_key *key, uint32_t hash)
{
    uint32_t cursor = hash, index;
    while ((index = idx_next(&tab->idx, hash, &cursor)) != IDX_NONE) {
        struct flow *flow = flowtab_at(tab, index);
        if (memcmp(&flow->key, key, sizeof *key) == 0)
            return flow;
    }
    return NULL;
}

static void flowtab_unlink(struct flowtab *tab, struct flow *flow)
{
    struct flow_ends *ends = &tab->lists[flow->list];
    if (flow->prev == NULL)
        ends->head = flow->next;
    else
        flow->prev->next = flow->next;
    if (flow->next == NULL)
        ends->tail = flow->prev;
    else
        flow->next->prev = flow->prev;
}

static void flowtab_append(struct flowtab *tab, struct flow *flow, enum flow_list list, int64_t now)
{
    struct flow_ends *ends = &tab->lists[list];
    flow->list = (uint8_t)list;
    flow->touched = now;
    flow->next = NULL;
    flow->prev = ends->tail;
    if (ends->tail == NULL)
        ends->head = flow;
    else
        ends->tail->next = flow;
    ends->tail = flow;
}

void flowtab_move(struct flowtab *tab, struct flow *flow, enum flow_list list, int64_t now)
{
    flowtab_unlink(tab, flow);
    flowtab_append(tab, flow, list, now);
}

static bool flowtab_block(struct flowtab *tab)
{
    if (tab->block_count == tab->block_room)
        return false;
    struct flow *block = calloc(FLOWTAB_BLOCK, sizeof *block);
    if (block == NULL)
        return false;
    uint32_t first = (uint32_t)tab->block_count * FLOWTAB_BLOCK;
    tab->blocks[tab->block_count++] = block;
    for (uint32_t i = FLOWTAB_BLOCK; i-- > 0;) {
        block[i].index = first + i;
        block[i].next = tab->unused;
        tab->unused = &block[i];
    }
    return true;
}

struct flow *flowtab_make(struct flowtab *tab, const struct flow_key *key, uint32_t hash,
                          int64_t now)
{
    if (tab->count >= tab->max || (tab->unused == NULL && !flowtab_block(tab)) ||
        !budget_take(tab->budget, sizeof(struct flow)))
        return NULL;
    struct flow *flow = tab->unused;
    if (!idx_add(&tab->idx, hash, flow->index)) {
        budget_give(tab->budget, sizeof *flow);
        return NULL;
    }
    tab->unused = flow->next;
    tab->count++;
    *flow = (struct flow){.key = *key, .hash = hash, .index = flow->index, .born = ++tab->born};
    flowtab_append(tab, flow, LIST_OPENING, now);
    return flow;
}

void flowtab_drop(struct flowtab *tab, struct flow *flow)
{
    flowtab_unlink(tab, flow);
    idx_remove(&tab->idx, flow->hash, flow->index);
    flow->born = 0;
    flow->next = tab->unused;
    tab->unused = flow;
    tab->count--;
    budget_give(tab->budget, sizeof *flow);
}

void flowtab_opened(struct flowtab *tab, struct flow *flow)
{
    flow->opened = true;
    flow->opened_prev = tab->opened.tail;
    flow->opened_next = NULL;
    if (tab->opened.tail == NULL)
        tab->opened.head = flow;
    else
        tab->opened.tail->opened_next = flow;
    tab->opened.tail = flow;
}

void flowtab_ended(struct flowtab *tab, struct flow *flow)
{
    if (flow->opened_prev == NULL)
        tab->opened.head = flow->opened_next;
    else
        flow->opened_prev->opened_next = flow->opened_next;
    if (flow->opened_next == NULL)
        tab->opened.tail = flow->opened_prev;
    else
        flow->opened_next->opened_prev = flow->opened_prev;
    flow->opened = false;
}
