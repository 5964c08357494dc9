/* ring: events cross from one thread to another in order, whole, and the end is seen. */
#include "ring.h"
#include "test.h"

#include <pthread.h>
#include <stdlib.h>

#define COUNT 20000

static struct event *make(uint64_t number)
{
    struct event *event = calloc(1, sizeof *event);
    assert_non_null(event);
    event->size = sizeof *event;
    event->kind = EVENT_TIME;
    event->number = number;
    return event;
}

static void *put_all(void *arg)
{
    struct ring *ring = arg;
    for (uint64_t i = 0; i < COUNT; i++) {
        struct event *event = make(i);
        ring_put(ring, event);
        free(event);
    }
    ring_close(ring);
    return NULL;
}

static void test_take(void **state)
{
    (void)state;
    struct ring *ring = NULL;
    pthread_t thread;
    assert_int_equal(ring_new(64, &ring), ERR_NONE);
    assert_int_equal(pthread_create(&thread, NULL, put_all, ring), 0);
    for (uint64_t i = 0; i < COUNT; i++) {
        struct event *event = ring_take(ring);
        assert_non_null(event);
        assert_int_equal(event->number, i);
        free(event);
    }
    assert_null(ring_take(ring));
    pthread_join(thread, NULL);
    assert_int_equal(ring_dropped(ring), 0);
    ring_free(ring);
}

static void test_poll(void **state)
{
    (void)state;
    struct ring *ring = NULL;
    bool ended = true;
    assert_int_equal(ring_new(8, &ring), ERR_NONE);
    assert_null(ring_poll(ring, &ended));
    assert_false(ended);
    struct event *event = make(7);
    ring_put(ring, event);
    ring_put(ring, event);
    free(event);
    ring_close(ring);
    assert_int_equal(ring_depth(ring), 2);
    event = ring_poll(ring, &ended);
    assert_non_null(event);
    assert_int_equal(event->number, 7);
    assert_false(ended);
    free(event);
    event = ring_poll(ring, &ended);
    assert_non_null(event);
    free(event);
    assert_null(ring_poll(ring, &ended));
    assert_true(ended);
    assert_int_equal(ring_depth(ring), 0);
    ring_free(ring);
}

/* What nobody took is freed with the ring. */
static void test_left(void **state)
{
    (void)state;
    struct ring *ring = NULL;
    assert_int_equal(ring_new(8, &ring), ERR_NONE);
    struct event *event = make(1);
    ring_put(ring, event);
    free(event);
    ring_free(ring);
    ring_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take),
        cmocka_unit_test(test_poll),
        cmocka_unit_test(test_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
