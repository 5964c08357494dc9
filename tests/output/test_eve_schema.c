/*
 * eve: the keys of every record against a list of our own of what Suricata's EVE schema allows;
 * hostile octets everywhere, lists over their caps, the modes of privacy.
 */
#include "helper_eve.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

/* The keys that we use; '*' stands for every item of a list. */

static const struct {
    const char *path;
    enum json_type type;
} schema[] = {
    {"timestamp", json_type_string},
    {"event_type", json_type_string},
    {"flow_id", json_type_int},
    {"community_id", json_type_string},
    {"src_ip", json_type_string},
    {"src_port", json_type_int},
    {"dest_ip", json_type_string},
    {"dest_port", json_type_int},
    {"proto", json_type_string},
    {"app_proto", json_type_string},
    {"pcap_filename", json_type_string},
    {"in_iface", json_type_string},
    {"tx_id", json_type_int},
    {"vlan", json_type_array},
    {"vlan.*", json_type_int},
    {"alert", json_type_object},
    {"alert.action", json_type_string},
    {"alert.gid", json_type_int},
    {"alert.signature_id", json_type_int},
    {"alert.rev", json_type_int},
    {"alert.signature", json_type_string},
    {"alert.category", json_type_string},
    {"alert.severity", json_type_int},
    {"smtp", json_type_object},
    {"smtp.helo", json_type_string},
    {"smtp.mail_from", json_type_string},
    {"smtp.rcpt_to", json_type_array},
    {"smtp.rcpt_to.*", json_type_string},
    {"email", json_type_object},
    {"email.status", json_type_string},
    {"email.from", json_type_string},
    {"email.to", json_type_array},
    {"email.to.*", json_type_string},
    {"email.cc", json_type_array},
    {"email.cc.*", json_type_string},
    {"email.subject", json_type_string},
    {"email.message_id", json_type_string},
    {"email.date", json_type_string},
    {"email.x_mailer", json_type_string},
    {"email.received", json_type_array},
    {"email.received.*", json_type_string},
    {"stats", json_type_object},
    {"stats.uptime", json_type_int},
    {"stats.capture", json_type_object},
    {"stats.capture.kernel_packets", json_type_int},
    {"stats.capture.kernel_drops", json_type_int},
    {"stats.capture.kernel_ifdrops", json_type_int},
    {"stats.decoder", json_type_object},
    {"stats.decoder.pkts", json_type_int},
    {"stats.decoder.bytes", json_type_int},
    {"stats.decoder.invalid", json_type_int},
    {"stats.tcp", json_type_object},
    {"stats.tcp.sessions", json_type_int},
    {"stats.tcp.active_sessions", json_type_int},
    {"stats.tcp.midstream_pickups", json_type_int},
    {"stats.tcp.overlap_diff_data", json_type_int},
    {"stats.tcp.reassembly_gap", json_type_int},
    {"stats.tcp.memuse", json_type_int},
    {"stats.detect", json_type_object},
    {"stats.detect.alert", json_type_int},
};

static void check_value(const char *path, struct json_object *value);

static void check_members(const char *path, struct json_object *object)
{
    json_object_object_foreach(object, name, value)
    {
        char below[200];
        snprintf(below, sizeof below, "%s%s%s", path, *path == '\0' ? "" : ".", name);
        if (strcmp(below, "mxtap") != 0)
            check_value(below, value);
    }
}

static void check_value(const char *path, struct json_object *value)
{
    size_t i = 0;
    while (i < sizeof schema / sizeof schema[0] && strcmp(schema[i].path, path) != 0)
        i++;
    if (i == sizeof schema / sizeof schema[0])
        fail_msg("%s is no key of EVE", path);
    if (!json_object_is_type(value, schema[i].type))
        fail_msg("%s is no %s", path, json_type_to_name(schema[i].type));
    if (json_object_is_type(value, json_type_object))
        check_members(path, value);
    char below[200];
    snprintf(below, sizeof below, "%s.*", path);
    if (json_object_is_type(value, json_type_array))
        for (size_t at = 0; at < json_object_array_length(value); at++)
            check_value(below, json_object_array_get_idx(value, at));
}

static void check_schema(struct json_object *json)
{
    assert_true(json_object_is_type(json, json_type_object));
    check_members("", json);
}

static void test_schema(void **state)
{
    (void)state;
    struct event *event = stage_message(stage);
    event->flow.vlan_count = 2;
    event->flow.vlan[0] = 100;
    event->flow.vlan[1] = 4094;
    struct json_object *all[] = {smtp_record(event),
                                 alert_record(event, &event->flow),
                                 stats_record(),
                                 NULL,
                                 NULL,
                                 NULL,
                                 NULL,
                                 NULL,
                                 NULL};
    assert_int_equal(stage_number(all[0], "vlan.1"), 4094);
    event = stage_verdict(stage);
    all[3] = alert_record(event, &event->flow);
    event = stage_close(stage);
    all[4] = alert_record(event, &event->flow);
    all[5] = alert_record(NULL, &event->flow);
    all[6] = smtp_record(event);
    const struct stats live = stage_stats_live();
    all[7] = stats_record_of(&live);
    stage->options.live = true;
    all[8] = smtp_record(event);
    assert_true(stage_has(all[8], "in_iface"));
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        check_schema(all[i]);
        json_object_put(all[i]);
    }
}

