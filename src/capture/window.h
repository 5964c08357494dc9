/*
 * window: a sliding view of an input, so that blocks are read where they lie.
 *
 * Called by readers that take octets straight from the input. window_see makes the next octets
 * contiguous without taking them; window_take moves on. What was seen stays in place until the next
 * window_see. The memory grows up to WINDOW_MAX. One thread a window.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "input.h"

#define WINDOW_MAX ((size_t)1 << 20) /* octets that can be seen at once */

struct window {
    struct input *input;
    uint8_t *memory;
    size_t room;
    size_t from, to; /* what is in memory and not yet taken */
    uint64_t base;   /* offset of memory in the input */
};

enum err window_init(struct window *window, struct input *input, size_t room) MXTAP_MUST_CHECK;
void window_done(struct window *window);

/* Makes up to count octets contiguous; fewer only at the end, past WINDOW_MAX or without memory. */
struct span window_fill(struct window *window, size_t count);

/* What is at hand: any number of octets, also none. */
static inline struct span window_ready(const struct window *window)
{
    return span_make(window->memory + window->from, window->to - window->from);
}

/* The next count octets, or as many as there are. */
static inline struct span window_see(struct window *window, size_t count)
{
    if (window->to - window->from >= count)
        return span_make(window->memory + window->from, count);
    return window_fill(window, count);
}

/* Moves on by octets that were seen. */
static inline void window_take(struct window *window, size_t count)
{
    window->from += count;
}

/* The offset in the input of the next octet. */
static inline uint64_t window_at(const struct window *window)
{
    return window->base + window->from;
}

/* Moves on by any number of octets; false where the input ends before. */
bool window_skip(struct window *window, uint64_t count);

#endif
