/* What the outbox is bounded by: ceilings of size and age, a disk that is full and freed, a file
 * that shrinks again, a WAL that does not grow for ever. */
#include "helper_outbox.h"

#ifdef MXTAP_OUTBOX

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)

static struct den den;

static int set_up(void **state)
{
    (void)state;
    den_make(&den);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    den_remove(&den);
    return 0;
}

static uint64_t size_of(const char *behind)
{
    char path[400];
    struct stat status;
    snprintf(path, sizeof path, "%s%s", den.path, behind);
    return stat(path, &status) == 0 ? (uint64_t)status.st_size : 0;
}

/* The number of the first that can be read. */
static unsigned first_number(struct outbox_reader *reader)
{
    struct parcel *parcels;
    size_t count;
    assert_int_equal(outbox_read(reader, 1, 1, &parcels, &count), ERR_NONE);
    assert_int_equal(count, 1);
    unsigned number = den_number(parcels);
    outbox_rewind(reader);
    return number;
}

/* The oldest go, and each reader that waited counts its own; the file does not pass the ceiling. */
static void test_size(void **state)
{
    (void)state;
    den.options.size = MIB;
    den_ready(&den);
    struct outbox_reader *slow = den_reader(&den, "slow"), *good = den_reader(&den, "good");
    den_start(&den);
    for (unsigned i = 0; i < 10; i++) {
        den_put_some(&den, 1 + i * 2000, 2000);
        den_take(good, 1 + i * 2000, 2000);
    }
    den_settle_down(&den);
    struct outbox_stats stats = den_stats(&den);
    struct outbox_reader_stats reader = den_reader_stats(slow);
    assert_in_range(stats.removed, 10000, 19000);
    assert_int_equal(reader.lost, stats.removed);
    assert_int_equal(den_reader_stats(good).lost, 0);
    assert_int_equal(reader.waiting, 20000 - reader.lost);
    assert_int_equal(stats.waiting, reader.waiting);
    assert_int_equal(first_number(slow), reader.lost + 1);
    assert_true(size_of("") < 2 * MIB);
    den_take(slow, (unsigned)reader.lost + 1, (unsigned)reader.waiting);
    assert_int_equal(den_reader_stats(slow).waiting, 0);
    outbox_reader_free(slow);
    outbox_reader_free(good);
    assert_true(den_close(&den));
    den_ready(&den);
    slow = den_reader(&den, "slow");
    den_start(&den);
    assert_int_equal(den_reader_stats(slow).lost, reader.lost);
    outbox_reader_free(slow);
}

/* Dead letters go with the oldest records. */
static void test_size_of_dead(void **state)
{
    (void)state;
    den.options.size = MIB;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    for (unsigned i = 0; i < 20; i++) {
        struct parcel *parcels;
        size_t count;
        den_put_some(&den, 1 + i * 500, 500);
        den_settle_down(&den);
        assert_int_equal(outbox_read(reader, 500, 8 * MIB, &parcels, &count), ERR_NONE);
        assert_int_equal(count, 500);
        for (size_t k = 0; k < count; k++)
            parcels[k].state = PARCEL_REFUSED;
        outbox_settle(reader, parcels[count - 1].seq);
        DEN_WAIT(den_stats(&den).waiting == 0);
    }
    DEN_WAIT(den_reader_stats(reader).dead < 5000);
    assert_in_range(den_reader_stats(reader).dead, 500, 5000);
    assert_true(size_of("") < 2 * MIB);
    assert_int_equal(den_stats(&den).removed, 0); /* nobody waited for these */
    outbox_reader_free(reader);
}

static void test_age(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 1000);
    den_take(reader, 1, 1);
    den_settle_down(&den);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    den.options.age = 300 * (CLOCK_SECOND / 1000);
    den_pause(350);
    assert_int_equal(den_open(&den), ERR_NONE);
    reader = den_reader(&den, "siem");
    den_start(&den);
    DEN_WAIT(den_reader_stats(reader).lost == 999);
    assert_int_equal(den_stats(&den).removed, 999);
    den_put_some(&den, 2000, 5);
    den_take(reader, 2000, 5);
    assert_int_equal(den_reader_stats(reader).lost, 999);
    outbox_reader_free(reader);
}

