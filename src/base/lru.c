/*
 * lru: hash table with chains, and one doubly linked list in order of last use. Buckets double
 * while the table grows to its ceiling; an entry is one block: links, key, value.
 */
#include <mxtap/lru.h>

#include <stdlib.h>

#define LRU_FIRST_BUCKETS 64
#define SPARE_MAX         64 /* entries kept for the next ones */
#define KEY_WORDS         4  /* keys up to so many words take the fast hash */

struct entry {
    struct entry *chain;         /* next in the bucket */
    struct entry *older, *newer; /* in order of use */
    uint64_t hash;
    int64_t used;                  /* event time of the last use */
    _Alignas(16) uint8_t octets[]; /* value, then key */
};

struct lru {
    struct lru_options options;
    size_t value_room; /* value_size rounded up, where the key begins */
    struct entry **buckets;
    size_t bucket_count; /* a power of two */
    size_t count;
    struct entry *oldest, *newest;
    struct entry *spare; /* let go, to be used again */
    size_t spare_count;
    uint64_t evicted;
};

static size_t entry_size(const struct lru *lru)
{
    return sizeof(struct entry) + lru->value_room + lru->options.key_size;
}

enum err lru_new(const struct lru_options *options, struct lru **ret_lru)
{
    struct lru *lru = calloc(1, sizeof *lru);
    if (lru == NULL)
        return ERR_MEMORY;
    lru->options = *options;
    lru->value_room = (options->value_size + 15) & ~(size_t)15;
    lru->bucket_count = LRU_FIRST_BUCKETS;
    lru->buckets = calloc(lru->bucket_count, sizeof *lru->buckets);
    if (lru->buckets == NULL) {
        free(lru);
        return ERR_MEMORY;
    }
    *ret_lru = lru;
    return ERR_NONE;
}

static void *entry_key(const struct lru *lru, struct entry *entry)
{
    return entry->octets + lru->value_room;
}

static void list_unlink(struct lru *lru, struct entry *entry)
{
    *(entry->older == NULL ? &lru->oldest : &entry->older->newer) = entry->newer;
    *(entry->newer == NULL ? &lru->newest : &entry->newer->older) = entry->older;
}

static void list_append(struct lru *lru, struct entry *entry)
{
    entry->older = lru->newest;
    entry->newer = NULL;
    *(lru->newest == NULL ? &lru->oldest : &lru->newest->newer) = entry;
    lru->newest = entry;
}

static void let_go(struct lru *lru, struct entry *entry, enum lru_reason reason)
{
    struct entry **link = &lru->buckets[entry->hash & (lru->bucket_count - 1)];
    while (*link != entry)
        link = &(*link)->chain;
    *link = entry->chain;
    list_unlink(lru, entry);
    lru->count--;
    if (reason == LRU_EVICTED)
        lru->evicted++;
    if (lru->options.leave != NULL)
        lru->options.leave(lru->options.arg, entry_key(lru, entry), entry->octets, reason);
    if (lru->options.budget != NULL)
        budget_give(lru->options.budget, entry_size(lru));
    if (lru->spare_count == SPARE_MAX) {
        free(entry);
        return;
    }
    entry->chain = lru->spare;
    lru->spare = entry;
    lru->spare_count++;
}

void lru_free(struct lru *lru)
{
    if (lru == NULL)
        return;
    while (lru->oldest != NULL)
        let_go(lru, lru->oldest, LRU_ENDED);
    for (struct entry *entry; (entry = lru->spare) != NULL;) {
        lru->spare = entry->chain;
        free(entry);
    }
    free(lru->buckets);
    free(lru);
}

static struct entry *look_up(const struct lru *lru, const void *key, uint64_t hash)
{
    struct entry *entry = lru->buckets[hash & (lru->bucket_count - 1)];
    while (entry != NULL) {
        if (entry->hash == hash && memcmp(entry_key(lru, entry), key, lru->options.key_size) == 0)
            return entry;
        entry = entry->chain;
    }
    return NULL;
}

static uint64_t hash_of(const struct lru *lru, const void *key)
{
    uint64_t words[KEY_WORDS] = {0};
    if (lru->options.key_size > sizeof words)
        return hash_keyed(lru->options.hash_key, key, lru->options.key_size);
    memcpy(words, key, lru->options.key_size);
    return hash_words(lru->options.hash_key, words, (lru->options.key_size + 7) / 8);
}

