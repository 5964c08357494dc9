/* A small model of TCP hosts, a sink that writes down what it hears, and the comparison. */
#include "helper_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct scene *scene_new(const char *engine)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    scene->engine = engine_find(engine);
    assert_non_null(scene->engine);
    stream_defaults(&scene->options);
    scene->clock = 1000 * CLOCK_SECOND;
    buf_init(&scene->text, 1 << 24);
    return scene;
}

void scene_forget(struct scene *scene)
{
    for (size_t i = 0; i < scene->note_count; i++)
        free(scene->notes[i].data);
    for (unsigned i = 0; i < scene->flow_count; i++)
        free(scene->flows[i]);
    scene->note_count = 0;
    scene->flow_count = 0;
}

void scene_free(struct scene *scene)
{
    scene_forget(scene);
    free(scene->notes);
    for (size_t i = 0; i < scene->shot_count; i++)
        free(scene->shots[i].payload);
    for (unsigned i = 0; i < scene->talk_count; i++)
        for (int d = 0; d < 2; d++) {
            free(scene->talks[i].said[d]);
            free(scene->talks[i].after[d]);
        }
    buf_done(&scene->text);
    free(scene);
}

struct talk *talk_new(struct scene *scene)
{
    assert_true(scene->talk_count < SCENE_TALKS);
    unsigned number = scene->talk_count++;
    struct talk *talk = &scene->talks[number];
    *talk = (struct talk){
        .client = addr_v4(0xc0000200 + 9 + number),
        .server = addr_v4(0xc6336401),
        .client_port = (uint16_t)(40000 + number),
        .server_port = 25,
        .isn = {0x10000000 + number * 7919, 0x20000000 + number * 104729},
        .number = number,
    };
    for (int d = 0; d < 2; d++) {
        talk->next[d] = talk->isn[d];
        talk->said[d] = malloc(SCENE_STREAM);
        talk->after[d] = calloc(SCENE_STREAM, sizeof *talk->after[d]);
    }
    return talk;
}

struct shot *talk_shot(struct scene *scene, struct talk *talk, bool from_client, unsigned flags,
                       const void *data, uint32_t len)
{
    assert_true(scene->shot_count < SCENE_SHOTS);
    int d = from_client ? FROM_CLIENT : FROM_SERVER;
    struct shot *shot = &scene->shots[scene->shot_count++];
    *shot = (struct shot){
        .talk = talk->number,
        .from_client = from_client,
        .flags = (uint8_t)flags,
        .seq = talk->next[d],
        .ack = (flags & TCP_ACK) != 0 ? talk->next[!d] : 0,
        .window = 65000,
        .len = len,
        .wire_len = len,
        .time = scene->clock,
        .vlan = talk->vlan,
    };
    scene->clock += CLOCK_SECOND / 1000;
    shot->payload = malloc(len + 1);
    if (len > 0) {
        memcpy(shot->payload, data, len);
        assert_true(talk->len[d] + len < SCENE_STREAM);
        memcpy(talk->said[d] + talk->len[d], data, len);
        for (uint32_t i = 0; i < len; i++)
            talk->after[d][talk->len[d] + i] = talk->len[!d];
        talk->len[d] += len;
    }
    talk->next[d] += len + ((flags & TCP_SYN) != 0) + ((flags & TCP_FIN) != 0);
    return shot;
}

void talk_shake(struct scene *scene, struct talk *talk)
{
    talk_shot(scene, talk, true, TCP_SYN, NULL, 0);
    talk_shot(scene, talk, false, TCP_SYN | TCP_ACK, NULL, 0);
    talk_shot(scene, talk, true, TCP_ACK, NULL, 0);
}

static void talk_say(struct scene *scene, struct talk *talk, bool from_client, const void *data,
                     uint32_t len)
{
    const uint8_t *at = data;
    while (len > 0) {
        uint32_t part = len < SCENE_MSS ? len : SCENE_MSS;
        talk_shot(scene, talk, from_client, TCP_ACK | TCP_PSH, at, part);
        at += part;
        len -= part;
    }
}

void talk_client(struct scene *scene, struct talk *talk, const char *text)
{
    talk_say(scene, talk, true, text, (uint32_t)strlen(text));
}

void talk_server(struct scene *scene, struct talk *talk, const char *text)
{
    talk_say(scene, talk, false, text, (uint32_t)strlen(text));
}

void talk_ack(struct scene *scene, struct talk *talk, bool from_client)
{
    talk_shot(scene, talk, from_client, TCP_ACK, NULL, 0);
}

void talk_bye(struct scene *scene, struct talk *talk)
{
    talk_shot(scene, talk, true, TCP_ACK | TCP_FIN, NULL, 0);
    talk_shot(scene, talk, false, TCP_ACK | TCP_FIN, NULL, 0);
    talk_shot(scene, talk, true, TCP_ACK, NULL, 0);
}

