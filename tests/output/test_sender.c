/* sender: it delivers, counts, and ends at once whatever it is doing; another takes its place. */
#include "helper_actor.h"

#include <stdio.h>

/* Ten of each delivery, then it hangs. */
static void part_ten(struct actor *actor, struct delivery *delivery)
{
    actor_take(actor, delivery, 0, 10, PARCEL_DELIVERED);
    actor_hangs(actor, delivery);
}

static void part_never(struct actor *actor, struct delivery *delivery)
{
    (void)actor;
    snprintf(delivery->trouble, sizeof delivery->trouble, "no route to the receiver");
}

static void test_all(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_all);
    actor_put(&place, 1000);
    actor_start(&place);
    actor_put(&place, 1000);
    actor_wait_idle(&place);
    actor_expect(&place, 0, 2000, 1);
    actor_expect_order(&place);
    assert_true(place.actor->batch_max <= 100 && place.actor->batch_max > 1);
    struct stats_output stats;
    sender_stats(place.sender, &stats);
    assert_true(stats.sends && !stats.failing);
    assert_int_equal(stats.records, 2000);
    assert_int_equal(stats.octets, 10 * 12 + 90 * 13 + 900 * 14 + 1000 * 15);
    assert_int_equal(stats.failed + stats.again + stats.refused + stats.depth, 0);
    assert_string_equal(stats.trouble, "");
    actor_tear_down(&place);
}

static void test_stops_in_send(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_hangs);
    actor_put(&place, 10);
    actor_start(&place);
    actor_wait_silent(&place);
    assert_false(sender_idle(place.sender));
    actor_tear_down(&place);
}

static void test_stops_backing_off(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, part_never);
    place.row.retry_min = place.row.retry_max = 60 * CLOCK_SECOND;
    actor_stop(place.sender);
    place.sender = actor_sender(&place);
    actor_put(&place, 10);
    actor_start(&place);
    actor_wait_tries(&place, 1);
    actor_nap(20 * MILLISECOND);
    assert_int_equal(actor_tries(&place), 1);
    actor_tear_down(&place);
}

static void test_stops_waiting(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_all);
    actor_start(&place);
    actor_wait_idle(&place);
    actor_tear_down(&place);
}

/* Never started: there is nothing to wait for. */
static void test_never_started(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_all);
    assert_true(sender_ended(place.sender, 0));
    actor_tear_down(&place);
}

/* What of a delivery is dealt with when it is to end is not sent again. */
static void test_stops_midway(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, part_ten);
    actor_put(&place, 300);
    actor_start(&place);
    actor_wait_silent(&place);
    actor_stop(place.sender);
    actor_expect(&place, 0, 10, 1);
    place.actor->part = actor_all;
    place.sender = actor_sender(&place);
    actor_start(&place);
    actor_wait_idle(&place);
    actor_expect(&place, 0, 300, 1);
    actor_expect_order(&place);
    actor_tear_down(&place);
}

/* A new one takes the place of one that is at work, again and again. */
static void test_successors(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_all);
    actor_start(&place);
    for (unsigned i = 0; i < 20; i++) {
        actor_put(&place, 300);
        struct sender *before = place.sender;
        place.sender = actor_sender(&place);
        sender_stop(before);
        assert_int_equal(sender_start(place.sender, &starter_plain, before), ERR_NONE);
        actor_put(&place, 100);
        assert_true(sender_ended(before, LONG));
        sender_free(before);
    }
    actor_wait_idle(&place);
    actor_expect(&place, 0, 20 * 400, 1);
    actor_expect_order(&place);
    actor_tear_down(&place);
}

/* The one before hangs: its successor waits, and ends when it is told so all the same. */
static void test_waits_for_other(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_hangs);
    actor_put(&place, 10);
    actor_start(&place);
    actor_wait_silent(&place);
    struct sender *second = actor_sender(&place);
    assert_int_equal(sender_start(second, &starter_plain, place.sender), ERR_NONE);
    actor_nap(20 * MILLISECOND);
    assert_false(sender_ended(second, 0));
    assert_int_equal(actor_tries(&place), 0);
    actor_stop(second);
    actor_tear_down(&place);
}

/* One that still waited when it was stopped is no reason to begin: the first is at work. */
static void test_waits_for_both(void **state)
{
    (void)state;
    struct place place;
    actor_set_up(&place, &actor_asked, actor_hangs);
    actor_put(&place, 10);
    actor_start(&place);
    actor_wait_silent(&place);
    struct sender *second = actor_sender(&place), *third = actor_sender(&place);
    assert_int_equal(sender_start(second, &starter_plain, place.sender), ERR_NONE);
    sender_stop(second);
    assert_int_equal(sender_start(third, &starter_plain, second), ERR_NONE);
    place.actor->silent = false; /* the first has said so; whoever says it again has begun */
    actor_stop(second);
    actor_nap(20 * MILLISECOND);
    assert_false(sender_ended(third, 0));
    assert_false(place.actor->silent);
    actor_stop(third);
    actor_tear_down(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_stops_in_send),
        cmocka_unit_test(test_stops_backing_off),
        cmocka_unit_test(test_stops_waiting),
        cmocka_unit_test(test_never_started),
        cmocka_unit_test(test_stops_midway),
        cmocka_unit_test(test_successors),
        cmocka_unit_test(test_waits_for_other),
        cmocka_unit_test(test_waits_for_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
