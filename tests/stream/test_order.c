/* Causal order against the model: shuffled, repeated, lost and cut captures of whole dialogues. */
#include "helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct scene *dialogue(struct talk **ret_talk, uint32_t size)
{
    struct scene *scene = scene_new("native");
    *ret_talk = talk_new(scene);
    talk_smtp(scene, *ret_talk, size);
    return scene;
}

static void expect_whole(struct scene *scene, const struct talk *talk)
{
    assert_int_equal(scene->flow_count, 1);
    assert_int_equal(scene_model(scene, 0, talk), 0);
    assert_int_equal(scene_octets(scene, 0, FROM_CLIENT), talk->len[0]);
    assert_int_equal(scene_octets(scene, 0, FROM_SERVER), talk->len[1]);
    assert_int_equal(scene->notes[scene->note_count - 1].reason, CLOSE_FIN);
}

static void test_shuffled(void **state)
{
    (void)state;
    for (unsigned window = 2; window <= 8; window++)
        for (unsigned seed = 1; seed <= 40; seed++) {
            struct talk *talk;
            struct scene *scene = dialogue(&talk, 60000);
            unsigned random = seed * 977 + window;
            scene_shuffle(scene, window, &random);
            scene_play(scene);
            expect_whole(scene, talk);
            assert_false(scene->flows[0]->info.midstream);
            assert_true(scene->flows[0]->info.syn.seen);
            scene_free(scene);
        }
}

static void test_shuffled_and_repeated(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct talk *talk;
        struct scene *scene = dialogue(&talk, 20000);
        for (size_t i = scene->shot_count; i-- > 0;)
            scene_repeat(scene, i, i + 1);
        unsigned random = seed;
        scene_shuffle(scene, 8, &random);
        scene_play(scene);
        expect_whole(scene, talk);
        assert_int_equal(scene->stats.conflicts, 0);
        scene_free(scene);
    }
}

/* Octets of payload that no remaining shot carries. */
static uint64_t missing_octets(const struct scene *scene, const struct talk *talk)
{
    uint64_t missing = talk->len[0] + talk->len[1];
    for (size_t i = 0; i < scene->shot_count; i++)
        missing -= scene->shots[i].len;
    return missing;
}

static void test_lost(void **state)
{
    (void)state;
    static const unsigned percents[] = {1, 5, 20};
    for (size_t p = 0; p < 3; p++)
        for (unsigned seed = 1; seed <= 60; seed++) {
            struct talk *talk;
            struct scene *scene = dialogue(&talk, 60000);
            unsigned random = seed * 31 + 7;
            for (size_t i = scene->shot_count - 4; i-- > 3;)
                if (scene_random(&random) % 100 < percents[p])
                    scene_drop(scene, i);
            scene_play(scene);
            assert_int_equal(scene->flow_count, 1);
            assert_int_equal(scene_model(scene, 0, talk), missing_octets(scene, talk));
            assert_int_equal(scene->notes[scene->note_count - 1].reason, CLOSE_FIN);
            scene_free(scene);
        }
}

static void test_lost_and_shuffled(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 100; seed++) {
        struct talk *talk;
        struct scene *scene = dialogue(&talk, 40000);
        unsigned random = seed * 131;
        for (size_t i = scene->shot_count - 4; i-- > 3;)
            if (scene_random(&random) % 100 < 5)
                scene_drop(scene, i);
        uint64_t missing = missing_octets(scene, talk);
        scene_shuffle(scene, 4, &random);
        scene_play(scene);
        assert_int_equal(scene->flow_count, 1);
        assert_int_equal(scene_model(scene, 0, talk), missing);
        scene_free(scene);
    }
}

static void test_tiny_segments(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 10; seed++) {
        struct scene *scene = scene_new("native");
        struct talk *talk = talk_new(scene);
        unsigned random = seed;
        talk_shake(scene, talk);
        for (unsigned turn = 0; turn < 30; turn++) {
            const char text[] = "RCPT TO:<somebody@example.net>\r\n";
            for (uint32_t at = 0; at < sizeof text - 1;) {
                uint32_t len = 1 + scene_random(&random) % 7;
                if (len > sizeof text - 1 - at)
                    len = (uint32_t)sizeof text - 1 - at;
                talk_shot(scene, talk, turn % 2 == 1, TCP_ACK, text + at, len);
                at += len;
            }
        }
        talk_bye(scene, talk);
        uint64_t missing = 0;
        if (seed % 2 == 0) {
            for (size_t i = scene->shot_count - 4; i-- > 3;)
                if (scene_random(&random) % 100 < 3)
                    scene_drop(scene, i);
            missing = missing_octets(scene, talk);
        }
        scene_shuffle(scene, 8, &random);
        scene_play(scene);
        assert_int_equal(scene->flow_count, 1);
        assert_int_equal(scene_model(scene, 0, talk), missing);
        scene_free(scene);
    }
}

/* Lost on the network before the tap: the receiver asks, the sender repeats, no gap. */
static void test_network_loss(void **state)
{
    (void)state;
    for (uint32_t behind = 1; behind < 60; behind++) {
        struct scene *scene = scene_new("native");
        struct talk *talk = talk_new(scene);
        talk_shake(scene, talk);
        talk_server(scene, talk, "354\r\n");
        talk_client(scene, talk, "the lost segment\r\n");
        size_t lost = scene->shot_count - 1;
        uint32_t ack = scene->shots[lost].seq;
        for (uint32_t i = 0; i < behind; i++) {
            talk_client(scene, talk, "another line of the message\r\n");
            talk_shot(scene, talk, false, TCP_ACK, NULL, 0)->ack = ack;
        }
        scene_repeat(scene, lost, scene->shot_count);
        scene->clock += 7 * CLOCK_SECOND; /* the time-out of a sender may be long */
        scene->shots[scene->shot_count - 1].time = scene->clock;
        scene_drop(scene, lost);
        talk_ack(scene, talk, false);
        talk_client(scene, talk, ".\r\n");
        talk_server(scene, talk, "250\r\n");
        talk_bye(scene, talk);
        scene_play(scene);
        assert_int_equal(scene->flow_count, 1);
        assert_int_equal(scene_model(scene, 0, talk), 0);
        assert_int_equal(scene_octets(scene, 0, FROM_CLIENT), talk->len[0]);
        scene_free(scene);
    }
}

static void test_two_lost_in_a_row(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    for (int i = 0; i < 20; i++) {
        talk_client(scene, talk, "RCPT\r\n");
        talk_server(scene, talk, "550\r\n");
    }
    scene_drop(scene, 8); /* a command and its reply */
    scene_drop(scene, 8);
    scene_play(scene);
    assert_int_equal(scene_model(scene, 0, talk), 11);
    /* Both gaps come where they belong, and long before the end. */
    assert_non_null(strstr(scene_text(scene), "C:RCPT\r\n S:550\r\n C-6 S-5 C:RCPT"));
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shuffled),
        cmocka_unit_test(test_shuffled_and_repeated),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_lost_and_shuffled),
        cmocka_unit_test(test_tiny_segments),
        cmocka_unit_test(test_network_loss),
        cmocka_unit_test(test_two_lost_in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