void talk_smtp(struct scene *scene, struct talk *talk, uint32_t size)
{
    talk_shake(scene, talk);
    talk_server(scene, talk, "220 mx.example.net ESMTP\r\n");
    talk_ack(scene, talk, true);
    talk_client(scene, talk, "EHLO client.example.org\r\n");
    talk_ack(scene, talk, false);
    talk_server(scene, talk, "250-mx.example.net\r\n250 PIPELINING\r\n");
    talk_client(scene, talk, "MAIL FROM:<a@example.org>\r\n");
    talk_server(scene, talk, "250 2.1.0 Ok\r\n");
    for (int i = 0; i < 5; i++) {
        char line[64];
        snprintf(line, sizeof line, "RCPT TO:<user%d@example.net>\r\n", i);
        talk_client(scene, talk, line);
        snprintf(line, sizeof line, "550 5.1.1 user%d unknown\r\n", i);
        talk_server(scene, talk, line);
        if (i % 2 == 0)
            talk_ack(scene, talk, true);
    }
    talk_client(scene, talk, "DATA\r\n");
    talk_server(scene, talk, "354 go on\r\n");
    uint8_t *body = malloc(size + 1);
    for (uint32_t i = 0; i < size; i++)
        body[i] = (uint8_t)(' ' + (i * 7 + i / 251) % 90);
    for (uint32_t done = 0; done < size;) {
        uint32_t part = size - done < 2 * SCENE_MSS ? size - done : 2 * SCENE_MSS;
        talk_say(scene, talk, true, body + done, part);
        talk_ack(scene, talk, false);
        done += part;
    }
    free(body);
    talk_client(scene, talk, "\r\n.\r\n");
    talk_server(scene, talk, "250 2.0.0 queued\r\n");
    talk_client(scene, talk, "QUIT\r\n");
    talk_server(scene, talk, "221 bye\r\n");
    talk_bye(scene, talk);
}

void scene_drop(struct scene *scene, size_t index)
{
    free(scene->shots[index].payload);
    scene->shot_count--;
    memmove(&scene->shots[index], &scene->shots[index + 1],
            (scene->shot_count - index) * sizeof *scene->shots);
}

struct shot *scene_repeat(struct scene *scene, size_t from, size_t index)
{
    assert_true(scene->shot_count < SCENE_SHOTS);
    struct shot shot = scene->shots[from];
    shot.payload = malloc(shot.len + 1);
    memcpy(shot.payload, scene->shots[from].payload, shot.len);
    memmove(&scene->shots[index + 1], &scene->shots[index],
            (scene->shot_count - index) * sizeof *scene->shots);
    scene->shot_count++;
    if (index > 0)
        shot.time = scene->shots[index - 1].time;
    scene->shots[index] = shot;
    return &scene->shots[index];
}

unsigned scene_random(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 8 & 0xffffff;
}

void scene_shuffle(struct scene *scene, unsigned window, unsigned *seed)
{
    for (size_t at = 0; at < scene->shot_count; at += window) {
        size_t count = scene->shot_count - at < window ? scene->shot_count - at : window;
        for (size_t i = count; i > 1; i--) {
            size_t j = scene_random(seed) % i;
            struct shot *a = &scene->shots[at + i - 1], *b = &scene->shots[at + j];
            struct shot swap = *a;
            int64_t time_a = a->time, time_b = b->time;
            *a = *b;
            *b = swap;
            a->time = time_a;
            b->time = time_b;
        }
    }
}

static struct note *scene_note(struct scene_flow *flow, enum heard heard, int64_t time)
{
    struct scene *scene = flow->scene;
    if (scene->note_count == scene->note_room) {
        scene->note_room = scene->note_room * 2 + 64;
        scene->notes = realloc(scene->notes, scene->note_room * sizeof *scene->notes);
        assert_non_null(scene->notes);
    }
    assert_false(flow->closed);
    struct note *note = &scene->notes[scene->note_count++];
    *note = (struct note){.heard = heard, .flow = flow->number, .time = time};
    return note;
}

static void *scene_on_open(void *arg, const struct flow_info *info)
{
    struct scene *scene = arg;
    if (scene->deaf)
        return NULL;
    struct scene_flow *flow = calloc(1, sizeof *flow);
    assert_non_null(flow);
    assert_true(scene->flow_count < 4096);
    *flow = (struct scene_flow){scene, *info, scene->flow_count, false};
    scene->flows[scene->flow_count++] = flow;
    scene_note(flow, HEARD_OPEN, info->opened);
    return flow;
}

