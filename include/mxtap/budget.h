/*
 * budget: an account of memory with a ceiling.
 *
 * Every table and queue charges what it holds to one budget; a room asks before it takes. On
 * refusal the room evicts its oldest entry or reports a gap, counts it, and goes on. A budget
 * belongs to one worker or to the correlator: one thread.
 */
#ifndef MXTAP_BUDGET_H
#define MXTAP_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct budget {
    size_t ceiling;   /* octets */
    size_t used;      /* octets */
    size_t peak;      /* octets, highest used so far */
    uint64_t refused; /* times budget_take said no */
};

static inline void budget_init(struct budget *budget, size_t ceiling)
{
    *budget = (struct budget){.ceiling = ceiling};
}

/* True and charged, or false and counted. */
static inline bool budget_take(struct budget *budget, size_t octets)
{
    if (octets > budget->ceiling - budget->used) {
        budget->refused++;
        return false;
    }
    budget->used += octets;
    if (budget->used > budget->peak)
        budget->peak = budget->used;
    return true;
}

static inline void budget_give(struct budget *budget, size_t octets)
{
    budget->used -= octets < budget->used ? octets : budget->used;
}

#endif
