/*
 * A sliding view: what is not yet taken moves to the front when the memory ends, then the input
 * fills the rest in one read.
 */
#include "window.h"

#include <stdlib.h>

enum err window_init(struct window *window, struct input *input, size_t room)
{
    *window = (struct window){.input = input, .room = room};
    window->memory = malloc(room);
    return window->memory == NULL ? ERR_MEMORY : ERR_NONE;
}

void window_done(struct window *window)
{
    free(window->memory);
    window->memory = NULL;
}

static void window_grow(struct window *window, size_t count)
{
    size_t room = window->room;
    while (room < count)
        room *= 2;
    if (room > WINDOW_MAX)
        room = WINDOW_MAX;
    uint8_t *memory = room > window->room ? realloc(window->memory, room) : NULL;
    if (memory == NULL)
        return;
    window->memory = memory;
    window->room = room;
}

struct span window_fill(struct window *window, size_t count)
{
    size_t have = window->to - window->from;
    memmove(window->memory, window->memory + window->from, have);
    window->base += window->from;
    window->from = 0;
    window->to = have;
    if (count > window->room)
        window_grow(window, count);
    while (window->to < count && window->to < window->room) {
        ssize_t got =
            input_read(window->input, window->memory + window->to, window->room - window->to);
        if (got <= 0)
            break;
        window->to += (size_t)got;
    }
    return span_make(window->memory, count < window->to ? count : window->to);
}

bool window_skip(struct window *window, uint64_t count)
{
    while (count > 0) {
        size_t step = count < window->room ? (size_t)count : window->room;
        size_t seen = window_see(window, step).len;
        window_take(window, seen);
        count -= seen;
        if (seen < step)
            return false;
    }
    return true;
}
