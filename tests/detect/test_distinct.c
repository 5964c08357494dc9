/* distinct: counts in windows against a plain model, ceilings, removal. */
#include "distinct.h"
#include "test.h"

#include <mxtap/clock.h>

static void test_windows(void **state)
{
    (void)state;
    struct distinct set;
    distinct_init(&set, 1000);
    for (uint64_t i = 0; i < 300; i++)
        assert_true(distinct_add(&set, i * 977, (uint8_t)(i % 3), (int64_t)i, NULL));
    for (int64_t since = 0; since < 300; since += 7) {
        uint64_t expected = 0;
        for (int64_t i = since; i < 300; i++)
            expected += i % 3 == 1;
        assert_int_equal(distinct_count(&set, 1, since), expected);
        assert_int_equal(distinct_count(&set, -1, since), 300 - since);
    }
    assert_false(distinct_add(&set, 977, 2, 1000, NULL));
    assert_int_equal(distinct_kind(&set, 977), 2);
    assert_int_equal(distinct_count(&set, 2, CLOCK_NEVER), 101);
    assert_int_equal(distinct_kind(&set, 978), -1);
    distinct_done(&set, NULL);
}

static void test_ceiling(void **state)
{
    (void)state;
    struct distinct set;
    distinct_init(&set, 100);
    for (uint64_t i = 0; i < 1000; i++)
        distinct_add(&set, i, 0, (int64_t)i, NULL);
    assert_int_equal(set.count, 100);
    assert_int_equal(set.lost, 900);
    for (uint64_t i = 900; i < 1000; i++)
        assert_int_equal(distinct_kind(&set, i), 0);
    assert_int_equal(distinct_count(&set, 0, CLOCK_NEVER), 100);
    distinct_done(&set, NULL);
}

/* A large full set loses some of its older items, never the newest ones, and stays quick. */
static void test_flood(void **state)
{
    (void)state;
    enum { CEILING = 4096, ITEMS = 200000 };
    struct distinct set;
    distinct_init(&set, CEILING);
    for (uint64_t i = 0; i < ITEMS; i++)
        assert_true(distinct_add(&set, i * 0x9e3779b97f4a7c15U, i % 2, (int64_t)i, NULL));
    assert_int_equal(set.count, CEILING);
    assert_int_equal(set.lost, ITEMS - CEILING);
    assert_int_equal(distinct_count(&set, -1, CLOCK_NEVER), CEILING);
    assert_int_equal(distinct_count(&set, -1, ITEMS - CEILING / 2), CEILING / 2);
    assert_true(distinct_count(&set, 1, 0) > CEILING / 3);
    distinct_done(&set, NULL);
}

/* The count in a window whether or not everything is in it. */
static void test_everything(void **state)
{
    (void)state;
    struct distinct set;
    distinct_init(&set, 1000);
    for (uint64_t i = 0; i < 100; i++)
        distinct_add(&set, i, 0, 1000 + (int64_t)i, NULL);
    assert_int_equal(distinct_count(&set, 0, 1000), 100);
    assert_int_equal(distinct_count(&set, 0, 999), 100);
    assert_int_equal(distinct_count(&set, 0, 1001), 99);
    distinct_add(&set, 5, 0, 10, NULL); /* time that goes back changes nothing */
    distinct_add(&set, 7777, 0, 20, NULL);
    assert_int_equal(distinct_count(&set, 0, 1000), 100);
    assert_int_equal(distinct_count(&set, 0, 20), 101);
    distinct_done(&set, NULL);
}

static void test_budget(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1000);
    struct distinct set;
    distinct_init(&set, 1000);
    for (uint64_t i = 0; i < 1000; i++)
        distinct_add(&set, i, 0, (int64_t)i, &budget);
    assert_true(budget.used <= 1000);
    assert_true(set.count > 0 && set.lost > 0);
    distinct_done(&set, &budget);
    assert_int_equal(budget.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_windows),
                                       cmocka_unit_test(test_ceiling), cmocka_unit_test(test_flood),
                                       cmocka_unit_test(test_everything),
                                       cmocka_unit_test(test_budget)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
