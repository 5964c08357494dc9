/* setting: every type in and out, defaults, limits, what is refused and how that is said. */
#include "test.h"

#include <mxtap/clock.h>
#include <mxtap/setting.h>

struct options {
    bool on;
    uint64_t count;
    double number;
    int64_t wait, idle;
    uint64_t octets;
    char *text;
    unsigned choice;
    char *secret, *key;
};

static const struct setting settings[] = {
    {"on", SETTING_BOOL, "true", "", 0, 0, NULL, "help", offsetof(struct options, on)},
    {"count", SETTING_COUNT, "20", "things", 1, 100, NULL, "help", offsetof(struct options, count)},
    {"number", SETTING_NUMBER, "-2.5", "", 0, 0, NULL, "help", offsetof(struct options, number)},
    {"wait", SETTING_SECONDS, "10m", "", 1, 86400, NULL, "help", offsetof(struct options, wait)},
    {"idle", SETTING_SECONDS, "0", "", 0, 0, NULL, "help", offsetof(struct options, idle)},
    {"octets", SETTING_OCTETS, "32M", "", 0, 0, NULL, "help", offsetof(struct options, octets)},
    {"text", SETTING_TEXT, "", "", 0, 0, NULL, "help", offsetof(struct options, text)},
    {"choice", SETTING_CHOICE, "two", "", 0, 0, "one|two|three", "help",
     offsetof(struct options, choice)},
    {"secret", SETTING_SECRET, "", "", 0, 0, NULL, "help", offsetof(struct options, secret)},
    {"key", SETTING_SECRET_OR_TEXT, "", "", 0, 0, NULL, "help", offsetof(struct options, key)},
    SETTING_END,
};

static enum err set(struct options *options, const char *name, const char *text, char message[200])
{
    const struct setting *setting = setting_find(settings, span_text(name));
    assert_non_null(setting);
    return setting_set(setting, options, span_text(text), message, 200);
}

static void expect(const char *name, const char *text, const char *printed)
{
    struct options options = {0};
    char message[200] = "";
    char out[200];
    setting_defaults(settings, &options);
    assert_int_equal(set(&options, name, text, message), ERR_NONE);
    const struct setting *setting = setting_find(settings, span_text(name));
    setting_print(setting, &options, out, sizeof out);
    assert_string_equal(out, printed);
    /* What was printed is read back as the same value. */
    char again[200];
    assert_int_equal(set(&options, name, out, message), ERR_NONE);
    setting_print(setting, &options, again, sizeof again);
    assert_string_equal(again, printed);
    setting_done(settings, &options);
}

static void refused(const char *name, const char *text, const char *words)
{
    struct options options = {0};
    char message[200] = "";
    char before[200];
    char after[200];
    setting_defaults(settings, &options);
    const struct setting *setting = setting_find(settings, span_text(name));
    setting_print(setting, &options, before, sizeof before);
    assert_int_equal(set(&options, name, text, message), ERR_CONFIG);
    assert_non_null(strstr(message, name));
    assert_non_null(strstr(message, words));
    setting_print(setting, &options, after, sizeof after);
    assert_string_equal(before, after);
    setting_done(settings, &options);
}

static void test_defaults(void **state)
{
    (void)state;
    struct options options = {0};
    setting_defaults(settings, &options);
    assert_true(options.on);
    assert_int_equal(options.count, 20);
    assert_true(options.number == -2.5);
    assert_true(options.wait == 600 * CLOCK_SECOND);
    assert_int_equal(options.octets, 32 << 20);
    assert_null(options.text);
    assert_int_equal(options.choice, 1);
    setting_done(settings, &options);
    assert_null(setting_find(settings, SPAN_LITERAL("cou")));
    assert_null(setting_find(settings, SPAN_NULL));
}

static void test_values(void **state)
{
    (void)state;
    expect("on", "no", "false");
    expect("on", "1", "true");
    expect("count", "1", "1");
    expect("count", "100", "100");
    expect("number", "1e3", "1000");
    expect("number", "0.3", "0.3");
    expect("wait", "90", "90s");
    expect("wait", "2h", "2h");
    expect("wait", "1.5m", "90s");
    expect("wait", "1d", "1d");
    expect("octets", "1024", "1k");
    expect("octets", "1000", "1000");
    expect("octets", "3G", "3G");
    expect("octets", "0", "0");
    expect("octets", "1048577", "1048577");
    expect("number", "1234567.25", "1234567.25");
    expect("text", "any text: \"x\"", "any text: \"x\"");
    expect("text", "", "");
    expect("choice", "three", "three");
    expect("choice", "one", "one");
    expect("secret", "", "");
    expect("secret", "file:/etc/mxtap/token", "file:/etc/mxtap/token");
    expect("secret", "env:TOKEN", "env:TOKEN");
    expect("secret", "credential:token", "credential:token");
    expect("key", "", "");
    expect("key", "env:KEY", "env:KEY");
}

static void test_refused(void **state)
{
    (void)state;
    refused("on", "maybe", "true or false");
    refused("on", "", "true or false");
    refused("count", "0", "between 1 and 100");
    refused("count", "101", "between 1 and 100");
    refused("count", "1.5", "whole number");
    refused("count", "ten", "whole number");
    refused("count", "", "whole number");
    refused("count", "5 ", "whole number");
    refused("number", "nan", "number");
    refused("number", "inf", "number");
    refused("number", "1,5", "number");
    refused("wait", "0", "between");
    refused("idle", "1e10", "between 0 and 9e+09");
    refused("wait", "10x", "number");
    refused("wait", "10mm", "number");
    refused("octets", "-1", "between 0 and 9e+15");
    refused("octets", "1e300", "between");
    refused("choice", "four", "one|two|three");
    refused("choice", "on", "one|two|three");
    refused("choice", "one|two", "one|two|three");
    refused("choice", "", "one|two|three");
}

/* A text that may be the secret itself is neither repeated nor printed, nor does what stands in its
 * place become one. */
static void test_secret(void **state)
{
    (void)state;
    static const char *const texts[] = {"hunter2", "env:not a name", "credential:a/b", " file:/x",
                                        "(not shown)"};
    struct options options = {0};
    char message[200];
    setting_defaults(settings, &options);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(set(&options, "secret", texts[i], message), ERR_CONFIG);
        assert_null(strstr(message, texts[i]));
        assert_non_null(strstr(message, "secret: "));
        assert_null(options.secret);
    }
    assert_int_equal(set(&options, "key", "hunter2", message), ERR_NONE);
    assert_string_equal(options.key, "hunter2");
    setting_print(setting_find(settings, SPAN_LITERAL("key")), &options, message, sizeof message);
    assert_string_equal(message, "(not shown)");
    assert_int_equal(set(&options, "key", message, message), ERR_CONFIG);
    assert_string_equal(options.key, "hunter2");
    assert_int_equal(set(&options, "key", "file:/k", message), ERR_NONE);
    assert_string_equal(options.key, "file:/k");
    setting_done(settings, &options);
    assert_null(options.key);
}

static void test_too_long(void **state)
{
    (void)state;
    static char text[5000];
    memset(text, 'x', sizeof text - 1);
    struct options options = {0};
    char message[200];
    assert_int_equal(set(&options, "text", text, message), ERR_CONFIG);
    assert_null(options.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_values),
        cmocka_unit_test(test_refused),  cmocka_unit_test(test_secret),
        cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