/* After a backlog the file becomes small again. */
static void test_shrinks(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 60000);
    den_settle_down(&den);
    assert_true(size_of("") + size_of("-wal") > 15 * MIB);
    den_take(reader, 1, 60000);
    DEN_WAIT(size_of("") < 10 * MIB);
    DEN_WAIT(den_stats(&den).file_octets < 40 * MIB);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    assert_int_equal(size_of("-wal"), 0);
}

/* Readers at work all the time do not let the WAL grow for ever. */
static void test_wal(void **state)
{
    (void)state;
    struct outbox_reader *readers[3];
    static const char *const names[] = {"a", "b", "c"};
    den_start(&den);
    for (size_t i = 0; i < 3; i++)
        readers[i] = den_reader(&den, names[i]);
    uint64_t most = 0;
    for (unsigned i = 0; i < 20; i++) {
        den_put_some(&den, 1 + i * 10000, 10000);
        for (size_t k = 0; k < 3; k++)
            den_take(readers[k], 1 + i * 10000, 10000);
        most = size_of("-wal") > most ? size_of("-wal") : most;
    }
    assert_true(most < 90 * MIB);
    for (size_t i = 0; i < 3; i++)
        outbox_reader_free(readers[i]);
}

/* ---- disks ---- */

/* A file that may not grow stands for a disk that is full: records stay in memory, and go on by
 * themselves when there is room. */
static void test_limit(void **state)
{
    (void)state;
    struct rlimit whole, little;
    signal(SIGXFSZ, SIG_IGN);
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 100);
    den_settle_down(&den);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
    little = (struct rlimit){.rlim_cur = 400 * 1024, .rlim_max = whole.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    den_put_some(&den, 101, 5000);
    DEN_WAIT(den_stats(&den).failing);
    assert_true(den_stats(&den).trouble[0] != '\0');
    assert_true(den_stats(&den).pending > 0);
    den_take(reader, 1, 100); /* what is there can be read */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);
    den_take(reader, 101, 5000);
    DEN_WAIT(!den_stats(&den).failing);
    assert_string_equal(den_stats(&den).trouble, "");
    assert_int_equal(den_stats(&den).dropped, 0);
    assert_int_equal(den_reader_stats(reader).waiting, 0);
    outbox_reader_free(reader);
}

/* At the end it is tried for so long as it may be, and told. */
static void test_limit_at_end(void **state)
{
    (void)state;
    struct rlimit whole, little;
    signal(SIGXFSZ, SIG_IGN);
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 100);
    den_settle_down(&den);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
    little = (struct rlimit){.rlim_cur = 100 * 1024, .rlim_max = whole.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    den_put_some(&den, 101, 5000);
    outbox_reader_free(reader);
    int64_t began = clock_steady();
    assert_false(den_close_soon(&den, CLOCK_SECOND / 2));
    assert_in_range(clock_steady() - began, CLOCK_SECOND / 2, 5 * CLOCK_SECOND);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);
    den_ready(&den);
    reader = den_reader(&den, "siem");
    den_start(&den);
    den_take(reader, 1, 100);
    outbox_reader_free(reader);
}

/* In a process of its own, with a disk of its own; what it ends with. */
static int on_full_disk(void)
{
    char filler[400];
    static char zeros[65536];
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", den.folder, "tmpfs", 0, "size=4m") != 0)
        return 77;
    snprintf(filler, sizeof filler, "%s/filler", den.folder);
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 200);
    den_settle_down(&den);
    int file = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    while (write(file, zeros, sizeof zeros) > 0)
        continue;
    close(file);
    den_put_some(&den, 201, 5000);
    DEN_WAIT(den_stats(&den).failing);
    assert_non_null(strstr(den_stats(&den).trouble, "full"));
    den_take(reader, 1, 200);
    den_pause(1500);
    assert_true(den_stats(&den).failing);
    unlink(filler);
    den_take(reader, 201, 5000);
    DEN_WAIT(!den_stats(&den).failing);
    assert_int_equal(den_stats(&den).dropped, 0);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    return 0;
}

static void test_full_disk(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(on_full_disk());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_size_of_dead, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_age, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shrinks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limit_at_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_full_disk, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 77;
}

#endif
