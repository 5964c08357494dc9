/* Flows picked up in the middle, one-sided captures, and the same dialogue seen twice. */
#include "helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct scene *dialogue(struct talk **ret_talk)
{
    struct scene *scene = scene_new("native");
    *ret_talk = talk_new(scene);
    talk_smtp(scene, *ret_talk, 20000);
    return scene;
}

/* What the sink heard of a direction must be the end of what was said, whole. */
static void expect_tail(struct scene *scene, unsigned flow, const struct talk *talk,
                        enum direction direction, uint64_t expected)
{
    uint64_t octets = scene_octets(scene, flow, direction), at = talk->len[direction] - octets;
    assert_int_equal(octets, expected);
    for (size_t i = 0; i < scene->note_count; i++) {
        const struct note *note = &scene->notes[i];
        if (note->flow != flow || note->direction != direction || note->heard != HEARD_DATA)
            continue;
        assert_memory_equal(note->data, talk->said[direction] + at, note->len);
        at += note->len;
    }
}

static void test_start_anywhere(void **state)
{
    (void)state;
    struct talk *talk;
    struct scene *scene = dialogue(&talk);
    for (size_t first = 0; first + 3 < scene->shot_count; first++) {
        scene_play_range(scene, first, scene->shot_count);
        uint64_t left[2] = {0, 0};
        for (size_t i = first; i < scene->shot_count; i++)
            left[scene->shots[i].from_client ? FROM_CLIENT : FROM_SERVER] += scene->shots[i].len;
        assert_int_equal(scene->flow_count, left[0] + left[1] > 0);
        if (scene->flow_count == 0)
            continue;
        expect_tail(scene, 0, talk, FROM_CLIENT, left[0]);
        expect_tail(scene, 0, talk, FROM_SERVER, left[1]);
        assert_int_equal(scene->stats.gap_octets, 0);
        assert_int_equal(scene->flows[0]->info.midstream, first > 1);
        assert_int_equal(scene->flows[0]->info.client_port, talk->client_port);
        assert_int_equal(scene->flows[0]->info.server_port, 25);
        assert_int_equal(scene->notes[scene->note_count - 1].reason, CLOSE_FIN);
    }
    scene_free(scene);
}

static void test_start_anywhere_shuffled(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 30; seed++) {
        struct talk *talk;
        struct scene *scene = dialogue(&talk);
        size_t first = 3 + seed;
        for (size_t i = 0; i < first; i++)
            scene_drop(scene, 0);
        uint64_t left[2] = {0, 0};
        for (size_t i = 0; i < scene->shot_count; i++)
            left[scene->shots[i].from_client ? FROM_CLIENT : FROM_SERVER] += scene->shots[i].len;
        unsigned random = seed;
        scene_shuffle(scene, 6, &random);
        scene_play(scene);
        assert_int_equal(scene->flow_count, 1);
        expect_tail(scene, 0, talk, FROM_CLIENT, left[0]);
        expect_tail(scene, 0, talk, FROM_SERVER, left[1]);
        scene_free(scene);
    }
}

static void test_acks_open_nothing(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    for (int i = 0; i < 30; i++)
        talk_ack(scene, talk, i % 2 == 0);
    talk_bye(scene, talk);
    scene_play(scene);
    assert_int_equal(scene->flow_count, 0);
    assert_int_equal(scene->stats.flows, 0);
    scene_free(scene);
}

static void test_one_sided(void **state)
{
    (void)state;
    for (int client = 0; client < 2; client++)
        for (size_t first = 0; first < 12; first++)
            for (unsigned window = 1; window < 6; window += 4) {
                struct talk *talk;
                struct scene *scene = dialogue(&talk);
                for (size_t i = 0; i < first; i++)
                    scene_drop(scene, 0);
                uint64_t left = 0;
                for (size_t i = scene->shot_count; i-- > 0;)
                    if (scene->shots[i].from_client != client)
                        scene_drop(scene, i);
                    else
                        left += scene->shots[i].len;
                unsigned random = (unsigned)first;
                scene_shuffle(scene, window, &random);
                scene_begin(scene);
                for (size_t i = 0; i < scene->shot_count; i++)
                    scene_feed(scene, i);
                scene_finish(scene, 4 * CLOCK_SECOND);
                assert_int_equal(scene->flow_count, 1);
                expect_tail(scene, 0, talk, client ? FROM_CLIENT : FROM_SERVER, left);
                assert_int_equal(scene->stats.gaps, 0);
                assert_int_equal(scene->notes[scene->note_count - 1].reason, CLOSE_FIN);
                scene_free(scene);
            }
}

