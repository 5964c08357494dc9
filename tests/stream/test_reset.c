/* RST: inside and outside of the window, exact, early, and not meant. */
#include "helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_reset(void **state)
{
    (void)state;
    static const int32_t off[] = {0, -1, -5000, 200000000, 100};
    static const bool counts[] = {true, false, false, false, true};
    for (size_t i = 0; i < 5; i++) {
        struct scene *scene = scene_new("native");
        struct talk *talk = talk_new(scene);
        talk_shake(scene, talk);
        talk_server(scene, talk, "220\r\n");
        talk_client(scene, talk, "EHLO\r\n");
        talk_ack(scene, talk, false);
        talk_shot(scene, talk, true, TCP_RST, NULL, 0)->seq += (uint32_t)off[i];
        if (off[i] != 100)
            talk_server(scene, talk, "250\r\n");
        scene_begin(scene);
        for (size_t s = 0; s < scene->shot_count; s++)
            scene_feed(scene, s);
        scene_finish(scene, 4 * CLOCK_SECOND);
        const char *expected = off[i] == 100 ? "open S:220\r\n C:EHLO\r\n close:rst"
                               : counts[i]   ? "open S:220\r\n C:EHLO\r\n close:rst"
                                             : "open S:220\r\n C:EHLO\r\n S:250\r\n close:end";
        assert_string_equal(scene_text(scene), expected);
        assert_int_equal(scene->stats.invalid, counts[i] ? 0 : 1);
        scene_free(scene);
    }
}

static void test_decoy_reset(void **state)
{
    (void)state;
    static const uint32_t off[] = {0, 1, 1000};
    for (size_t i = 0; i < 3; i++) {
        struct scene *scene = scene_new("native");
        struct talk *talk = talk_new(scene);
        talk_shake(scene, talk);
        talk_server(scene, talk, "220\r\n");
        talk_shot(scene, talk, true, TCP_RST, NULL, 0)->seq += off[i];
        talk_client(scene, talk, "EHLO\r\n");
        talk_server(scene, talk, "250\r\n");
        talk_client(scene, talk, "QUIT\r\n");
        talk_bye(scene, talk);
        scene_play(scene);
        assert_string_equal(
            scene_text(scene),
            off[i] == 0 ? "open S:220\r\n close:rst open C:EHLO\r\n S:250\r\n C:QUIT\r\n close:fin"
                        : "open S:220\r\n C:EHLO\r\n S:250\r\n C:QUIT\r\n close:fin");
        scene_free(scene);
    }
}

static void test_reset_overtakes_data(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_client(scene, talk, "QUIT\r\n");
    talk_shot(scene, talk, true, TCP_RST, NULL, 0);
    struct shot swap = scene->shots[4];
    scene->shots[4] = scene->shots[5];
    scene->shots[5] = swap;
    scene_play(scene);
    assert_string_equal(scene_text(scene), "open S:220\r\n C:QUIT\r\n close:rst");
    scene_free(scene);
}

static void test_refused_syn(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shot(scene, talk, true, TCP_SYN, NULL, 0);
    talk_shot(scene, talk, false, TCP_RST | TCP_ACK, NULL, 0)->seq = 0;
    scene_play(scene);
    assert_string_equal(scene_text(scene), "");
    assert_int_equal(scene->stats.invalid, 0);
    assert_int_equal(scene->stats.flows_now, 0);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_decoy_reset),
        cmocka_unit_test(test_reset_overtakes_data),
        cmocka_unit_test(test_refused_syn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
