/* letters: what a receiver refuses is kept with its answer, listed, exported, tried again, purged;
 * beside a running outbox and without one. */
#include "helper_outbox.h"

#ifdef MXTAP_OUTBOX

#include <stdio.h>

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

static struct outbox_admin *admin_open(void)
{
    struct outbox_admin *admin = NULL;
    assert_int_equal(outbox_admin_open(den.path, &admin, den.message, sizeof den.message),
                     ERR_NONE);
    return admin;
}

/* The next ones, of which every third is refused. */
static void refuse_some(struct outbox_reader *reader, unsigned count)
{
    struct parcel *parcels;
    size_t found;
    assert_int_equal(outbox_read(reader, count, 1 << 20, &parcels, &found), ERR_NONE);
    assert_int_equal(found, count);
    for (size_t i = 0; i < found; i++) {
        unsigned number = den_number(&parcels[i]);
        parcels[i].state = number % 3 == 0 ? PARCEL_REFUSED : PARCEL_DELIVERED;
        snprintf(parcels[i].answer, sizeof parcels[i].answer, "400 not %u", number);
    }
    outbox_settle(reader, parcels[found - 1].seq);
}

struct seen {
    unsigned count, step, first;
    const char *answer; /* NULL: the first one, which has the number */
};

static bool see_dead(void *arg, const char *name, const struct parcel *parcel)
{
    struct seen *seen = arg;
    char answer[40];
    unsigned number = seen->first + seen->step * seen->count++;
    struct parcel copy = *parcel;
    copy.state = PARCEL_WAITING;
    assert_string_equal(name, "siem");
    assert_int_equal(parcel->state, PARCEL_REFUSED);
    assert_int_equal(den_number(&copy), number);
    snprintf(answer, sizeof answer, "400 not %u", number);
    assert_string_equal(parcel->answer, seen->answer != NULL ? seen->answer : answer);
    return true;
}

static void dead_are(struct outbox_admin *admin, unsigned first, unsigned step, unsigned count,
                     const char *answer)
{
    struct seen seen = {.first = first, .step = step, .answer = answer};
    assert_int_equal(outbox_admin_export(admin, "siem", OUTBOX_DEAD, see_dead, &seen), ERR_NONE);
    assert_int_equal(seen.count, count);
}

static void test_refused(void **state)
{
    (void)state;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 30);
    den_settle_down(&den);
    refuse_some(reader, 30);
    DEN_WAIT(den_reader_stats(reader).dead == 10);
    assert_int_equal(den_reader_stats(reader).waiting, 0);
    DEN_WAIT(den_stats(&den).waiting == 0);
    den_none(reader);
    struct outbox_admin *admin = admin_open();
    dead_are(admin, 3, 3, 10, NULL);
    outbox_admin_close(admin);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    den_ready(&den);
    reader = den_reader(&den, "siem");
    den_start(&den);
    assert_int_equal(den_reader_stats(reader).dead, 10);
    outbox_reader_free(reader);
}

/* The receiver of a sink that is not told what arrives refuses by itself: the cursor stays, and a
 * record that is a dead letter already is not read again. */
static void test_refused_before(void **state)
{
    (void)state;
    struct parcel *parcels;
    size_t found;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 5);
    den_settle_down(&den);
    assert_int_equal(outbox_read(reader, 5, 1 << 20, &parcels, &found), ERR_NONE);
    assert_int_equal(found, 5);
    parcels[2].state = PARCEL_REFUSED;
    outbox_settle(reader, 0);
    assert_int_equal(den_reader_stats(reader).waiting, 4);
    DEN_WAIT(den_reader_stats(reader).dead == 1);
    outbox_rewind(reader);
    assert_int_equal(outbox_read(reader, 5, 1 << 20, &parcels, &found), ERR_NONE);
    assert_int_equal(found, 4);
    assert_int_equal(den_number(&parcels[2]), 4);
    outbox_settle(reader, parcels[3].seq);
    assert_int_equal(den_reader_stats(reader).waiting, 0);
    DEN_WAIT(den_stats(&den).waiting == 0);
    assert_int_equal(den_reader_stats(reader).dead, 1);
    outbox_reader_free(reader);
}

