/*
 * Several inputs: rotated and overlapping files, directories, pipes, standard input, progress.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/helper_files.h"

#define START INT64_C(1150697926000000000)

static struct given given;

/* count packets of len octets from START + first, step apart. */
static void put(const char *name, int64_t first, int64_t step, unsigned count, uint32_t len,
                bool ng, bool gzip)
{
    struct made made;
    made_init(&made, false, true);
    if (ng) {
        made_section(&made);
        made_interface(&made, 101, 0, 9, 0);
    } else {
        made_pcap(&made, 65535, 1);
    }
    for (unsigned i = 0; i < count; i++) {
        int64_t time = START + first + (int64_t)i * step;
        if (ng)
            made_enhanced(&made, 0, (uint64_t)time, len);
        else
            made_pcap_packet(&made, time, len);
    }
    files_put(name, &made.buf, made.buf.len, gzip);
    made_done(&made);
}

static void check_order(void)
{
    for (size_t i = 1; i < given.count; i++)
        assert_true(given.packets[i - 1].time <= given.packets[i].time);
}

static void test_rotated(void **state)
{
    (void)state;
    put("a.pcap", 2000, 10, 100, 30, false, false);
    put("b.pcapng", 0, 10, 100, 10, true, false);
    put("c.gz", 1000, 10, 100, 20, false, true);
    const char *inputs[] = {files_path("a.pcap"), files_path("b.pcapng"), files_path("c.gz")};
    assert_int_equal(files_read(inputs, 3, &given), 0);
    assert_int_equal(given.count, 300);
    assert_int_equal(given.stats.files, 3);
    for (size_t i = 0; i < 300; i++) {
        assert_int_equal(given.packets[i].time, START + (int64_t)i * 10);
        assert_int_equal(given.packets[i].data.len, 10 + i / 100 * 10);
        assert_int_equal(given.packets[i].linktype, i < 100 ? 101 : 1);
    }
    assert_int_equal(given.done, given.all);
}

static void test_overlapping(void **state)
{
    (void)state;
    put("a.pcap", 0, 7, 300, 10, false, false);
    put("b.pcap", 3, 11, 300, 20, false, true);
    put("c.pcapng", 500, 5, 300, 30, true, false);
    put("d.pcap", 500, 5, 300, 40, false, false);
    const char *inputs[] = {files_path("c.pcapng"), files_path("a.pcap"), files_path("d.pcap"),
                            files_path("b.pcap")};
    assert_int_equal(files_read(inputs, 4, &given), 0);
    assert_int_equal(given.count, 1200);
    check_order();
    /* of equal times, the input named first */
    for (size_t i = 1; i < given.count; i++)
        if (given.packets[i].time == given.packets[i - 1].time && given.packets[i].data.len == 30)
            assert_int_not_equal(given.packets[i - 1].data.len, 40);
}

/* Packets out of order in one file stay as they are. */
static void test_disorder(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, false, false);
    made_pcap(&made, 100, 1);
    static const int64_t times[] = {5, 9, 3, 4};
    for (unsigned i = 0; i < 4; i++)
        made_pcap_packet(&made, times[i] * CLOCK_SECOND, i);
    files_put("e.pcap", &made.buf, made.buf.len, false);
    made_done(&made);
    put("f.pcap", 0, 1, 1, 50, false, false);
    const char *inputs[] = {files_path("f.pcap"), files_path("e.pcap")};
    assert_int_equal(files_read(inputs, 2, &given), 0);
    assert_int_equal(given.count, 5);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(given.packets[i].data.len, i);
}

static void test_folder(void **state)
{
    (void)state;
    assert_int_equal(mkdir(files_path("folder"), 0700), 0);
    assert_int_equal(mkdir(files_path("folder/inner"), 0700), 0);
    put("folder/z", 0, 1, 5, 10, false, false);
    put("folder/a", 100, 1, 5, 20, true, true);
    put("folder/inner/b", 50, 1, 5, 20, true, true);
    struct buf text = {.at = (uint8_t *)(uintptr_t) "notes about it", .len = 14};
    files_put("folder/README", &text, 14, false);
    files_put("folder/log.gz", &text, 14, true);
    files_put("folder/empty", &text, 0, false);
    assert_int_equal(files_read_one(files_path("folder"), &given), 0);
    assert_int_equal(given.count, 10);
    assert_int_equal(given.damaged, 0);
    assert_int_equal(given.stats.files, 2);
    assert_string_equal(given.first, files_path("folder/z"));
    assert_string_equal(given.last, files_path("folder/a"));
    put("folder/cut", 7, 1, 5, 20, false, false);
    assert_int_equal(truncate(files_path("folder/cut"), 24 + 36 + 20), 0);
    assert_int_equal(files_read_one(files_path("folder/"), &given), 0);
    assert_int_equal(given.count, 11);
    assert_int_equal(given.damaged, 1);
    assert_int_equal(given.damage_at, 24 + 36);
    assert_string_equal(given.damage_file, files_path("folder/cut"));
}

