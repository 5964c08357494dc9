/*
 * lru: a table that is put back entry by entry behaves as the one it was copied from. Random
 * operations go to a table; then it is copied, and the same operations go to both.
 */
#include "test.h"

#include <mxtap/lru.h>
#include <stdlib.h>

#define KEYS 60
#define MAX  24

struct side {
    struct lru *lru;
    uint64_t gone; /* a hash of what left, in order */
};

static void on_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    struct side *side = arg;
    uint32_t parts[3];
    memcpy(&parts[0], key, sizeof parts[0]);
    memcpy(&parts[1], value, sizeof parts[1]);
    parts[2] = reason;
    side->gone = hash_mix(side->gone ^ hash_stable(span_make(parts, sizeof parts)));
}

static uint32_t recall(void *arg, const void *key, int64_t now)
{
    (void)arg;
    (void)now;
    uint32_t number;
    memcpy(&number, key, sizeof number);
    return number % 7 == 0 ? number : 0;
}

static void side_new(struct side *side)
{
    const struct lru_options options = {.key_size = 4,
                                        .value_size = 4,
                                        .max_entries = MAX,
                                        .max_idle = 90,
                                        .leave = on_leave,
                                        .recall = recall,
                                        .arg = side};
    side->gone = 0;
    assert_int_equal(lru_new(&options, &side->lru), ERR_NONE);
}

static void operate(struct side *side, uint64_t random, int64_t now)
{
    uint32_t key = (uint32_t)(random >> 8) % KEYS;
    uint32_t *value;
    switch (random % 8) {
    case 0: (void)lru_find(side->lru, &key, now); break;
    case 1: lru_remove(side->lru, &key); break;
    case 2: lru_expire(side->lru, now); break;
    case 3:
        value = lru_peek(side->lru, &key);
        if (value != NULL)
            lru_credit(side->lru, value, (uint32_t)(random >> 32) % 40);
        break;
    default: value = lru_make(side->lru, &key, now, NULL); *value += 1;
    }
}

static bool copy(void *arg, const void *key, void *value)
{
    struct side *to = arg;
    uint32_t *back =
        lru_restore(to->lru, key, lru_used(value), lru_credited(value), lru_recalled(value));
    assert_non_null(back);
    assert_int_equal(*back, 0);
    memcpy(back, value, sizeof *back);
    assert_int_equal(lru_used(back), lru_used(value));
    assert_int_equal(lru_recalled(back), lru_recalled(value));
    assert_int_equal(lru_credited(back), lru_credited(value));
    assert_null(lru_restore(to->lru, key, 0, 0, 0));
    return true;
}

static bool add(void *arg, const void *key, void *value)
{
    uint64_t *sum = arg;
    uint32_t parts[4];
    memcpy(&parts[0], key, sizeof parts[0]);
    memcpy(&parts[1], value, sizeof parts[1]);
    parts[2] = lru_credited(value);
    parts[3] = lru_recalled(value);
    *sum = hash_mix(*sum ^ hash_stable(span_make(parts, sizeof parts)));
    return true;
}

static uint64_t sum_of(struct lru *lru)
{
    uint64_t sum = 0;
    lru_each(lru, add, &sum);
    return sum;
}

static void test_copy(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 40; round++) {
        struct side a, b;
        uint64_t random = round + 1;
        int64_t now = 1000;
        side_new(&a);
        side_new(&b);
        /* The one handed out last is spared: the last operation hands out the newest. */
        for (unsigned i = 0; i < 10 + 37 * round;
             i++, now += (int64_t)((random = hash_mix(random + i)) % 5))
            operate(&a, random, now);
        operate(&a, 4, now);
        lru_each(a.lru, copy, &b);
        a.gone = 0;
        for (unsigned i = 0; i < 500; i++, now += (int64_t)((random = hash_mix(random + i)) % 5)) {
            operate(&a, random, now);
            operate(&b, random, now);
            assert_int_equal(sum_of(a.lru), sum_of(b.lru));
            assert_int_equal(a.gone, b.gone);
        }
        lru_free(a.lru);
        lru_free(b.lru);
        assert_int_equal(a.gone, b.gone);
    }
}

/* Into a smaller table: the oldest of the least credit make room. */
static void test_too_many(void **state)
{
    (void)state;
    struct side side;
    side_new(&side);
    for (uint32_t key = 0; key < 3 * MAX; key++)
        assert_non_null(lru_restore(side.lru, &key, key, key < 4 ? 100 : 0, 0));
    assert_int_equal(lru_count(side.lru), MAX);
    assert_int_equal(lru_evicted(side.lru), 2 * MAX);
    for (uint32_t key = 0; key < 3 * MAX; key++)
        assert_true((lru_peek(side.lru, &key) != NULL) == (key < 4 || key >= 2 * MAX + 4));
    lru_free(side.lru);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_copy),
                                       cmocka_unit_test(test_too_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
