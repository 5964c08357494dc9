/*
 * eve: the keys of every record against dist/siem/eve.schema.json, which has those of Suricata's;
 * hostile octets everywhere, lists over their caps, the modes of privacy.
 */
#include "helper_eve.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

/* dist/siem/eve.schema.json, and of JSON Schema what it needs: type, enum, properties, items and
 * closed objects. All of it is tried by tests/forward/check_formats.py. */
static struct json_object *schema;

static int load_schema(void **state)
{
    (void)state;
    char path[500];
    snprintf(path, sizeof path, "%s/dist/siem/eve.schema.json", getenv("MXTAP_SOURCE"));
    schema = json_object_from_file(path);
    return schema == NULL;
}

static int free_schema(void **state)
{
    (void)state;
    json_object_put(schema);
    return 0;
}

static bool is_type(struct json_object *value, const char *type)
{
    const char *name = json_type_to_name(json_object_get_type(value));
    if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0)
        type = "int";
    return strcmp(name, type) == 0;
}

static void check_value(struct json_object *rules, const char *path, struct json_object *value)
{
    struct json_object *rule;
    if (json_object_object_get_ex(rules, "type", &rule) &&
        !is_type(value, json_object_get_string(rule)))
        fail_msg("%s is no %s", path, json_object_get_string(rule));
    bool found = !json_object_object_get_ex(rules, "enum", &rule);
    for (size_t i = 0; !found && i < json_object_array_length(rule); i++)
        found = json_object_equal(json_object_array_get_idx(rule, i), value);
    if (!found)
        fail_msg("%s is %s", path, json_object_get_string(value));
    if (json_object_object_get_ex(rules, "items", &rule))
        for (size_t i = 0; i < json_object_array_length(value); i++)
            check_value(rule, path, json_object_array_get_idx(value, i));
    if (!json_object_object_get_ex(rules, "properties", &rule))
        return;
    json_object_object_foreach(value, name, member)
    {
        struct json_object *inner;
        if (json_object_object_get_ex(rule, name, &inner))
            check_value(inner, name, member);
        else if (rules != schema || strcmp(name, "mxtap") != 0)
            fail_msg("%s: %s is no key of EVE", path, name);
    }
}

static void check_schema(struct json_object *json)
{
    check_value(schema, "record", json);
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
    return cmocka_run_group_tests(tests, load_schema, free_schema);
}
