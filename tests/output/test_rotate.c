/* rotate: the file sink puts files aside; what is in them all is what was written, in order. */
#include "test.h"

#include "helper_file.h"

#include <fcntl.h>
#include <mxtap/clock.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE "record 12345678 and some more octets"

static void write_some(const struct helper_file *file, void *sink, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++) {
        char record[64];
        snprintf(record, sizeof record, "record %08u and some more octets", i);
        helper_file_write(file, sink, record);
    }
}

/* All records from first on, count of them, each once and in order; nothing else. */
static void check_records(const struct helper_file *file, unsigned first, unsigned count)
{
    struct buf octets;
    helper_file_read(file, &octets);
    assert_int_equal(octets.len, count * sizeof LINE);
    for (unsigned i = 0; i < count; i++) {
        char record[64];
        snprintf(record, sizeof record, "record %08u and some more octets\n", first + i);
        assert_memory_equal(octets.at + i * sizeof LINE, record, sizeof LINE);
    }
    buf_done(&octets);
}

static void close_sink(const struct helper_file *file, void *sink)
{
    assert_int_equal(file->sink->close(sink), ERR_NONE);
}

/* A thousand times, and no file is larger than it may be. */
static void test_size(void **state)
{
    (void)state;
    struct helper_file file;
    helper_file_init(&file, (const char *const[]){"rotate_size=100", NULL});
    void *sink = helper_file_open(&file, true);
    write_some(&file, sink, 0, 2002);
    close_sink(&file, sink);
    assert_int_equal(helper_file_count(&file, "Z"), 1000);
    check_records(&file, 0, 2002);
    char name[300], path[400];
    for (size_t i = 0; helper_file_name(&file, i, name, sizeof name); i += 100) {
        struct stat there;
        snprintf(path, sizeof path, "%s/%s", file.folder, name);
        assert_int_equal(stat(path, &there), 0);
        assert_int_equal(there.st_size, 2 * sizeof LINE);
        assert_int_equal(there.st_mode & 07777 & ~0640u, 0);
    }
    helper_file_done(&file);
}

static void test_packed(void **state)
{
    (void)state;
    struct helper_file file;
    helper_file_init(&file, (const char *const[]){"rotate_size=3000", "compress=true", NULL});
    void *sink = helper_file_open(&file, true);
    write_some(&file, sink, 0, 5000);
    helper_file_finish(&file, sink);
    close_sink(&file, sink);
    assert_int_equal(helper_file_count(&file, ".tmp"), 0);
    assert_int_equal(helper_file_count(&file, "Z"), 0);
    assert_int_equal(helper_file_count(&file, ".gz"), 5000 / (3000 / sizeof LINE));
    check_records(&file, 0, 5000);
    helper_file_done(&file);
}

/* Some MiB at a time, between records. */
static void test_large(void **state)
{
    (void)state;
    struct helper_file file;
    helper_file_init(&file, (const char *const[]){"rotate_size=4M", "compress=true", NULL});
    void *sink = helper_file_open(&file, true);
    for (unsigned i = 0; i < 250; i++) {
        write_some(&file, sink, i * 1000, 1000);
        assert_int_equal(file.sink->flush(sink), ERR_NONE);
    }
    helper_file_finish(&file, sink);
    close_sink(&file, sink);
    assert_int_equal(helper_file_count(&file, ".tmp"), 0);
    assert_int_equal(helper_file_count(&file, ".gz"), 250000 * sizeof LINE / (4 << 20));
    check_records(&file, 0, 250000);
    helper_file_done(&file);
}

static void test_keep(void **state)
{
    (void)state;
    struct helper_file file;
    helper_file_init(&file,
                     (const char *const[]){"rotate_size=100", "keep=3", "compress=true", NULL});
    void *sink = helper_file_open(&file, true);
    for (unsigned i = 0; i < 20; i++) {
        write_some(&file, sink, i, 1);
        helper_file_finish(&file, sink);
    }
    close_sink(&file, sink);
    assert_int_equal(helper_file_count(&file, ".gz"), 3);
    assert_int_equal(helper_file_count(&file, ""), 4);
    check_records(&file, 12, 8);
    helper_file_done(&file);
}

