/*
 * store: octets that are kept until all of them go at once.
 *
 * What is kept never moves. The first STORE_FIRST octets need no memory of their own; after that it
 * grows in chunks, charged to the budget, up to STORE_MAX.
 */
#ifndef SMTP_STORE_H
#define SMTP_STORE_H

#include <mxtap/budget.h>
#include <mxtap/span.h>

#define STORE_FIRST 384
#define STORE_MAX   (256 * 1024)

struct store_chunk;

struct store {
    struct store_chunk *chunks; /* the newest first */
    struct budget *budget;
    uint8_t *at;
    size_t left;
    size_t held; /* octets of chunks */
    uint8_t first[STORE_FIRST];
};

void store_init(struct store *store, struct budget *budget);
void store_reset(struct store *store);

/* A copy of span; empty where a ceiling is reached. */
struct span store_keep(struct store *store, struct span span);

#endif
