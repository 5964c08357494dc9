/* Twins are found by pairs of initial sequence numbers (RFC 9293 3.4.1 makes them hard to meet by
 * chance) or by the prints of early segments. */
#include "twins.h"

#include <stdlib.h>

enum err twins_init(struct twins *twins, const struct flowtab *tab, struct budget *budget,
                    struct hash_key key)
{
    *twins = (struct twins){.tab = tab, .key = key, .budget = budget};
    enum err err = idx_init(&twins->pairs, budget);
    if (err != 0)
        return err;
    if (!budget_take(budget, TWINS_PRINTS * sizeof *twins->prints))
        return ERR_CONFIG;
    twins->prints = calloc(TWINS_PRINTS, sizeof *twins->prints);
    return twins->prints == NULL ? ERR_MEMORY : 0;
}

void twins_done(struct twins *twins)
{
    if (twins->prints != NULL)
        budget_give(twins->budget, TWINS_PRINTS * sizeof *twins->prints);
    free(twins->prints);
    if (twins->budget != NULL)
        idx_done(&twins->pairs);
    *twins = (struct twins){0};
}

static uint32_t twins_hash(const struct twins *twins, uint32_t client_isn, uint32_t server_isn)
{
    uint64_t pair = (uint64_t)client_isn << 32 | server_isn;
    return (uint32_t)hash_mix((pair ^ twins->key.k0) + twins->key.k1);
}

struct flow *twins_find(const struct twins *twins, const struct flow *flow, uint32_t client_isn,
                        uint32_t server_isn)
{
    uint32_t hash = twins_hash(twins, client_isn, server_isn), cursor = hash, index;
    while ((index = idx_next(&twins->pairs, hash, &cursor)) != IDX_NONE) {
        struct flow *other = flowtab_at(twins->tab, index);
        if (other != flow && other->side[FROM_CLIENT].isn == client_isn &&
            other->side[FROM_SERVER].isn == server_isn &&
            !flow_key_same_ends(&other->key, &flow->key))
            return other;
    }
    return NULL;
}

void twins_add(struct twins *twins, struct flow *flow)
{
    uint32_t hash = twins_hash(twins, flow->side[0].isn, flow->side[1].isn);
    if (!flow->paired)
        flow->paired = idx_add(&twins->pairs, hash, flow->index);
}

void twins_drop(struct twins *twins, struct flow *flow)
{
    if (flow->paired)
        idx_remove(&twins->pairs, twins_hash(twins, flow->side[0].isn, flow->side[1].isn),
                   flow->index);
    flow->paired = false;
}

struct flow *twins_print(struct twins *twins, const struct flow *flow,
                         const struct segment *segment)
{
    uint64_t print = hash_mix((uint64_t)segment->seq << 32 | segment->ack);
    print = hash_mix(print ^ segment->payload_len ^ hash_stable(span_head(segment->payload, 256)));
    struct twins_print *last = &twins->prints[print % TWINS_PRINTS];
    struct flow *other = NULL;
    uint64_t age = (uint64_t)segment->ip.time - (uint64_t)last->time + (uint64_t)CLOCK_SECOND;
    if (last->born != 0 && last->print == print && age <= 2 * (uint64_t)CLOCK_SECOND)
        other = flowtab_at(twins->tab, last->index);
    if (other != NULL && other->born == last->born && other != flow)
        return flow_key_same_ends(&other->key, &flow->key) ? NULL : other;
    *last = (struct twins_print){print, flow->born, segment->ip.time, flow->index};
    return NULL;
}
