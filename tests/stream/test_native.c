/* The native engine on small scripts: handshakes, order, overlap, gaps, ends. */
#include "helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SMALL "open S:220 hi\r\n C:EHLO a\r\n S:250 ok\r\n C:QUIT\r\n S:221 bye\r\n close:fin"

static struct talk *small(struct scene *scene)
{
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);                 /* 0 1 2 */
    talk_server(scene, talk, "220 hi\r\n");  /* 3 */
    talk_ack(scene, talk, true);             /* 4 */
    talk_client(scene, talk, "EHLO a\r\n");  /* 5 */
    talk_server(scene, talk, "250 ok\r\n");  /* 6 */
    talk_client(scene, talk, "QUIT\r\n");    /* 7 */
    talk_server(scene, talk, "221 bye\r\n"); /* 8 */
    talk_bye(scene, talk);                   /* 9 10 11 */
    return talk;
}

static void test_plain(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = small(scene);
    scene_play(scene);
    assert_string_equal(scene_text(scene), SMALL);
    assert_int_equal(scene_model(scene, 0, talk), 0);
    const struct flow_info *info = &scene->flows[0]->info;
    assert_true(addr_equal(&info->client, &talk->client));
    assert_int_equal(info->client_port, talk->client_port);
    assert_int_equal(info->server_port, 25);
    assert_int_equal(info->opened, scene->shots[0].time);
    assert_false(info->midstream);
    assert_true(info->syn.seen);
    assert_int_equal(info->syn.window, 65000);
    assert_int_equal(scene->stats.flows, 1);
    assert_int_equal(scene->stats.flows_now, 0);
    assert_int_equal(scene->stats.out_of_order, 0);
    assert_int_equal(scene->stats.retransmitted, 0);
    scene_free(scene);
}

static void test_every_packet_twice(void **state)
{
    (void)state;
    for (unsigned times = 1; times < 3; times++) {
        struct scene *scene = scene_new("native");
        small(scene);
        for (unsigned t = 0; t < times; t++)
            for (size_t i = scene->shot_count; i-- > 0;)
                if (t == 0 || i % 2 == 0)
                    scene_repeat(scene, i, i + 1);
        scene_play(scene);
        assert_string_equal(scene_text(scene), SMALL);
        assert_int_equal(scene->stats.conflicts, 0);
        scene_free(scene);
    }
}

static void test_dialogue_repeated_later(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    small(scene);
    size_t count = scene->shot_count;
    for (size_t i = 0; i < count; i++)
        scene_repeat(scene, i, count + i);
    scene_play(scene);
    assert_string_equal(scene_text(scene), SMALL);
    scene_free(scene);
}

static void test_neighbours_swapped(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < 12; i++) {
        struct scene *scene = scene_new("native");
        small(scene);
        struct shot swap = scene->shots[i];
        scene->shots[i] = scene->shots[i + 1];
        scene->shots[i + 1] = swap;
        scene_play(scene);
        assert_string_equal(scene_text(scene), SMALL);
        scene_free(scene);
    }
}

static void test_each_packet_lost(void **state)
{
    (void)state;
    static const char *const lost[] = {
        SMALL,
        SMALL,
        SMALL,
        "open S-8 C:EHLO a\r\n S:250 ok\r\n C:QUIT\r\n S:221 bye\r\n close:fin",
        SMALL,
        "open S:220 hi\r\n C-8 S:250 ok\r\n C:QUIT\r\n S:221 bye\r\n close:fin",
        "open S:220 hi\r\n C:EHLO a\r\n S-8 C:QUIT\r\n S:221 bye\r\n close:fin",
        "open S:220 hi\r\n C:EHLO a\r\n S:250 ok\r\n C-6 S:221 bye\r\n close:fin",
        "open S:220 hi\r\n C:EHLO a\r\n S:250 ok\r\n C:QUIT\r\n S-9 close:fin",
        SMALL,
        SMALL,
        SMALL,
    };
    for (size_t i = 0; i < 12; i++) {
        struct scene *scene = scene_new("native");
        small(scene);
        scene_drop(scene, i);
        scene_play(scene);
        assert_string_equal(scene_text(scene), lost[i]);
        scene_free(scene);
    }
}

