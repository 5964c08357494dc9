/* Time-outs in event time, ceilings and the budget of the native engine. */
#include "helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void feed_all(struct scene *scene)
{
    scene_begin(scene);
    for (size_t i = 0; i < scene->shot_count; i++)
        scene_feed(scene, i);
}

static void test_idle(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_ack(scene, talk, true);
    int64_t last = scene->shots[scene->shot_count - 1].time;
    feed_all(scene);
    scene->engine->tick(scene->state, last + scene->options.idle_time - 2 * CLOCK_SECOND);
    assert_string_equal(scene_text(scene), "open S:220\r\n");
    scene->engine->tick(scene->state, last + scene->options.idle_time + 50 * CLOCK_SECOND);
    assert_string_equal(scene_text(scene), "open S:220\r\n close:timeout");
    /* At its own time, whenever the tick came. */
    int64_t closed = scene->notes[scene->note_count - 1].time;
    assert_in_range(closed - last, scene->options.idle_time - CLOCK_SECOND,
                    scene->options.idle_time);
    scene_finish(scene, scene->options.idle_time + 60 * CLOCK_SECOND);
    scene_free(scene);
}

static void test_half_closed_then_silence(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_shot(scene, talk, true, TCP_ACK | TCP_FIN, NULL, 0);
    talk_ack(scene, talk, false);
    feed_all(scene);
    scene_finish(scene, scene->options.idle_time + CLOCK_SECOND);
    assert_string_equal(scene_text(scene), "open S:220\r\n close:fin");
    scene_free(scene);
}

static void test_half_open(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    for (unsigned i = 0; i < 10; i++)
        talk_shot(scene, talk_new(scene), true, TCP_SYN, NULL, 0);
    feed_all(scene);
    scene_finish(scene, scene->options.half_open_time + CLOCK_SECOND);
    assert_int_equal(scene->flow_count, 0);
    assert_int_equal(scene->stats.timeouts, 10);
    assert_int_equal(scene->stats.flows_now, 0);
    scene_free(scene);
}

static void test_hole_times_out(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_client(scene, talk, "EHLO\r\n");
    talk_server(scene, talk, "250\r\n");
    scene_drop(scene, 4);
    feed_all(scene);
    assert_string_equal(scene_text(scene), "open S:220\r\n");
    int64_t last = scene->shots[scene->shot_count - 1].time;
    scene->engine->tick(scene->state, last + 10 * CLOCK_SECOND);
    assert_string_equal(scene_text(scene), "open S:220\r\n C-6 S:250\r\n");
    assert_int_equal(scene->notes[scene->note_count - 1].time, last + 3 * CLOCK_SECOND);
    scene_finish(scene, 11 * CLOCK_SECOND);
    scene_free(scene);
}

static void test_time_goes_back(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_smtp(scene, talk, 1000);
    for (size_t i = 0; i < scene->shot_count; i += 3)
        scene->shots[i].time -= 5 * CLOCK_SECOND;
    scene_play(scene);
    assert_int_equal(scene->flow_count, 1);
    assert_int_equal(scene_model(scene, 0, talk), 0);
    scene_free(scene);
}

static void test_too_many_flows(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    scene->options.max_flows = 3;
    for (unsigned i = 0; i < 6; i++) {
        struct talk *talk = talk_new(scene);
        talk_shake(scene, talk);
        talk_server(scene, talk, "220\r\n");
        scene->clock += 2 * CLOCK_SECOND;
    }
    scene_play(scene);
    assert_int_equal(scene->flow_count, 6);
    assert_int_equal(scene->stats.evicted, 3);
    assert_int_equal(scene->stats.flows_now, 3);
    /* The oldest go first, and the rest end in the order they were opened. */
    unsigned order = 0;
    for (size_t i = 0; i < scene->note_count; i++)
        if (scene->notes[i].heard == HEARD_CLOSE) {
            assert_int_equal(scene->notes[i].flow, order);
            assert_int_equal(scene->notes[i].reason, order < 3 ? CLOSE_EVICTED : CLOSE_END);
            order++;
        }
    scene_free(scene);
}

