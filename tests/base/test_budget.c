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

/* Three shares of 20 under 100: 40 are there for whoever asks first, and a reserve is safe. */
static void test_shares(void **state)
{
    (void)state;
    struct budget account, a, b, c;
    budget_init(&account, 100);
    budget_share(&a, &account, 20);
    budget_share(&b, &account, 20);
    budget_share(&c, &account, 20);
    assert_int_equal(budget_free(&a), 60);
    assert_true(budget_take(&a, 60));
    assert_false(budget_take(&a, 1));
    assert_int_equal(a.refused, 1);
    assert_int_equal(budget_free(&b), 20);
    assert_true(budget_take(&b, 20));
    assert_false(budget_take(&b, 1));
    assert_int_equal(account.used, 80);
    budget_give(&a, 45);
    assert_int_equal(budget_free(&b), 40);
    assert_true(budget_take(&b, 40));
    assert_int_equal(budget_free(&a), 5);
    assert_int_equal(budget_free(&c), 20);
    assert_true(budget_take(&c, 20));
    assert_true(budget_take(&a, 5));
    assert_int_equal(account.used, 100);
    assert_int_equal(account.peak, 100);
    budget_give(&a, 1000);
    budget_give(&b, 60);
    budget_give(&c, 20);
    assert_int_equal(account.used, 0);
    assert_int_equal(account.kept, 60);
}

/* Reserves that are more than there is become smaller. */
static void test_reserve_too_large(void **state)
{
    (void)state;
    struct budget account, a, b;
    budget_init(&account, 100);
    budget_share(&a, &account, 70);
    budget_share(&b, &account, 70);
    assert_int_equal(b.reserve, 30);
    assert_true(budget_take(&a, 70));
    assert_false(budget_take(&a, 1));
    assert_true(budget_take(&b, 30));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_account),
        cmocka_unit_test(test_given_too_much),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_reserve_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
