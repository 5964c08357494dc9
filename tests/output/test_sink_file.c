/* sink_file: lines in a file, an old one emptied; what cannot be opened or written. */
#include "test.h"

#include <errno.h>
#include <mxtap/output.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* The path in the sink's own options; the sink does not need them after it was opened. */
static enum err open_file(const char *path, bool live, void **ret_file)
{
    const struct sink *sink = sink_find("file");
    char message[200] = "";
    void *options = NULL;
    assert_int_equal(sink_options_new(sink, &options), ERR_NONE);
    assert_int_equal(setting_set(sink_setting(sink, SPAN_LITERAL("file")), options, span_text(path),
                                 message, sizeof message),
                     ERR_NONE);
    const struct sink_how how = {.name = "test", .options = options, .live = live};
    enum err err = sink->open(&how, ret_file, message, sizeof message);
    int cause = errno;
    sink_options_free(sink, options);
    errno = cause;
    return err;
}

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
    assert_int_equal(open_file(path, false, &file), ERR_NONE);
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
        assert_int_equal(open_file(path, true, &file), ERR_NONE);
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
    assert_int_equal(open_file("/nonexistent/folder/file", false, &file), ERR_SYSTEM);
    assert_int_equal(errno, ENOENT);
    assert_null(file);
}

/* The disk is full: at the latest close says so. */
static void test_full(void **state)
{
    (void)state;
    const struct sink *sink = sink_find("file");
    void *file = NULL;
    if (open_file("/dev/full", false, &file) != ERR_NONE)
        skip();
    assert_int_equal(sink->write(file, SPAN_LITERAL("record")), ERR_NONE);
    assert_int_equal(sink->close(file), ERR_SYSTEM);
    assert_int_equal(errno, ENOSPC);
}

/* A disk that is full for a while cuts no line and loses none: RLIMIT_FSIZE plays it. */
static void test_full_for_a_while(void **state)
{
    (void)state;
    char path[] = "/tmp/mxtap-test-XXXXXX";
    close(mkstemp(path));
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit free_disk;
    getrlimit(RLIMIT_FSIZE, &free_disk);
    const struct rlimit full = {.rlim_cur = 10, .rlim_max = free_disk.rlim_max};
    const struct sink *sink = sink_find("file");
    void *file = NULL;
    assert_int_equal(open_file(path, true, &file), ERR_NONE);
    setrlimit(RLIMIT_FSIZE, &full);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(sink->write(file, SPAN_LITERAL("record")), ERR_NONE);
        assert_int_equal(sink->flush(file), i == 0 ? ERR_NONE : ERR_SYSTEM);
    }
    setrlimit(RLIMIT_FSIZE, &free_disk);
    assert_int_equal(sink->flush(file), ERR_NONE);
    assert_int_equal(sink->close(file), ERR_NONE);
    char text[40] = "";
    FILE *in = fopen(path, "re");
    assert_int_equal(fread(text, 1, sizeof text, in), 21);
    fclose(in);
    unlink(path);
    assert_string_equal(text, "record\nrecord\nrecord\n");
}

/* The configuration is read again while the disk is full, which RLIMIT_FSIZE plays: what waits goes
 * on in the file that follows, to the octet in the same file, by whole lines in another. */
static void follow(const char *first, const char *second, size_t lost, const char *content)
{
    const struct sink *sink = sink_find("file");
    void *file = NULL, *next = NULL;
    struct rlimit free_disk;
    getrlimit(RLIMIT_FSIZE, &free_disk);
    const struct rlimit full = {.rlim_cur = 10, .rlim_max = free_disk.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(open_file(first, true, &file), ERR_NONE);
    assert_int_equal(sink->write(file, SPAN_LITERAL("first")), ERR_NONE);
    assert_int_equal(sink->write(file, SPAN_LITERAL("second")), ERR_NONE);
    assert_int_equal(sink->write(file, SPAN_LITERAL("third")), ERR_NONE);
    setrlimit(RLIMIT_FSIZE, &full);
    assert_int_equal(open_file(second, true, &next), ERR_NONE);
    assert_int_equal(sink->follow(next, file), lost);
    assert_int_equal(sink->close(file), ERR_NONE);
    setrlimit(RLIMIT_FSIZE, &free_disk);
    assert_int_equal(sink->write(next, SPAN_LITERAL("last")), ERR_NONE);
    assert_int_equal(sink->close(next), ERR_NONE);
    char text[40] = "";
    FILE *in = fopen(second, "re");
    assert_non_null(in);
    assert_int_equal(fread(text, 1, sizeof text - 1, in), strlen(content));
    fclose(in);
    assert_string_equal(text, content);
}

static void test_follow(void **state)
{
    (void)state;
    char first[] = "/tmp/mxtap-test-XXXXXX";
    char second[] = "/tmp/mxtap-test-XXXXXX";
    close(mkstemp(first));
    close(mkstemp(second));
    follow(first, first, 0, "first\nsecond\nthird\nlast\n");
    assert_int_equal(truncate(first, 0), 0);
    follow(first, second, 1, "third\nlast\n");
    unlink(first);
    unlink(second);
}

/* One that stays full refuses records once there is no room for them. */
static void test_full_for_long(void **state)
{
    (void)state;
    const struct sink *sink = sink_find("file");
    void *file = NULL;
    if (open_file("/dev/full", false, &file) != ERR_NONE)
        skip();
    uint8_t *octets = calloc(1, 1 << 20);
    assert_non_null(octets);
    unsigned taken = 0;
    while (taken < 100 && sink->write(file, span_make(octets, 1 << 20)) == ERR_NONE)
        taken++;
    assert_in_range(taken, 2, 20);
    free(octets);
    assert_int_equal(sink->flush(file), ERR_SYSTEM);
    assert_int_equal(sink->close(file), ERR_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_cannot_open),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_full_for_a_while),
        cmocka_unit_test(test_follow),
        cmocka_unit_test(test_full_for_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
