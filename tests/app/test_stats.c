/* stats: the sums over workers, field by field, and the buckets of delays. */
#include "test.h"

#include <mxtap/stats.h>
#include <string.h>

/* All counters of a struct, whatever their names: a new one that is not summed is found here. */
#define EACH_IS(part, value)                                                                       \
    do {                                                                                           \
        uint64_t all[sizeof(part) / sizeof(uint64_t)];                                             \
        _Static_assert(sizeof all == sizeof(part), "made of 64-bit counters");                     \
        memcpy(all, &(part), sizeof all);                                                          \
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)                                    \
            assert_int_equal(all[i], value);                                                       \
    } while (0)

static void fill(void *part, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i += sizeof value)
        memcpy((uint8_t *)part + i, &value, sizeof value);
}

static struct stats part_of(uint64_t value)
{
    struct stats part = {
        .sessions = value,
        .sessions_now = value,
        .messages = value,
        .not_smtp = value,
        .tls = value,
        .midstream = value,
        .one_sided = value,
        .events = value,
        .events_cut = value,
        .smtp_memory = value,
    };
    fill(&part.capture, sizeof part.capture, value);
    fill(&part.decode, sizeof part.decode, value);
    fill(&part.stream, sizeof part.stream, value);
    fill(&part.dns, sizeof part.dns, value);
    return part;
}

static void expect_sessions(const struct stats *sum, uint64_t value)
{
    assert_int_equal(sum->sessions, value);
    assert_int_equal(sum->sessions_now, value);
    assert_int_equal(sum->messages, value);
    assert_int_equal(sum->not_smtp, value);
    assert_int_equal(sum->tls, value);
    assert_int_equal(sum->midstream, value);
    assert_int_equal(sum->one_sided, value);
    assert_int_equal(sum->events, value);
    assert_int_equal(sum->events_cut, value);
    assert_int_equal(sum->smtp_memory, value);
}

static void test_worker(void **state)
{
    (void)state;
    struct stats sum = part_of(40);
    const struct stats part = part_of(2);
    stats_add_worker(&sum, &part);
    EACH_IS(sum.capture, 42);
    EACH_IS(sum.decode, 42);
    EACH_IS(sum.stream, 42);
    EACH_IS(sum.dns, 42);
    expect_sessions(&sum, 42);
}

static void test_sessions_only(void **state)
{
    (void)state;
    struct stats sum = part_of(40);
    const struct stats part = part_of(2);
    stats_add_sessions(&sum, &part);
    EACH_IS(sum.capture, 40);
    EACH_IS(sum.decode, 40);
    EACH_IS(sum.stream, 40);
    EACH_IS(sum.dns, 40);
    expect_sessions(&sum, 42);
}

static void test_times(void **state)
{
    (void)state;
    struct stats sum = {0};
    const struct stats quiet = {.time = 5, .first = CLOCK_NEVER};
    const struct stats late = {.time = 30, .first = 20, .last = 29};
    const struct stats early = {.time = 25, .first = 10, .last = 24};
    stats_add_worker(&sum, &quiet);
    assert_int_equal(sum.time, 5);
    assert_int_equal(sum.first, 0);
    stats_add_worker(&sum, &late);
    stats_add_worker(&sum, &early);
    stats_add_worker(&sum, &quiet);
    assert_int_equal(sum.time, 30);
    assert_int_equal(sum.first, 10);
    assert_int_equal(sum.last, 29);
}

static void test_left_alone(void **state)
{
    (void)state;
    struct stats sum = {.workers = 2, .reloads = 3, .lag = {.count = 4}};
    const struct stats part = {.workers = 1, .reloads = 1, .lag = {.count = 1}};
    stats_add_worker(&sum, &part);
    assert_int_equal(sum.workers, 2);
    assert_int_equal(sum.reloads, 3);
    assert_int_equal(sum.lag.count, 4);
}

/* A delay at a limit is still under it, as Prometheus counts (le). */
static void test_lag(void **state)
{
    (void)state;
    static const struct {
        int64_t delay;
        size_t bucket;
    } rows[] = {
        {-5, 0},
        {0, 0},
        {1000000, 0},
        {1000001, 1},
        {2000000, 1},
        {49999999, 5},
        {INT64_C(10000000000), 12},
        {INT64_C(10000000001), 13},
    };
    struct stats_lag lag = {0};
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t before = lag.buckets[rows[i].bucket];
        stats_lag_add(&lag, rows[i].delay);
        assert_int_equal(lag.buckets[rows[i].bucket], before + 1);
        sum += rows[i].delay > 0 ? rows[i].delay : 0;
        assert_int_equal(lag.sum, sum);
        assert_int_equal(lag.count, i + 1);
    }
    stats_lag_add(&lag, INT64_MAX);
    assert_int_equal(lag.sum, INT64_MAX);
}

static void test_process_memory(void **state)
{
    (void)state;
    assert_true(stats_process_memory() > 100000);
    assert_true(stats_process_memory() % 4096 == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worker), cmocka_unit_test(test_sessions_only),
        cmocka_unit_test(test_times),  cmocka_unit_test(test_left_alone),
        cmocka_unit_test(test_lag),    cmocka_unit_test(test_process_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
