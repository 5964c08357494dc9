/* log: levels, one write a line, lines that are too long. */
#include "test.h"

#include <mxtap/log.h>
#include <string.h>
#include <unistd.h>

static int ends[2];
static int kept; /* the real standard error */

static int set_up(void **state)
{
    (void)state;
    kept = dup(STDERR_FILENO);
    return kept < 0 || pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0;
}

static int tear_down(void **state)
{
    (void)state;
    log_level_set(LOG_LEVEL_INFO);
    dup2(kept, STDERR_FILENO);
    return close(kept) + close(ends[0]) + close(ends[1]);
}

/* What has been logged since the last call. */
static void expect(const char *wanted)
{
    char text[4096];
    (void)!write(ends[1], "", 1);
    ssize_t got = read(ends[0], text, sizeof text);
    assert_true(got > 0);
    assert_string_equal(text, wanted);
}

static void test_levels(void **state)
{
    (void)state;
    log_error("a %d", 1);
    log_warning("b");
    log_info("c");
    log_debug("d");
    expect("mxtap: error: a 1\nmxtap: warning: b\nmxtap: c\n");
    log_level_set(LOG_LEVEL_WARNING);
    log_error("a");
    log_warning("b");
    log_info("c");
    expect("mxtap: error: a\nmxtap: warning: b\n");
    log_level_set(LOG_LEVEL_DEBUG);
    log_debug("d");
    expect("mxtap: d\n");
}

static void test_long_line(void **state)
{
    (void)state;
    log_error("%3000d", 1);
    char text[4096];
    ssize_t got = read(ends[0], text, sizeof text);
    assert_in_range(got, 2000, 2048);
    assert_int_equal(text[got - 1], '\n');
    assert_memory_equal(text, "mxtap: error:  ", 15);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_levels), TEST(test_long_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