/* Some of a batch, then the rest, as where a sender ends in the middle. */
static void test_refused_in_part(void **state)
{
    (void)state;
    struct parcel *parcels;
    size_t found;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 6);
    den_settle_down(&den);
    assert_int_equal(outbox_read(reader, 6, 1 << 20, &parcels, &found), ERR_NONE);
    parcels[0].state = parcels[1].state = parcels[5].state = PARCEL_REFUSED;
    outbox_settle(reader, parcels[2].seq);
    DEN_WAIT(den_reader_stats(reader).dead == 2);
    outbox_reader_free(reader);
    reader = den_reader(&den, "siem");
    den_take(reader, 4, 3);
    assert_int_equal(den_reader_stats(reader).dead, 2);
    outbox_reader_free(reader);
}

/* Asked for again beside the running outbox: those that are refused once more stay, with the new
 * answer; a new record does not wait for them. */
static void test_retry(void **state)
{
    (void)state;
    struct parcel *parcels;
    size_t found = 0;
    uint64_t count = 0;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 12);
    den_settle_down(&den);
    refuse_some(reader, 12);
    DEN_WAIT(den_reader_stats(reader).dead == 4);
    struct outbox_admin *admin = admin_open();
    assert_int_equal(outbox_admin_retry(admin, "siem", &count), ERR_NONE);
    assert_int_equal(count, 4);
    den_put_some(&den, 13, 1);
    DEN_WAIT(outbox_read(reader, 3, 1 << 20, &parcels, &found) == ERR_NONE && found == 3);
    for (size_t i = 0; i < found; i++) {
        assert_int_equal(den_number(&parcels[i]), 3 + 3 * i);
        parcels[i].state = i == 1 ? PARCEL_REFUSED : PARCEL_DELIVERED;
        snprintf(parcels[i].answer, sizeof parcels[i].answer, "again not");
    }
    outbox_settle(reader, parcels[2].seq);
    DEN_WAIT(den_reader_stats(reader).dead == 2);
    den_take(reader, 12, 1);
    den_take(reader, 13, 1);
    DEN_WAIT(den_reader_stats(reader).dead == 1);
    dead_are(admin, 6, 1, 1, "again not");
    den_none(reader);
    assert_int_equal(outbox_admin_retry(admin, NULL, &count), ERR_NONE);
    assert_int_equal(count, 1);
    den_take(reader, 6, 1);
    DEN_WAIT(den_reader_stats(reader).dead == 0);
    outbox_admin_close(admin);
    outbox_reader_free(reader);
}

/* ... or without one; a restart in between does not forget it. */
static void test_retry_later(void **state)
{
    (void)state;
    uint64_t count = 0;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem");
    den_start(&den);
    den_put_some(&den, 1, 3);
    den_settle_down(&den);
    refuse_some(reader, 3);
    outbox_reader_free(reader);
    assert_true(den_close(&den));
    struct outbox_admin *admin = admin_open();
    assert_int_equal(outbox_admin_retry(admin, "nobody", &count), ERR_USAGE);
    assert_int_equal(outbox_admin_retry(admin, "siem", &count), ERR_NONE);
    assert_int_equal(count, 1);
    outbox_admin_close(admin);
    den_ready(&den);
    reader = den_reader(&den, "siem");
    den_start(&den);
    den_read(reader, 3, 1);
    outbox_rewind(reader);
    den_take(reader, 3, 1);
    DEN_WAIT(den_reader_stats(reader).dead == 0);
    outbox_reader_free(reader);
}

/* ---- beside it ---- */

static void keep_place(void *arg, const struct outbox_place *place)
{
    struct outbox_place *places = arg;
    while (places->name[0] != '\0')
        places++;
    *places = *place;
}

static bool see_waiting(void *arg, const char *name, const struct parcel *parcel)
{
    unsigned *next = arg;
    assert_string_equal(name, "siem");
    assert_int_equal(den_number(parcel), (*next)++);
    return *next % 1000 != 0;
}

static void test_list(void **state)
{
    (void)state;
    struct outbox_place places[4] = {0};
    unsigned next = 6;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem"), *other = den_reader(&den, "archive");
    den_start(&den);
    den_put_some(&den, 1, 2000);
    den_take(reader, 1, 5);
    outbox_reader_trouble(reader, "connection refused");
    den_settle_down(&den);
    struct outbox_admin *admin = admin_open();
    DEN_WAIT((memset(places, 0, sizeof places), outbox_admin_list(admin, keep_place, places)) ==
                 ERR_NONE &&
             strcmp(places[1].trouble, "connection refused") == 0);
    assert_string_equal(places[0].name, "archive");
    assert_string_equal(places[0].format, "eve");
    assert_int_equal(places[0].stats.waiting, 2000);
    assert_string_equal(places[1].name, "siem");
    assert_int_equal(places[1].stats.waiting, 1995);
    assert_true(places[1].octets > 1995 * 200 && places[1].octets < places[0].octets);
    assert_true(places[1].stats.oldest > 0);
    assert_true(places[1].tried > 0);
    assert_string_equal(places[2].name, "");
    assert_int_equal(outbox_admin_export(admin, "siem", OUTBOX_WAITING, see_waiting, &next),
                     ERR_NONE);
    assert_int_equal(next, 1000); /* it said that it had enough */
    assert_int_equal(outbox_admin_export(admin, "nobody", OUTBOX_WAITING, see_waiting, &next),
                     ERR_USAGE);
    outbox_admin_close(admin);
    outbox_reader_free(other);
    outbox_reader_free(reader);
}

