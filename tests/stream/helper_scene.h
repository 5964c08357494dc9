/*
 * helper_scene: scripts of TCP segments for the tests of the stream engines.
 *
 * A talk is one connection of the model: talk_ functions append its segments to a script, as its
 * hosts would send them. Tests cut, shuffle, repeat and change the shots of a script, play it
 * through an engine and compare what the sink heard: scene_text gives it as text, scene_model
 * checks it against the original streams (every octet delivered right or in a gap, and no octet
 * before the octets that its sender had received).
 */
#ifndef TESTS_STREAM_HELPER_SCENE_H
#define TESTS_STREAM_HELPER_SCENE_H

#include <mxtap/buf.h>
#include <mxtap/clock.h>
#include <mxtap/stream.h>

#define SCENE_MSS    1448
#define SCENE_STREAM (1 << 17) /* octets of one direction in the model */
#define SCENE_SHOTS  8192
#define SCENE_TALKS  16

struct talk {
    struct addr client, server;
    uint16_t client_port, server_port;
    uint16_t vlan;
    uint32_t isn[2];
    uint32_t next[2];   /* sequence numbers */
    uint32_t len[2];    /* octets said */
    uint8_t *said[2];   /* SCENE_STREAM each */
    uint32_t *after[2]; /* for each octet: octets of the peer that its sender had acknowledged */
    unsigned number;
};

struct shot {
    unsigned talk; /* index */
    bool from_client;
    uint8_t flags;
    uint32_t seq, ack;
    uint16_t window;
    uint8_t options[8];
    uint8_t option_len;
    uint8_t *payload; /* owned */
    uint32_t len, wire_len;
    int64_t time;
    uint16_t client_port_shift; /* nonzero: as seen on the other side of a NAT */
    uint16_t vlan;
};

/* What the sink heard. */
enum heard { HEARD_OPEN, HEARD_DATA, HEARD_GAP, HEARD_CLOSE };

struct note {
    enum heard heard;
    unsigned flow; /* in the order of on_open */
    enum direction direction;
    uint8_t *data;
    uint64_t len;
    enum close_reason reason;
    int64_t time;
};

struct scene_flow {
    struct scene *scene;
    struct flow_info info;
    unsigned number;
    bool closed;
};

struct scene {
    const struct engine *engine;
    struct stream_options options;
    void *state;
    struct talk talks[SCENE_TALKS];
    unsigned talk_count;
    struct shot shots[SCENE_SHOTS];
    size_t shot_count;
    int64_t clock; /* of the next shot */
    struct note *notes;
    size_t note_count, note_room;
    struct scene_flow *flows[4096];
    unsigned flow_count;
    bool deaf; /* on_open answers NULL */
    struct stream_stats stats;
    struct buf text;
    uint64_t number;
};

struct scene *scene_new(const char *engine);
void scene_free(struct scene *scene);

struct talk *talk_new(struct scene *scene);
struct shot *talk_shot(struct scene *scene, struct talk *talk, bool from_client, unsigned flags,
                       const void *data, uint32_t len);
void talk_shake(struct scene *scene, struct talk *talk); /* SYN, SYN-ACK, ACK */
void talk_client(struct scene *scene, struct talk *talk, const char *text);
void talk_server(struct scene *scene, struct talk *talk, const char *text);
void talk_ack(struct scene *scene, struct talk *talk, bool from_client);
void talk_bye(struct scene *scene, struct talk *talk); /* FIN from both, last ACK */
/* A whole SMTP dialogue with a message of size octets, acknowledged as hosts do. */
void talk_smtp(struct scene *scene, struct talk *talk, uint32_t size);

void scene_drop(struct scene *scene, size_t index);
/* A copy of a shot, put at index. */
struct shot *scene_repeat(struct scene *scene, size_t from, size_t index);
/* Shuffles within windows of so many shots; times stay in order. */
void scene_shuffle(struct scene *scene, unsigned window, unsigned *seed);
unsigned scene_random(unsigned *seed);

/* Opens the engine, plays shots from first to before last, closes. */
void scene_play(struct scene *scene);
void scene_play_range(struct scene *scene, size_t first, size_t last);
void scene_begin(struct scene *scene);
void scene_feed(struct scene *scene, size_t index);
void scene_finish(struct scene *scene, int64_t after);
/* Forgets what was heard. */
void scene_forget(struct scene *scene);

/* What the sink heard, for example: open S:220 x| C:EHLO y| C-12 close:fin (of all flows). */
const char *scene_text(struct scene *scene);
/* Aborts unless flow number carries the talk's streams; returns octets in gaps. */
uint64_t scene_model(struct scene *scene, unsigned flow, const struct talk *talk);
/* Octets delivered of a direction of a flow. */
uint64_t scene_octets(const struct scene *scene, unsigned flow, enum direction direction);

#endif
