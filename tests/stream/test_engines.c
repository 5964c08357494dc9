/* Both engines on the same loss-free scripts: the sink must hear the same. */
#include "helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const names[] = {"native", "nids"};

/* Plays a script through both; make builds it into an empty scene. */
static void compare(void (*make)(struct scene *scene, unsigned number), unsigned number)
{
    if (engine_find("nids") == NULL)
        skip();
    struct scene *scenes[2];
    for (int i = 0; i < 2; i++) {
        scenes[i] = scene_new(names[i]);
        make(scenes[i], number);
        scene_play(scenes[i]);
    }
    assert_int_equal(scenes[0]->flow_count, scenes[1]->flow_count);
    assert_string_equal(scene_text(scenes[0]), scene_text(scenes[1]));
    for (unsigned i = 0; i < scenes[0]->flow_count; i++) {
        const struct flow_info *a = &scenes[0]->flows[i]->info, *b = &scenes[1]->flows[i]->info;
        assert_int_equal(a->flow_id, b->flow_id);
        assert_int_equal(a->opened, b->opened);
        assert_true(addr_equal(&a->client, &b->client));
        assert_int_equal(a->client_port, b->client_port);
        assert_memory_equal(&a->syn, &b->syn, sizeof a->syn);
        assert_false(b->midstream);
    }
    assert_int_equal(scenes[0]->stats.data[0], scenes[1]->stats.data[0]);
    assert_int_equal(scenes[0]->stats.data[1], scenes[1]->stats.data[1]);
    scene_free(scenes[0]);
    scene_free(scenes[1]);
}

static void make_dialogue(struct scene *scene, unsigned number)
{
    talk_smtp(scene, talk_new(scene), number);
}

static void test_dialogues(void **state)
{
    (void)state;
    for (unsigned size = 0; size < 100000; size = size * 3 + 1)
        compare(make_dialogue, size);
}

static void make_side_by_side(struct scene *scene, unsigned number)
{
    unsigned seed = number;
    for (int i = 0; i < 8; i++)
        talk_smtp(scene, talk_new(scene), 3000);
    /* Interleave whole flows: each keeps its own order. */
    size_t each = scene->shot_count / 8, at[8] = {0};
    struct shot *mixed = malloc(scene->shot_count * sizeof *mixed);
    for (size_t i = 0; i < scene->shot_count; i++) {
        size_t flow = scene_random(&seed) % 8;
        while (at[flow] == each)
            flow = (flow + 1) % 8;
        mixed[i] = scene->shots[flow * each + at[flow]++];
        mixed[i].time = scene->clock + (int64_t)i * 1000;
    }
    memcpy(scene->shots, mixed, scene->shot_count * sizeof *mixed);
    free(mixed);
}

static void test_side_by_side(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 6; seed++)
        compare(make_side_by_side, seed);
}

static void make_repeated(struct scene *scene, unsigned times)
{
    talk_smtp(scene, talk_new(scene), 5000);
    for (size_t i = scene->shot_count; i-- > 0;)
        for (unsigned t = 0; t < times; t++)
            scene_repeat(scene, i, i + 1);
}

static void test_repeated(void **state)
{
    (void)state;
    compare(make_repeated, 1);
    compare(make_repeated, 2);
}

static void make_nat(struct scene *scene, unsigned number)
{
    (void)number;
    talk_smtp(scene, talk_new(scene), 5000);
    for (size_t i = scene->shot_count; i-- > 0;)
        scene_repeat(scene, i, i + 1)->client_port_shift = 1000;
}

static void test_nat(void **state)
{
    (void)state;
    compare(make_nat, 0);
}

static void make_reordered(struct scene *scene, unsigned number)
{
    (void)number;
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_ack(scene, talk, true);
    for (char c = 'a'; c < 'k'; c++) {
        char line[4] = {c, '\r', '\n', 0};
        talk_client(scene, talk, line);
    }
    for (size_t i = 5; i + 1 < scene->shot_count; i += 2) {
        struct shot swap = scene->shots[i];
        scene->shots[i] = scene->shots[i + 1];
        scene->shots[i + 1] = swap;
    }
    talk_ack(scene, talk, false);
    talk_server(scene, talk, "250\r\n");
    talk_bye(scene, talk);
}

static void test_reordered(void **state)
{
    (void)state;
    compare(make_reordered, 0);
}

