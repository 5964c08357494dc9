/*
 * budget: shares of an account. What the account holds and what it still keeps for reserves never
 * exceed its ceiling together, so a share gets its reserve whatever the others have taken.
 */
#include <mxtap/budget.h>

/* What a share may still take of its reserve. */
static size_t reserve_left(const struct budget *share)
{
    return share->used < share->reserve ? share->reserve - share->used : 0;
}

void budget_share(struct budget *share, struct budget *above, size_t reserve)
{
    size_t most = above->ceiling - above->used - above->kept;
    *share = (struct budget){
        .ceiling = above->ceiling,
        .above = above,
        .reserve = reserve < most ? reserve : most,
    };
    above->kept += share->reserve;
}

size_t budget_free_share(const struct budget *share)
{
    const struct budget *above = share->above;
    return above->ceiling - above->used - above->kept + reserve_left(share);
}

bool budget_take_share(struct budget *share, size_t octets)
{
    struct budget *above = share->above;
    if (octets > budget_free_share(share)) {
        share->refused++;
        above->refused++;
        return false;
    }
    size_t left = reserve_left(share);
    above->kept -= octets < left ? octets : left;
    share->used += octets;
    above->used += octets;
    if (share->used > share->peak)
        share->peak = share->used;
    if (above->used > above->peak)
        above->peak = above->used;
    return true;
}

void budget_give_share(struct budget *share, size_t octets)
{
    size_t left = reserve_left(share);
    if (octets > share->used)
        octets = share->used;
    share->used -= octets;
    share->above->used -= octets;
    share->above->kept += reserve_left(share) - left;
}
