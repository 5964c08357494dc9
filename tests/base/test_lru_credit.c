/*
 * lru with credit: who is evicted, against a model that looks at every entry; prepaid entries,
 * headroom, and what is recalled of entries that come back.
 */
#include "test.h"

#include <mxtap/lru.h>
#include <stdlib.h>

#define KEYS   60
#define MAX    16
#define IDLE   200
#define ROUNDS 20000

struct entry {
    uint32_t key;
    uint32_t recalled, credit;
    int64_t used;
    uint64_t turn; /* when it took its place in its rank */
};

struct model {
    struct entry entries[MAX];
    size_t count;
    uint32_t latest; /* key, or KEYS */
    uint64_t turn;
    uint32_t told[MAX]; /* keys that the table let go */
    size_t told_count;
};

static unsigned rank_of(uint32_t credit)
{
    unsigned rank = 0;
    for (; credit > 0; credit /= 2)
        rank++;
    return rank < 16 ? rank : 15;
}

static void on_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)value;
    (void)reason;
    struct model *model = arg;
    memcpy(&model->told[model->told_count++], key, sizeof model->told[0]);
}

/* Odd keys come back with something. */
static uint32_t recall(void *arg, const void *key, int64_t now)
{
    (void)arg;
    (void)now;
    uint32_t number;
    memcpy(&number, key, sizeof number);
    return number % 2 == 0 ? 0 : number;
}

static struct entry *model_find(struct model *model, uint32_t key)
{
    for (size_t i = 0; i < model->count; i++)
        if (model->entries[i].key == key)
            return &model->entries[i];
    return NULL;
}

/* Does a leave the table before b, or, for each, come before b? */
static bool goes_before(const struct entry *a, const struct entry *b, bool by_rank)
{
    unsigned rank_a = rank_of(a->credit), rank_b = rank_of(b->credit);
    if (by_rank && rank_a != rank_b)
        return rank_a < rank_b;
    if (a->used != b->used)
        return a->used < b->used;
    return rank_a != rank_b ? rank_a < rank_b : a->turn < b->turn;
}

static void model_drop(struct model *model, const struct lru *lru, struct entry *entry)
{
    assert_null(lru_peek(lru, &entry->key));
    *entry = model->entries[--model->count];
}

static void model_make(struct model *model, struct lru *lru, uint32_t key, int64_t now)
{
    struct entry *entry = model_find(model, key);
    bool known = entry != NULL, fresh;
    struct entry *victim = NULL;
    for (size_t i = 0; !known && model->count == MAX && i < MAX; i++)
        if (model->entries[i].key != model->latest &&
            (victim == NULL || goes_before(&model->entries[i], victim, true)))
            victim = &model->entries[i];
    uint32_t *value = lru_make(lru, &key, now, &fresh);
    assert_non_null(value);
    assert_int_equal(fresh, !known);
    *value = key;
    if (victim != NULL) {
        assert_int_equal(model->told_count, 1);
        assert_int_equal(model->told[0], victim->key);
        model_drop(model, lru, victim);
    }
    if (!known) {
        entry = &model->entries[model->count++];
        uint32_t recalled = recall(NULL, &key, now);
        *entry = (struct entry){.key = key, .recalled = recalled, .credit = recalled};
    }
    entry->used = now;
    entry->turn = ++model->turn;
    model->latest = key;
}

static void model_credit(struct model *model, struct lru *lru, uint32_t key, uint32_t worth)
{
    struct entry *entry = model_find(model, key);
    if (entry == NULL)
        return;
    void *value = lru_peek(lru, &key);
    lru_credit(lru, value, worth);
    if (entry->recalled + worth > entry->credit) {
        entry->credit = entry->recalled + worth;
        entry->turn = ++model->turn;
    }
    assert_int_equal(lru_credited(value), entry->credit);
    assert_int_equal(lru_recalled(value), entry->recalled);
}

static void model_remove(struct model *model, struct lru *lru, uint32_t key)
{
    struct entry *entry = model_find(model, key);
    lru_remove(lru, &key);
    if (entry == NULL)
        return;
    if (model->latest == key)
        model->latest = KEYS;
    model_drop(model, lru, entry);
}

static void model_expire(struct model *model, struct lru *lru, int64_t now)
{
    lru_expire(lru, now);
    for (size_t i = model->count; i-- > 0;) {
        if (now - model->entries[i].used < IDLE)
            continue;
        if (model->latest == model->entries[i].key)
            model->latest = KEYS;
        model_drop(model, lru, &model->entries[i]);
    }
}

