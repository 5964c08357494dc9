/* askers: shares of unknown verdicts by network and domain, in a sliding window. */
#include "askers.h"
#include "detect_private.h"
#include "helper_scene.h"
#include "test.h"

#define WINDOW (3600 * CLOCK_SECOND)
#define START  (1000000 * CLOCK_SECOND)

/* A detect to take the memory from; its detector gets no event. */
static struct scene *scene;
static struct askers *askers;

static int set_up(void **state)
{
    (void)state;
    scene = scene_new("distributed-harvest");
    const struct alert_sink sink = {0};
    return detect_new(scene->configs, scene->know, 16 << 20, &sink, &scene->detect) == ERR_NONE &&
                   askers_new(scene->detect, WINDOW, &askers) == ERR_NONE
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    askers_free(askers);
    scene_free(scene);
    return 0;
}

static struct asker asker_of(const char *client)
{
    struct addr addr;
    assert_true(addr_parse(span_text(client), &addr));
    return askers_key(77, &addr);
}

static void count(const struct asker *asker, unsigned unknown, unsigned other, int64_t now)
{
    for (unsigned i = 0; i < other; i++)
        askers_count(askers, asker, false, now);
    for (unsigned i = 0; i < unknown; i++)
        askers_count(askers, asker, true, now);
}

static void test_share(void **state)
{
    (void)state;
    struct asker a = asker_of("192.0.2.1");
    assert_false(askers_mostly_unknown(askers, &a, 0.5, START));
    count(&a, 1, 0, START);
    assert_true(askers_mostly_unknown(askers, &a, 1, START));
    count(&a, 0, 1, START);
    assert_true(askers_mostly_unknown(askers, &a, 0.5, START));
    assert_false(askers_mostly_unknown(askers, &a, 0.51, START));
    count(&a, 0, 1, START);
    assert_false(askers_mostly_unknown(askers, &a, 0.5, START));
    assert_true(askers_mostly_unknown(askers, &a, 0, START));
}

/* Good verdicts from before the first unknown one count too. */
static void test_before(void **state)
{
    (void)state;
    struct asker a = asker_of("192.0.2.1");
    count(&a, 0, 10, START);
    count(&a, 9, 0, START + 60 * CLOCK_SECOND);
    assert_false(askers_mostly_unknown(askers, &a, 0.5, START + 60 * CLOCK_SECOND));
    count(&a, 1, 0, START + 60 * CLOCK_SECOND);
    assert_true(askers_mostly_unknown(askers, &a, 0.5, START + 60 * CLOCK_SECOND));
}

/* A network is a /24; another domain is another matter. */
static void test_keys(void **state)
{
    (void)state;
    struct asker a = asker_of("192.0.2.1");
    struct asker neighbour = asker_of("192.0.2.200");
    struct asker other = asker_of("192.0.3.1");
    struct addr addr = addr_v4(0xc0000201);
    struct asker elsewhere = askers_key(78, &addr);
    count(&a, 1, 0, START);
    assert_true(askers_mostly_unknown(askers, &neighbour, 0.5, START));
    assert_false(askers_mostly_unknown(askers, &other, 0.5, START));
    assert_false(askers_mostly_unknown(askers, &elsewhere, 0.5, START));
}

/* What is within the window counts wherever the slices begin; what is far outside does not. */
static void test_window(void **state)
{
    (void)state;
    for (int64_t shift = 0; shift < 700; shift += 100) {
        struct asker a = asker_of("192.0.2.1");
        int64_t now = START + shift * CLOCK_SECOND;
        a.domain = (uint64_t)shift;
        count(&a, 5, 0, now);
        assert_true(askers_mostly_unknown(askers, &a, 0.5, now + WINDOW));
        assert_false(askers_mostly_unknown(askers, &a, 0.5, now + WINDOW * 7 / 6));
        count(&a, 1, 0, now + 2 * WINDOW);
        count(&a, 0, 2, now + 2 * WINDOW);
        assert_false(askers_mostly_unknown(askers, &a, 0.5, now + 2 * WINDOW));
    }
}

/* Forgotten after an idle window. */
static void test_idle(void **state)
{
    (void)state;
    struct asker a = asker_of("192.0.2.1");
    count(&a, 5, 0, START);
    table_pass_all(*detect_tables(scene->detect), START + WINDOW - 1);
    assert_true(askers_mostly_unknown(askers, &a, 0.5, START));
    table_pass_all(*detect_tables(scene->detect), START + WINDOW);
    assert_false(askers_mostly_unknown(askers, &a, 0.5, START));
}

/* A flood of networks leaves the attack in the table, and the memory in its bounds. */
static void test_flood(void **state)
{
    (void)state;
    struct detect_case c = {.open = true};
    struct asker a = asker_of("192.0.2.1");
    count(&a, 5, 0, START);
    askers_credit(askers, &a, 50, &c);
    for (uint32_t i = 0; i < 200000; i++) {
        struct addr addr = addr_v4(0x0b000000 + i * 256);
        struct asker other = askers_key(i % 3, &addr);
        askers_count(askers, &other, i % 2 == 0, START + i);
    }
    assert_true(askers_mostly_unknown(askers, &a, 0.5, START));
    struct detect_stats stats;
    detect_stats(scene->detect, &stats);
    assert_true(stats.memory <= 16 << 20);
}

/* A short window, and clocks that stand still or begin at 0. */
static void test_odd_times(void **state)
{
    (void)state;
    struct askers *odd;
    assert_int_equal(askers_new(scene->detect, 1, &odd), ERR_NONE);
    struct asker a = asker_of("192.0.2.1");
    askers_count(odd, &a, false, 0);
    askers_count(odd, &a, true, 0);
    assert_true(askers_mostly_unknown(odd, &a, 0.5, 0));
    askers_count(odd, &a, true, CLOCK_LATEST);
    assert_true(askers_mostly_unknown(odd, &a, 1, CLOCK_LATEST));
    askers_free(odd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_share), TEST(test_before), TEST(test_keys),      TEST(test_window),
        TEST(test_idle),  TEST(test_flood),  TEST(test_odd_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
