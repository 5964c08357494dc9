/* log: levels, one write a line, lines that are too long, the journal, and texts of strangers. */
#include "test.h"

#include <mxtap/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
    unsetenv("JOURNAL_STREAM");
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

/* What a sender wrote neither begins a line nor reaches the terminal. */
static void test_strangers(void **state)
{
    (void)state;
    log_info("HELO %s", "a\r\n<3>error: b\tc\x1b[2Jd\x7f");
    expect("mxtap: HELO a\\x0d\\x0a<3>error: b\\x09c\\x1b[2Jd\\x7f\n");
    log_info("%s", "gr\xc3\xbc\xc3\x9f \xc2\x9b\x31m \xc2\xa7 \xe2\x82\xac \xc2");
    expect("mxtap: gr\xc3\xbc\xc3\x9f \\xc2\\x9b1m \xc2\xa7 \xe2\x82\xac \xc2\n");
    char many[2001];
    memset(many, '\n', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    log_info("%s", many);
    char text[4096];
    ssize_t got = read(ends[0], text, sizeof text);
    assert_in_range(got, 2000, 2048);
    assert_ptr_equal(memchr(text, '\n', (size_t)got), text + got - 1);
}

static void name_journal(const struct stat *status, unsigned long add)
{
    char stream[80];
    snprintf(stream, sizeof stream, "%lu:%lu", (unsigned long)status->st_dev,
             (unsigned long)status->st_ino + add);
    setenv("JOURNAL_STREAM", stream, 1);
}

static void test_journal(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    log_level_set(LOG_LEVEL_DEBUG);
    name_journal(&status, 0);
    log_error("a");
    log_warning("b");
    log_info("c");
    log_debug("d");
    expect("<3>error: a\n<4>warning: b\n<6>c\n<7>d\n");
    name_journal(&status, 1); /* standard error was led elsewhere */
    log_error("a");
    expect("mxtap: error: a\n");
    setenv("JOURNAL_STREAM", "nonsense", 1);
    log_error("a");
    expect("mxtap: error: a\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_levels), TEST(test_long_line),
                                       TEST(test_strangers), TEST(test_journal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
