/* outbox: records put, read in order and settled; cursors across restarts; a reader that is dead;
 * what memory is bounded by. */
#include "helper_outbox.h"

#ifdef MXTAP_OUTBOX

#include <poll.h>
#include <sys/stat.h>
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

static bool is_readable(const struct outbox_reader *reader)
{
    struct pollfd wanted = {.fd = outbox_reader_fd(reader), .events = POLLIN};
    return poll(&wanted, 1, 0) == 1;
}

static void test_order(void **state)
{
    (void)state;
    struct stat status;
    den_start(&den);
    assert_int_equal(stat(den.path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_none(reader);
    den_put_some(&den, 1, 1000);
    den_take(reader, 1, 500);
    den_put_some(&den, 1001, 1000);
    den_take(reader, 501, 1500);
    den_none(reader);
    assert_int_equal(den_reader_stats(reader).waiting, 0);
    DEN_WAIT(den_stats(&den).waiting == 0);
    assert_int_equal(den_stats(&den).put, 2000);
    assert_int_equal(den_stats(&den).dropped, 0);
    assert_false(den_stats(&den).failing);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    assert_int_equal(den_files(&den, ""), 1);
}

/* Not before it is written; then at once. */
static void test_told(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    assert_true(is_readable(reader));
    den_none(reader);
    assert_false(is_readable(reader));
    den_put(&den, 1);
    outbox_flush(den.outbox);
    DEN_WAIT(is_readable(reader));
    den_read(reader, 1, 1);
    assert_false(is_readable(reader));
    const struct record other = {.kind = RECORD_SMTP, .octets = SPAN_LITERAL("x")};
    assert_true(outbox_put(den.outbox, &other, "eve"));
    den_settle_down(&den);
    assert_false(is_readable(reader));
    outbox_reader_free(reader);
}

/* What was read and not settled is read again; also after a restart. */
static void test_rewind(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 100);
    den_read(reader, 1, 100);
    outbox_rewind(reader);
    den_take(reader, 1, 30);
    den_read(reader, 31, 70);
    outbox_rewind(reader);
    den_read(reader, 31, 70);
    assert_int_equal(den_reader_stats(reader).waiting, 70);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    den_ready(&den);
    reader = den_reader(&den, "siem");
    den_start(&den);
    assert_int_equal(den_reader_stats(reader).waiting, 70);
    den_take(reader, 31, 70);
    den_none(reader);
    outbox_reader_free(reader);
}

/* seq is never used again, so cursors stay true: also where the file is empty. */
static void test_seq(void **state)
{
    (void)state;
    struct parcel *parcels;
    size_t count;
    uint64_t last = 0;
    for (unsigned i = 1; i <= 5; i++) {
        den_ready(&den);
        struct outbox_reader *reader = den_reader(&den, "siem");
        den_start(&den);
        den_put(&den, i);
        den_settle_down(&den);
        assert_int_equal(outbox_read(reader, 10, 1 << 20, &parcels, &count), ERR_NONE);
        assert_int_equal(count, 1);
        assert_int_equal(den_number(parcels), i);
        assert_true(parcels->seq > last);
        last = parcels->seq;
        outbox_settle(reader, last);
        outbox_reader_free(reader);
        assert_true(den_close(&den));
    }
}

/* One that never reads holds what it waits for, and nobody up; gone from the configuration it holds
 * nothing. */
static void test_dead_reader(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *good = den_reader(&den, "good"), *bad = den_reader(&den, "bad");
    den_start(&den);
    den_put_some(&den, 1, 5000);
    den_take(good, 1, 5000);
    den_settle_down(&den);
    assert_int_equal(den_stats(&den).waiting, 5000);
    assert_int_equal(den_reader_stats(bad).waiting, 5000);
    assert_true(den_reader_stats(bad).oldest > 0);
    assert_int_equal(den_reader_stats(good).oldest, 0);
    outbox_reader_free(bad);
    outbox_reader_free(good);
    assert_true(den_close(&den));
    den_ready(&den);
    good = den_reader(&den, "good");
    bad = den_reader(&den, "bad");
    den_start(&den);
    den_none(good);
    den_take(bad, 1, 10);
    outbox_reader_free(bad);
    den_pause(100);
    assert_true(den_stats(&den).waiting >= 4990);
    outbox_release(den.outbox, "bad");
    DEN_WAIT(den_stats(&den).waiting == 0);
    outbox_reader_free(good);
}

/* Before the thread is there; more than memory may hold is refused and counted. */
static void test_memory(void **state)
{
    (void)state;
    den.options.memory = 100000;
    assert_int_equal(den_open(&den), ERR_NONE);
    struct outbox_reader *reader = den_reader(&den, "siem");
    unsigned taken = 0;
    while (den_put(&den, taken + 1))
        taken++;
    assert_in_range(taken, 100, 500);
    assert_true(den_stats(&den).pending_octets <= 100000);
    assert_int_equal(den_stats(&den).pending, taken);
    assert_int_equal(den_stats(&den).dropped, 1);
    assert_int_equal(den_reader_stats(reader).waiting, taken);
    den_start(&den);
    den_take(reader, 1, taken);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
}

/* Where putting may wait, nothing is refused. */
static void test_waiting_put(void **state)
{
    (void)state;
    den.options.memory = 100000;
    den.options.wait = true;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 5000);
    den_take(reader, 1, 5000);
    assert_int_equal(den_stats(&den).dropped, 0);
    outbox_reader_free(reader);
}

/* Written by whoever closes, where there never was a thread. */
static void test_never_started(void **state)
{
    (void)state;
    assert_int_equal(den_open(&den), ERR_NONE);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_put_some(&den, 1, 10);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    den_ready(&den);
    reader = den_reader(&den, "siem");
    den_start(&den);
    den_take(reader, 1, 10);
    outbox_reader_free(reader);
}

static void test_held(void **state)
{
    (void)state;
    struct den other = den;
    den_start(&den);
    assert_int_equal(den_open(&other), ERR_SYSTEM);
    assert_non_null(strstr(other.message, "another process has it"));
}

static void test_no_folder(void **state)
{
    (void)state;
    struct den other = den;
    other.options.path = "/nonexistent/outbox.db";
    assert_int_equal(den_open(&other), ERR_SYSTEM);
    assert_non_null(strstr(other.message, "/nonexistent/outbox.db"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rewind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_seq, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dead_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_waiting_put, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_never_started, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_held, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_folder, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

/* Without SQLite there is none, and that is said. */
int main(void)
{
    struct outbox *outbox = NULL;
    char message[200];
    const struct outbox_options options = {.path = "outbox.db"};
    enum err err = outbox_open(&options, &outbox, message, sizeof message);
    return err == ERR_SUPPORT && strstr(message, "no SQLite") != NULL ? 0 : 1;
}

#endif
