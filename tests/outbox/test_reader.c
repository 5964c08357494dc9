/* reader: what one sees: from where on, which records, in what portions; another one of the same
 * name, with another format or selection. */
#include "helper_outbox.h"

#ifdef MXTAP_OUTBOX

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

/* A reader that settles a part of what it was given, as one does of what is under way. */
static void test_part(void **state)
{
    (void)state;
    struct parcel *parcels;
    size_t count;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
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

/* At a start without it nothing is kept for it either; its cursor stays. */
static void test_unnamed(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *good = den_reader(&den, "good"), *bad = den_reader(&den, "bad");
    den_start(&den);
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

/* Counted for it is only what was put after it came. */
static void test_new_while_busy(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *first = den_reader(&den, "first");
    den_start(&den);
    den_put_some(&den, 1, 10);
    struct outbox_reader *second = den_reader(&den, "second");
    den_put_some(&den, 11, 5);
    assert_int_equal(den_reader_stats(second).waiting, 5);
    den_settle_down(&den);
    assert_int_equal(den_reader_stats(second).waiting, 5);
    den_take(second, 11, 5);
    outbox_reader_free(first);
    outbox_reader_free(second);
    assert_true(den_close(&den));
    assert_int_equal(den_open(&den), ERR_NONE);
    second = den_reader(&den, "second");
    assert_int_equal(den_reader_stats(second).waiting, 0);
    outbox_reader_free(second);
}

/* One that could be opened of a start that came to nothing: the others' records stay. */
static void test_start_fails(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *good = den_reader(&den, "good"), *slow = den_reader(&den, "slow");
    den_start(&den);
    den_put_some(&den, 1, 10);
    den_take(good, 1, 10);
    outbox_reader_free(slow);
    outbox_reader_free(good);
    assert_true(den_close(&den));
    assert_int_equal(den_open(&den), ERR_NONE);
    good = den_reader(&den, "good");
    outbox_reader_undo(good);
    assert_true(den_close(&den));
    assert_int_equal(den_open(&den), ERR_NONE);
    good = den_reader(&den, "good");
    slow = den_reader(&den, "slow");
    den_start(&den);
    den_take(slow, 1, 10);
    den_none(good);
    outbox_reader_free(slow);
    outbox_reader_free(good);
}

/* A configuration that never came into force leaves nothing behind. */
static void test_undo(void **state)
{
    (void)state;
    const struct selection severe = {.kinds = RECORD_ALERT, .severity = 1};
    struct outbox_reader *next = NULL;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 10);
    den_settle_down(&den);
    assert_int_equal(outbox_reader_new(den.outbox, "siem", "cef", &severe, &next), ERR_NONE);
    struct outbox_reader *stranger = den_reader(&den, "stranger");
    outbox_reader_undo(next);
    outbox_reader_undo(stranger);
    den_put_some(&den, 11, 5);
    den_settle_down(&den);
    DEN_WAIT(den_reader_stats(reader).waiting == 15);
    assert_int_equal(den_reader_stats(reader).lost, 0);
    den_take(reader, 1, 15);
    DEN_WAIT(den_stats(&den).waiting == 0); /* nobody holds them */
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
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
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

/* Two of one name for a moment: the later goes on where the earlier stopped. */
static void test_handover(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *old = den_reader(&den, "siem");
    den_start(&den);
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
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
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
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unnamed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_new_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_new_while_busy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_start_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_undo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_selection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_batches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_handover, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_selection, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 77;
}

#endif
