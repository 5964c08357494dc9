/* sender_loop: a receiver that plays every part, behind a real outbox: what it gets, in which
 * order, how often, and what the counters say. */
#include "helper_actor.h"

#include <stdio.h>

static void part_sent(struct actor *actor, struct delivery *delivery)
{
    actor_take(actor, delivery, 0, SIZE_MAX, PARCEL_SENT);
}

static void part_third(struct actor *actor, struct delivery *delivery)
{
    for (size_t i = actor->tries % 3; i < delivery->count; i += 3)
        if (delivery->parcels[i].state == PARCEL_WAITING)
            actor_take_one(actor, &delivery->parcels[i], PARCEL_DELIVERED);
    snprintf(delivery->trouble, sizeof delivery->trouble, "not so much at once");
}

static void part_tenth_refused(struct actor *actor, struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->count; i++)
        actor_take_one(actor, &delivery->parcels[i],
                       delivery->parcels[i].record.key % 10 == 0 ? PARCEL_REFUSED
                                                                 : PARCEL_DELIVERED);
}

static void part_later(struct actor *actor, struct delivery *delivery)
{
    if (actor->tries < 7)
        snprintf(delivery->trouble, sizeof delivery->trouble, "busy");
    else
        actor_all(actor, delivery);
}

static void part_asks_for_patience(struct actor *actor, struct delivery *delivery)
{
    if (actor->tries < 2)
        delivery->wait = 60 * MILLISECOND;
    else
        actor_all(actor, delivery);
}

/* Every third connection dies after half of a delivery; what was sent on it has not arrived. */
static void part_cut(struct actor *actor, struct delivery *delivery)
{
    if (actor->tries % 3 != 2 || actor->tries > 20) {
        part_sent(actor, delivery);
        return;
    }
    for (size_t i = 0; i < delivery->count / 2; i++)
        delivery->parcels[i].state = PARCEL_SENT;
    snprintf(delivery->trouble, sizeof delivery->trouble, "connection reset by peer");
    delivery->lost = true;
}

/* What is sent is lost, for it dies a moment later, until the fourth try. */
static void part_dies_later(struct actor *actor, struct delivery *delivery)
{
    if (actor->tries >= 4) {
        part_sent(actor, delivery);
        return;
    }
    for (size_t i = 0; i < delivery->count; i++)
        delivery->parcels[i].state = PARCEL_SENT;
    actor->dead = true;
}

/* Every connection breaks with its 40th record. */
static void part_short(struct actor *actor, struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->count; i++) {
        if (++actor->line % 40 == 0) {
            delivery->lost = true;
            return;
        }
        actor_take_one(actor, &delivery->parcels[i], PARCEL_SENT);
    }
}

/* A large record goes alone; the others are as many as the octets allow. */
static void test_octets(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_all);
    place.row.batch_octets = 60;
    actor_stop(place.sender);
    place.sender = actor_sender(&place);
    actor_put(&place, 500);
    actor_start(&place);
    actor_wait_idle(&place);
    actor_expect(&place, 0, 500, 1);
    assert_true(place.actor->batch_max <= 6);
    actor_tear_down(&place);
}

static void test_partial(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, part_third);
    actor_put(&place, 400);
    actor_start(&place);
    actor_wait_idle(&place);
    actor_expect(&place, 0, 400, 1);
    struct stats_output stats;
    sender_stats(place.sender, &stats);
    assert_int_equal(stats.records, 400);
    assert_true(stats.failed >= 8 && stats.tries >= 12);
    actor_tear_down(&place);
}

static void test_refused(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, part_tenth_refused);
    actor_put(&place, 500);
    actor_start(&place);
    actor_wait_idle(&place);
    for (unsigned i = 0; i < 500; i++)
        assert_int_equal(place.actor->got[i], i % 10 != 0);
    struct stats_output stats;
    int64_t end = clock_steady() + LONG;
    do {
        sender_stats(place.sender, &stats);
        actor_nap(MILLISECOND);
    } while (stats.dead < 50 && clock_steady() < end);
    assert_int_equal(stats.records, 450);
    assert_int_equal(stats.refused, 50);
    assert_int_equal(stats.dead, 50);
    assert_int_equal(stats.failed, 0);
    actor_tear_down(&place);
}

/* Also where nobody acknowledges: the cursor waits, dead letters do not. */
static void part_sent_or_refused(struct actor *actor, struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->count; i++)
        actor_take_one(actor, &delivery->parcels[i],
                       delivery->parcels[i].record.key % 10 == 0 ? PARCEL_REFUSED : PARCEL_SENT);
}

