/* how: a copy has everything, shares nothing, and outlives what it was made from. */
#include "how.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

/* Every text of the options gets a value of its own. */
static void *fill(const struct sink *sink)
{
    void *options = NULL;
    assert_int_equal(sink_options_new(sink, &options), ERR_NONE);
    for (size_t i = 0; sink->settings[i] != NULL; i++)
        for (const struct setting *setting = sink->settings[i]; setting->name != NULL; setting++) {
            char text[100], message[200];
            if (!setting_is_text(setting))
                continue;
            snprintf(text, sizeof text, "env:OF_%s", setting->name);
            assert_int_equal(
                setting_set(setting, options, span_text(text), message, sizeof message), ERR_NONE);
        }
    return options;
}

static void compare(const struct sink *sink, const void *options, const void *others)
{
    for (size_t i = 0; sink->settings[i] != NULL; i++)
        for (const struct setting *setting = sink->settings[i]; setting->name != NULL; setting++) {
            char value[300], other[300];
            setting_print(setting, options, value, sizeof value);
            setting_print(setting, others, other, sizeof other);
            assert_string_equal(value, other);
        }
}

static void test_every_sink(void **state)
{
    (void)state;
    for (size_t i = 0; sink_at(i) != NULL; i++) {
        const struct sink *sink = sink_at(i);
        void *wanted = fill(sink);
        char name[] = "siem", host[] = "sensor-1", format[] = "eve";
        void *options = fill(sink);
        const struct sink_how how = {
            .name = name, .host = host, .format = format, .options = options, .live = true};
        struct sink_how *copy = how_copy(sink, &how);
        assert_non_null(copy);
        sink_options_free(sink, options);
        name[0] = host[0] = format[0] = 'x';
        assert_string_equal(copy->name, "siem");
        assert_string_equal(copy->host, "sensor-1");
        assert_string_equal(copy->format, "eve");
        assert_true(copy->live);
        if (sink->settings[0] != NULL)
            compare(sink, copy->options, wanted);
        how_free(sink, copy);
        sink_options_free(sink, wanted);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    static const struct sink bare = {.name = "bare"};
    int options = 7;
    const struct sink_how how = {.name = "x", .options = &options};
    struct sink_how *copy = how_copy(&bare, &how);
    assert_non_null(copy);
    assert_ptr_equal(copy->options, &options);
    assert_null(copy->host);
    assert_null(copy->format);
    how_free(&bare, copy);
    how_free(&bare, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_sink),
        cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
