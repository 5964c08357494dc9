/*
 * lru: a keyed table with a ceiling on its entries and an age limit in event time.
 *
 * Keys are octets of one fixed length; values are blocks of one fixed size that the table owns and
 * hands out zeroed. The entry used longest ago is evicted when the table is full, and entries idle
 * for longer than max_idle go with lru_expire. For each entry that leaves, by whichever way, leave
 * is called with its value, so that the owner can free what it points at. Addresses of values are
 * stable until the entry leaves. Memory is taken entry by entry and charged to the budget when
 * there is one. One thread.
 */
#ifndef MXTAP_LRU_H
#define MXTAP_LRU_H

#include <mxtap/budget.h>
#include <mxtap/err.h>
#include <mxtap/hash.h>

enum lru_reason { LRU_REMOVED, LRU_EXPIRED, LRU_EVICTED, LRU_ENDED };

struct lru_options {
    size_t key_size;       /* octets */
    size_t value_size;     /* octets */
    size_t max_entries;    /* at least 1 */
    int64_t max_idle;      /* nanoseconds; 0: no limit */
    struct budget *budget; /* may be NULL */
    struct hash_key hash_key;
    void (*leave)(void *arg, const void *key, void *value, enum lru_reason reason); /* or NULL */
    void *arg;
};

struct lru;

enum err lru_new(const struct lru_options *options, struct lru **ret_lru) MXTAP_MUST_CHECK;
void lru_free(struct lru *lru); /* LRU_ENDED for each entry, oldest first */

/* The value, made fresh in use, or NULL. */
void *lru_find(struct lru *lru, const void *key, int64_t now);
/* The value without making it fresh, or NULL. */
void *lru_peek(const struct lru *lru, const void *key);
/* The value, found or made (zeroed); *ret_new says which (may be NULL). NULL only where neither
 * memory nor an eviction gave room. */
void *lru_make(struct lru *lru, const void *key, int64_t now, bool *ret_new);
void lru_remove(struct lru *lru, const void *key);

/* Lets entries go that have been idle for max_idle at time now. Cheap when there are none. */
void lru_expire(struct lru *lru, int64_t now);

size_t lru_count(const struct lru *lru);
uint64_t lru_evicted(const struct lru *lru); /* pushed out before their time */

/* The entries, oldest use first, until visit returns false. It must not change the table. */
void lru_each(struct lru *lru, bool (*visit)(void *arg, const void *key, void *value), void *arg);

#endif
