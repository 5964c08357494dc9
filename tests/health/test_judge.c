/* judge: each reason by itself, several in one line, hostile octets in them. */
#include "helper_sample.h"
#include "test.h"
#include "view.h"

#include <json-c/json.h>
#include <mxtap/health.h>

static struct stats stats;
static struct buf reason;

static void expect(const char *text)
{
    buf_clear(&reason);
    bool healthy = health_judge(&stats, &reason);
    buf_add_octet(&reason, 0);
    assert_string_equal((const char *)reason.at, text);
    assert_int_equal(healthy, *text == '\0');
}

static void test_well(void **state)
{
    (void)state;
    expect("");
}

static void test_interface(void **state)
{
    (void)state;
    stats.interfaces[1].up = false;
    expect("interface eth2 is down");
    stats.interfaces[1].name = "eth\n2";
    expect("interface eth\\x0a2 is down");
}

static void test_drops(void **state)
{
    (void)state;
    stats.drop_rate = 0.0123;
    expect("");
    stats.drop_warning = true;
    expect("1.23 % of the packets are lost before they are read");
}

static void test_past(void **state)
{
    (void)state;
    stats.past.saved_at = stats.time - 180 * CLOCK_SECOND;
    expect("");
    stats.past.saved_at = stats.time - 184 * CLOCK_SECOND;
    expect("what is known has not been saved for 184 s");
    stats.past_interval = 0;
    expect("");
    memcpy(stats.past.trouble, "disk is full", sizeof "disk is full");
    expect("saving what is known: disk is full");
}

static void test_never_saved(void **state)
{
    (void)state;
    stats.past.saved_at = 0;
    stats.started = stats.time - 10 * CLOCK_SECOND;
    expect("");
    stats.started = stats.time - 200 * CLOCK_SECOND;
    expect("what is known has not been saved for 200 s");
}

static void test_output(void **state)
{
    (void)state;
    stats.outputs[0].failing = true;
    expect("output file does not take records, 91 are lost");
    stats.interfaces[0].up = false;
    expect("interface eth1 is down; output file does not take records, 91 are lost");
}

/* What only the room itself knows: no counters yet, or old ones. */
static void test_view(void **state)
{
    (void)state;
    struct view view = view_of(&stats);
    view.stale = true;
    view.age = 12.5;
    buf_clear(&reason);
    assert_false(judge_view(&view, &reason));
    assert_true(span_equal(buf_span(&reason),
                           SPAN_LITERAL("the counters are 12 s old: the detectors do not get on")));
    view.counted = false;
    buf_clear(&reason);
    assert_false(judge_view(&view, &reason));
    assert_true(span_equal(buf_span(&reason), SPAN_LITERAL("there are no counters yet")));
}

static void test_json(void **state)
{
    (void)state;
    stats.interfaces[0].name = "e\"\xff\n";
    stats.interfaces[0].up = false;
    const struct view view = view_of(&stats);
    buf_clear(&reason);
    judge_json(&view, &reason);
    assert_int_equal(reason.at[reason.len - 1], '\n');
    assert_int_equal(span_find(buf_span(&reason), '\n'), reason.len - 1);
    buf_add_octet(&reason, 0);
    struct json_object *json = json_tokener_parse((const char *)reason.at);
    assert_non_null(json);
    struct json_object *value;
    assert_true(json_object_object_get_ex(json, "healthy", &value));
    assert_false(json_object_get_boolean(value));
    assert_true(json_object_object_get_ex(json, "reason", &value));
    assert_string_equal(json_object_get_string(value), "interface e\"\\xff\\x0a is down");
    assert_true(json_object_object_get_ex(json, "uptime_seconds", &value));
    assert_int_equal(json_object_get_int64(value), 90000);
    json_object_put(json);
}

static int set_up(void **state)
{
    (void)state;
    stats = sample_stats();
    buf_init(&reason, 4000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buf_done(&reason);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_well),        TEST(test_interface), TEST(test_drops), TEST(test_past),
        TEST(test_never_saved), TEST(test_output),    TEST(test_view),  TEST(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
