/* lots: halving, culprits, order, and how many posts it takes. */
#include "lots.h"

#include "test.h"

#include <mxtap/span.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MANY 100

struct receiver {
    bool bad[MANY];
    bool names; /* the culprit */
    size_t full_after;
    size_t posts, got[MANY * 2], count;
    int stop_at;
    int stop;
};

static enum lot_fate post(void *arg, struct lot *lot, struct delivery *delivery)
{
    struct receiver *receiver = arg;
    receiver->posts++;
    if (receiver->stop_at > 0 && --receiver->stop_at == 0)
        eventfd_write(receiver->stop, 1);
    size_t place = 0;
    for (size_t i = 0; i < lot->count; i++) {
        const struct parcel *parcel = &lot->parcels[i];
        if (parcel->state != PARCEL_WAITING)
            continue;
        if (receiver->bad[parcel->seq]) {
            snprintf(lot->answer, sizeof lot->answer, "bad");
            lot->culprit = place;
            return receiver->names ? LOT_CULPRIT : LOT_NEVER;
        }
        place++;
    }
    assert_int_equal(place, lot->waiting);
    if (receiver->count + place > receiver->full_after) {
        snprintf(delivery->trouble, sizeof delivery->trouble, "full");
        return LOT_LATER;
    }
    for (size_t i = 0; i < lot->count; i++) {
        if (lot->parcels[i].state == PARCEL_WAITING)
            receiver->got[receiver->count++] = lot->parcels[i].seq;
    }
    return LOT_TAKEN;
}

/* Delivers all; every good one has arrived once and in order, every bad one is refused. */
static size_t deliver(struct receiver *receiver, size_t count)
{
    struct parcel parcels[MANY] = {0};
    for (size_t i = 0; i < count; i++)
        parcels[i].seq = i;
    struct delivery delivery = {.parcels = parcels, .count = count, .stop = eventfd(0, 0)};
    receiver->full_after = MANY;
    lots_deliver(&delivery, post, receiver);
    assert_string_equal(delivery.trouble, "");
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(parcels[i].state, receiver->bad[i] ? PARCEL_REFUSED : PARCEL_DELIVERED);
        assert_string_equal(parcels[i].answer, receiver->bad[i] ? "bad" : "");
        if (!receiver->bad[i])
            assert_int_equal(receiver->got[at++], i);
    }
    assert_int_equal(at, receiver->count);
    close(delivery.stop);
    return receiver->posts;
}

static void test_all_good(void **state)
{
    (void)state;
    struct receiver receiver = {0};
    assert_int_equal(deliver(&receiver, MANY), 1);
    assert_int_equal(deliver(&(struct receiver){0}, 0), 0);
}

static void test_one_bad_anywhere(void **state)
{
    (void)state;
    for (size_t bad = 0; bad < MANY; bad++) {
        struct receiver receiver = {.names = false};
        receiver.bad[bad] = true;
        assert_in_range(deliver(&receiver, MANY), 2, 25);
        struct receiver named = {.names = true};
        named.bad[bad] = true;
        assert_int_equal(deliver(&named, MANY), 2);
    }
}

static void test_many_bad(void **state)
{
    (void)state;
    for (unsigned pattern = 0; pattern < 1024; pattern++) {
        struct receiver receiver = {.names = false};
        struct receiver named = {.names = true};
        for (size_t i = 0; i < 10; i++)
            receiver.bad[i] = named.bad[i] = (pattern >> i & 1) != 0;
        deliver(&receiver, 10);
        deliver(&named, 10);
    }
    struct receiver all = {0};
    for (size_t i = 0; i < MANY; i++)
        all.bad[i] = true;
    assert_in_range(deliver(&all, MANY), MANY, MANY + 10);
}

/* A culprit that is none of those that wait says as little as no culprit. */
static enum lot_fate post_nonsense(void *arg, struct lot *lot, struct delivery *delivery)
{
    (void)arg;
    (void)delivery;
    lot->culprit = lot->waiting;
    snprintf(lot->answer, sizeof lot->answer, "nonsense");
    return LOT_CULPRIT;
}

static void test_culprit_that_is_not_there(void **state)
{
    (void)state;
    struct parcel parcels[5] = {{.state = PARCEL_DELIVERED}};
    struct delivery delivery = {.parcels = parcels, .count = 5, .stop = eventfd(0, 0)};
    lots_deliver(&delivery, post_nonsense, NULL);
    assert_int_equal(parcels[0].state, PARCEL_DELIVERED);
    for (size_t i = 1; i < 5; i++)
        assert_int_equal(parcels[i].state, PARCEL_REFUSED);
    close(delivery.stop);
}

static void test_full_and_stopped(void **state)
{
    (void)state;
    struct parcel parcels[MANY] = {0};
    for (size_t i = 0; i < MANY; i++)
        parcels[i].seq = i;
    struct receiver receiver = {.bad[99] = true, .full_after = 60};
    struct delivery delivery = {.parcels = parcels, .count = MANY, .stop = eventfd(0, 0)};
    lots_deliver(&delivery, post, &receiver);
    assert_string_equal(delivery.trouble, "full");
    assert_int_equal(receiver.count, 50);
    assert_int_equal(parcels[49].state, PARCEL_DELIVERED);
    assert_int_equal(parcels[50].state, PARCEL_WAITING);
    /* Later the others alone are tried. */
    receiver.full_after = MANY;
    receiver.stop_at = 2;
    receiver.stop = delivery.stop;
    lots_deliver(&delivery, post, &receiver);
    assert_string_equal(delivery.trouble, "was stopped");
    assert_int_equal(receiver.count, 75);
    assert_int_equal(parcels[74].state, PARCEL_DELIVERED);
    assert_int_equal(parcels[75].state, PARCEL_WAITING);
    close(delivery.stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_good),         cmocka_unit_test(test_one_bad_anywhere),
        cmocka_unit_test(test_many_bad),         cmocka_unit_test(test_culprit_that_is_not_there),
        cmocka_unit_test(test_full_and_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
