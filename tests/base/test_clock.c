/* clock: event time as text, also before 1970 and at the ends of the range. */
#include "test.h"

#include <mxtap/clock.h>
#include <string.h>

static void expect(int64_t time, const char *full, const char *brief)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(time, text);
    assert_string_equal(text, full);
    clock_text_short(time, text);
    assert_string_equal(text, brief);
}

static void test_texts(void **state)
{
    (void)state;
    expect(0, "1970-01-01T00:00:00.000000+0000", "00:00:00.000");
    expect(INT64_C(1150697926123456789), "2006-06-19T06:18:46.123456+0000", "06:18:46.123");
    expect(INT64_C(1709164799999999999), "2024-02-28T23:59:59.999999+0000", "23:59:59.999");
    expect(INT64_C(1709164800000000000), "2024-02-29T00:00:00.000000+0000", "00:00:00.000");
    expect(-1, "1969-12-31T23:59:59.999999+0000", "23:59:59.999");
    expect(-CLOCK_SECOND, "1969-12-31T23:59:59.000000+0000", "23:59:59.000");
}

static void test_ends(void **state)
{
    (void)state;
    expect(INT64_MAX, "2262-04-11T23:47:16.854775+0000", "23:47:16.854");
    expect(CLOCK_NEVER, "1677-09-21T00:12:43.145224+0000", "00:12:43.145");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
