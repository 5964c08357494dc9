/*
 * lru: against a model. The model is a plain array in order of use; random operations go to both,
 * and after each the two must hold the same entries, in the same order, and have let the same ones
 * go for the same reasons.
 */
#include "test.h"

#include <mxtap/lru.h>
#include <stdlib.h>

#define KEYS   40
#define MAX    16
#define IDLE   50
#define ROUNDS 20000

struct entry {
    uint32_t key;
    uint64_t value;
    int64_t used;
};

struct gone {
    uint32_t key;
    uint64_t value;
    enum lru_reason reason;
};

struct model {
    struct entry entries[MAX]; /* oldest use first */
    size_t count;
    struct gone gone[MAX], told[MAX]; /* what the model let go, what the table told */
    size_t gone_count, told_count;
};

static void on_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    struct model *model = arg;
    struct gone *gone = &model->told[model->told_count++];
    memcpy(&gone->key, key, sizeof gone->key);
    memcpy(&gone->value, value, sizeof gone->value);
    gone->reason = reason;
}

static void model_take_out(struct model *model, size_t at)
{
    memmove(&model->entries[at], &model->entries[at + 1],
            (model->count - at - 1) * sizeof model->entries[0]);
    model->count--;
}

static void model_let_go(struct model *model, size_t at, enum lru_reason reason)
{
    model->gone[model->gone_count++] =
        (struct gone){model->entries[at].key, model->entries[at].value, reason};
    model_take_out(model, at);
}

static size_t model_find(const struct model *model, uint32_t key)
{
    size_t at = 0;
    while (at < model->count && model->entries[at].key != key)
        at++;
    return at;
}

/* Makes it the newest; true where it was there. */
static bool model_use(struct model *model, uint32_t key, int64_t now)
{
    size_t at = model_find(model, key);
    if (at == model->count)
        return false;
    struct entry entry = model->entries[at];
    model_take_out(model, at);
    entry.used = now;
    model->entries[model->count++] = entry;
    return true;
}

static bool same_entry(void *arg, const void *key, void *value)
{
    struct entry **next = arg;
    assert_memory_equal(key, &(*next)->key, sizeof(uint32_t));
    assert_memory_equal(value, &(*next)->value, sizeof(uint64_t));
    ++*next;
    return true;
}

static void compare(struct model *model, struct lru *lru)
{
    assert_int_equal(lru_count(lru), model->count);
    struct entry *next = model->entries;
    lru_each(lru, same_entry, &next);
    assert_ptr_equal(next, model->entries + model->count);
    assert_int_equal(model->gone_count, model->told_count);
    for (size_t i = 0; i < model->gone_count; i++) {
        assert_int_equal(model->gone[i].key, model->told[i].key);
        assert_true(model->gone[i].value == model->told[i].value);
        assert_int_equal(model->gone[i].reason, model->told[i].reason);
    }
    model->gone_count = model->told_count = 0;
}

static void step_make(struct model *model, struct lru *lru, uint32_t key, int64_t now)
{
    bool known = model_use(model, key, now);
    if (!known && model->count == MAX)
        model_let_go(model, 0, LRU_EVICTED);
    bool fresh;
    uint64_t *value = lru_make(lru, &key, now, &fresh);
    assert_non_null(value);
    assert_int_equal(fresh, !known);
    if (!known) {
        assert_true(*value == 0);
        model->entries[model->count++] = (struct entry){key, 0, now};
    }
    *value += 1;
    model->entries[model->count - 1].value += 1;
}

static void step_find(struct model *model, struct lru *lru, uint32_t key, int64_t now)
{
    assert_int_equal(lru_peek(lru, &key) != NULL, model_find(model, key) < model->count);
    bool known = model_use(model, key, now);
    assert_int_equal(lru_find(lru, &key, now) != NULL, known);
}

static void step_remove(struct model *model, struct lru *lru, uint32_t key)
{
    size_t at = model_find(model, key);
    if (at < model->count)
        model_let_go(model, at, LRU_REMOVED);
    lru_remove(lru, &key);
}

static void step_expire(struct model *model, struct lru *lru, int64_t now)
{
    while (model->count > 0 && now - model->entries[0].used >= IDLE)
        model_let_go(model, 0, LRU_EXPIRED);
    lru_expire(lru, now);
}

