/* eve_stats: what a live sensor's record has beside a replay's, and that a replay's has none of it.
 */
#include "helper_eve.h"
#include "test.h"

static void expect(struct json_object *json, const char *path, int64_t value)
{
    if (stage_number(json, path) != value)
        fail_msg("%s is %jd", path, (intmax_t)stage_number(json, path));
}

static void test_replay(void **state)
{
    (void)state;
    struct json_object *json = stats_record();
    static const char *const absent[] = {
        "mxtap.warning",
        "mxtap.capture.interfaces",
        "mxtap.capture.drop_rate",
        "mxtap.lag",
        "mxtap.past",
        "mxtap.service",
        "mxtap.memory.process",
        "mxtap.memory.know_ceiling",
        "mxtap.events.queue_depth",
    };
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_false(stage_has(json, absent[i]));
    json_object_put(json);
}

/* No packet at all: first is CLOCK_NEVER. */
static void test_nothing(void **state)
{
    (void)state;
    struct stats stats = stage_stats();
    stats.first = CLOCK_NEVER;
    stats.last = 0;
    struct json_object *json = stats_record_of(&stats);
    expect(json, "stats.uptime", 0);
    json_object_put(json);
}

static void test_live_drops(void **state)
{
    (void)state;
    struct stats stats = stage_stats_live();
    struct json_object *json = stats_record_of(&stats);
    expect(json, "stats.uptime", 3600);
    expect(json, "stats.capture.kernel_drops", 3);
    expect(json, "stats.capture.kernel_ifdrops", 21);
    expect(json, "mxtap.capture.kernel_drops", 3);
    expect(json, "mxtap.capture.interface_drops", 21);
    expect(json, "mxtap.events.queue_drops", 22);
    expect(json, "mxtap.events.queue_depth", 23);
    assert_string_equal(stage_string(json, "mxtap.capture.interfaces.0.name"), "eth1");
    assert_true(json_object_get_boolean(stage_get(json, "mxtap.capture.interfaces.0.up")));
    expect(json, "mxtap.capture.interfaces.0.packets", 60);
    assert_false(json_object_get_boolean(stage_get(json, "mxtap.capture.interfaces.1.up")));
    expect(json, "mxtap.capture.interfaces.1.kernel_drops", 2);
    expect(json, "mxtap.capture.interfaces.1.interface_drops", 21);
    assert_true(json_object_get_double(stage_get(json, "mxtap.capture.drop_rate")) == 0.0125);
    assert_true(json_object_get_boolean(stage_get(json, "mxtap.capture.drop_warning")));
    assert_string_equal(
        stage_string(json, "mxtap.warning"),
        "1.25 % of the packets since the last record were lost before they were read.");
    json_object_put(json);
    stats.drop_warning = false;
    json = stats_record_of(&stats);
    assert_false(stage_has(json, "mxtap.warning"));
    json_object_put(json);
}

static void test_live_service(void **state)
{
    (void)state;
    struct stats stats = stage_stats_live();
    struct json_object *json = stats_record_of(&stats);
    expect(json, "mxtap.service.reloads", 24);
    expect(json, "mxtap.service.reloads_refused", 25);
    expect(json, "mxtap.service.refused_calls", 26);
    expect(json, "mxtap.lag.alerts", 8);
    assert_true(json_object_get_double(stage_get(json, "mxtap.lag.mean_ms")) == 11.25);
    expect(json, "mxtap.lag.within_1_ms", 4);
    expect(json, "mxtap.lag.within_2_ms", 3);
    expect(json, "mxtap.lag.within_10000_ms", 0);
    expect(json, "mxtap.lag.longer", 1);
    expect(json, "mxtap.past.saved", 27);
    expect(json, "mxtap.past.failed", 28);
    expect(json, "mxtap.past.octets", 29);
    expect(json, "mxtap.past.took_ms", 30);
    expect(json, "mxtap.past.age_seconds", 31);
    assert_string_equal(stage_string(json, "mxtap.past.trouble"), "no\\x0aspace");
    expect(json, "mxtap.memory.stream_ceiling", 32);
    expect(json, "mxtap.memory.detect_ceiling", 35);
    expect(json, "mxtap.memory.process", 36);
    json_object_put(json);
    stats.past.saved_at = 0;
    json = stats_record_of(&stats);
    assert_false(stage_has(json, "mxtap.past.age_seconds"));
    json_object_put(json);
    stats.past_interval = 0;
    json = stats_record_of(&stats);
    assert_false(stage_has(json, "mxtap.past"));
    json_object_put(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_replay),
        TEST(test_nothing),
        TEST(test_live_drops),
        TEST(test_live_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