static bool next_is(void *arg, const void *key, void *value)
{
    struct model *model = arg;
    struct entry *entry = model_find(model, *(const uint32_t *)value);
    assert_memory_equal(key, value, sizeof(uint32_t));
    assert_non_null(entry);
    for (size_t i = 0; i < model->count; i++)
        if (goes_before(&model->entries[i], entry, false))
            assert_true(model->entries[i].key >= 1000);
    entry->key += 1000; /* visited */
    return true;
}

static void compare(struct model *model, struct lru *lru)
{
    assert_int_equal(lru_count(lru), model->count);
    lru_each(lru, next_is, model);
    for (size_t i = 0; i < model->count; i++) {
        assert_true(model->entries[i].key >= 1000);
        model->entries[i].key -= 1000;
    }
    model->told_count = 0;
}

static void test_against_model(void **state)
{
    (void)state;
    struct model model = {.latest = KEYS};
    const struct lru_options options = {
        .key_size = sizeof(uint32_t),
        .value_size = sizeof(uint32_t),
        .max_entries = MAX,
        .max_idle = IDLE,
        .leave = on_leave,
        .recall = recall,
        .arg = &model,
    };
    struct lru *lru;
    assert_int_equal(lru_new(&options, &lru), ERR_NONE);
    unsigned short seed[3] = {7, 8, 9};
    int64_t now = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t key = (uint32_t)nrand48(seed) % KEYS;
        switch (nrand48(seed) % 8) {
        case 0:
        case 1:
        case 2:
        case 3: model_make(&model, lru, key, now); break;
        case 4:
        case 5: model_credit(&model, lru, key, 1U << nrand48(seed) % 20); break;
        case 6: model_remove(&model, lru, key); break;
        default: now += nrand48(seed) % 40; model_expire(&model, lru, now);
        }
        compare(&model, lru);
    }
    assert_true(lru_evicted(lru) > 0);
    lru_free(lru);
}

/* A million strangers do not push out one entry with credit, and the newest stranger is there. */
static void test_flood(void **state)
{
    (void)state;
    const struct lru_options options = {.key_size = 4, .value_size = 4, .max_entries = 100};
    struct lru *lru;
    assert_int_equal(lru_new(&options, &lru), ERR_NONE);
    uint32_t key = 0;
    lru_credit(lru, lru_make(lru, &key, 0, NULL), 1);
    for (key = 1; key <= 1000000; key++)
        assert_non_null(lru_make(lru, &key, key, NULL));
    key = 0;
    assert_non_null(lru_peek(lru, &key));
    key = 1000000;
    assert_non_null(lru_peek(lru, &key));
    assert_int_equal(lru_evicted(lru), 1000001 - 100);
    lru_free(lru);
}

/* Others have taken the whole budget: the prepaid entries are to be had all the same. */
static void test_prepaid(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 4000);
    const struct lru_options options = {
        .key_size = 4, .value_size = 4, .max_entries = 1000, .budget = &budget, .prepaid = 5};
    struct lru *lru;
    assert_int_equal(lru_new(&options, &lru), ERR_NONE);
    size_t charged = budget.used;
    assert_true(charged > 0);
    assert_true(budget_take(&budget, budget_free(&budget)));
    for (uint32_t key = 0; key < 50; key++)
        assert_non_null(lru_make(lru, &key, key, NULL));
    assert_int_equal(lru_count(lru), 5);
    budget_give(&budget, 4000 - charged);
    for (uint32_t key = 0; key < 50; key++)
        assert_non_null(lru_make(lru, &key, key, NULL));
    assert_true(lru_count(lru) > 20);
    assert_true(budget.used <= 4000);
    lru_free(lru);
    assert_int_equal(budget.used, 0);
    budget_init(&budget, 10);
    assert_int_equal(lru_new(&options, &lru), ERR_MEMORY);
}

/* New entries leave the headroom; what the owner takes of it is won back by evicting. */
static void test_headroom(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 10000);
    const struct lru_options options = {
        .key_size = 4, .value_size = 4, .max_entries = 1000, .budget = &budget, .headroom = 2000};
    struct lru *lru;
    assert_int_equal(lru_new(&options, &lru), ERR_NONE);
    uint32_t key;
    for (key = 0; key < 500; key++)
        assert_non_null(lru_make(lru, &key, key, NULL));
    assert_true(budget_free(&budget) >= 2000);
    size_t count = lru_count(lru);
    assert_true(budget_take(&budget, 2000));
    assert_non_null(lru_make(lru, &key, key, NULL));
    assert_true(budget_free(&budget) >= 2000);
    assert_true(lru_count(lru) < count);
    budget_give(&budget, 2000);
    lru_free(lru);
    assert_int_equal(budget.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_model),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_prepaid),
        cmocka_unit_test(test_headroom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
