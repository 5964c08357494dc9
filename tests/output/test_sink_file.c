/* sink_file: lines in a file, an old one emptied; what cannot be opened or written. */
#include "test.h"

#include <errno.h>
#include <mxtap/output.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void test_lines(void **state)
{
    (void)state;
    const struct sink *sink = sink_find("file");
    char path[] = "/tmp/mxtap-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "old text that is longer than the new one\n", 41), 41);
    close(fd);
    void *file = NULL;
    assert_int_equal(sink->open(&(struct sink_target){.path = path}, &file), ERR_NONE);
    assert_int_equal(sink->write(file, SPAN_LITERAL("{\"a\":1}")), ERR_NONE);
    assert_int_equal(sink->flush(file), ERR_NONE);
    assert_int_equal(sink->write(file, SPAN_LITERAL("")), ERR_NONE);
    assert_int_equal(sink->write(file, SPAN_LITERAL("b")), ERR_NONE);
    assert_int_equal(sink->close(file), ERR_NONE);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    char text[100] = "";
    size_t got = fread(text, 1, sizeof text - 1, in);
    fclose(in);
    unlink(path);
    assert_int_equal(got, strlen("{\"a\":1}\n\nb\n"));
    assert_string_equal(text, "{\"a\":1}\n\nb\n");
}

/* A file that goes on keeps what it has. */
static void test_append(void **state)
{
    (void)state;
    char path[] = "/tmp/mxtap-test-XXXXXX";
    close(mkstemp(path));
    const struct sink *sink = sink_find("file");
    for (int i = 0; i < 2; i++) {
        void *file = NULL;
        const struct sink_target target = {.path = path, .append = true};
        assert_int_equal(sink->open(&target, &file), ERR_NONE);
        assert_int_equal(sink->write(file, SPAN_LITERAL("one")), ERR_NONE);
        assert_int_equal(sink->close(file), ERR_NONE);
    }
    char text[20] = "";
    FILE *in = fopen(path, "re");
    assert_non_null(in);
    assert_int_equal(fread(text, 1, sizeof text, in), 8);
    fclose(in);
    unlink(path);
    assert_string_equal(text, "one\none\n");
}

static void test_cannot_open(void **state)
{
    (void)state;
    void *file = NULL;
    const struct sink_target nowhere = {.path = "/nonexistent/folder/file"};
    assert_int_equal(sink_find("file")->open(&nowhere, &file), ERR_SYSTEM);
    assert_int_equal(errno, ENOENT);
    assert_null(file);
}

/* The disk is full: at the latest close says so. */
static void test_full(void **state)
{
    (void)state;
    const struct sink *sink = sink_find("file");
    void *file = NULL;
    if (sink->open(&(struct sink_target){.path = "/dev/full"}, &file) != ERR_NONE)
        skip();
    assert_int_equal(sink->write(file, SPAN_LITERAL("record")), ERR_NONE);
    assert_int_equal(sink->close(file), ERR_SYSTEM);
    assert_int_equal(errno, ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_cannot_open),
        cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
