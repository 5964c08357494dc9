/* backoff: doubling, jitter within its limits, the ceiling, a new start, odd limits. */
#include "test.h"

#include "backoff.h"

#include <mxtap/clock.h>

static void test_doubles(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct backoff backoff;
        backoff_init(&backoff, CLOCK_SECOND, 60 * CLOCK_SECOND, seed);
        int64_t span = CLOCK_SECOND;
        for (int i = 0; i < 12; i++) {
            int64_t wait = backoff_next(&backoff);
            assert_in_range(wait, span / 2, span);
            span = 2 * span < 60 * CLOCK_SECOND ? 2 * span : 60 * CLOCK_SECOND;
        }
        backoff_reset(&backoff);
        assert_in_range(backoff_next(&backoff), CLOCK_SECOND / 2, CLOCK_SECOND);
    }
}

/* By chance: many sensors do not come back together. */
static void test_spreads(void **state)
{
    (void)state;
    unsigned early = 0;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        struct backoff backoff;
        backoff_init(&backoff, CLOCK_SECOND, CLOCK_SECOND, seed * 7919);
        (void)backoff_next(&backoff);
        early += backoff_next(&backoff) < CLOCK_SECOND * 3 / 4;
    }
    assert_in_range(early, 400, 600);
}

static void test_limits(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, 0, 0, 1);
    for (int i = 0; i < 5; i++)
        assert_in_range(backoff_next(&backoff), 500 * CLOCK_MICROSECOND, 1000 * CLOCK_MICROSECOND);
    backoff_init(&backoff, 10 * CLOCK_SECOND, CLOCK_SECOND, 1);
    for (int i = 0; i < 5; i++)
        assert_in_range(backoff_next(&backoff), 5 * CLOCK_SECOND, 10 * CLOCK_SECOND);
    backoff_init(&backoff, CLOCK_SECOND, INT64_MAX, 1);
    for (int i = 0; i < 100; i++)
        assert_true(backoff_next(&backoff) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_spreads),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
