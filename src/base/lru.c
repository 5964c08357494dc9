/*
 * lru: hash table with chains, and for each rank of credit one doubly linked list in order of last
 * use. Buckets double while the table grows to its ceiling; an entry is one block: links, key,
 * value. Lists by rank and the choice of the victim are those of the multi-queue algorithm (Zhou,
 * Philbin and Li 2001), with the owner's credit in the place of a count of uses.
 */
#include <mxtap/lru.h>

#include <stdlib.h>

#define LRU_FIRST_BUCKETS 64
#define SPARE_MAX         16 /* entries kept for the next ones */
#define KEY_WORDS         4  /* keys up to so many words take the fast hash */
#define RANKS             16 /* of credit; the last one holds all from 2^14 up */
#define EVICT_MAX         32 /* entries pushed out for headroom by one that is made */

struct entry {
    struct entry *chain;         /* next in the bucket */
    struct entry *older, *newer; /* in order of use */
    uint64_t hash;
    int64_t used;                  /* event time of the last use */
    uint32_t recalled, credit;     /* what it began with; that and what it is worth now */
    _Alignas(16) uint8_t octets[]; /* value, then key */
};

struct lru {
    struct lru_options options;
    size_t value_room; /* value_size rounded up, where the key begins */
    struct entry **buckets;
    size_t bucket_count; /* a power of two */
    size_t count;
    struct list {
        struct entry *oldest, *newest;
    } ranks[RANKS];
    uint32_t ranks_used;  /* a bit for each rank that has entries */
    struct entry *latest; /* handed out last, or NULL */
    struct entry *spare;  /* let go, to be used again */
    size_t spare_count;
    uint64_t evicted;
};

static size_t entry_size(const struct lru *lru)
{
    return sizeof(struct entry) + lru->value_room + lru->options.key_size;
}

