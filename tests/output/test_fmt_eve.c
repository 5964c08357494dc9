/* fmt_eve: what each kind of record says. test_eve_schema.c has what it may say, and to whom. */
#include "helper_eve.h"
#include "test.h"

#include <stdio.h>

static void test_flow(void **state)
{
    (void)state;
    struct json_object *json = smtp_record(stage_message(stage));
    assert_string_equal(stage_string(json, "timestamp"), "2006-06-19T06:18:46.123456+0000");
    assert_string_equal(stage_string(json, "event_type"), "smtp");
    assert_int_equal(stage_number(json, "flow_id"), INT64_C(0x10123456789abc));
    assert_string_equal(stage_string(json, "src_ip"), "203.0.113.9");
    assert_int_equal(stage_number(json, "src_port"), 40000);
    assert_string_equal(stage_string(json, "dest_ip"), "192.0.2.25");
    assert_int_equal(stage_number(json, "dest_port"), 25);
    assert_string_equal(stage_string(json, "pcap_filename"), "day.pcap");
    assert_int_equal(stage_number(json, "tx_id"), 1);
    assert_false(stage_has(json, "vlan"));
    json_object_put(json);
    stage->options.live = true;
    json = smtp_record(stage_message(stage));
    assert_string_equal(stage_string(json, "in_iface"), "day.pcap");
    assert_false(stage_has(json, "pcap_filename"));
    json_object_put(json);
}

static void test_message(void **state)
{
    (void)state;
    struct json_object *json = smtp_record(stage_message(stage));
    assert_string_equal(stage_string(json, "smtp.helo"), "client.example");
    assert_string_equal(stage_string(json, "smtp.mail_from"), "<joe@example.com>");
    assert_string_equal(stage_string(json, "smtp.rcpt_to.1"), "<bob@example.org>");
    assert_string_equal(stage_string(json, "email.from"), "Joe <joe@example.com>");
    assert_string_equal(stage_string(json, "email.to.0"), "Ann <ann@example.org>");
    assert_string_equal(stage_string(json, "email.message_id"), "<1@client.example>");
    assert_string_equal(stage_string(json, "email.received.0"), "from a by b for <joe@x>");
    assert_string_equal(stage_string(json, "email.status"), "PARSE_DONE");
    assert_false(stage_has(json, "email.cc"));
    assert_string_equal(stage_string(json, "mxtap.verdicts.0.class"), "accepted");
    assert_string_equal(stage_string(json, "mxtap.verdicts.1.rcpt"), "bob@example.org");
    assert_int_equal(stage_number(json, "mxtap.verdicts.1.code"), 550);
    assert_string_equal(stage_string(json, "mxtap.verdicts.1.enhanced"), "5.1.1");
    assert_string_equal(stage_string(json, "mxtap.verdicts.1.class"), "unknown_user");
    assert_int_equal(stage_number(json, "mxtap.verdict_count"), 2);
    assert_int_equal(stage_number(json, "mxtap.message.octets"), 1762);
    assert_int_equal(stage_number(json, "mxtap.message.body_octets"), 1500);
    assert_true(json_object_get_boolean(stage_get(json, "mxtap.message.accepted")));
    assert_int_equal(stage_number(json, "mxtap.message.code"), 250);
    assert_string_equal(stage_string(json, "mxtap.client.helo_class"), "full");
    static const char *const flags[] = {"mxtap.tls", "mxtap.one_sided", "mxtap.midstream"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(json_object_is_type(stage_get(json, flags[i]), json_type_boolean));
        assert_false(json_object_get_boolean(stage_get(json, flags[i])));
    }
    assert_int_equal(json_object_array_length(stage_get(json, "mxtap.anomalies")), 0);
    json_object_put(json);
}

/* What was not seen is neither accepted nor refused. */
static void test_unseen(void **state)
{
    (void)state;
    stage->summary.facts &= ~SMTP_BIT(SMTP_FACT_SERVER_SEEN);
    stage->summary.facts |=
        SMTP_BIT(SMTP_FACT_MIDSTREAM) | SMTP_BIT(SMTP_FACT_EARLY_TALKER) | SMTP_BIT(SMTP_FACT_TLS);
    struct event *event = stage_message(stage);
    event->message.content_reply = (struct event_reply){0};
    struct event_rcpt *rcpts =
        (struct event_rcpt *)(uintptr_t)event_rcpts(event, event->message.rcpts);
    rcpts[0].reply = (struct event_reply){0};
    event->message.complete = false;
    event->message.holes = true;
    struct json_object *json = smtp_record(event);
    assert_string_equal(stage_string(json, "mxtap.verdicts.0.class"), "unseen");
    assert_false(stage_has(json, "mxtap.verdicts.0.code"));
    assert_false(stage_has(json, "mxtap.message.accepted"));
    assert_false(stage_has(json, "mxtap.message.code"));
    assert_string_equal(stage_string(json, "mxtap.message.class"), "unseen");
    assert_true(json_object_get_boolean(stage_get(json, "mxtap.message.holes")));
    assert_false(json_object_get_boolean(stage_get(json, "mxtap.message.complete")));
    assert_true(json_object_get_boolean(stage_get(json, "mxtap.one_sided")));
    assert_true(json_object_get_boolean(stage_get(json, "mxtap.midstream")));
    assert_true(json_object_get_boolean(stage_get(json, "mxtap.tls")));
    assert_string_equal(stage_string(json, "mxtap.anomalies.0"),
                        smtp_anomaly_name(SMTP_FACT_EARLY_TALKER));
    assert_string_equal(stage_string(json, "email.status"), "BODY_STARTED");
    json_object_put(json);
}