static void test_refused_mute(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_mute, part_sent_or_refused);
    actor_put(&place, 500);
    actor_start(&place);
    actor_wait_idle(&place);
    for (unsigned i = 0; i < 500; i++)
        assert_int_equal(place.actor->got[i], i % 10 != 0);
    struct stats_output stats;
    int64_t end = clock_steady() + LONG;
    do {
        sender_stats(place.sender, &stats);
        actor_nap(MILLISECOND);
    } while (stats.dead < 50 && clock_steady() < end);
    assert_int_equal(stats.records, 450);
    assert_int_equal(stats.dead, 50);
    actor_tear_down(&place);
}

/* Waits between tries: never shorter than half of what doubling gives. */
static void test_backs_off(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, part_later);
    actor_put(&place, 10);
    actor_start(&place);
    actor_wait_tries(&place, 3);
    struct stats_output stats;
    sender_stats(place.sender, &stats);
    assert_true(stats.failing && stats.failed >= 2);
    assert_string_equal(stats.trouble, "busy");
    actor_wait_idle(&place);
    actor_expect(&place, 0, 10, 1);
    assert_int_equal(place.actor->tries, 8);
    int64_t span = place.row.retry_min;
    for (unsigned i = 1; i <= 7; i++, span *= 2)
        assert_true(place.actor->tried[i] - place.actor->tried[i - 1] >= span / 2);
    sender_stats(place.sender, &stats);
    assert_false(stats.failing);
    assert_string_equal(stats.trouble, "");
    assert_int_equal(stats.failed, 7);
    actor_tear_down(&place);
}

static void test_patience(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, part_asks_for_patience);
    actor_put(&place, 10);
    actor_start(&place);
    actor_wait_idle(&place);
    actor_expect(&place, 0, 10, 1);
    for (unsigned i = 1; i <= 2; i++)
        assert_true(place.actor->tried[i] - place.actor->tried[i - 1] >= 60 * MILLISECOND);
    actor_tear_down(&place);
}

static void test_cut(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_mute, part_cut);
    actor_put(&place, 2000);
    actor_start(&place);
    actor_wait_idle(&place);
    for (unsigned i = 0; i < 2000; i++)
        assert_true(place.actor->got[i] >= 1);
    struct stats_output stats;
    sender_stats(place.sender, &stats);
    assert_int_equal(stats.records, 2000);
    assert_true(stats.again > 0 && stats.failed >= 6);
    actor_tear_down(&place);
}

/* Less is under way at a time, until some of it arrives. */
static void test_short(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_mute, part_short);
    actor_put(&place, 500);
    actor_start(&place);
    actor_wait_idle(&place);
    for (unsigned i = 0; i < 500; i++)
        assert_true(place.actor->got[i] >= 1);
    actor_tear_down(&place);
}

/* A connection that dies after it took everything is found out before the cursor passes. */
static void test_dies_later(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_mute, part_dies_later);
    actor_put(&place, 50);
    actor_start(&place);
    actor_wait_idle(&place);
    actor_expect(&place, 0, 50, 1);
    struct stats_output stats;
    sender_stats(place.sender, &stats);
    assert_int_equal(stats.records, 50);
    assert_true(stats.again >= 100 && stats.again <= 50 * (place.actor->tries - 1));
    actor_tear_down(&place);
}

/* A connection that ends while nothing is under way is nobody's loss. */
static void test_dies_idle(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_mute, part_sent);
    actor_put(&place, 50);
    actor_start(&place);
    actor_wait_idle(&place);
    pthread_mutex_lock(&place.actor->mutex);
    place.actor->dead = true;
    pthread_mutex_unlock(&place.actor->mutex);
    int64_t end = clock_steady() + LONG;
    for (bool seen = false; !seen; actor_nap(10 * MILLISECOND)) {
        assert_true(clock_steady() < end);
        pthread_mutex_lock(&place.actor->mutex);
        seen = !place.actor->dead;
        pthread_mutex_unlock(&place.actor->mutex);
    }
    actor_put(&place, 50);
    actor_wait_idle(&place);
    actor_expect(&place, 0, 100, 1);
    actor_tear_down(&place);
}

/* Records that come one after another go together. */
static void test_linger(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_all);
    place.row.linger = 400 * MILLISECOND;
    actor_stop(place.sender);
    place.sender = actor_sender(&place);
    actor_start(&place);
    actor_wait_idle(&place);
    for (unsigned i = 0; i < 5; i++) {
        actor_put(&place, 1);
        actor_nap(5 * MILLISECOND);
    }
    actor_wait_idle(&place);
    actor_expect(&place, 0, 5, 1);
    assert_true(place.actor->batch_max > 1);
    actor_tear_down(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets),     cmocka_unit_test(test_partial),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_refused_mute),
        cmocka_unit_test(test_backs_off),  cmocka_unit_test(test_patience),
        cmocka_unit_test(test_cut),        cmocka_unit_test(test_short),
        cmocka_unit_test(test_dies_later), cmocka_unit_test(test_dies_idle),
        cmocka_unit_test(test_linger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
