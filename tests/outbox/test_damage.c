/* What stands in the place of the file, what happens to it while it is open, and kill -9. */
#include "helper_outbox.h"

#ifdef MXTAP_OUTBOX

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void run_sql(const char *text)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(den.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A file in which ten wait for "siem". */
static void make_file(void)
{
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 10);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
}

/* The file is set aside for this reason, and a new one works. */
static void is_set_aside(const char *why)
{
    assert_int_equal(den_open(&den), ERR_NONE);
    if (strstr(den.message, why) == NULL || strstr(den.message, ": set aside as ") == NULL)
        fail_msg("'%s' is not in '%s'", why, den.message);
    assert_int_equal(den_files(&den, ".aside-"), 1);
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_none(reader);
    den_put_some(&den, 100, 10);
    den_take(reader, 100, 10);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
}

static void fill(const char *octets, size_t size)
{
    FILE *file = fopen(den.path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, size, file), size);
    fclose(file);
}

static void test_garbage(void **state)
{
    (void)state;
    static char garbage[40000];
    memset(garbage, 'x', sizeof garbage);
    fill(garbage, sizeof garbage);
    is_set_aside("not a database");
}

static void test_half(void **state)
{
    (void)state;
    make_file();
    assert_int_equal(truncate(den.path, 20000), 0);
    is_set_aside("malformed");
}

static void test_of_others(void **state)
{
    (void)state;
    run_sql("CREATE TABLE theirs (a)");
    is_set_aside("another program");
}

static void test_other_format(void **state)
{
    (void)state;
    make_file();
    run_sql("PRAGMA user_version = 7");
    is_set_aside("has format 7");
}

static void test_other_tables(void **state)
{
    (void)state;
    make_file();
    run_sql("ALTER TABLE reader ADD COLUMN more TEXT");
    is_set_aside("tables differ");
}

static void test_meta_wrong(void **state)
{
    (void)state;
    make_file();
    run_sql("UPDATE meta SET last = 3");
    is_set_aside("is damaged");
}

/* Nothing that may stand in the tables does harm. */
static void test_odd_rows(void **state)
{
    (void)state;
    make_file();
    run_sql("UPDATE record SET kind = 'x', severity = -5, detector = 99999999999, id = NULL,"
            " key = 1.5, octets = NULL WHERE seq = 3;"
            "UPDATE record SET format = NULL WHERE seq = 4;"
            "UPDATE record SET id = hex(zeroblob(500)) WHERE seq = 5;"
            "UPDATE reader SET detectors = hex(zeroblob(5000)), cursor = -1, waiting = -7;"
            "INSERT INTO reader (name) VALUES (hex(zeroblob(100)));"
            "INSERT INTO dead (reader, again) VALUES ('siem', 1), (NULL, 1)");
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    for (size_t found = 1; found > 0;) {
        struct parcel *parcels;
        assert_int_equal(outbox_read(reader, 3, 1 << 20, &parcels, &found), ERR_NONE);
        if (found > 0)
            outbox_settle(reader, parcels[found - 1].seq);
    }
    den_put_some(&den, 20, 5);
    den_take(reader, 20, 5);
    outbox_reader_free(reader);
}

/* A folder or something else in its place is left alone. */
static void test_folder(void **state)
{
    (void)state;
    assert_int_equal(mkdir(den.path, 0700), 0);
    assert_int_equal(den_open(&den), ERR_SYSTEM);
    assert_int_equal(den_files(&den, ""), 1);
}

/* Removed while it is open: a new one takes its place; what was in it is lost, and counted. */
static void test_removed(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 100);
    den_settle_down(&den);
    assert_int_equal(unlink(den.path), 0);
    DEN_WAIT(den_reader_stats(reader).lost == 100);
    assert_non_null(strstr(den_stats(&den).trouble, "was gone"));
    den_put_some(&den, 101, 100);
    den_take(reader, 101, 100);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    assert_int_equal(den_files(&den, ""), 1);
}

