/* tally: counts of a source network with samples, in a window; its cases; its memory. */
#include "detect_private.h"
#include "helper_scene.h"
#include "table.h"
#include "tally.h"
#include "test.h"

#include <stdio.h>

#define QUIET (600 * CLOCK_SECOND)
#define START (1000000 * CLOCK_SECOND)

static const struct detector detector = {
    .id = 9999, .name = "test", .severity = 3, .advice = "Do nothing.", .contact = CONTACT_CLIENT};

static struct scene *scene;
static struct tallies *tallies;
static unsigned reports[3];
static char last[4096];

static void report(struct tallies *of, const struct tally *tally, enum case_state state,
                   const struct event *event)
{
    struct json_object *evidence = tally_evidence(of, tally);
    evidence_count(evidence, "count", tally->count);
    namelist_evidence(tallies_detect(of), &tally->samples, evidence, "samples", "sample_count");
    snprintf(last, sizeof last, "%s",
             json_object_to_json_string_ext(evidence, JSON_C_TO_STRING_PLAIN |
                                                          JSON_C_TO_STRING_NOSLASHESCAPE));
    reports[state]++;
    tally_alert(of, tally, state, event, "Seen.", evidence);
}

static int set_up(void **state)
{
    (void)state;
    memset(reports, 0, sizeof reports);
    scene = scene_new("auth-guessing");
    const struct alert_sink sink = {0};
    return detect_new(scene->configs, scene->know, 4 << 20, &sink, &scene->detect) == ERR_NONE &&
                   tallies_new(scene->detect, &detector, "options", QUIET, report, &tallies) ==
                       ERR_NONE
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    scene_free(scene);
    return 0;
}

static size_t memory(void)
{
    struct detect_stats stats;
    detect_stats(scene->detect, &stats);
    return stats.memory;
}

static struct event event_at(const char *client, int64_t now)
{
    struct event event = {.kind = EVENT_CLOSE, .time = now};
    assert_true(addr_parse(span_text(client), &event.flow.client));
    assert_true(addr_parse(SPAN_LITERAL("192.0.2.25"), &event.flow.server));
    return event;
}

/* Counts one; true where there were so many within the window. */
static bool count(const char *client, int64_t now, const char *sample, uint64_t least)
{
    const struct event event = event_at(client, now);
    struct tally *tally = tallies_at(tallies, &event);
    assert_non_null(tally);
    tallies_count(tallies, tally, &event, span_text(sample));
    bool enough = tally_within(tally, least, QUIET);
    if (enough || tally->c.open)
        tallies_step(tallies, tally, &event);
    return enough;
}

static void test_window(void **state)
{
    (void)state;
    assert_false(count("203.0.113.1", START, "", 3));
    assert_false(count("203.0.113.2", START + QUIET / 2, "", 3));
    assert_true(count("203.0.113.3", START + QUIET, "", 3));
    assert_false(count("198.51.100.1", START, "", 3));
    assert_false(count("198.51.100.1", START + QUIET / 2, "", 3));
    assert_false(count("198.51.100.1", START + QUIET + 1, "", 3));
    tallies_free(tallies);
    assert_int_equal(reports[CASE_NEW], 1);
    assert_int_equal(reports[CASE_ENDED], 0);
}

/* As many as the ring has places, and counts of nothing. */
static void test_ring(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        bool enough = count("203.0.113.1", START + i * CLOCK_SECOND, "", TALLY_TIMES);
        assert_int_equal(enough, i >= TALLY_TIMES - 1);
    }
    const struct tally none = {0};
    assert_true(tally_within(&none, 0, QUIET));
    assert_false(tally_within(&none, 1, QUIET));
    tallies_free(tallies);
}

static void test_evidence(void **state)
{
    (void)state;
    count("203.0.113.1", START, "joe", 3);
    count("203.0.113.1", START, "joe", 3);
    count("203.0.113.2", START, "ann@example.org", 3);
    assert_string_equal(last,
                        "{\"source_network\":\"203.0.113.0/24\",\"clients\":[\"203.0.113.1\","
                        "\"203.0.113.2\"],\"client_count\":2,\"count\":3,\"samples\":[\"joe\","
                        "\"ann@example.org\"],\"sample_count\":2}");
    count("2001:db8::1", START, "", 1);
    assert_non_null(strstr(last, "\"source_network\":\"2001:db8::/64\""));
    assert_non_null(strstr(last, "\"sample_count\":0"));
    assert_string_equal(tallies_options(tallies), "options");
    tallies_free(tallies);
}

/* New, at each doubling, at the end of a quiet time if it grew; then a new case. */
static void test_cases(void **state)
{
    (void)state;
    for (int i = 0; i < 13; i++)
        count("203.0.113.1", START, "", 3);
    assert_int_equal(reports[CASE_NEW], 1);
    assert_int_equal(reports[CASE_GROWING], 2);
    table_pass_all(*detect_tables(scene->detect), START + QUIET - 1);
    assert_int_equal(reports[CASE_ENDED], 0);
    table_pass_all(*detect_tables(scene->detect), START + QUIET + 60 * CLOCK_SECOND);
    assert_int_equal(reports[CASE_ENDED], 1);
    assert_non_null(strstr(last, "\"count\":13"));
    for (int i = 0; i < 3; i++)
        count("203.0.113.1", START + 2 * QUIET, "", 3);
    assert_int_equal(reports[CASE_NEW], 2);
    tallies_free(tallies);
    assert_int_equal(reports[CASE_ENDED], 1);
}

/* More networks and samples than there is room for; all memory comes back. */
static void test_memory(void **state)
{
    (void)state;
    size_t before = memory();
    for (uint32_t i = 0; i < 60000; i++) {
        char client[32];
        char sample[300];
        snprintf(client, sizeof client, "%u.%u.%u.%u", 11 + i % 7, i / 250 % 250, i % 250, i % 3);
        snprintf(sample, sizeof sample, "%0200u@example.org", i);
        count(client, START + i, sample, 1000);
    }
    assert_true(memory() <= 4 << 20);
    tallies_free(tallies);
    assert_true(memory() <= before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_window), TEST(test_ring),   TEST(test_evidence),
        TEST(test_cases),  TEST(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
