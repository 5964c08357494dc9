/* sender_flight: marks land in order when they are old enough, stay few, and are forgotten. */
#include "test.h"

#include "sender_flight.h"

static struct sender_mark mark_of(uint64_t seq, int64_t now)
{
    return (struct sender_mark){.seq = seq, .began = now, .sent = now, .records = 1, .octets = 10};
}

static void test_lands(void **state)
{
    (void)state;
    struct sender_flight flight = {.settle = 1000};
    struct sender_mark mark;
    assert_int_equal(sender_flight_wait(&flight, 0), -1);
    assert_false(sender_flight_land(&flight, 5000, &mark));
    mark = mark_of(7, 0);
    sender_flight_add(&flight, &mark);
    mark = mark_of(9, 500);
    sender_flight_add(&flight, &mark);
    assert_int_equal(sender_flight_wait(&flight, 400), 600);
    assert_false(sender_flight_land(&flight, 999, &mark));
    assert_true(sender_flight_land(&flight, 1000, &mark));
    assert_int_equal(mark.seq, 7);
    assert_false(sender_flight_land(&flight, 1499, &mark));
    assert_true(sender_flight_land(&flight, 1500, &mark));
    assert_int_equal(mark.seq, 9);
    assert_int_equal(sender_flight_wait(&flight, 1500), -1);
}

/* However many deliveries there are, everything lands, in order, none too early and none long after
 * its time. */
static void test_many(void **state)
{
    (void)state;
    struct sender_flight flight = {.settle = 100000};
    struct sender_mark mark;
    uint64_t landed = 0, records = 0;
    for (int64_t now = 0; now < 1000000; now += 7) {
        mark = mark_of((uint64_t)now, now);
        sender_flight_add(&flight, &mark);
        assert_true(flight.count <= SENDER_MARKS);
        while (sender_flight_land(&flight, now, &mark)) {
            assert_true(mark.seq >= landed);
            assert_true((int64_t)mark.seq <= now - flight.settle);
            landed = mark.seq;
            records += mark.records;
        }
        if (now > 2 * flight.settle)
            assert_true((int64_t)landed > now - 2 * flight.settle);
    }
    uint64_t left = sender_flight_lose(&flight, 0);
    assert_int_equal(records + left, (1000000 + 6) / 7);
    assert_int_equal(flight.count, 0);
}

/* Who takes care of it too late finds it whole. */
static void test_full(void **state)
{
    (void)state;
    struct sender_flight flight = {.settle = 1000};
    struct sender_mark mark;
    for (uint64_t i = 1; i <= 500; i++) {
        mark = mark_of(i, (int64_t)i * 100);
        sender_flight_add(&flight, &mark);
    }
    uint64_t records = 0, last = 0;
    while (sender_flight_land(&flight, 100000, &mark)) {
        assert_true(mark.seq > last);
        last = mark.seq;
        records += mark.records;
    }
    assert_int_equal(records, 500);
    assert_int_equal(last, 500);
}

static void test_at_once(void **state)
{
    (void)state;
    struct sender_flight flight = {.settle = 0};
    struct sender_mark mark = mark_of(3, 77);
    sender_flight_add(&flight, &mark);
    assert_true(sender_flight_land(&flight, 77, &mark));
    assert_int_equal(mark.seq, 3);
}

/* Losses in a row halve what may be under way, what arrives opens it again. */
static void test_window(void **state)
{
    (void)state;
    struct sender_flight flight = {.settle = 100};
    struct sender_mark mark = mark_of(1, 0);
    mark.records = 900;
    sender_flight_add(&flight, &mark);
    assert_int_equal(sender_flight_room(&flight, 500), 500);
    assert_int_equal(sender_flight_lose(&flight, 100), 1000);
    assert_int_equal(sender_flight_room(&flight, 500), 500);
    sender_flight_add(&flight, &mark);
    assert_int_equal(sender_flight_lose(&flight, 0), 900);
    assert_int_equal(sender_flight_room(&flight, 500), 450);
    mark.records = 400;
    sender_flight_add(&flight, &mark);
    assert_int_equal(sender_flight_room(&flight, 500), 50);
    assert_true(sender_flight_land(&flight, 100, &mark));
    assert_int_equal(sender_flight_room(&flight, 5000), 850);
    for (int i = 0; i < 20; i++) {
        mark.records = sender_flight_room(&flight, 1 << 22);
        sender_flight_add(&flight, &mark);
        assert_true(sender_flight_land(&flight, 100, &mark));
    }
    assert_int_equal(flight.window, 0);
    for (int i = 0; i < 50; i++) {
        mark.records = sender_flight_room(&flight, 1000);
        assert_true(mark.records > 0);
        sender_flight_add(&flight, &mark);
        (void)sender_flight_lose(&flight, 0);
    }
    assert_int_equal(sender_flight_room(&flight, 1000), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lands),   cmocka_unit_test(test_many),   cmocka_unit_test(test_full),
        cmocka_unit_test(test_at_once), cmocka_unit_test(test_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
