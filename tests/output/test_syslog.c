/* syslog: each part of the message, octet by octet (RFC 5424 6). */
#include "test.h"

#include "syslog.h"

#include <mxtap/detect.h>

static const struct syslog_style plain = {.facility = 16,
                                          .app_name = "mxtap",
                                          .sd_id = "mxtap@32473",
                                          .bom = SYSLOG_BOM_AUTO,
                                          .process = 4711,
                                          .host = "sensor-1"};

static struct record record_of(const char *text)
{
    return (struct record){.kind = RECORD_ALERT,
                           .severity = 1,
                           .detector = detect_find("mx-probe")->id,
                           .time = INT64_C(1150697926123456789),
                           .key = 0xabc,
                           .id = "00112233445566778899aabbccddeeff",
                           .octets = span_text(text)};
}

static void expect(const struct syslog_style *style, const struct record *record,
                   const char *expected)
{
    struct buf out;
    buf_init(&out, 100000);
    syslog_message(style, record, &out);
    buf_add_octet(&out, '\0');
    assert_string_equal(out.at, expected);
    buf_done(&out);
}

#define ELEMENT "[mxtap@32473 id=\"00112233445566778899aabbccddeeff\" case=\"0000000000000abc\"]"
#define HEADER  "1 2006-06-19T06:18:46.123456Z sensor-1 mxtap 4711 mx-probe " ELEMENT " "

static void test_alert(void **state)
{
    (void)state;
    const struct record record = record_of("{\"a\":1}");
    expect(&plain, &record, "<130>" HEADER "{\"a\":1}");
}

static void test_severities(void **state)
{
    (void)state;
    struct record record = record_of("x");
    record.severity = 2;
    expect(&plain, &record, "<132>" HEADER "x");
    record.severity = 3;
    expect(&plain, &record, "<133>" HEADER "x");
    struct syslog_style style = plain;
    style.facility = 23;
    expect(&style, &record, "<189>" HEADER "x");
    style.facility = 0;
    record.severity = 1;
    expect(&style, &record, "<2>" HEADER "x");
}

static void test_other_kinds(void **state)
{
    (void)state;
    struct record record = record_of("x");
    record.kind = RECORD_SMTP;
    record.severity = 0;
    record.detector = 0;
    expect(&plain, &record,
           "<134>1 2006-06-19T06:18:46.123456Z sensor-1 mxtap 4711 smtp "
           "[mxtap@32473 id=\"00112233445566778899aabbccddeeff\"] x");
    record.kind = RECORD_STATS;
    record.time = 0;
    expect(&plain, &record,
           "<134>1 1970-01-01T00:00:00.000000Z sensor-1 mxtap 4711 stats "
           "[mxtap@32473 id=\"00112233445566778899aabbccddeeff\"] x");
    /* A detector of another version of the program. */
    record = record_of("x");
    record.detector = 999999;
    expect(&plain, &record,
           "<130>1 2006-06-19T06:18:46.123456Z sensor-1 mxtap 4711 alert " ELEMENT " x");
}

/* Every detector's name is a MSGID as it stands. */
static void test_names_of_detectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < detect_count(); i++)
        assert_true(syslog_is_name(detect_at(i)->name, 32));
}

static void test_bom(void **state)
{
    (void)state;
    struct syslog_style style = plain;
    struct record record = record_of("caf\xc3\xa9");
    expect(&style, &record,
           "<130>" HEADER "\xef\xbb\xbf"
           "caf\xc3\xa9");
    record = record_of("{\"a\":\"caf\xc3\xa9\"}");
    expect(&style, &record, "<130>" HEADER "{\"a\":\"caf\xc3\xa9\"}");
    style.bom = SYSLOG_BOM_ALWAYS;
    expect(&style, &record, "<130>" HEADER "\xef\xbb\xbf{\"a\":\"caf\xc3\xa9\"}");
    style.bom = SYSLOG_BOM_NEVER;
    record = record_of("caf\xc3\xa9");
    expect(&style, &record, "<130>" HEADER "caf\xc3\xa9");
    record = record_of("");
    style.bom = SYSLOG_BOM_AUTO;
    expect(&style, &record, "<130>" HEADER);
}

static void test_names(void **state)
{
    (void)state;
    assert_true(syslog_is_name("mxtap", 48));
    assert_true(syslog_is_name("!~", 2));
    assert_false(syslog_is_name("!~x", 2));
    assert_false(syslog_is_name("", 48));
    assert_false(syslog_is_name("a b", 48));
    assert_false(syslog_is_name("a\n", 48));
    assert_false(syslog_is_name("caf\xc3\xa9", 48));
    assert_true(syslog_is_sd_id("mxtap@32473"));
    assert_true(syslog_is_sd_id("a@1.2.3"));
    static const char *const bad[] = {"mxtap",
                                      "@32473",
                                      "mxtap@",
                                      "mxtap@x",
                                      "mx=@1",
                                      "mx]@1",
                                      "mx\"@1",
                                      "m x@1",
                                      "mxtap@1@",
                                      "mxtap@1 ",
                                      "a123456789012345678901234567890@1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (syslog_is_sd_id(bad[i]))
            fail_msg("'%s' was taken", bad[i]);
}

static void test_hosts(void **state)
{
    (void)state;
    char host[SYSLOG_HOST_MAX + 1];
    syslog_host("sensor-1.example.com", host);
    assert_string_equal(host, "sensor-1.example.com");
    syslog_host("a sensor\n", host);
    assert_string_equal(host, "a_sensor_");
    syslog_host("", host);
    assert_string_equal(host, "-");
    syslog_host(NULL, host);
    assert_string_equal(host, "-");
    char large[400];
    memset(large, 'h', sizeof large);
    large[sizeof large - 1] = '\0';
    syslog_host(large, host);
    assert_int_equal(strlen(host), 255);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alert),       cmocka_unit_test(test_severities),
        cmocka_unit_test(test_other_kinds), cmocka_unit_test(test_names_of_detectors),
        cmocka_unit_test(test_bom),         cmocka_unit_test(test_names),
        cmocka_unit_test(test_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
