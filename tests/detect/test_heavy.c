/* heavy: lower bounds only, heavy keys survive light ones, ageing, the budget. */
#include "heavy.h"
#include "test.h"

#include <mxtap/hash.h>

#define HOUR 3600

static uint64_t key_of(uint64_t number)
{
    return hash_keyed((struct hash_key){0}, &number, sizeof number);
}

static void test_take(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1 << 20);
    struct heavy heavy;
    heavy_init(&heavy, HOUR, &budget);
    assert_true(heavy_is_empty(&heavy));
    assert_int_equal(heavy_take(&heavy, key_of(1), 0), 0);
    heavy_put(&heavy, key_of(1), 10, 0);
    assert_false(heavy_is_empty(&heavy));
    assert_int_equal(budget.used, 65536);
    heavy_put(&heavy, key_of(1), 7, 0);
    assert_int_equal(heavy_take(&heavy, key_of(1), 1), 10);
    assert_int_equal(heavy_take(&heavy, key_of(1), 1), 0);
    heavy_done(&heavy);
    assert_int_equal(budget.used, 0);
}

/* 500 heavy keys among a million light ones: all are known, and no key for more than it had. */
static void test_flood(void **state)
{
    (void)state;
    enum { HEAVY = 500, LIGHT = 1000000 };
    struct budget budget;
    budget_init(&budget, 1 << 20);
    struct heavy heavy;
    heavy_init(&heavy, HOUR, &budget);
    for (uint64_t i = 0; i < HEAVY; i++)
        heavy_put(&heavy, key_of(i), 5 + (uint32_t)i, 0);
    for (uint64_t i = HEAVY; i < LIGHT; i++)
        heavy_put(&heavy, key_of(i), 1 + i % 4, 0);
    size_t known = 0;
    for (uint64_t i = HEAVY; i < LIGHT; i++) {
        uint32_t credit = heavy_take(&heavy, key_of(i), 0);
        assert_true(credit == 0 || credit == 1 + i % 4);
        known += credit > 0;
    }
    assert_in_range(known, 8192 - HEAVY - 100, 8192 - HEAVY);
    for (uint64_t i = 0; i < HEAVY; i++)
        assert_int_equal(heavy_take(&heavy, key_of(i), 0), 5 + i);
    heavy_done(&heavy);
}

/* Of equally light ones the newest are kept. */
static void test_newest(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1 << 20);
    struct heavy heavy;
    heavy_init(&heavy, HOUR, &budget);
    for (uint64_t i = 0; i < 100000; i++)
        heavy_put(&heavy, key_of(i), 1, 0);
    size_t known = 0;
    for (uint64_t i = 98000; i < 100000; i++)
        known += heavy_take(&heavy, key_of(i), 0);
    assert_true(known > 1990);
    heavy_done(&heavy);
}

static void test_age(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1 << 20);
    struct heavy heavy;
    heavy_init(&heavy, HOUR, &budget);
    heavy_put(&heavy, key_of(1), 40, 100);
    heavy_put(&heavy, key_of(2), 40, 100 + HOUR);
    assert_int_equal(heavy_take(&heavy, key_of(1), 100 + 3 * HOUR - 1), 10);
    assert_int_equal(heavy_take(&heavy, key_of(2), 100 + 3 * HOUR), 10);
    heavy_put(&heavy, key_of(3), 1 << 30, 100 + 3 * HOUR);
    assert_int_equal(heavy_take(&heavy, key_of(3), INT64_MAX), 0);
    heavy_done(&heavy);
}

/* Without the memory nothing is remembered. */
static void test_refused(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1000);
    struct heavy heavy;
    heavy_init(&heavy, HOUR, &budget);
    heavy_put(&heavy, key_of(1), 40, 100);
    assert_true(heavy_is_empty(&heavy));
    assert_int_equal(heavy_take(&heavy, key_of(1), 100), 0);
    heavy_done(&heavy);
    assert_int_equal(budget.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take), cmocka_unit_test(test_flood),   cmocka_unit_test(test_newest),
        cmocka_unit_test(test_age),  cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
