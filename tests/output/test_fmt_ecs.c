/* fmt_ecs: each kind of record, field by field. That only fields of ECS are there, with their
 * types, is held against every capture by tests/forward/check_formats.py. */
#include "helper_eve.h"
#include "test.h"

static int set_up_ecs(void **state)
{
    int result = set_up(state);
    eve = format_find("ecs");
    return result + (eve == NULL);
}

static void expect(struct json_object *json, const char *path, const char *wanted)
{
    if (strcmp(stage_string(json, path), wanted) != 0)
        fail_msg("%s is %s", path, stage_string(json, path));
}

static void test_message(void **state)
{
    (void)state;
    struct json_object *json = smtp_record(stage_message(stage));
    expect(json, "@timestamp", "2006-06-19T06:18:46.123456Z");
    expect(json, "event.kind", "event");
    expect(json, "event.category", "[ \"email\", \"network\" ]");
    expect(json, "event.type", "[ \"info\", \"protocol\" ]");
    expect(json, "event.action", "smtp-transaction");
    expect(json, "event.dataset", "mxtap.smtp");
    expect(json, "event.id", STAGE_ID);
    expect(json, "event.outcome", "success");
    expect(json, "event.start", "2006-06-19T06:18:44.123456Z");
    expect(json, "source.ip", "203.0.113.9");
    assert_int_equal(stage_number(json, "source.port"), 40000);
    expect(json, "destination.ip", "192.0.2.25");
    expect(json, "network.type", "ipv4");
    assert_false(stage_has(json, "network.direction"));
    expect(json, "email.from.address.0", "joe@example.com");
    expect(json, "email.to.address.0", "ann@example.org");
    expect(json, "email.message_id", "1@client.example");
    expect(json, "email.origination_timestamp", "2006-06-19T06:18:46.000000Z");
    expect(json, "email.subject", "hello joe@example.com");
    expect(json, "email.x_mailer", "The Bat!");
    expect(json, "related.user",
           "[ \"joe@example.com\", \"ann@example.org\", \"bob@example.org\" ]");
    expect(json, "related.hosts.0", "client.example");
    expect(json, "mxtap.id", STAGE_ID);
    expect(json, "mxtap.pcap_filename", "day.pcap");
    expect(json, "mxtap.smtp.mail_from", "<joe@example.com>");
    expect(json, "mxtap.email.received.0", "from a by b for <joe@x>");
    assert_int_equal(stage_number(json, "mxtap.flow_id"), INT64_C(0x10123456789abc));
    assert_false(stage_has(json, "observer.name"));
    assert_false(stage_has(json, "tls"));
    json_object_put(json);
}

static void test_alert(void **state)
{
    (void)state;
    struct event *event = stage_verdict(stage);
    event->flow.vlan_count = 2;
    event->flow.vlan[0] = 7;
    event->flow.vlan[1] = 4094;
    stage->options.live = true;
    stage->options.sensor = "tap-1";
    struct json_object *json = alert_record(event, &event->flow);
    expect(json, "event.kind", "alert");
    expect(json, "event.category", "[ \"intrusion_detection\", \"email\" ]");
    expect(json, "event.type", "[ \"info\" ]");
    expect(json, "event.action", "mx-probe");
    expect(json, "event.code", "1001");
    assert_int_equal(stage_number(json, "event.severity"), 2);
    expect(json, "message", "203.0.113.9 tested recipients.");
    expect(json, "event.reason", "203.0.113.9 tested recipients.");
    expect(json, "rule.id", "1001");
    expect(json, "rule.name", "mx-probe");
    expect(json, "rule.description", "SMTP session tests recipients (MX probe)");
    expect(json, "rule.category", "Attempted Information Leak");
    expect(json, "rule.ruleset", "mxtap");
    expect(json, "network.vlan.id", "7");
    expect(json, "network.inner.vlan.id", "4094");
    expect(json, "observer.name", "tap-1");
    expect(json, "observer.ingress.interface.name", "day.pcap");
    assert_false(stage_has(json, "mxtap.pcap_filename"));
    expect(json, "mxtap.case", "000000abcdef0123");
    assert_int_equal(stage_number(json, "mxtap.recipients_unknown"), 5);
    json_object_put(json);
}

