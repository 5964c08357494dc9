/* Memory of one message: chunks in a list, filled from the front, freed together. */
#include "arena.h"

#include <stdlib.h>

#define CHUNK_SIZE 4096
#define ALIGNMENT  16

struct arena_chunk {
    struct arena_chunk *older;
    size_t size, used; /* of octets */
    size_t unused;     /* keeps octets aligned */
    uint8_t octets[];
};

void arena_init(struct arena *arena, struct budget *budget, size_t ceiling)
{
    *arena = (struct arena){.budget = budget, .ceiling = ceiling};
}

static void drop_newest(struct arena *arena)
{
    struct arena_chunk *chunk = arena->newest;
    arena->newest = chunk->older;
    arena->total -= chunk->size;
    if (arena->budget != NULL)
        budget_give(arena->budget, chunk->size);
    free(chunk);
}

void arena_done(struct arena *arena)
{
    while (arena->newest != NULL)
        drop_newest(arena);
}

void arena_reset(struct arena *arena)
{
    while (arena->newest != NULL && arena->newest->older != NULL)
        drop_newest(arena);
    if (arena->newest != NULL && arena->newest->size > CHUNK_SIZE)
        drop_newest(arena);
    if (arena->newest != NULL)
        arena->newest->used = 0;
    arena->refused = false;
}

static bool add_chunk(struct arena *arena, size_t size)
{
    if (size < CHUNK_SIZE - sizeof(struct arena_chunk))
        size = CHUNK_SIZE - sizeof(struct arena_chunk);
    if (size > arena->ceiling - arena->total)
        return false;
    if (arena->budget != NULL && !budget_take(arena->budget, size))
        return false;
    struct arena_chunk *chunk = malloc(sizeof *chunk + size);
    if (chunk == NULL) {
        if (arena->budget != NULL)
            budget_give(arena->budget, size);
        return false;
    }
    *chunk = (struct arena_chunk){.older = arena->newest, .size = size};
    arena->newest = chunk;
    arena->total += size;
    return true;
}

/* Room for size octets in the newest chunk, not taken yet. */
static uint8_t *reserve(struct arena *arena, size_t size)
{
    struct arena_chunk *chunk = arena->newest;
    if (chunk == NULL || size > chunk->size - chunk->used) {
        if (!add_chunk(arena, size)) {
            arena->refused = true;
            return NULL;
        }
        chunk = arena->newest;
    }
    return chunk->octets + chunk->used;
}

static void take(struct arena *arena, size_t size)
{
    struct arena_chunk *chunk = arena->newest;
    size_t used = (chunk->used + size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    chunk->used = used < chunk->size ? used : chunk->size;
}

void *arena_take(struct arena *arena, size_t size)
{
    uint8_t *room = reserve(arena, size);
    if (room != NULL)
        take(arena, size);
    return room;
}

struct span arena_keep(struct arena *arena, struct span text)
{
    uint8_t *room = text.len == 0 ? NULL : arena_take(arena, text.len);
    if (room == NULL)
        return SPAN_NULL;
    memcpy(room, text.at, text.len);
    return span_make(room, text.len);
}

struct span arena_unfold(struct arena *arena, struct span text)
{
    text = span_trim(text);
    uint8_t *room = text.len == 0 ? NULL : reserve(arena, text.len);
    if (room == NULL)
        return SPAN_NULL;
    size_t len = 0;
    while (text.len > 0) {
        /* A line at a time; CR is dropped before LF only, one that stands alone was written so. */
        size_t line = span_find(text, '\n');
        size_t keep = line;
        while (line < text.len && keep > 0 && text.at[keep - 1] == '\r')
            keep--;
        memcpy(room + len, text.at, keep);
        len += keep;
        text = span_skip(text, line + 1);
    }
    take(arena, len);
    return span_make(room, len);
}