static void make_end(struct scene *scene, unsigned number)
{
    struct talk *talk = talk_new(scene);
    talk_shot(scene, talk, true, TCP_SYN, NULL, 0);
    talk_shot(scene, talk, false, TCP_SYN | TCP_ACK, NULL, 0);
    talk_client(scene, talk, "early words on the last step of the handshake\r\n");
    talk_server(scene, talk, "220\r\n");
    if (number == 1)
        talk_shot(scene, talk, true, TCP_RST | TCP_ACK, NULL, 0);
    if (number == 2)
        talk_shot(scene, talk, false, TCP_RST, NULL, 0);
    if (number == 3)
        talk_shot(scene, talk, true, TCP_ACK | TCP_FIN, "QUIT\r\n", 6);
    if (number == 4) { /* the first FIN came with data, and so does the second */
        talk_shot(scene, talk, true, TCP_ACK | TCP_FIN, "QUIT\r\n", 6);
        talk_shot(scene, talk, false, TCP_ACK | TCP_FIN, "221\r\n", 5);
        talk_ack(scene, talk, true);
    }
    if (number == 5) { /* the same ports again */
        talk_bye(scene, talk);
        talk->next[0] = talk->isn[0] = 99;
        talk->next[1] = talk->isn[1] = 0xfffffffe;
        talk_smtp(scene, talk, 100);
    }
    if (number == 6) { /* ... without an end of the first */
        talk->next[0] = talk->isn[0] = 99;
        talk->next[1] = talk->isn[1] = 0xfffffffe;
        talk_smtp(scene, talk, 100);
    }
    if (number == 7) { /* urgent data stays in line */
        talk_ack(scene, talk, true);
        talk_shot(scene, talk, true, TCP_ACK | TCP_URG, "NOOP\r\n", 6);
        talk_server(scene, talk, "250\r\n");
    }
}

static void test_ends(void **state)
{
    (void)state;
    for (unsigned number = 0; number < 8; number++)
        compare(make_end, number);
}

static void make_nothing(struct scene *scene, unsigned number)
{
    struct talk *talk = talk_new(scene);
    talk_shot(scene, talk, true, TCP_SYN, NULL, 0);
    if (number == 1)
        talk_shot(scene, talk, false, TCP_RST | TCP_ACK, NULL, 0)->seq = 0;
    if (number == 2)
        talk_shot(scene, talk, false, TCP_SYN | TCP_ACK, NULL, 0);
}

static void test_no_dialogue(void **state)
{
    (void)state;
    for (unsigned number = 0; number < 3; number++)
        compare(make_nothing, number);
}

/* libnids falls silent behind a hole: no gap, and the flow ends by the time-out. */
static void test_nids_hole(void **state)
{
    (void)state;
    if (engine_find("nids") == NULL)
        skip();
    struct scene *scene = scene_new("nids");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_client(scene, talk, "EHLO\r\n");
    talk_client(scene, talk, "MAIL\r\n");
    scene_drop(scene, 4);
    scene_begin(scene);
    for (size_t i = 0; i < scene->shot_count; i++)
        scene_feed(scene, i);
    scene_finish(scene, scene->options.idle_time + CLOCK_SECOND);
    assert_string_equal(scene_text(scene), "open S:220\r\n close:timeout");
    assert_int_equal(scene->stats.gaps, 0);
    scene_free(scene);
}

static void test_nids_alone(void **state)
{
    (void)state;
    const struct engine *engine = engine_find("nids");
    if (engine == NULL)
        skip();
    struct scene *scene = scene_new("nids");
    scene_begin(scene);
    struct stream_sink sink = {0};
    void *second = NULL;
    assert_int_equal(engine->open(&scene->options, &sink, &second), ERR_SUPPORT);
    scene_finish(scene, 0);
    scene->options.vlan_in_key = true;
    assert_int_equal(engine->open(&scene->options, &sink, &second), ERR_SUPPORT);
    scene_free(scene);
}

static void test_table(void **state)
{
    (void)state;
    assert_string_equal(engine_at(0)->name, "native");
    assert_ptr_equal(engine_find("native"), engine_at(0));
    assert_null(engine_find("other"));
    assert_null(engine_at(99));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialogues),   cmocka_unit_test(test_side_by_side),
        cmocka_unit_test(test_repeated),    cmocka_unit_test(test_nat),
        cmocka_unit_test(test_reordered),   cmocka_unit_test(test_ends),
        cmocka_unit_test(test_no_dialogue), cmocka_unit_test(test_nids_hole),
        cmocka_unit_test(test_nids_alone),  cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
