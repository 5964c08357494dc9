/* sink_stdout: lines on standard output; a reader that goes away is no error, a full disk is. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <mxtap/output.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const struct sink *sink;
static void *out;
static int kept; /* the real standard output */

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    sink = sink_find("stdout");
    fflush(stdout);
    kept = dup(STDOUT_FILENO);
    return kept < 0 || sink->open(&(struct sink_how){0}, &out, NULL, 0) != ERR_NONE;
}

static int tear_down(void **state)
{
    (void)state;
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    clearerr(stdout);
    return close(kept);
}

static void test_lines(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    enum err wrote = sink->write(out, SPAN_LITERAL("one"));
    enum err again = sink->write(out, SPAN_LITERAL("two"));
    enum err closed = sink->close(out);
    dup2(kept, STDOUT_FILENO);
    assert_int_equal(wrote | again | closed, ERR_NONE);
    char text[20] = "";
    assert_int_equal(read(ends[0], text, sizeof text - 1), 8);
    assert_string_equal(text, "one\ntwo\n");
    close(ends[0]);
}

static void test_reader_gone(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    close(ends[0]);
    enum err wrote = ERR_NONE;
    for (unsigned i = 0; i < 1000 && wrote == ERR_NONE; i++)
        wrote = sink->write(out, SPAN_LITERAL("a record of some length, many times over"));
    enum err closed = sink->close(out);
    dup2(kept, STDOUT_FILENO);
    assert_int_equal(wrote, ERR_NONE);
    assert_int_equal(closed, ERR_NONE);
}

static void test_full(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip();
    dup2(full, STDOUT_FILENO);
    close(full);
    (void)!sink->write(out, SPAN_LITERAL("record"));
    enum err closed = sink->close(out);
    int cause = errno;
    dup2(kept, STDOUT_FILENO);
    assert_int_equal(closed, ERR_SYSTEM);
    assert_int_equal(cause, ENOSPC);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lines),
        TEST(test_reader_gone),
        TEST(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