static void test_close(void **state)
{
    (void)state;
    struct json_object *json = smtp_record(stage_close(stage));
    assert_string_equal(stage_string(json, "smtp.helo"), "client.example");
    assert_false(stage_has(json, "smtp.mail_from"));
    assert_false(stage_has(json, "email"));
    assert_false(stage_has(json, "mxtap.message"));
    json_object_put(json);
}

static void test_alert(void **state)
{
    (void)state;
    struct event *event = stage_verdict(stage);
    struct json_object *json = alert_record(event, &event->flow);
    assert_string_equal(stage_string(json, "event_type"), "alert");
    assert_string_equal(stage_string(json, "alert.action"), "allowed");
    assert_int_equal(stage_number(json, "alert.gid"), 25);
    assert_int_equal(stage_number(json, "alert.signature_id"), 1001);
    assert_int_equal(stage_number(json, "alert.severity"), 2);
    assert_string_equal(stage_string(json, "smtp.mail_from"), "<joe@example.com>");
    assert_string_equal(stage_string(json, "smtp.rcpt_to.0"), "<bob@example.org>");
    assert_int_equal(stage_number(json, "tx_id"), 2);
    assert_string_equal(stage_string(json, "mxtap.detector"), "mx-probe");
    assert_string_equal(stage_string(json, "mxtap.case"), "000000abcdef0123");
    assert_string_equal(stage_string(json, "mxtap.state"), "new");
    assert_string_equal(stage_string(json, "mxtap.reason"), "203.0.113.9 tested recipients.");
    assert_int_equal(stage_number(json, "mxtap.recipients_unknown"), 5);
    json_object_put(json);
}

/* An alert that time made has the flow of its case and nothing of a session. */
static void test_alert_of_time(void **state)
{
    (void)state;
    const struct event_flow flow = stage_close(stage)->flow;
    struct json_object *json = alert_record(NULL, &flow);
    assert_string_equal(stage_string(json, "src_ip"), "203.0.113.9");
    assert_false(stage_has(json, "smtp"));
    assert_false(stage_has(json, "email"));
    assert_false(stage_has(json, "tx_id"));
    json_object_put(json);
}

static void test_stats(void **state)
{
    (void)state;
    struct json_object *json = stats_record();
    assert_string_equal(stage_string(json, "event_type"), "stats");
    assert_int_equal(stage_number(json, "stats.uptime"), 90);
    assert_int_equal(stage_number(json, "stats.decoder.pkts"), 100);
    assert_int_equal(stage_number(json, "stats.decoder.invalid"), 5);
    assert_int_equal(stage_number(json, "stats.tcp.sessions"), 7);
    assert_int_equal(stage_number(json, "stats.detect.alert"), 3);
    assert_int_equal(stage_number(json, "mxtap.smtp.messages"), 11);
    assert_int_equal(stage_number(json, "mxtap.outputs.stdout.records"), 13);
    assert_true(json_object_get_boolean(stage_get(json, "mxtap.final")));
    for (size_t i = 0; i < detect_count(); i++) {
        char path[100];
        snprintf(path, sizeof path, "mxtap.alerts.%s", detect_at(i)->name);
        assert_int_equal(stage_number(json, path), i < 2 ? i + 1 : 0);
    }
    json_object_put(json);
}

static void test_same_bytes(void **state)
{
    (void)state;
    json_object_put(smtp_record(stage_message(stage)));
    struct buf first;
    buf_init(&first, 1 << 20);
    buf_add(&first, buf_span(&record));
    json_object_put(smtp_record(stage_message(stage)));
    assert_true(span_equal(buf_span(&first), buf_span(&record)));
    buf_done(&first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_flow),  TEST(test_message),       TEST(test_unseen), TEST(test_close),
        TEST(test_alert), TEST(test_alert_of_time), TEST(test_stats),  TEST(test_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
