/* record_id: the same for the same record, another for each that differs in anything. */
#include "record_id.h"

#include "helper_stage.h"
#include "test.h"

#include <stdlib.h>

#define IDS 32

static char ids[IDS][RECORD_ID];
static size_t count;

static void expect_new(const char *id)
{
    assert_int_equal(strlen(id), RECORD_ID - 1);
    assert_int_equal(strspn(id, "0123456789abcdef"), RECORD_ID - 1);
    for (size_t i = 0; i < count; i++)
        assert_string_not_equal(id, ids[i]);
    assert_true(count < IDS);
    memcpy(ids[count++], id, RECORD_ID);
}

static void expect_alert(const char *sensor, const struct alert *alert)
{
    char id[RECORD_ID];
    char again[RECORD_ID];
    record_id_alert(sensor, alert, id);
    record_id_alert(sensor, alert, again);
    assert_string_equal(id, again);
    expect_new(id);
}

static void expect_event(const char *sensor, const struct event *event)
{
    char id[RECORD_ID];
    record_id_event(sensor, event, id);
    expect_new(id);
}

static void test_alerts(void **state)
{
    (void)state;
    struct stage *stage = stage_new(PRIVACY_CLEAR);
    struct event_flow flow = stage_close(stage)->flow;
    struct alert alert = stage_alert(stage, NULL, &flow);
    count = 0;
    expect_alert(NULL, &alert);
    expect_alert("tap-1", &alert);
    expect_alert("tap-2", &alert);
    alert.state = CASE_GROWING;
    expect_alert(NULL, &alert);
    alert.time += 1000;
    expect_alert(NULL, &alert);
    alert.case_id++;
    expect_alert(NULL, &alert);
    alert.reason = "Another reason.";
    expect_alert(NULL, &alert);
    flow.flow_id++;
    expect_alert(NULL, &alert);
    alert.detector = detect_find("relay-probe");
    expect_alert(NULL, &alert);
    stage_free(stage);
}

/* Of several transactions that end in one packet, too, and of the session itself. */
static void test_events(void **state)
{
    (void)state;
    struct stage *stage = stage_new(PRIVACY_CLEAR);
    count = 0;
    for (stage->summary.transactions = 1; stage->summary.transactions < 4;
         stage->summary.transactions++)
        expect_event(NULL, stage_message(stage));
    struct event *event = stage_close(stage);
    expect_event(NULL, event);
    expect_event("tap-1", event);
    event->time += 1000;
    expect_event(NULL, event);
    event->flow.flow_id++;
    expect_event(NULL, event);
    stage_free(stage);
}

/* Where it was captured and how its octets lie make no difference. */
static void test_same(void **state)
{
    (void)state;
    struct stage *stage = stage_new(PRIVACY_CLEAR);
    char id[RECORD_ID];
    char again[RECORD_ID];
    record_id_event(NULL, stage_message(stage), id);
    stage->flow.source = "another.pcap";
    struct event *event = stage_message(stage);
    event->turn = 99;
    event->number = 98;
    record_id_event(NULL, event, again);
    assert_string_equal(id, again);
    stage_free(stage);
}

static void test_stats(void **state)
{
    (void)state;
    struct stats stats = stage_stats();
    char id[RECORD_ID];
    count = 0;
    for (uint64_t nth = 0; nth < 3; nth++) {
        record_id_stats(NULL, &stats, nth, id);
        expect_new(id);
    }
    stats.time += 1000;
    record_id_stats(NULL, &stats, 0, id);
    expect_new(id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alerts),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_stats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