static void overwrite(off_t from, size_t size)
{
    static char zeros[16384];
    memset(zeros, 0xee, sizeof zeros);
    int fd = open(den.path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t at = 0; at < size; at += sizeof zeros)
        assert_int_equal(pwrite(fd, zeros, sizeof zeros, from + (off_t)at), sizeof zeros);
    close(fd);
}

/* Damaged where nobody looks at the start: found by the reader; the writer sets it aside, and both
 * go on. */
static void test_damaged_inside(void **state)
{
    (void)state;
    struct stat status;
    struct parcel *parcels;
    size_t found;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 5000);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    assert_int_equal(stat(den.path, &status), 0);
    overwrite(16384 * 10, 16384 * 10);
    den_start(&den);
    assert_string_equal(den.message, "");
    reader = den_reader(&den, "siem");
    for (unsigned i = 0; den_files(&den, ".aside-") == 0; i++) {
        assert_true(i < 2000);
        if (outbox_read(reader, 1000, 1 << 20, &parcels, &found) != ERR_NONE)
            den_pause(5);
    }
    DEN_WAIT(den_reader_stats(reader).lost > 0);
    assert_non_null(strstr(den_stats(&den).trouble, ": set aside as "));
    outbox_rewind(reader);
    den_put_some(&den, 6000, 10);
    den_take(reader, 6000, 10);
    outbox_reader_free(reader);
}

/* ---- kill -9 ---- */

#define KILLS 20

/* Tells through the pipe what has been committed, and never ends. */
static void put_for_ever(unsigned next, int pipe_end)
{
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    for (;;) {
        den_put_some(&den, next, 100);
        next += 100;
        while (den_stats(&den).pending > 1000)
            usleep(100);
        unsigned committed = next - (unsigned)den_stats(&den).pending;
        if (write(pipe_end, &committed, sizeof committed) != sizeof committed)
            _exit(1);
        struct parcel *parcels;
        size_t found;
        if (outbox_read(reader, 10, 1 << 20, &parcels, &found) != ERR_NONE)
            _exit(1);
        outbox_rewind(reader);
    }
}

static unsigned last_told(int pipe_end, unsigned before)
{
    unsigned committed = before, next;
    while (read(pipe_end, &next, sizeof next) == sizeof next)
        committed = next;
    return committed;
}

/* Everything up to last is there, in order, each once; how far it goes. */
static unsigned read_all(unsigned last)
{
    struct parcel *parcels;
    size_t found = 1;
    unsigned next = 1;
    uint64_t seq = 0;
    den_start(&den);
    assert_string_equal(den.message, "");
    struct outbox_reader *reader = den_reader(&den, "siem");
    assert_true(den_reader_stats(reader).waiting + 1 >= last);
    while (found > 0) {
        assert_int_equal(outbox_read(reader, 1000, 1 << 20, &parcels, &found), ERR_NONE);
        for (size_t i = 0; i < found; i++) {
            assert_int_equal(den_number(&parcels[i]), next++);
            assert_true(parcels[i].seq > seq);
            seq = parcels[i].seq;
        }
    }
    assert_int_equal(den_reader_stats(reader).waiting, next - 1);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    assert_true(next >= last);
    return next;
}

static void test_killed(void **state)
{
    (void)state;
    unsigned next = 1;
    for (unsigned i = 0; i < KILLS; i++) {
        int ends[2], status;
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            put_for_ever(next, ends[1]);
        }
        close(ends[1]);
        den_pause(60 + i * 7 % 50);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        unsigned committed = last_told(ends[0], next);
        close(ends[0]);
        next = read_all(committed);
    }
    assert_true(next > 1000);
    assert_int_equal(den_files(&den, ".aside-"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_garbage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_half, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_of_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_meta_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_odd_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_killed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 77;
}

#endif
