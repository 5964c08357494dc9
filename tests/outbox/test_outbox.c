/* outbox: records put, read in order and settled; cursors across restarts; several readers; what
 * memory and file are bounded by. */
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
    den_start(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
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
    den_start(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
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
    den_start(&den);
    reader = den_reader(&den, "siem");
    assert_int_equal(den_reader_stats(reader).waiting, 70);
    den_take(reader, 31, 70);
    den_none(reader);
    outbox_reader_free(reader);
}

/* A reader that settles a part of what it was given, as one does of what is under way. */
static void test_part(void **state)
{
    (void)state;
    struct parcel *parcels;
    size_t count;
    den_start(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_put_some(&den, 1, 30);
    den_read(reader, 1, 10);
    den_settle_down(&den);
    assert_int_equal(outbox_read(reader, 10, 1 << 20, &parcels, &count), ERR_NONE);
    assert_int_equal(count, 10);
    outbox_settle(reader, parcels[4].seq);
    assert_int_equal(den_reader_stats(reader).waiting, 15);
    outbox_settle(reader, 1); /* long passed */
    assert_int_equal(den_reader_stats(reader).waiting, 15);
    outbox_rewind(reader);
    den_take(reader, 16, 15);
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
        den_start(&den);
        struct outbox_reader *reader = den_reader(&den, "siem");
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
    den_start(&den);
    struct outbox_reader *good = den_reader(&den, "good"), *bad = den_reader(&den, "bad");
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
    den_start(&den);
    good = den_reader(&den, "good");
    bad = den_reader(&den, "bad");
    den_none(good);
    den_take(bad, 1, 10);
    outbox_reader_free(bad);
    den_pause(100);
    assert_true(den_stats(&den).waiting >= 4990);
    outbox_release(den.outbox, "bad");
    DEN_WAIT(den_stats(&den).waiting == 0);
    outbox_reader_free(good);
}

/* At a start without it nothing is kept for it either; its cursor stays. */
static void test_unnamed(void **state)
{
    (void)state;
    den_start(&den);
    struct outbox_reader *good = den_reader(&den, "good"), *bad = den_reader(&den, "bad");
    den_put_some(&den, 1, 10);
    den_take(good, 1, 10);
    outbox_reader_free(bad);
    outbox_reader_free(good);
    assert_true(den_close(&den));
    assert_int_equal(den_open(&den), ERR_NONE);
    good = den_reader(&den, "good");
    den_start(&den);
    DEN_WAIT(den_stats(&den).waiting == 0);
    den_put_some(&den, 11, 1);
    den_settle_down(&den);
    bad = den_reader(&den, "bad");
    den_take(bad, 11, 1);
    outbox_reader_free(bad);
    outbox_reader_free(good);
}

/* A new reader begins with the next record; without any reader records stay. */
static void test_new_reader(void **state)
{
    (void)state;
    den_start(&den);
    den_put_some(&den, 1, 10);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_put_some(&den, 11, 5);
    den_take(reader, 11, 5);
    outbox_reader_free(reader);
}

/* Its format and selection only; the cursor passes over all others. */
static void test_selection(void **state)
{
    (void)state;
    static const char *const formats[] = {"eve", "cef", "ecs"};
    struct outbox_reader *reader = NULL;
    const struct selection severe = {
        .kinds = RECORD_ALERT, .severity = 1, .detectors = {1001, 1002}, .detector_count = 2};
    den_start(&den);
    assert_int_equal(outbox_reader_new(den.outbox, "siem", "cef", &severe, &reader), ERR_NONE);
    for (unsigned i = 0; i < 300; i++) {
        struct record record = den_record(i);
        record.severity = i % 2 == 0 ? 1 : 2;
        record.detector = 1000 + i % 5;
        assert_true(outbox_put(den.outbox, &record, formats[i % 3]));
    }
    den_settle_down(&den);
    unsigned count = 0;
    for (size_t found = 1; found > 0;) {
        struct parcel *parcels;
        assert_int_equal(outbox_read(reader, 7, 1 << 20, &parcels, &found), ERR_NONE);
        for (size_t i = 0; i < found; i++) {
            assert_int_equal(parcels[i].record.severity, 1);
            assert_in_range(parcels[i].record.detector, 1001, 1002);
            count++;
        }
        if (found > 0)
            outbox_settle(reader, parcels[found - 1].seq);
    }
    unsigned wanted = 0;
    for (unsigned i = 0; i < 300; i++)
        wanted += i % 2 == 0 && i % 3 == 1 && (i % 5 == 1 || i % 5 == 2);
    assert_int_equal(count, wanted);
    assert_int_equal(den_reader_stats(reader).waiting, 0);
    DEN_WAIT(den_stats(&den).waiting == 0);
    outbox_reader_free(reader);
}

/* By octets, one at least. */
static void test_batches(void **state)
{
    (void)state;
    struct parcel *parcels;
    size_t count;
    den_start(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_put_some(&den, 1, 10);
    den_settle_down(&den);
    size_t one = den_record(1).octets.len;
    assert_int_equal(outbox_read(reader, 10, 1, &parcels, &count), ERR_NONE);
    assert_int_equal(count, 1);
    assert_int_equal(outbox_read(reader, 10, 3 * one, &parcels, &count), ERR_NONE);
    assert_int_equal(count, 3);
    assert_int_equal(outbox_read(reader, 2, 100 * one, &parcels, &count), ERR_NONE);
    assert_int_equal(count, 2);
    assert_int_equal(den_number(&parcels[1]), 6);
    outbox_reader_free(reader);
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
    den_start(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
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
    den_start(&den);
    reader = den_reader(&den, "siem");
    den_take(reader, 1, 10);
    outbox_reader_free(reader);
}

/* Two of one name for a moment: the later goes on where the earlier stopped. */
static void test_handover(void **state)
{
    (void)state;
    den_start(&den);
    struct outbox_reader *old = den_reader(&den, "siem");
    den_put_some(&den, 1, 20);
    den_take(old, 1, 5);
    den_read(old, 6, 5);
    struct outbox_reader *new = den_reader(&den, "siem");
    outbox_rewind(old);
    den_take(old, 6, 2);
    outbox_reader_free(old);
    den_take(new, 8, 13);
    assert_int_equal(den_reader_stats(new).waiting, 0);
    outbox_reader_free(new);
}

/* Another format under the same name: what waits in the old one is lost to it, and counted. */
static void test_other_format(void **state)
{
    (void)state;
    struct outbox_reader *other;
    const struct selection all = {.kinds = RECORD_ALERT | RECORD_SMTP};
    den_start(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_put_some(&den, 1, 20);
    den_take(reader, 1, 5);
    den_settle_down(&den);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    den_start(&den);
    assert_int_equal(outbox_reader_new(den.outbox, "siem", "cef", &all, &other), ERR_NONE);
    struct record record = den_record(21);
    assert_true(outbox_put(den.outbox, &record, "cef"));
    den_take(other, 21, 1);
    assert_int_equal(den_reader_stats(other).lost, 15);
    assert_int_equal(den_reader_stats(other).waiting, 0);
    DEN_WAIT(den_stats(&den).waiting == 0);
    outbox_reader_free(other);
}

/* Another selection: counted anew. */
static void test_other_selection(void **state)
{
    (void)state;
    struct outbox_reader *other;
    const struct selection severe = {.kinds = RECORD_ALERT, .severity = 1};
    den_start(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    for (unsigned i = 0; i < 100; i++) {
        struct record record = den_record(i);
        record.severity = i < 30 ? 1 : 3;
        assert_true(outbox_put(den.outbox, &record, "eve"));
    }
    den_settle_down(&den);
    assert_int_equal(outbox_reader_new(den.outbox, "siem", "eve", &severe, &other), ERR_NONE);
    outbox_reader_free(reader);
    DEN_WAIT(den_reader_stats(other).waiting == 30);
    assert_int_equal(den_reader_stats(other).lost, 0);
    outbox_reader_free(other);
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
        cmocka_unit_test_setup_teardown(test_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_seq, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dead_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unnamed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_new_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_selection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_batches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_waiting_put, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_never_started, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_handover, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_selection, set_up, tear_down),
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