/* The running outbox takes over what was done to it. */
static void test_purge(void **state)
{
    (void)state;
    uint64_t count = 0;
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem"), *other = den_reader(&den, "archive");
    den_start(&den);
    den_put_some(&den, 1, 6000);
    den_settle_down(&den);
    int64_t between = clock_real();
    den_put_some(&den, 6001, 10);
    den_settle_down(&den);
    den_take(other, 1, 10);
    struct outbox_admin *admin = admin_open();
    assert_int_equal(outbox_admin_purge(admin, "siem", OUTBOX_WAITING, between, &count), ERR_NONE);
    assert_int_equal(count, 6000);
    DEN_WAIT(den_reader_stats(reader).waiting == 10);
    den_take(reader, 6001, 10);
    assert_int_equal(den_reader_stats(other).waiting, 6000);
    assert_int_equal(outbox_admin_purge(admin, NULL, OUTBOX_WAITING, 0, &count), ERR_NONE);
    assert_in_range(count, 6000, 6010); /* that siem has its ten may not be in the file yet */
    DEN_WAIT(den_reader_stats(other).waiting == 0);
    DEN_WAIT(den_stats(&den).waiting == 0);
    den_none(other);
    den_put_some(&den, 7000, 10);
    den_take(other, 7000, 10);
    refuse_some(reader, 10);
    DEN_WAIT(den_reader_stats(reader).dead > 0);
    assert_int_equal(outbox_admin_purge(admin, "siem", OUTBOX_DEAD, 0, &count), ERR_NONE);
    assert_int_equal(count, 3);
    DEN_WAIT(den_reader_stats(reader).dead == 0);
    outbox_admin_close(admin);
    outbox_reader_free(other);
    outbox_reader_free(reader);
}

/* Without a running one, too; an output that nothing is kept for is forgotten. */
static void test_purge_later(void **state)
{
    (void)state;
    uint64_t count = 0;
    struct outbox_place places[4] = {0};
    den_ready(&den);
    struct outbox_reader *reader = den_reader(&den, "siem"), *other = den_reader(&den, "archive");
    den_start(&den);
    den_put_some(&den, 1, 100);
    den_take(reader, 1, 50);
    outbox_reader_free(reader);
    outbox_reader_free(other);
    outbox_release(den.outbox, "archive");
    assert_true(den_close(&den));
    struct outbox_admin *admin = admin_open();
    assert_int_equal(outbox_admin_purge(admin, "archive", OUTBOX_WAITING, 0, &count), ERR_NONE);
    assert_int_equal(outbox_admin_list(admin, keep_place, places), ERR_NONE);
    assert_string_equal(places[0].name, "siem");
    assert_string_equal(places[1].name, "");
    outbox_admin_close(admin);
    den_ready(&den);
    reader = den_reader(&den, "siem");
    den_start(&den);
    assert_int_equal(den_reader_stats(reader).waiting, 50);
    den_take(reader, 51, 50);
    outbox_reader_free(reader);
}

static void test_no_outbox(void **state)
{
    (void)state;
    struct outbox_admin *admin = NULL;
    assert_int_equal(outbox_admin_open(den.path, &admin, den.message, sizeof den.message),
                     ERR_SYSTEM);
    assert_non_null(strstr(den.message, "No such file"));
    assert_int_equal(den_files(&den, ""), 0);
    FILE *file = fopen(den.path, "w");
    assert_non_null(file);
    fputs("this is not one, whatever else it may be, and longer than that", file);
    fclose(file);
    assert_true(outbox_admin_open(den.path, &admin, den.message, sizeof den.message) != ERR_NONE);
    assert_int_equal(den_files(&den, ""), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_in_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_retry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_retry_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_purge, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_purge_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_outbox, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 77;
}

#endif