/* Those of a clock that was ahead, and of others: names go on behind them. */
static void test_names_taken(void **state)
{
    (void)state;
    struct helper_file file;
    helper_file_init(&file, (const char *const[]){"rotate_size=100", NULL});
    helper_file_put(&file, "eve.json-20990101T000000.999999Z",
                    "record 00000000 and some more octets\n");
    helper_file_put(&file, "eve.json-tomorrow", "");
    void *sink = helper_file_open(&file, true);
    write_some(&file, sink, 1, 2);
    assert_int_equal(file.sink->flush(sink), ERR_NONE);
    helper_file_put(&file, "eve.json-20990101T000001.000000Z.gz", "");
    write_some(&file, sink, 3, 2);
    close_sink(&file, sink);
    char name[300];
    assert_true(helper_file_name(&file, 3, name, sizeof name));
    assert_string_equal(name, "eve.json-20990101T000001.000001Z");
    check_records(&file, 0, 5);
    helper_file_done(&file);
}

/* What a crash left behind, by the moments at which it can come. */
static void leave(const struct helper_file *file)
{
    helper_file_put(file, "eve.json-20200101T000000.000000Z.tmp", "a\n");
    helper_file_put(file, "eve.json-20200101T000001.000000Z.tmp", "b\n");
    helper_file_put(file, "eve.json-20200101T000001.000000Z.gz.tmp", "half");
    helper_file_put(file, "eve.json-20200101T000002.000000Z.tmp", "c\n");
    helper_file_put(file, "eve.json-20200101T000002.000000Z.gz", "c\n");
}

static void finish_left(const char *compress, const char *ending, size_t count)
{
    struct helper_file file;
    helper_file_init(&file, (const char *const[]){"rotate_size=100", compress, NULL});
    leave(&file);
    void *sink = helper_file_open(&file, true);
    helper_file_write(&file, sink, "d");
    helper_file_finish(&file, sink);
    close_sink(&file, sink);
    assert_int_equal(helper_file_count(&file, ".tmp"), 0);
    assert_int_equal(helper_file_count(&file, ending), count);
    struct buf octets;
    helper_file_read(&file, &octets);
    assert_int_equal(octets.len, 8);
    assert_memory_equal(octets.at, "a\nb\nc\nd\n", 8);
    buf_done(&octets);
    helper_file_done(&file);
}

static void test_left_behind(void **state)
{
    (void)state;
    finish_left("compress=true", ".gz", 3);
    finish_left("compress=false", "Z", 2);
}

/* A file of yesterday, and one whose time comes while nothing is written. */
static void test_time(void **state)
{
    (void)state;
    struct helper_file file;
    helper_file_init(&file, (const char *const[]){"rotate_time=1d", NULL});
    helper_file_put(&file, "eve.json", "record 00000000 and some more octets\n");
    const struct timespec yesterday[2] = {{.tv_sec = time(NULL) - 86400},
                                          {.tv_sec = time(NULL) - 86400}};
    assert_int_equal(utimensat(AT_FDCWD, file.path, yesterday, 0), 0);
    void *sink = helper_file_open(&file, true);
    write_some(&file, sink, 1, 3);
    close_sink(&file, sink);
    assert_int_equal(helper_file_count(&file, "Z"), 1);
    check_records(&file, 0, 4);
    helper_file_done(&file);

    helper_file_init(&file, (const char *const[]){"rotate_time=1s", NULL});
    sink = helper_file_open(&file, true);
    write_some(&file, sink, 0, 3);
    helper_file_finish(&file, sink);
    usleep(1100 * 1000);
    helper_file_finish(&file, sink);
    assert_true(helper_file_count(&file, "Z") >= 1);
    check_records(&file, 0, 3);
    size_t old = helper_file_count(&file, "Z");
    usleep(1100 * 1000); /* an empty one stays */
    helper_file_finish(&file, sink);
    assert_int_equal(helper_file_count(&file, "Z"), old);
    close_sink(&file, sink);
    helper_file_done(&file);
}

