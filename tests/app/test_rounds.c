/* rounds: when counters are asked for and written, and what is said of losses. */
#include "rounds.h"
#include "test.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

static struct config config_of(double drop_warning)
{
    return (struct config){
        .capture = {.drop_warning = drop_warning},
        .output = {.stats_interval = 3600 * CLOCK_SECOND},
        .stream = {.memory = 100},
        .smtp = {.memory = 10},
    };
}

static void test_ask(void **state)
{
    (void)state;
    struct rounds rounds;
    rounds_init(&rounds);
    assert_true(rounds_ask(&rounds));
    assert_false(rounds_ask(&rounds));
    rounds_want_stats(&rounds);
    assert_true(rounds_ask(&rounds));
    assert_true(rounds.wanted);
}

static void test_record_is_due(void **state)
{
    (void)state;
    struct rounds rounds;
    const struct config config = config_of(0.5);
    rounds_init(&rounds);
    assert_false(rounds_complete(&rounds, &config));
    rounds_want_stats(&rounds);
    assert_true(rounds_complete(&rounds, &config));
    rounds.wanted = false;
    assert_false(rounds_complete(&rounds, &config));
    rounds.stats.final = true;
    assert_true(rounds_complete(&rounds, &config));
    rounds.stats.workers = 2;
    (void)rounds_complete(&rounds, &config);
    assert_int_equal(rounds.stats.ceilings.stream, 200);
    assert_int_equal(rounds.stats.ceilings.smtp, 20);
    assert_true(rounds.stats.started > 0);
}

/* The rate is that since the last record, not since the start. */
static void test_drops(void **state)
{
    (void)state;
    struct rounds rounds;
    const struct config config = config_of(0.1);
    rounds_init(&rounds);
    rounds.stats.capture.packets = 900;
    rounds.stats.capture.kernel_drops = 60;
    rounds.stats.capture.interface_drops = 40;
    rounds.wanted = true;
    assert_true(rounds_complete(&rounds, &config));
    assert_float_equal(rounds.stats.drop_rate, 0.1, 1e-9);
    assert_false(rounds.stats.drop_warning);
    rounds.stats.capture.packets = 950;
    assert_true(rounds_complete(&rounds, &config));
    assert_float_equal(rounds.stats.drop_rate, 0, 1e-9);
    rounds.stats.capture.packets = 960;
    rounds.stats.capture.kernel_drops = 70;
    assert_true(rounds_complete(&rounds, &config));
    assert_float_equal(rounds.stats.drop_rate, 0.5, 1e-9);
    assert_true(rounds.stats.drop_warning);
}

static void test_lag(void **state)
{
    (void)state;
    struct rounds rounds;
    const struct config config = config_of(1);
    rounds_init(&rounds);
    rounds_alert(&rounds, clock_now() - 3 * CLOCK_SECOND);
    rounds_alert(&rounds, clock_now() + CLOCK_SECOND); /* the clock was set back */
    (void)rounds_complete(&rounds, &config);
    assert_int_equal(rounds.stats.lag.count, 2);
    assert_true(rounds.stats.lag.sum >= 3 * CLOCK_SECOND);
    assert_int_equal(rounds.stats.lag.buckets[0], 1);
}

/* What is logged meanwhile, as text. */
static void complete(struct rounds *rounds, char *ret_log, size_t size)
{
    const struct config config = config_of(1);
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    int before = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    (void)rounds_complete(rounds, &config);
    dup2(before, STDERR_FILENO);
    ssize_t got = read(ends[0], ret_log, size - 1);
    ret_log[got > 0 ? got : 0] = '\0';
    close(before);
    close(ends[0]);
    close(ends[1]);
}

/* Told once; that it goes forward is nothing to be told. */
static void test_clock(void **state)
{
    (void)state;
    struct rounds rounds;
    char log[500];
    rounds_init(&rounds);
    complete(&rounds, log, sizeof log);
    assert_string_equal(log, "");
    rounds.ahead -= 3600 * CLOCK_SECOND;
    complete(&rounds, log, sizeof log);
    assert_string_equal(log, "");
    rounds.ahead += 3600 * CLOCK_SECOND;
    complete(&rounds, log, sizeof log);
    assert_non_null(strstr(log, "set back by 3600 s"));
    complete(&rounds, log, sizeof log);
    assert_string_equal(log, "");
}

static void test_reload_and_save(void **state)
{
    (void)state;
    struct rounds rounds;
    const struct config config = config_of(1);
    rounds_init(&rounds);
    assert_false(rounds_save(&rounds, 3600 * CLOCK_SECOND));
    rounds.next_save = 0;
    assert_true(rounds_save(&rounds, 3600 * CLOCK_SECOND));
    assert_false(rounds_save(&rounds, 3600 * CLOCK_SECOND));
    rounds_reload(&rounds, true);
    rounds_reload(&rounds, false);
    rounds_reload(&rounds, false);
    (void)rounds_complete(&rounds, &config);
    assert_int_equal(rounds.stats.reloads, 1);
    assert_int_equal(rounds.stats.reloads_refused, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ask),   cmocka_unit_test(test_record_is_due),
        cmocka_unit_test(test_drops), cmocka_unit_test(test_lag),
        cmocka_unit_test(test_clock), cmocka_unit_test(test_reload_and_save),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
