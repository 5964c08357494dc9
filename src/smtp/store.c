/* A bump allocator over a list of chunks. */
#include "store.h"

#include <stdlib.h>

#define CHUNK 4096

struct store_chunk {
    struct store_chunk *next;
    size_t size;
    uint8_t octets[];
};

void store_init(struct store *store, struct budget *budget)
{
    store->chunks = NULL;
    store->budget = budget;
    store->held = 0;
    store->at = store->first;
    store->left = sizeof store->first;
}

void store_reset(struct store *store)
{
    while (store->chunks != NULL) {
        struct store_chunk *chunk = store->chunks;
        store->chunks = chunk->next;
        if (store->budget != NULL)
            budget_give(store->budget, chunk->size);
        free(chunk);
    }
    store->held = 0;
    store->at = store->first;
    store->left = sizeof store->first;
}

static bool grow(struct store *store, size_t need)
{
    size_t size = sizeof(struct store_chunk) + (need > CHUNK ? need : CHUNK);
    if (store->held + size > STORE_MAX ||
        (store->budget != NULL && !budget_take(store->budget, size)))
        return false;
    struct store_chunk *chunk = malloc(size);
    if (chunk == NULL) {
        if (store->budget != NULL)
            budget_give(store->budget, size);
        return false;
    }
    chunk->size = size;
    chunk->next = store->chunks;
    store->chunks = chunk;
    store->held += size;
    store->at = chunk->octets;
    store->left = size - sizeof *chunk;
    return true;
}

struct span store_keep(struct store *store, struct span span)
{
    if (span.len == 0 || (span.len > store->left && !grow(store, span.len)))
        return SPAN_NULL;
    memcpy(store->at, span.at, span.len);
    struct span kept = {store->at, span.len};
    store->at += span.len;
    store->left -= span.len;
    return kept;
}
