/* backoff: exponential, with equal jitter; chance by xorshift64*, which nobody needs to trust. */
#include "backoff.h"

#include <mxtap/clock.h>

#define LEAST_MIN (1000 * CLOCK_MICROSECOND)

void backoff_init(struct backoff *backoff, int64_t least, int64_t most, uint64_t seed)
{
    backoff->least = least < LEAST_MIN ? LEAST_MIN : least;
    backoff->most = most < backoff->least ? backoff->least : most;
    backoff->span = backoff->least;
    backoff->state = seed == 0 ? 1 : seed;
}

static uint64_t chance(struct backoff *backoff)
{
    backoff->state ^= backoff->state >> 12;
    backoff->state ^= backoff->state << 25;
    backoff->state ^= backoff->state >> 27;
    return (backoff->state * UINT64_C(2685821657736338717)) >> 1;
}

int64_t backoff_next(struct backoff *backoff)
{
    int64_t half = backoff->span / 2;
    int64_t wait = backoff->span - (int64_t)(chance(backoff) % (uint64_t)(half + 1));
    backoff->span = backoff->span > backoff->most / 2 ? backoff->most : 2 * backoff->span;
    return wait;
}

void backoff_reset(struct backoff *backoff)
{
    backoff->span = backoff->least;
}