static void check_strings(struct json_object *json)
{
    if (json_object_is_type(json, json_type_object)) {
        json_object_object_foreach(json, name, value)
        {
            (void)name;
            check_strings(value);
        }
    } else if (json_object_is_type(json, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(json); i++)
            check_strings(json_object_array_get_idx(json, i));
    } else if (json_object_is_type(json, json_type_string)) {
        const char *text = json_object_get_string(json);
        size_t len = (size_t)json_object_get_string_len(json);
        for (size_t i = 0; i < len; i++)
            assert_true((uint8_t)text[i] >= 0x20 && text[i] != 0x7f);
    }
}

static void test_hostile(void **state)
{
    (void)state;
    static const struct span nasty[] = {
        SPAN_LITERAL("\0"),
        SPAN_LITERAL("<\x1b]0;title\x07\x1b[2J@\x9b>"),
        SPAN_LITERAL("\"},{\"a\":\"\\"),
        SPAN_LITERAL("\\u0000\\\\\""),
        SPAN_LITERAL("\xff\xfe\xc0\x80\xed\xa0\x80"),
        SPAN_LITERAL("a\r\nFake: 1\n\n"),
        SPAN_LITERAL("\xe2\x80\xae\xc2\x85@\xe2\x80\xa8"),
        SPAN_LITERAL("\xf0\x9f\x93\xa7\xf0\x9f"),
    };
    for (size_t i = 0; i < sizeof nasty / sizeof nasty[0]; i++) {
        struct event *event = stage_all(stage, nasty[i], 5);
        struct json_object *json = smtp_record(event);
        check_schema(json);
        check_strings(json);
        json_object_put(json);
        json = alert_record(event, &event->flow);
        check_schema(json);
        check_strings(json);
        json_object_put(json);
    }
    struct json_object *json = smtp_record(stage_all(stage, nasty[0], 1));
    assert_string_equal(stage_string(json, "smtp.helo"), "\\x00");
    json_object_put(json);
}

/* Any octets, in every mode, with texts over every ceiling: the record comes out whole. */
static void test_any_octets(void **state)
{
    (void)state;
    static const uint8_t likely[] = {'@',  'a',  '"',  '\\', 0xc3, 0xbc,
                                     0xe2, 0x82, 0xac, 0xff, 0,    '<'};
    static uint8_t octets[2000];
    unsigned short seed[3] = {4, 5, 6};
    for (unsigned round = 0; round < 60; round++) {
        stage_free(stage);
        stage = stage_new((enum privacy_mode)(round % 3));
        size_t len = (size_t)nrand48(seed) % sizeof octets;
        for (size_t i = 0; i < len; i++)
            octets[i] = likely[(size_t)nrand48(seed) % (round % 2 == 0 ? 2 : sizeof likely)];
        struct event *event = stage_all(stage, span_make(octets, len), round);
        struct json_object *json = smtp_record(event);
        check_schema(json);
        check_strings(json);
        json_object_put(json);
        json = alert_record(event, &event->flow);
        check_strings(json);
        json_object_put(json);
    }
}

/* smtp and email are capped; verdicts are as many as the event has, with the count beside. */
static void test_huge_lists(void **state)
{
    (void)state;
    struct json_object *json = smtp_record(stage_all(stage, SPAN_LITERAL("a@b"), 1000));
    assert_int_equal(json_object_array_length(stage_get(json, "smtp.rcpt_to")), 50);
    assert_int_equal(json_object_array_length(stage_get(json, "email.to")), 50);
    assert_int_equal(json_object_array_length(stage_get(json, "email.received")), 50);
    assert_int_equal(json_object_array_length(stage_get(json, "mxtap.verdicts")), EVENT_RCPTS_MAX);
    assert_int_equal(stage_number(json, "mxtap.verdict_count"), 1000);
    json_object_put(json);
}

static void test_privacy(void **state)
{
    (void)state;
    static const char *const locals[] = {"joe@", "ann@", "bob@"};
    for (int mode = PRIVACY_CLEAR; mode <= PRIVACY_HASH; mode++) {
        stage_free(stage);
        stage = stage_new((enum privacy_mode)mode);
        struct json_object *json = smtp_record(stage_message(stage));
        struct span text = buf_span(&record);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(span_find_span(text, span_text(locals[i])) < text.len,
                             mode == PRIVACY_CLEAR);
        if (mode == PRIVACY_MASK)
            assert_string_equal(stage_string(json, "smtp.mail_from"), "<j***@example.com>");
        if (mode == PRIVACY_HASH)
            assert_int_equal(strlen(stage_string(json, "mxtap.verdicts.1.rcpt")),
                             strlen("h-0123456789abcdef@example.org"));
        json_object_put(json);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_schema),     TEST(test_hostile), TEST(test_any_octets),
        TEST(test_huge_lists), TEST(test_privacy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