static void scene_on_data(void *arg, void *parser, enum direction direction, struct span data,
                          int64_t time, uint64_t number)
{
    (void)arg;
    (void)number;
    assert_true(data.len > 0);
    struct note *note = scene_note(parser, HEARD_DATA, time);
    note->direction = direction;
    note->data = malloc(data.len);
    memcpy(note->data, data.at, data.len);
    note->len = data.len;
}

static void scene_on_gap(void *arg, void *parser, enum direction direction, uint64_t length,
                         int64_t time, uint64_t number)
{
    (void)arg;
    (void)number;
    struct note *note = scene_note(parser, HEARD_GAP, time);
    note->direction = direction;
    note->len = length;
}

static void scene_on_close(void *arg, void *parser, enum close_reason reason, int64_t time,
                           uint64_t number)
{
    (void)arg;
    (void)number;
    struct scene_flow *flow = parser;
    scene_note(flow, HEARD_CLOSE, time)->reason = reason;
    flow->closed = true;
}

void scene_begin(struct scene *scene)
{
    scene_forget(scene);
    scene->number = 0;
    struct stream_sink sink = {scene_on_open, scene_on_data, scene_on_gap, scene_on_close, scene};
    assert_int_equal(scene->engine->open(&scene->options, &sink, &scene->state), 0);
}

static void scene_put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void scene_put32(uint8_t *at, uint32_t value)
{
    scene_put16(at, value >> 16);
    scene_put16(at + 2, value & 0xffff);
}

/* The IPv4 packet of a segment, checksums left zero. */
static void scene_packet(struct buf *packet, const struct shot *shot, const struct segment *segment)
{
    uint8_t head[40] = {0x45, [6] = 0x40, [8] = 64, [9] = 6};
    unsigned options = (shot->option_len + 3U) / 4 * 4;
    scene_put16(head + 2, 40 + options + shot->wire_len);
    memcpy(head + 12, segment->ip.src.octets + 12, 4);
    memcpy(head + 16, segment->ip.dst.octets + 12, 4);
    scene_put16(head + 20, segment->ip.src_port);
    scene_put16(head + 22, segment->ip.dst_port);
    scene_put32(head + 24, shot->seq);
    scene_put32(head + 28, shot->ack);
    head[32] = (uint8_t)((20 + options) / 4 << 4);
    head[33] = shot->flags;
    scene_put16(head + 34, shot->window);
    buf_add(packet, span_make(head, sizeof head));
    buf_add(packet, span_make(shot->options, options));
    buf_add(packet, span_make(shot->payload, shot->len));
}

void scene_feed(struct scene *scene, size_t index)
{
    const struct shot *shot = &scene->shots[index];
    const struct talk *talk = &scene->talks[shot->talk];
    struct addr client = talk->client;
    uint16_t port = talk->client_port;
    if (shot->client_port_shift != 0) {
        port = (uint16_t)(port + shot->client_port_shift);
        client.octets[15] ^= 0x80;
    }
    struct segment segment = {
        .ip = {.time = shot->time,
               .number = ++scene->number,
               .source = "scene",
               .src = shot->from_client ? client : talk->server,
               .dst = shot->from_client ? talk->server : client,
               .src_port = shot->from_client ? port : talk->server_port,
               .dst_port = shot->from_client ? talk->server_port : port,
               .vlan = {shot->vlan},
               .vlan_count = shot->vlan != 0,
               .ttl = 64,
               .ip_header = 20},
        .seq = shot->seq,
        .ack = shot->ack,
        .window = shot->window,
        .flags = shot->flags,
        .options = {shot->options, shot->option_len},
        .payload = {shot->payload, shot->len},
        .payload_len = shot->wire_len,
    };
    struct buf packet;
    buf_init(&packet, 1 << 17);
    if (addr_is_v4(&client))
        scene_packet(&packet, shot, &segment);
    segment.packet = buf_span(&packet);
    scene->engine->segment(scene->state, &segment);
    buf_done(&packet);
}

void scene_finish(struct scene *scene, int64_t after)
{
    int64_t now = scene->shot_count > 0 ? scene->shots[scene->shot_count - 1].time : scene->clock;
    if (after > 0)
        scene->engine->tick(scene->state, now + after);
    scene->engine->stats(scene->state, &scene->stats);
    scene->engine->close(scene->state, now + after);
    for (unsigned i = 0; i < scene->flow_count; i++)
        assert_true(scene->flows[i]->closed);
}

void scene_play_range(struct scene *scene, size_t first, size_t last)
{
    scene_begin(scene);
    for (size_t i = first; i < last; i++)
        scene_feed(scene, i);
    scene_finish(scene, 0);
}

void scene_play(struct scene *scene)
{
    scene_play_range(scene, 0, scene->shot_count);
}