/* The configuration is read again while the file is put aside, or moved by others. */
static void test_follow(void **state)
{
    (void)state;
    struct helper_file file;
    helper_file_init(&file, (const char *const[]){"rotate_size=100", "compress=true", NULL});
    void *first = helper_file_open(&file, true);
    write_some(&file, first, 0, 1);
    void *second = helper_file_open(&file, true);
    write_some(&file, first, 1, 4);
    assert_int_equal(file.sink->flush(first), ERR_NONE);
    assert_int_equal(file.sink->follow(second, first), 0);
    close_sink(&file, first);
    write_some(&file, second, 5, 4);
    helper_file_finish(&file, second);
    check_records(&file, 0, 9);
    void *third = helper_file_open(&file, true);
    char moved[100];
    snprintf(moved, sizeof moved, "%s/eve.json-30000101T000000.000000Z", file.folder);
    assert_int_equal(rename(file.path, moved), 0);
    assert_int_equal(file.sink->follow(third, second), 0);
    close_sink(&file, second);
    write_some(&file, third, 9, 1);
    close_sink(&file, third);
    assert_int_equal(access(file.path, F_OK), 0);
    check_records(&file, 0, 10);
    helper_file_done(&file);
}

static void test_no_file(void **state)
{
    (void)state;
    struct helper_file file;
    helper_file_init(&file, (const char *const[]){"rotate_size=100", NULL});
    char message[300] = "";
    void *sink = NULL;
    const struct sink_how how = {.name = "test", .options = file.options, .live = true};
    assert_int_equal(symlink("/dev/null", file.path), 0);
    assert_int_equal(file.sink->open(&how, &sink, message, sizeof message), ERR_CONFIG);
    assert_non_null(strstr(message, "cannot be rotated"));
    helper_file_done(&file);
}

/* There is no room for what is packed: the plain one stays until there is. */
static void test_full(void **state)
{
    (void)state;
    struct helper_file file;
    struct rlimit free_disk;
    getrlimit(RLIMIT_FSIZE, &free_disk);
    const struct rlimit full = {.rlim_cur = 20, .rlim_max = free_disk.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    helper_file_init(&file, (const char *const[]){"rotate_size=100", "compress=true", NULL});
    void *sink = helper_file_open(&file, true);
    write_some(&file, sink, 0, 4);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    (void)file.sink->tend(sink);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &free_disk), 0);
    assert_int_equal(helper_file_count(&file, ".gz.tmp"), 0);
    assert_int_equal(helper_file_count(&file, "Z.tmp"), 1);
    write_some(&file, sink, 4, 4);
    close_sink(&file, sink);
    check_records(&file, 0, 8);
    sink = helper_file_open(&file, true);
    helper_file_finish(&file, sink);
    close_sink(&file, sink);
    assert_int_equal(helper_file_count(&file, ".tmp"), 0);
    assert_int_equal(helper_file_count(&file, ".gz"), 3);
    check_records(&file, 0, 8);
    helper_file_done(&file);
}

/* No new file can be opened: the old one has its name again, and goes on. */
static void test_no_descriptor(void **state)
{
    (void)state;
    struct helper_file file;
    struct rlimit many;
    helper_file_init(&file, (const char *const[]){"rotate_size=100", NULL});
    void *sink = helper_file_open(&file, true);
    write_some(&file, sink, 0, 2);
    assert_int_equal(file.sink->flush(sink), ERR_NONE);
    int next = dup(0);
    close(next);
    getrlimit(RLIMIT_NOFILE, &many);
    const struct rlimit few = {.rlim_cur = (rlim_t)next, .rlim_max = many.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    write_some(&file, sink, 2, 4);
    assert_int_equal(file.sink->flush(sink), ERR_NONE);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &many), 0);
    assert_int_equal(helper_file_count(&file, "Z"), 0);
    write_some(&file, sink, 6, 1);
    close_sink(&file, sink);
    check_records(&file, 0, 7);
    helper_file_done(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_size),          cmocka_unit_test(test_packed),
        cmocka_unit_test(test_large),         cmocka_unit_test(test_keep),
        cmocka_unit_test(test_names_taken),   cmocka_unit_test(test_left_behind),
        cmocka_unit_test(test_time),          cmocka_unit_test(test_follow),
        cmocka_unit_test(test_no_file),       cmocka_unit_test(test_full),
        cmocka_unit_test(test_no_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
