/* The table of flows: an index of keyed hashes, an array that is filled from its start and reused,
 * and lists in order of last use. */
#include "flow.h"

#include <stdlib.h>
#include <sys/mman.h>

/* The array in huge pages where the system has them to give: it takes 500 times fewer page faults
 * to fill, and flows are found all over it. */
#define FLOWTAB_PAGE ((size_t)2 << 20)

_Static_assert(sizeof(struct flow) <= 192, "three cache lines");

/* What a living flow costs. */
#define FLOWTAB_CHARGE (sizeof(struct flow) + sizeof(struct flow_live))

enum err flowtab_init(struct flowtab *tab, size_t max, struct budget *budget)
{
    if (max == 0 || max >= IDX_NONE)
        return ERR_CONFIG;
    *tab = (struct flowtab){.budget = budget, .max = max};
    if (tab->max > budget->ceiling / sizeof(struct flow))
        tab->max = budget->ceiling / sizeof(struct flow);
    size_t size = (tab->max * sizeof(struct flow) / FLOWTAB_PAGE + 1) * FLOWTAB_PAGE;
    tab->flows = aligned_alloc(FLOWTAB_PAGE, size);
    if (tab->flows == NULL)
        return ERR_MEMORY;
    (void)madvise(tab->flows, size, MADV_HUGEPAGE);
    enum err err = idx_init(&tab->idx, budget);
    if (err != 0)
        flowtab_done(tab);
    return err;
}

void flowtab_done(struct flowtab *tab)
{
    free(tab->flows);
    while (tab->unused_live != NULL) {
        struct flow_live *live = tab->unused_live;
        tab->unused_live = live->next;
        free(live);
    }
    idx_done(&tab->idx);
    *tab = (struct flowtab){0};
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

/* The one that is made next; it is taken only when nothing can fail any more. */
static struct flow *flowtab_next(struct flowtab *tab)
{
    if (tab->unused != NULL)
        return tab->unused;
    struct flow *flow = &tab->flows[tab->fresh];
    flow->index = (uint32_t)tab->fresh;
    flow->next = NULL;
    return flow;
}

/* At least one flow_live in the list of unused ones. */
static bool flowtab_live(struct flowtab *tab)
{
    if (tab->unused_live != NULL)
        return true;
    tab->unused_live = calloc(1, sizeof *tab->unused_live);
    return tab->unused_live != NULL;
}

struct flow *flowtab_make(struct flowtab *tab, const struct flow_key *key, uint32_t hash,
                          int64_t now)
{
    if (tab->count >= tab->max || !flowtab_live(tab) || !budget_take(tab->budget, FLOWTAB_CHARGE))
        return NULL;
    struct flow *flow = flowtab_next(tab);
    if (!idx_add(&tab->idx, hash, flow->index)) {
        budget_give(tab->budget, FLOWTAB_CHARGE);
        return NULL;
    }
    struct flow_live *live = tab->unused_live;
    tab->fresh += tab->unused == NULL;
    tab->unused = flow->next;
    tab->unused_live = live->next;
    tab->count++;
    *flow = (struct flow){
        .key = *key, .hash = hash, .live = live, .index = flow->index, .born = ++tab->born};
    flowtab_append(tab, flow, LIST_OPENING, now);
    return flow;
}

void flowtab_rest(struct flowtab *tab, struct flow *flow)
{
    struct flow_live *live = flow->live;
    live->next = tab->unused_live;
    tab->unused_live = live;
    flow->live = NULL;
    budget_give(tab->budget, sizeof *live);
}

void flowtab_drop(struct flowtab *tab, struct flow *flow)
{
    if (flow->live != NULL)
        flowtab_rest(tab, flow);
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
    flow->live->opened_prev = tab->opened.tail;
    flow->live->opened_next = NULL;
    if (tab->opened.tail == NULL)
        tab->opened.head = flow;
    else
        tab->opened.tail->live->opened_next = flow;
    tab->opened.tail = flow;
}

void flowtab_ended(struct flowtab *tab, struct flow *flow)
{
    struct flow *prev = flow->live->opened_prev, *next = flow->live->opened_next;
    if (prev == NULL)
        tab->opened.head = next;
    else
        prev->live->opened_next = next;
    if (next == NULL)
        tab->opened.tail = prev;
    else
        next->live->opened_prev = prev;
    flow->opened = false;
}