static void test_folder_without(void **state)
{
    (void)state;
    assert_int_equal(mkdir(files_path("nothing"), 0700), 0);
    assert_int_equal(files_read_one(files_path("nothing"), &given), 0);
    assert_int_equal(given.count, 0);
    assert_int_equal(given.damaged, 1);
    assert_string_equal(given.damage_file, files_path("nothing"));
}

static void test_missing(void **state)
{
    (void)state;
    put("a.pcap", 0, 7, 3, 10, false, false);
    const char *inputs[] = {files_path("a.pcap"), files_path("not-there")};
    assert_int_equal(files_read(inputs, 2, &given), ERR_SYSTEM);
    assert_non_null(strstr(given.message, "not-there"));
    assert_non_null(strstr(given.message, "No such file"));
}

/* Damage in one file does not stop the others; without packets too. */
static void test_damage_beside(void **state)
{
    (void)state;
    put("a.pcap", 0, 10, 10, 10, false, false);
    put("b.pcap", 5, 10, 10, 20, false, false);
    put("c.pcap", 0, 10, 0, 20, false, false);
    assert_int_equal(truncate(files_path("a.pcap"), 24 + 3 * 26 + 1), 0);
    const char *inputs[] = {files_path("c.pcap"), files_path("a.pcap"), files_path("b.pcap")};
    assert_int_equal(files_read(inputs, 3, &given), 0);
    assert_int_equal(given.count, 13);
    assert_int_equal(given.damaged, 1);
    assert_int_equal(given.damage_at, 24 + 3 * 26);
    check_order();
}

/* More rotated files than descriptors. */
static void test_many(void **state)
{
    (void)state;
    assert_int_equal(mkdir(files_path("many"), 0700), 0);
    for (unsigned i = 0; i < 200; i++) {
        char name[40];
        snprintf(name, sizeof name, "many/%u", i);
        put(name, (int64_t)(i * 37 % 200) * 100, 10, 10, i % 200, i % 2, i % 3 == 0);
    }
    struct rlimit before, few = {24, 24};
    getrlimit(RLIMIT_NOFILE, &before);
    few.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_NOFILE, &few);
    enum err err = files_read_one(files_path("many"), &given);
    setrlimit(RLIMIT_NOFILE, &before);
    assert_int_equal(err, 0);
    assert_int_equal(given.count, 2000);
    assert_int_equal(given.damaged, 0);
    check_order();
}

/* A child writes the file into a pipe or FIFO, a few octets a time. */
static pid_t write_slowly(const char *name, int fd, const char *fifo)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    FILE *file = fopen(name, "rb");
    fd = fifo == NULL ? fd : open(fifo, O_WRONLY);
    char octets[7];
    for (size_t got; file != NULL && (got = fread(octets, 1, sizeof octets, file)) > 0;)
        if (write(fd, octets, got) < 0)
            break;
    _exit(0);
}

static void test_standard_input(void **state)
{
    (void)state;
    for (unsigned variant = 0; variant < 4; variant++) {
        put("in", 0, 10, 50, 10, variant & 1, variant & 2);
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = write_slowly(files_path("in"), ends[1], NULL);
        close(ends[1]);
        int before = dup(STDIN_FILENO);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        enum err err = files_read_one("-", &given);
        dup2(before, STDIN_FILENO);
        close(before);
        waitpid(child, NULL, 0);
        assert_int_equal(err, 0);
        assert_int_equal(given.count, 50);
        assert_int_equal(given.damaged, 0);
        assert_int_equal(given.all, 0);
        assert_string_equal(given.first, "-");
    }
}

/* A pipe is read once, also among other inputs. */
static void test_fifo(void **state)
{
    (void)state;
    put("in", 5, 10, 50, 10, false, true);
    put("beside", 0, 10, 50, 20, true, false);
    assert_int_equal(mkfifo(files_path("fifo"), 0600), 0);
    pid_t child = write_slowly(files_path("in"), -1, files_path("fifo"));
    const char *inputs[] = {files_path("beside"), files_path("fifo")};
    assert_int_equal(files_read(inputs, 2, &given), 0);
    waitpid(child, NULL, 0);
    assert_int_equal(given.count, 100);
    check_order();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotated),        cmocka_unit_test(test_overlapping),
        cmocka_unit_test(test_disorder),       cmocka_unit_test(test_folder),
        cmocka_unit_test(test_folder_without), cmocka_unit_test(test_missing),
        cmocka_unit_test(test_damage_beside),  cmocka_unit_test(test_many),
        cmocka_unit_test(test_standard_input), cmocka_unit_test(test_fifo),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