static void test_sequence_wrap(void **state)
{
    (void)state;
    for (uint32_t before = 0; before < 70; before++) {
        struct scene *scene = scene_new("native");
        struct talk *talk = talk_new(scene);
        talk->isn[0] = talk->next[0] = 0U - before;
        talk->isn[1] = talk->next[1] = 0U - before / 2;
        talk_smtp(scene, talk, 3000);
        unsigned seed = before;
        scene_shuffle(scene, 4, &seed);
        scene_play(scene);
        assert_int_equal(scene_model(scene, 0, talk), 0);
        assert_int_equal(scene_octets(scene, 0, FROM_CLIENT), talk->len[0]);
        assert_int_equal(scene_octets(scene, 0, FROM_SERVER), talk->len[1]);
        scene_free(scene);
    }
}

static void test_overlap_first_wins(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_client(scene, talk, "abc");
    talk_client(scene, talk, "defgh");
    talk_client(scene, talk, "ij");
    /* "defgh" first; then "cDEF" and "GHij" overlap it, and only then "abc" comes. */
    struct shot *shot = scene_repeat(scene, 5, 6);
    shot->payload = realloc(shot->payload, 8);
    memcpy(shot->payload, "cDEF", 4);
    shot->seq -= 1;
    shot->len = shot->wire_len = 4;
    shot = scene_repeat(scene, 7, 7);
    shot->payload = realloc(shot->payload, 8);
    memcpy(shot->payload, "GHij", 4);
    shot->seq -= 2;
    shot->len = shot->wire_len = 4;
    struct shot first = scene->shots[4];
    memmove(&scene->shots[4], &scene->shots[5], 3 * sizeof first);
    scene->shots[7] = first;
    scene_play(scene);
    assert_string_equal(scene_text(scene), "open S:220\r\n C:abcdefghij close:end");
    assert_int_equal(scene->stats.conflicts, 2);
    scene_free(scene);
}

static void test_every_split(void **state)
{
    (void)state;
    const char text[] = "MAIL FROM:<a@b>\r\n";
    uint32_t len = sizeof text - 1;
    for (uint32_t cut = 1; cut < len; cut++)
        for (int swapped = 0; swapped < 2; swapped++) {
            struct scene *scene = scene_new("native");
            struct talk *talk = talk_new(scene);
            talk_shake(scene, talk);
            talk_server(scene, talk, "220\r\n");
            talk_shot(scene, talk, true, TCP_ACK, text, cut);
            talk_shot(scene, talk, true, TCP_ACK, text + cut, len - cut);
            talk_server(scene, talk, "250\r\n");
            talk_bye(scene, talk);
            if (swapped) {
                struct shot swap = scene->shots[4];
                scene->shots[4] = scene->shots[5];
                scene->shots[5] = swap;
            }
            scene_play(scene);
            assert_string_equal(scene_text(scene),
                                "open S:220\r\n C:MAIL FROM:<a@b>\r\n S:250\r\n close:fin");
            scene_free(scene);
        }
}

static void test_data_on_syn(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shot(scene, talk, true, TCP_SYN, "EHLO a\r\n", 8);
    talk_shot(scene, talk, false, TCP_SYN | TCP_ACK, "220\r\n", 5);
    talk_ack(scene, talk, true);
    talk_server(scene, talk, "250\r\n");
    talk_bye(scene, talk);
    scene_play(scene);
    assert_string_equal(scene_text(scene), "open C:EHLO a\r\n S:220\r\n250\r\n close:fin");
    scene_free(scene);
}

static void test_keepalive(void **state)
{
    (void)state;
    for (uint32_t len = 0; len < 2; len++) {
        struct scene *scene = scene_new("native");
        small(scene);
        struct shot *shot = scene_repeat(scene, 7, 7);
        shot->seq -= 1;
        shot->len = shot->wire_len = len;
        shot->payload[0] = 0;
        scene_play(scene);
        assert_string_equal(scene_text(scene), SMALL);
        assert_int_equal(scene->stats.conflicts, 0);
        scene_free(scene);
    }
}

static void test_simultaneous_close(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    struct shot *client = talk_shot(scene, talk, true, TCP_ACK | TCP_FIN, NULL, 0);
    struct shot *server = talk_shot(scene, talk, false, TCP_ACK | TCP_FIN, NULL, 0);
    server->ack = client->seq;
    talk_ack(scene, talk, true);
    talk_ack(scene, talk, false);
    scene_play(scene);
    assert_string_equal(scene_text(scene), "open S:220\r\n close:fin");
    scene_free(scene);
}