/* Addresses anywhere in the evidence can be searched for; what is none is not among them. */
static void test_related(void **state)
{
    (void)state;
    const struct event_flow flow = stage_close(stage)->flow;
    struct alert alert = stage_alert(stage, NULL, &flow);
    json_object_put(stage->evidence);
    stage->evidence = json_tokener_parse(
        "{\"server\":\"192.0.2.25\",\"clients\":[\"2001:DB8:0::1\",\"x\",\"203.0.113.9\"],"
        "\"source_network\":\"198.51.100.0/"
        "24\",\"attempts\":[{\"address\":\"198.51.100.7\",\"code\":5}]}");
    alert.evidence = stage->evidence;
    buf_clear(&record);
    eve->alert(&stage->options, &alert, STAGE_ID, &record);
    struct json_object *json = stage_json(&record);
    expect(json, "related.ip",
           "[ \"203.0.113.9\", \"192.0.2.25\", \"2001:db8::1\", \"198.51.100.7\" ]");
    assert_false(stage_has(json, "event.outcome"));
    assert_false(stage_has(json, "email"));
    json_object_put(json);
}

static void test_categories(void **state)
{
    (void)state;
    static const struct {
        const char *detector, *category, *type;
    } rows[] = {
        {"zombie-sender", "[ \"intrusion_detection\", \"email\", \"malware\" ]", "[ \"info\" ]"},
        {"auth-guessing", "[ \"intrusion_detection\", \"authentication\" ]", "[ \"info\" ]"},
        {"protocol-abuse", "[ \"intrusion_detection\", \"email\", \"network\" ]",
         "[ \"info\", \"protocol\" ]"},
    };
    const struct event_flow flow = stage_close(stage)->flow;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct alert alert = stage_alert(stage, NULL, &flow);
        alert.detector = detect_find(rows[i].detector);
        buf_clear(&record);
        eve->alert(&stage->options, &alert, STAGE_ID, &record);
        struct json_object *json = stage_json(&record);
        expect(json, "event.category", rows[i].category);
        expect(json, "event.type", rows[i].type);
        json_object_put(json);
    }
}

static void test_stats(void **state)
{
    (void)state;
    struct json_object *json = stats_record();
    expect(json, "event.kind", "metric");
    expect(json, "event.dataset", "mxtap.stats");
    assert_int_equal(stage_number(json, "mxtap.smtp.messages"), 11);
    assert_int_equal(stage_number(json, "mxtap.stats.decoder.pkts"), 100);
    assert_false(stage_has(json, "source"));
    json_object_put(json);
}

/* Whatever a sender writes: the record is whole, and a date that is none is left out. */
static void test_hostile(void **state)
{
    (void)state;
    static const struct span nasty[] = {
        SPAN_LITERAL("\0@\xff"),           SPAN_LITERAL("<\x1b]0;t\x07@\x9b>"),
        SPAN_LITERAL("\"},{\"a@\":\"\\"),  SPAN_LITERAL("<<<>>>@"),
        SPAN_LITERAL("a\r\nFake: 1\n\n@"),
    };
    for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
        struct event *event = stage_all(stage, nasty[i], 300);
        struct json_object *json = smtp_record(event);
        assert_false(stage_has(json, "email.origination_timestamp"));
        if (stage_has(json, "related.user"))
            assert_int_equal(json_object_array_length(stage_get(json, "related.user")), 1);
        json_object_put(json);
        json_object_put(alert_record(event, &event->flow));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_ecs, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_message),    TEST(test_alert), TEST(test_related),
        TEST(test_categories), TEST(test_stats), TEST(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
