/*
 * lru: a keyed table with a ceiling on its entries and an age limit in event time.
 *
 * Keys are octets of one fixed length; values are blocks of one fixed size that the table owns and
 * hands out zeroed. Entries idle for longer than max_idle go with lru_expire. For each entry that
 * leaves, by whichever way, leave is called with its value, so that the owner can free what it
 * points at. Addresses of values are stable until the entry leaves. Memory is taken entry by entry
 * and charged to the budget when there is one. One thread.
 *
 * When the table is full, or its budget refuses, an entry is evicted. Which one: an entry has a
 * credit, 0 until the owner says with lru_credit what the entry is worth to it (unknown recipients
 * seen, an open case). Credits fall into ranks: 0, 1, 2 and 3, 4 to 7, and so on, each twice as
 * wide as the one before. The entry used longest ago of the lowest rank that there is goes. So a
 * flood of entries without credit cannot push out one with credit, however long it lasts, and an
 * owner that gives no credit has a table in order of use alone. The entry that was handed out last
 * is spared where there is another one: a value from lru_make or lru_find is safe during the next
 * lru_make, not during the one after it.
 *
 * An owner that remembers what was evicted (recall) gives an entry that comes back a credit to
 * begin with; its own credit is counted from there.
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
    size_t prepaid;        /* so many entries are charged at lru_new, and are always to be had */
    size_t headroom;       /* octets of the budget that new entries leave for the owner's use */
    struct hash_key hash_key;
    void (*leave)(void *arg, const void *key, void *value, enum lru_reason reason); /* or NULL */
    uint32_t (*recall)(void *arg, const void *key, int64_t now); /* for a new entry; or NULL */
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
/* Removes the entry of this value. */
void lru_drop(struct lru *lru, void *value);

/* The entry of this value is worth so much, beside what was recalled of it; never lowers. Not
 * during lru_each. */
void lru_credit(struct lru *lru, void *value, uint32_t worth);
/* The credit of the entry of this value, with what was recalled; and what was recalled alone. */
uint32_t lru_credited(const void *value);
uint32_t lru_recalled(const void *value);

/* Lets entries go that have been idle for max_idle at time now. Cheap when there are none. */
void lru_expire(struct lru *lru, int64_t now);

/* For those who save and load a table (image.h): the time of the last use of the entry of this
 * value; and a new, zeroed entry in the place of one that was. Entries are put back in the order of
 * their use, oldest first, before any other is made; where they are too many, they push each other
 * out as usual. NULL where there is no room at all or where the key is there already. */
int64_t lru_used(const void *value);
void *lru_restore(struct lru *lru, const void *key, int64_t used, uint32_t credit,
                  uint32_t recalled);

size_t lru_count(const struct lru *lru);
uint64_t lru_evicted(const struct lru *lru); /* pushed out before their time */

/* The entries, oldest use first (of those used at one time the lower rank first), until visit
 * returns false. It must not change the table. */
void lru_each(struct lru *lru, bool (*visit)(void *arg, const void *key, void *value), void *arg);

#endif
