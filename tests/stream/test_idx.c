/* The index against a plain table, with hashes that collide and wrap around the end. */
#include "idx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static bool has(const struct idx *idx, uint32_t hash, uint32_t number)
{
    uint32_t cursor = hash, found;
    while ((found = idx_next(idx, hash, &cursor)) != IDX_NONE)
        if (found == number)
            return true;
    return false;
}

static void test_random(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1 << 20);
    struct idx idx;
    assert_int_equal(idx_init(&idx, &budget), 0);
    static bool there[4000];
    unsigned seed = 7;
    for (int step = 0; step < 60000; step++) {
        uint32_t number = (uint32_t)rand_r(&seed) % 4000;
        uint32_t hash = 0xfffffff0 + number / 3 * (number % 2 ? 1 : 1024);
        if (there[number])
            idx_remove(&idx, hash, number);
        else
            assert_true(idx_add(&idx, hash, number));
        there[number] = !there[number];
        uint32_t other = (uint32_t)rand_r(&seed) % 4000;
        hash = 0xfffffff0 + other / 3 * (other % 2 ? 1 : 1024);
        assert_int_equal(has(&idx, hash, other), there[other]);
    }
    idx_done(&idx);
    assert_int_equal(budget.used, 0);
}

static void test_budget(void **state)
{
    (void)state;
    struct budget budget;
    struct idx idx;
    budget_init(&budget, 100);
    assert_int_equal(idx_init(&idx, &budget), ERR_CONFIG);
    idx_done(&idx);
    budget_init(&budget, 10000);
    assert_int_equal(idx_init(&idx, &budget), 0);
    uint32_t count = 0;
    while (idx_add(&idx, count * 77, count))
        count++;
    assert_in_range(count, 700, 1000);
    for (uint32_t i = 0; i < count; i++)
        assert_true(has(&idx, i * 77, i));
    idx_done(&idx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