static void test_port_reused(void **state)
{
    (void)state;
    for (int closed = 0; closed < 2; closed++) {
        struct scene *scene = scene_new("native");
        struct talk *talk = talk_new(scene);
        talk_shake(scene, talk);
        talk_server(scene, talk, "220 a\r\n");
        if (closed)
            talk_bye(scene, talk);
        talk->next[0] = talk->isn[0] = 0x77770000;
        talk->next[1] = talk->isn[1] = 0x11;
        size_t syn = scene->shot_count;
        talk_shake(scene, talk);
        scene_repeat(scene, syn, syn + 2); /* a repeated SYN is no new connection */
        talk_server(scene, talk, "220 b\r\n");
        talk_bye(scene, talk);
        scene_play(scene);
        assert_string_equal(scene_text(scene),
                            closed ? "open S:220 a\r\n close:fin open S:220 b\r\n close:fin"
                                   : "open S:220 a\r\n close:reused open S:220 b\r\n close:fin");
        assert_true(scene->flows[0]->info.flow_id != scene->flows[1]->info.flow_id);
        scene_free(scene);
    }
}

static void test_late_packets(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    small(scene);
    size_t count = scene->shot_count;
    for (size_t i = 5; i < count; i++)
        scene_repeat(scene, i, scene->shot_count);
    scene_play(scene);
    assert_string_equal(scene_text(scene), SMALL);
    assert_int_equal(scene->stats.midstream, 0);
    scene_free(scene);
}

static void test_snapped(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    struct talk *talk = small(scene);
    scene->shots[5].len = 4; /* EHLO, and four more on the wire */
    scene->shots[8].len = 0;
    scene_play(scene);
    assert_string_equal(scene_text(scene), "open S:220 hi\r\n C:EHLO C-4 S:250 ok\r\n C:QUIT\r\n "
                                           "S-9 close:fin");
    assert_int_equal(scene_model(scene, 0, talk), 13);
    scene_free(scene);
}

static void test_false_ack(void **state)
{
    (void)state;
    /* An acknowledgement of what was never sent must not blind us to the replies. */
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_shot(scene, talk, true, TCP_ACK, NULL, 0)->ack += 4000;
    for (int i = 0; i < 40; i++)
        talk_ack(scene, talk, true);
    talk_client(scene, talk, "EHLO\r\n");
    talk_server(scene, talk, "250\r\n");
    scene_play(scene);
    assert_int_equal(scene_octets(scene, 0, FROM_SERVER), 10);
    assert_int_equal(scene_octets(scene, 0, FROM_CLIENT), 6);
    scene_free(scene);
}

static void test_deadlock(void **state)
{
    (void)state;
    /* Segments merged so that each acknowledges the other: both must come out. */
    struct scene *scene = scene_new("native");
    struct talk *talk = talk_new(scene);
    talk_shake(scene, talk);
    talk_server(scene, talk, "220\r\n");
    talk_client(scene, talk, "EHLO\r\n");
    talk_server(scene, talk, "250\r\n");
    scene->shots[4].ack += 5;
    for (int i = 0; i < 30; i++)
        talk_ack(scene, talk, true);
    scene_play(scene);
    assert_string_equal(scene_text(scene), "open S:220\r\n C:EHLO\r\n S:250\r\n close:end");
    scene_free(scene);
}

static void test_nobody_interested(void **state)
{
    (void)state;
    struct scene *scene = scene_new("native");
    small(scene);
    scene->deaf = true;
    scene_play(scene);
    assert_int_equal(scene->note_count, 0);
    assert_int_equal(scene->stats.flows, 1);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_every_packet_twice),
        cmocka_unit_test(test_dialogue_repeated_later),
        cmocka_unit_test(test_neighbours_swapped),
        cmocka_unit_test(test_each_packet_lost),
        cmocka_unit_test(test_sequence_wrap),
        cmocka_unit_test(test_overlap_first_wins),
        cmocka_unit_test(test_every_split),
        cmocka_unit_test(test_data_on_syn),
        cmocka_unit_test(test_keepalive),
        cmocka_unit_test(test_simultaneous_close),
        cmocka_unit_test(test_port_reused),
        cmocka_unit_test(test_late_packets),
        cmocka_unit_test(test_snapped),
        cmocka_unit_test(test_false_ack),
        cmocka_unit_test(test_deadlock),
        cmocka_unit_test(test_nobody_interested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