static void touch(struct lru *lru, struct entry *entry, int64_t now)
{
    entry->used = now;
    if (lru->newest != entry) {
        list_unlink(lru, entry);
        list_append(lru, entry);
    }
}

void *lru_find(struct lru *lru, const void *key, int64_t now)
{
    struct entry *entry = look_up(lru, key, hash_of(lru, key));
    if (entry == NULL)
        return NULL;
    touch(lru, entry, now);
    return entry->octets;
}

void *lru_peek(const struct lru *lru, const void *key)
{
    struct entry *entry = look_up(lru, key, hash_of(lru, key));
    return entry == NULL ? NULL : entry->octets;
}

/* Twice the buckets; without memory the chains just grow longer. */
static void grow(struct lru *lru)
{
    size_t count = lru->bucket_count * 2;
    struct entry **buckets = calloc(count, sizeof *buckets);
    if (buckets == NULL)
        return;
    for (size_t i = 0; i < lru->bucket_count; i++) {
        while (lru->buckets[i] != NULL) {
            struct entry *entry = lru->buckets[i];
            lru->buckets[i] = entry->chain;
            entry->chain = buckets[entry->hash & (count - 1)];
            buckets[entry->hash & (count - 1)] = entry;
        }
    }
    free(lru->buckets);
    lru->buckets = buckets;
    lru->bucket_count = count;
}

/* A block for a new entry, evicting as long as the ceilings ask for it. */
static struct entry *entry_alloc(struct lru *lru)
{
    while (lru->count >= lru->options.max_entries && lru->oldest != NULL)
        let_go(lru, lru->oldest, LRU_EVICTED);
    struct budget *budget = lru->options.budget;
    while (budget != NULL && !budget_take(budget, entry_size(lru))) {
        if (lru->oldest == NULL)
            return NULL;
        let_go(lru, lru->oldest, LRU_EVICTED);
    }
    struct entry *entry = lru->spare;
    if (entry != NULL) {
        lru->spare = entry->chain;
        lru->spare_count--;
        memset(entry, 0, sizeof *entry + lru->value_room);
        return entry;
    }
    entry = calloc(1, entry_size(lru));
    if (entry == NULL && budget != NULL)
        budget_give(budget, entry_size(lru));
    return entry;
}

void *lru_make(struct lru *lru, const void *key, int64_t now, bool *ret_new)
{
    uint64_t hash = hash_of(lru, key);
    struct entry *entry = look_up(lru, key, hash);
    if (ret_new != NULL)
        *ret_new = entry == NULL;
    if (entry != NULL) {
        touch(lru, entry, now);
        return entry->octets;
    }
    entry = entry_alloc(lru);
    if (entry == NULL)
        return NULL;
    if (lru->count >= lru->bucket_count)
        grow(lru);
    entry->hash = hash;
    entry->used = now;
    memcpy(entry_key(lru, entry), key, lru->options.key_size);
    entry->chain = lru->buckets[hash & (lru->bucket_count - 1)];
    lru->buckets[hash & (lru->bucket_count - 1)] = entry;
    list_append(lru, entry);
    lru->count++;
    return entry->octets;
}

void lru_remove(struct lru *lru, const void *key)
{
    struct entry *entry = look_up(lru, key, hash_of(lru, key));
    if (entry != NULL)
        let_go(lru, entry, LRU_REMOVED);
}

void lru_expire(struct lru *lru, int64_t now)
{
    if (lru->options.max_idle == 0)
        return;
    while (lru->oldest != NULL && now - lru->oldest->used >= lru->options.max_idle)
        let_go(lru, lru->oldest, LRU_EXPIRED);
}

size_t lru_count(const struct lru *lru)
{
    return lru->count;
}

uint64_t lru_evicted(const struct lru *lru)
{
    return lru->evicted;
}

void lru_each(struct lru *lru, bool (*visit)(void *arg, const void *key, void *value), void *arg)
{
    for (struct entry *entry = lru->oldest; entry != NULL; entry = entry->newer)
        if (!visit(arg, entry_key(lru, entry), entry->octets))
            return;
}