static void test_closed_go_before_living(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    scene->options.max_flows = 2;
    struct talk *living = talk_new(scene);
    talk_shake(scene, living);
    talk_server(scene, living, "220\r\n");
    for (unsigned i = 0; i < 5; i++)
        talk_smtp(scene, talk_new(scene), 100);
    talk_client(scene, living, "QUIT\r\n");
    scene_play(scene);
    assert_int_equal(scene->stats.evicted, 0);
    assert_int_equal(scene->flow_count, 6);
    assert_int_equal(scene_octets(scene, 0, FROM_CLIENT), 6);
    scene_free(scene);
}

static void test_queue_ceiling(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    scene->options.max_queue = 20000;
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "354\r\n");
    uint32_t hole = talk->next[0];
    char *text = malloc(60001);
    memset(text, 'x', 60000);
    text[60000] = 0;
    size_t first = scene->shot_count;
    talk_client(scene, talk, text);
    free(text);
    scene_drop(scene, first);
    /* The receiver asks again and again for what was lost on the network. */
    for (size_t i = scene->shot_count; i-- > first;) {
        struct shot *shot = scene_repeat(scene, 2, i + 1);
        shot->from_client = false;
        shot->seq = talk->next[1];
        shot->ack = hole;
    }
    scene_play(scene);
    assert_int_equal(scene_model(scene, 0, talk), SCENE_MSS);
    assert_in_range(scene->stats.memory_peak, 0, 200000);
    assert_true(scene->stats.gaps > 0);
    scene_free(scene);
}

static void test_budget(void **state)
{
    (void)state;
    for (size_t memory = 60000; memory < 120000; memory += 1111) {
        struct scene *scene = scene_new("native");
        scene->options.memory = memory;
        unsigned seed = (unsigned)memory;
        for (unsigned i = 0; i < SCENE_TALKS; i++)
            talk_smtp(scene, talk_new(scene), 20000);
        scene_shuffle(scene, 1000, &seed);
        scene_begin(scene);
        struct stream_stats stats;
        for (size_t i = 0; i < scene->shot_count; i++) {
            scene_feed(scene, i);
            scene->engine->stats(scene->state, &stats);
            assert_true(stats.memory <= memory);
        }
        scene_finish(scene, 0);
        scene_free(scene);
    }
}

static void test_budget_too_small(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct stream_sink sink = {0};
    void *engine = NULL;
    scene->options.memory = 100;
    assert_int_equal(scene->engine->open(&scene->options, &sink, &engine), ERR_CONFIG);
    assert_null(engine);
    scene_free(scene);
}

/* The same bytes in, the same notes out, whenever ticks come. */
static void test_ticks_change_nothing(void **state)
{
    (void)state;
    struct scene *scenes[2];
    for (int i = 0; i < 2; i++) {
        struct scene *scene = scenes[i] = scene_new("native");
        unsigned seed = 5;
        for (unsigned t = 0; t < 6; t++) {
            struct talk *talk = talk_new(scene);
            talk_smtp(scene, talk, 6000);
            scene->clock += 7 * CLOCK_SECOND;
        }
        for (size_t s = scene->shot_count; s-- > 0;)
            if (scene_random(&seed) % 100 < 10)
                scene_drop(scene, s);
        scene_begin(scene);
        for (size_t s = 0; s < scene->shot_count; s++) {
            if (i == 1)
                for (int64_t t = -2; t < 0 && s > 0; t++)
                    scene->engine->tick(scene->state, scene->shots[s].time + t * 100000);
            scene_feed(scene, s);
        }
        scene_finish(scene, 0);
    }
    assert_int_equal(scenes[0]->note_count, scenes[1]->note_count);
    for (size_t i = 0; i < scenes[0]->note_count; i++)
        assert_int_equal(scenes[0]->notes[i].time, scenes[1]->notes[i].time);
    assert_string_equal(scene_text(scenes[0]), scene_text(scenes[1]));
    scene_free(scenes[0]);
    scene_free(scenes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_half_closed_then_silence),
        cmocka_unit_test(test_half_open),
        cmocka_unit_test(test_hole_times_out),
        cmocka_unit_test(test_time_goes_back),
        cmocka_unit_test(test_too_many_flows),
        cmocka_unit_test(test_closed_go_before_living),
        cmocka_unit_test(test_queue_ceiling),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_budget_too_small),
        cmocka_unit_test(test_ticks_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
