/*
 * budget: an account of memory with a ceiling.
 *
 * Every table and queue charges what it holds to one budget; a room asks before it takes. On
 * refusal the room evicts its oldest entry or reports a gap, counts it, and goes on. A budget
 * belongs to one worker or to the correlator: one thread.
 *
 * Where several users must not starve each other, an account is given out in shares: each share has
 * a reserve that nobody else can take; what is not reserved goes to whoever asks first. Shares are
 * charged like any other budget, and the account above knows what all of them hold.
 */
#ifndef MXTAP_BUDGET_H
#define MXTAP_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct budget {
    size_t ceiling;       /* octets */
    size_t used;          /* octets */
    size_t peak;          /* octets, highest used so far */
    uint64_t refused;     /* times budget_take said no */
    size_t kept;          /* of an account: octets of its shares' reserves that are not used yet */
    struct budget *above; /* of a share: its account, or NULL */
    size_t reserve;       /* of a share: octets */
};

static inline void budget_init(struct budget *budget, size_t ceiling)
{
    *budget = (struct budget){.ceiling = ceiling};
}

/* A share of the account above, which has given nothing but shares and outlives them. A reserve
 * that the account cannot promise any more becomes smaller. */
void budget_share(struct budget *share, struct budget *above, size_t reserve);

/* For the inline functions below. */
bool budget_take_share(struct budget *share, size_t octets);
void budget_give_share(struct budget *share, size_t octets);
size_t budget_free_share(const struct budget *share);

/* Octets that could be taken now. */
static inline size_t budget_free(const struct budget *budget)
{
    return budget->above != NULL ? budget_free_share(budget) : budget->ceiling - budget->used;
}

/* True and charged, or false and counted. */
static inline bool budget_take(struct budget *budget, size_t octets)
{
    if (budget->above != NULL)
        return budget_take_share(budget, octets);
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
    if (budget->above != NULL)
        budget_give_share(budget, octets);
    else
        budget->used -= octets < budget->used ? octets : budget->used;
}

#endif