/* Keys that differ in their last octet only; the value goes by its own address. */
static void test_key_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 4, 8, 16, 20, 24, 32, 40};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct lru_options options = {
            .key_size = sizes[i], .value_size = sizeof(uint64_t), .max_entries = 8};
        uint8_t a[40] = {0}, b[40] = {0};
        b[sizes[i] - 1] = 1;
        struct lru *lru;
        assert_int_equal(lru_new(&options, &lru), ERR_NONE);
        void *first = lru_make(lru, a, 1, NULL), *second = lru_make(lru, b, 1, NULL);
        assert_ptr_not_equal(first, second);
        assert_ptr_equal(lru_find(lru, a, 2), first);
        assert_ptr_equal(lru_peek(lru, b), second);
        lru_drop(lru, first);
        assert_null(lru_peek(lru, a));
        assert_ptr_equal(lru_peek(lru, b), second);
        assert_int_equal(lru_count(lru), 1);
        lru_free(lru);
    }
}

static void test_against_model(void **state)
{
    (void)state;
    struct model model = {0};
    const struct lru_options options = {
        .key_size = sizeof(uint32_t),
        .value_size = sizeof(uint64_t),
        .max_entries = MAX,
        .max_idle = IDLE,
        .leave = on_leave,
        .arg = &model,
    };
    struct lru *lru;
    assert_int_equal(lru_new(&options, &lru), ERR_NONE);
    unsigned short seed[3] = {1, 2, 3};
    int64_t now = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t key = (uint32_t)nrand48(seed) % KEYS;
        switch (nrand48(seed) % 8) {
        case 0:
        case 1:
        case 2:
        case 3: step_make(&model, lru, key, now); break;
        case 4:
        case 5: step_find(&model, lru, key, now); break;
        case 6: step_remove(&model, lru, key); break;
        default: now += nrand48(seed) % 20; step_expire(&model, lru, now);
        }
        compare(&model, lru);
    }
    assert_true(lru_evicted(lru) > 0);
    while (model.count > 0)
        model_let_go(&model, 0, LRU_ENDED);
    lru_free(lru);
    assert_int_equal(model.told_count, model.gone_count);
    for (size_t i = 0; i < model.gone_count; i++)
        assert_int_equal(model.told[i].key, model.gone[i].key);
}

/* Thousands of entries through several doublings; addresses of values stay. */
static void test_growth(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    const struct lru_options options = {
        .key_size = sizeof(uint32_t), .value_size = 24, .max_entries = COUNT};
    struct lru *lru;
    assert_int_equal(lru_new(&options, &lru), ERR_NONE);
    void **values = calloc(COUNT, sizeof *values);
    assert_non_null(values);
    for (uint32_t key = 0; key < COUNT; key++)
        values[key] = lru_make(lru, &key, 0, NULL);
    for (uint32_t key = 0; key < COUNT; key++) {
        assert_ptr_equal(lru_peek(lru, &key), values[key]);
        assert_int_equal((uintptr_t)values[key] % 16, 0);
    }
    assert_int_equal(lru_evicted(lru), 0);
    free(values);
    lru_free(lru);
}

/* The budget counts as a ceiling too, and gets everything back. */
static void test_budget(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1000);
    const struct lru_options options = {
        .key_size = sizeof(uint32_t), .value_size = 100, .max_entries = 1000, .budget = &budget};
    struct lru *lru;
    assert_int_equal(lru_new(&options, &lru), ERR_NONE);
    for (uint32_t key = 0; key < 100; key++)
        assert_non_null(lru_make(lru, &key, 0, NULL));
    assert_in_range(lru_count(lru), 1, 9);
    assert_int_equal(lru_evicted(lru), 100 - lru_count(lru));
    assert_true(budget.used <= budget.ceiling);
    uint32_t last = 99;
    assert_non_null(lru_peek(lru, &last));
    lru_free(lru);
    assert_int_equal(budget.used, 0);
    budget_init(&budget, 50);
    assert_int_equal(lru_new(&options, &lru), ERR_NONE);
    assert_null(lru_make(lru, &last, 0, NULL));
    assert_int_equal(lru_count(lru), 0);
    lru_free(lru);
    lru_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_sizes),
        cmocka_unit_test(test_against_model),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
