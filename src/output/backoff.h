/*
 * backoff: how long to wait before the next try.
 *
 * The span doubles from least to most; each wait is between half of it and all of it, by chance, so
 * that many sensors do not come back to one receiver in step. Nanoseconds. One thread.
 */
#ifndef MXTAP_BACKOFF_H
#define MXTAP_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t least, most;
    int64_t span;   /* of the next wait, at most */
    uint64_t state; /* of chance */
};

/* least is at least a millisecond, whatever is said, and most at least least. */
void backoff_init(struct backoff *backoff, int64_t least, int64_t most, uint64_t seed);
/* The next wait; the one after it is longer. */
int64_t backoff_next(struct backoff *backoff);
/* The next wait is a first one. */
void backoff_reset(struct backoff *backoff);

#endif