static void test_one_sided_gap(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shot(scene, talk, true, TCP_SYN, NULL, 0);
    talk_client(scene, talk, "EHLO\r\n");
    talk_client(scene, talk, "lost\r\n");
    talk_client(scene, talk, "MAIL\r\n");
    scene->clock += 5 * CLOCK_SECOND;
    talk_client(scene, talk, "RCPT\r\n");
    scene_drop(scene, 2);
    scene_begin(scene);
    for (size_t i = 0; i < scene->shot_count; i++)
        scene_feed(scene, i);
    /* Before the end: three seconds of waiting were enough. */
    assert_string_equal(scene_text(scene), "open C:EHLO\r\n C-6 C:MAIL\r\nRCPT\r\n");
    scene_finish(scene, 0);
    scene_free(scene);
}

/* Each shot a second time as the other side of a NAT has it. */
static void through_nat(struct scene *scene)
{
    for (size_t i = scene->shot_count; i-- > 0;)
        scene_repeat(scene, i, i + 1)->client_port_shift = 1000;
}

static void test_nat(void **state)
{
    (void)state;
    for (unsigned window = 1; window < 5; window++)
        for (unsigned seed = 1; seed < 20; seed++) {
            struct talk *talk;
            struct scene *scene = dialogue(&talk);
            through_nat(scene);
            unsigned random = seed;
            scene_shuffle(scene, window, &random);
            scene_play(scene);
            assert_int_equal(scene->flow_count, 1);
            assert_int_equal(scene->stats.twins, 1);
            assert_int_equal(scene_model(scene, 0, talk), 0);
            assert_int_equal(scene_octets(scene, 0, FROM_CLIENT), talk->len[0]);
            scene_free(scene);
        }
}

static void test_nat_from_the_middle(void **state)
{
    (void)state;
    struct talk *talk;
    struct scene *scene = dialogue(&talk);
    through_nat(scene);
    for (size_t first = 0; first + 60 < scene->shot_count; first++) {
        scene_play_range(scene, first, scene->shot_count);
        assert_int_equal(scene->flow_count, 1);
        assert_int_equal(scene->stats.twins, 1);
    }
    scene_free(scene);
}

static void test_nat_lossy(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 60; seed++) {
        struct talk *talk;
        struct scene *scene = dialogue(&talk);
        through_nat(scene);
        unsigned random = seed;
        for (size_t i = scene->shot_count; i-- > 0;)
            if (scene_random(&random) % 100 < 2)
                scene_drop(scene, i);
        scene_play(scene);
        assert_int_equal(scene->flow_count, 1);
        scene_free(scene);
    }
}

static void test_vlans(void **state)
{
    (void)state;
    for (int in_key = 0; in_key < 2; in_key++) {
        struct talk *talk;
        struct scene *scene = dialogue(&talk);
        scene->options.vlan_in_key = in_key;
        for (size_t i = scene->shot_count; i-- > 0;)
            scene_repeat(scene, i, i + 1)->vlan = 7;
        scene_play(scene);
        assert_int_equal(scene->flow_count, in_key ? 2 : 1);
        for (unsigned flow = 0; flow < scene->flow_count; flow++)
            assert_int_equal(scene_model(scene, flow, talk), 0);
        scene_free(scene);
    }
}

static void test_both_ports_watched(void **state)
{
    (void)state;
    for (int lower = 0; lower < 2; lower++)
        for (int half = 0; half < 2; half++) {
            struct scene *scene = scene_new("native");
            scene->options.ports[1] = 587;
            struct talk *talk = talk_new(scene);
            talk->client_port = 587;
            if (lower)
                talk->client = addr_v4(1);
            else
                talk->client = addr_v4(0xfe000001);
            talk_smtp(scene, talk, 100);
            if (half)
                scene_drop(scene, 0);
            scene_play(scene);
            assert_int_equal(scene->flow_count, 1);
            assert_true(addr_equal(&scene->flows[0]->info.client, &talk->client));
            assert_int_equal(scene_model(scene, 0, talk), 0);
            scene_free(scene);
        }
}

static void test_other_ports(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk->server_port = 80;
    talk_smtp(scene, talk, 100);
    scene_play(scene);
    assert_int_equal(scene->flow_count, 0);
    assert_int_equal(scene->stats.ignored, scene->shot_count);
    assert_int_equal(scene->stats.segments, 0);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start_anywhere),
        cmocka_unit_test(test_start_anywhere_shuffled),
        cmocka_unit_test(test_acks_open_nothing),
        cmocka_unit_test(test_one_sided),
        cmocka_unit_test(test_one_sided_gap),
        cmocka_unit_test(test_nat),
        cmocka_unit_test(test_nat_from_the_middle),
        cmocka_unit_test(test_nat_lossy),
        cmocka_unit_test(test_vlans),
        cmocka_unit_test(test_both_ports_watched),
        cmocka_unit_test(test_other_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