/* The charge for the prepaid entries. Without a budget none is needed. */
static bool prepay(struct lru *lru)
{
    if (lru->options.budget == NULL)
        lru->options.prepaid = 0;
    return lru->options.prepaid == 0 ||
           budget_take(lru->options.budget, lru->options.prepaid * entry_size(lru));
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
    if (lru->buckets == NULL || !prepay(lru)) {
        free(lru->buckets);
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

static unsigned rank_of(const struct entry *entry)
{
    unsigned bits = entry->credit == 0 ? 0 : 32 - (unsigned)__builtin_clz(entry->credit);
    return bits < RANKS ? bits : RANKS - 1;
}

static void list_unlink(struct lru *lru, struct entry *entry)
{
    unsigned rank = rank_of(entry);
    struct list *list = &lru->ranks[rank];
    *(entry->older == NULL ? &list->oldest : &entry->older->newer) = entry->newer;
    *(entry->newer == NULL ? &list->newest : &entry->newer->older) = entry->older;
    if (list->oldest == NULL)
        lru->ranks_used &= ~(UINT32_C(1) << rank);
}

/* Puts the entry behind older in the list of its rank; NULL: before all. */
static void list_insert(struct lru *lru, struct entry *entry, struct entry *older)
{
    unsigned rank = rank_of(entry);
    struct list *list = &lru->ranks[rank];
    entry->older = older;
    entry->newer = older == NULL ? list->oldest : older->newer;
    *(older == NULL ? &list->oldest : &older->newer) = entry;
    *(entry->newer == NULL ? &list->newest : &entry->newer->older) = entry;
    lru->ranks_used |= UINT32_C(1) << rank;
}

static void list_append(struct lru *lru, struct entry *entry)
{
    list_insert(lru, entry, lru->ranks[rank_of(entry)].newest);
}

/* The lists' entries in order of use, by one cursor in each list. */
static struct entry *merge_next(struct entry *cursors[RANKS], uint32_t ranks_used)
{
    unsigned first = RANKS;
    for (; ranks_used != 0; ranks_used &= ranks_used - 1) {
        unsigned rank = (unsigned)__builtin_ctz(ranks_used);
        if (cursors[rank] != NULL && (first == RANKS || cursors[rank]->used < cursors[first]->used))
            first = rank;
    }
    if (first == RANKS)
        return NULL;
    struct entry *entry = cursors[first];
    cursors[first] = entry->newer;
    return entry;
}

static void merge_begin(const struct lru *lru, struct entry *cursors[RANKS])
{
    for (unsigned rank = 0; rank < RANKS; rank++)
        cursors[rank] = lru->ranks[rank].oldest;
}

/* The entry used longest ago, of any rank, or NULL. */
static struct entry *oldest_of(const struct lru *lru)
{
    struct entry *cursors[RANKS];
    merge_begin(lru, cursors);
    return merge_next(cursors, lru->ranks_used);
}

static void let_go(struct lru *lru, struct entry *entry, enum lru_reason reason)
{
    struct entry **link = &lru->buckets[entry->hash & (lru->bucket_count - 1)];
    while (*link != entry)
        link = &(*link)->chain;
    *link = entry->chain;
    list_unlink(lru, entry);
    lru->count--;
    if (lru->latest == entry)
        lru->latest = NULL;
    if (reason == LRU_EVICTED)
        lru->evicted++;
    if (lru->options.leave != NULL)
        lru->options.leave(lru->options.arg, entry_key(lru, entry), entry->octets, reason);
    if (lru->options.budget != NULL && lru->count >= lru->options.prepaid)
        budget_give(lru->options.budget, entry_size(lru));
    if (lru->spare_count == SPARE_MAX) {
        free(entry);
        return;
    }
    entry->chain = lru->spare;
    lru->spare = entry;
    lru->spare_count++;
}

/* What the buckets hold beyond the first few, which cost no budget. */
static size_t grown_octets(const struct lru *lru)
{
    return (lru->bucket_count - LRU_FIRST_BUCKETS) * sizeof *lru->buckets;
}

void lru_free(struct lru *lru)
{
    if (lru == NULL)
        return;
    while (lru->count > 0)
        let_go(lru, oldest_of(lru), LRU_ENDED);
    if (lru->options.budget != NULL)
        budget_give(lru->options.budget,
                    lru->options.prepaid * entry_size(lru) + grown_octets(lru));
    for (struct entry *entry; (entry = lru->spare) != NULL;) {
        lru->spare = entry->chain;
        free(entry);
    }
    free(lru->buckets);
    free(lru);
}

/* Most keys are one word or two. */
static bool same_key(const void *a, const void *b, size_t size)
{
    uint64_t x[2], y[2];
    switch (size) {
    case sizeof x[0]:
        memcpy(x, a, sizeof x[0]);
        memcpy(y, b, sizeof y[0]);
        return x[0] == y[0];
    case sizeof x:
        memcpy(x, a, sizeof x);
        memcpy(y, b, sizeof y);
        return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
    default: return memcmp(a, b, size) == 0;
    }
}

static struct entry *look_up(const struct lru *lru, const void *key, uint64_t hash)
{
    struct entry *entry = lru->buckets[hash & (lru->bucket_count - 1)];
    while (entry != NULL) {
        if (entry->hash == hash && same_key(entry_key(lru, entry), key, lru->options.key_size))
            return entry;
        entry = entry->chain;
    }
    return NULL;
}

static uint64_t hash_of(const struct lru *lru, const void *key)
{
    uint64_t words[KEY_WORDS];
    size_t size = lru->options.key_size;
    if (size == sizeof words[0]) {
        memcpy(words, key, sizeof words[0]);
        return hash_words(lru->options.hash_key, words, 1);
    }
    if (size > sizeof words)
        return hash_keyed(lru->options.hash_key, key, size);
    memset(words, 0, sizeof words);
    memcpy(words, key, size);
    return hash_words(lru->options.hash_key, words, (size + 7) / 8);
}

static void touch(struct lru *lru, struct entry *entry, int64_t now)
{
    entry->used = now;
    lru->latest = entry;
    if (entry->newer != NULL) {
        list_unlink(lru, entry);
        list_append(lru, entry);
    }
}

void *lru_find(struct lru *lru, const void *key, int64_t now)
{
    struct entry *entry = look_up(lru, key, hash_of(lru, key));
    if (entry != NULL)
        touch(lru, entry, now);
    return entry == NULL ? NULL : entry->octets;
}

void *lru_peek(const struct lru *lru, const void *key)
{
    if (lru->count == 0)
        return NULL;
    struct entry *entry = look_up(lru, key, hash_of(lru, key));
    return entry == NULL ? NULL : entry->octets;
}

/* Twice the buckets; without memory the chains just grow longer. */
static void grow(struct lru *lru)
{
    size_t count = lru->bucket_count * 2;
    size_t more = lru->bucket_count * sizeof *lru->buckets;
    struct budget *budget = lru->options.budget;
    if (budget != NULL && !budget_take(budget, more))
        return;
    struct entry **buckets = calloc(count, sizeof *buckets);
    if (buckets == NULL && budget != NULL)
        budget_give(budget, more);
    if (buckets == NULL)
        return;
    for (size_t i = 0; i < lru->bucket_count; i++) {
        for (struct entry *entry; (entry = lru->buckets[i]) != NULL;) {
            lru->buckets[i] = entry->chain;
            entry->chain = buckets[entry->hash & (count - 1)];
            buckets[entry->hash & (count - 1)] = entry;
        }
    }
    free(lru->buckets);
    lru->buckets = buckets;
    lru->bucket_count = count;
}

/* Pushes out the entry used longest ago of the lowest rank, but not the one handed out last. */
static void evict(struct lru *lru)
{
    uint32_t ranks = lru->ranks_used;
    struct entry *entry = lru->ranks[__builtin_ctz(ranks)].oldest;
    if (entry == lru->latest && lru->count > 1) {
        ranks &= ranks - 1;
        entry = entry->newer != NULL ? entry->newer : lru->ranks[__builtin_ctz(ranks)].oldest;
    }
    let_go(lru, entry, LRU_EVICTED);
}

/* Room for one more entry, charged; pushes out as long as the ceilings ask for it. */
static bool make_room(struct lru *lru)
{
    struct budget *budget = lru->options.budget;
    if (lru->count >= lru->options.max_entries && lru->count > 0)
        evict(lru);
    if (budget == NULL)
        return true;
    for (unsigned evicted = 0; lru->count >= lru->options.prepaid; evicted++) {
        size_t headroom = evicted < EVICT_MAX ? lru->options.headroom : 0;
        if (budget_free(budget) >= entry_size(lru) + headroom || lru->count == 0)
            return budget_take(budget, entry_size(lru));
        evict(lru);
    }
    return true;
}

static struct entry *entry_alloc(struct lru *lru)
{
    if (!make_room(lru))
        return NULL;
    struct entry *entry = lru->spare;
    if (entry != NULL) {
        lru->spare = entry->chain;
        lru->spare_count--;
        memset(entry, 0, sizeof *entry + lru->value_room);
        return entry;
    }
    entry = calloc(1, entry_size(lru));
    if (entry == NULL && lru->options.budget != NULL && lru->count >= lru->options.prepaid)
        budget_give(lru->options.budget, entry_size(lru));
    return entry;
}

/* A new entry with this key, in the last place of its rank. */
static struct entry *entry_add(struct lru *lru, const void *key, uint64_t hash, int64_t used,
                               uint32_t credit)
{
    struct entry *entry = entry_alloc(lru);
    if (entry == NULL)
        return NULL;
    if (lru->count >= lru->bucket_count)
        grow(lru);
    entry->hash = hash;
    entry->used = used;
    entry->recalled = entry->credit = credit;
    memcpy(entry_key(lru, entry), key, lru->options.key_size);
    entry->chain = lru->buckets[hash & (lru->bucket_count - 1)];
    lru->buckets[hash & (lru->bucket_count - 1)] = entry;
    list_append(lru, entry);
    lru->count++;
    lru->latest = entry;
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
    } else {
        bool recalls = lru->options.recall != NULL;
        uint32_t recalled = recalls ? lru->options.recall(lru->options.arg, key, now) : 0;
        entry = entry_add(lru, key, hash, now, recalled);
    }
    return entry == NULL ? NULL : entry->octets;
}

void *lru_restore(struct lru *lru, const void *key, int64_t used, uint32_t credit,
                  uint32_t recalled)
{
    uint64_t hash = hash_of(lru, key);
    bool known = look_up(lru, key, hash) != NULL;
    struct entry *entry = known ? NULL : entry_add(lru, key, hash, used, credit);
    if (entry != NULL)
        entry->recalled = recalled < credit ? recalled : credit;
    return entry == NULL ? NULL : entry->octets;
}

static struct entry *entry_of(const void *value)
{
    return (struct entry *)((uintptr_t)value - offsetof(struct entry, octets));
}

void lru_credit(struct lru *lru, void *value, uint32_t worth)
{
    struct entry *entry = entry_of(value);
    uint32_t most = UINT32_MAX - entry->recalled;
    uint32_t credit = entry->recalled + (worth < most ? worth : most);
    if (credit <= entry->credit)
        return;
    list_unlink(lru, entry);
    entry->credit = credit;
    struct entry *older = lru->ranks[rank_of(entry)].newest;
    while (older != NULL && older->used > entry->used)
        older = older->older;
    list_insert(lru, entry, older);
}

uint32_t lru_credited(const void *value)
{
    return entry_of(value)->credit;
}

uint32_t lru_recalled(const void *value)
{
    return entry_of(value)->recalled;
}

int64_t lru_used(const void *value)
{
    return entry_of(value)->used;
}

void lru_drop(struct lru *lru, void *value)
{
    let_go(lru, entry_of(value), LRU_REMOVED);
}

void lru_remove(struct lru *lru, const void *key)
{
    void *value = lru_peek(lru, key);
    if (value != NULL)
        lru_drop(lru, value);
}

void lru_expire(struct lru *lru, int64_t now)
{
    int64_t idle = lru->options.max_idle;
    struct entry *oldest;
    while (idle > 0 && (oldest = oldest_of(lru)) != NULL && now - oldest->used >= idle)
        let_go(lru, oldest, LRU_EXPIRED);
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
    struct entry *cursors[RANKS];
    merge_begin(lru, cursors);
    for (struct entry *entry; (entry = merge_next(cursors, lru->ranks_used)) != NULL;)
        if (!visit(arg, entry_key(lru, entry), entry->octets))
            return;
}
