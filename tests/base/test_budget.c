/* budget: taking, giving back, the ceiling, the peak. */
#include "test.h"

#include <mxtap/budget.h>

static void test_account(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 100);
    assert_true(budget_take(&budget, 60));
    assert_false(budget_take(&budget, 41));
    assert_int_equal(budget.refused, 1);
    assert_int_equal(budget.used, 60);
    assert_true(budget_take(&budget, 40));
    assert_int_equal(budget.peak, 100);
    assert_true(budget_take(&budget, 0));
    assert_false(budget_take(&budget, 1));
    assert_false(budget_take(&budget, SIZE_MAX));
    budget_give(&budget, 70);
    assert_int_equal(budget.used, 30);
    assert_int_equal(budget.peak, 100);
    assert_int_equal(budget.refused, 3);
}

/* Giving back too much leaves an empty account, not a huge one. */
static void test_given_too_much(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 10);
    assert_true(budget_take(&budget, 5));
    budget_give(&budget, 6);
    assert_int_equal(budget.used, 0);
    assert_true(budget_take(&budget, 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_account),
        cmocka_unit_test(test_given_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
