/* sequence.c: other sequence numbers, another beginning and another end of each connection.
 * RFC 9293 3.4 (sequence numbers), RFC 7413 (data on SYN), RFC 9293 3.10.7 (reset). */
#include <stdlib.h>

#include "flow.h"
#include "step.h"

/* Sequence numbers pass 2^32 within what each direction sends, at another place in each connection:
 * connections of one size would get the same numbers otherwise, which does not happen. None starts
 * at 0, which would be odd in itself. */
void sequence_wrap(struct capture *cap, const struct step *step)
{
    (void)step;
    struct flow_map *map = flow_map(cap);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        if (place->flow == NULL)
            continue;
        uint32_t shift[2];
        for (int direction = 0; direction < 2; direction++) {
            uint32_t first = place->flow->first[direction];
            uint32_t length = place->flow->end[direction] - first;
            uint64_t state = place->flow->number * 2 + (uint64_t)direction;
            uint32_t before = length > 0 ? 1 + (uint32_t)(step_random(&state) % length) : 1;
            shift[direction] = 0u - before - first;
        }
        tcp_shift(&cap->packets[i], &place->tcp, shift[place->direction], shift[!place->direction]);
    }
    flow_done(map);
}

/* The first segment of the server that follows the SYN-ACK at index from; 0 when there is none. */
static size_t sequence_greeting(const struct flow_map *map, const struct capture *cap, size_t from)
{
    const struct place *syn = &map->places[from];
    for (size_t i = from + 1; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        if (place->flow != syn->flow)
            continue;
        if (place->tcp.payload_len > 0)
            return place->direction == 1 && place->tcp.seq == syn->tcp.seq + 1 &&
                           (place->tcp.flags & TCP_FIN) == 0
                       ? i
                       : 0;
    }
    return 0;
}

/* The greeting of each server travels on its SYN-ACK. */
void sequence_greet_on_syn(struct capture *cap, const struct step *step)
{
    (void)step;
    struct flow_map *map = flow_map(cap);
    struct capture out = capture_like(cap);
    bool *moved = capture_alloc(cap->count);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        const struct packet *packet = &cap->packets[i];
        bool answer =
            place->flow != NULL && place->direction == 1 && (place->tcp.flags & TCP_SYN) != 0;
        size_t data = answer ? sequence_greeting(map, cap, i) : 0;
        if (data > 0 && !moved[data]) {
            const struct tcp *tcp = &map->places[data].tcp;
            moved[data] = true;
            capture_add(&out, tcp_make(packet, &place->tcp, place->tcp.seq, place->tcp.flags,
                                       cap->packets[data].bytes + tcp->payload, tcp->payload_len));
        } else if (!moved[i]) {
            capture_add_copy(&out, packet);
        }
    }
    free(moved);
    flow_done(map);
    capture_replace(cap, &out);
}

/* A segment as if nobody had sent FIN, which takes a sequence number: neither its own nor the
 * acknowledged one may stand behind the last octet of data. */
static void sequence_no_fin(struct packet *packet, const struct place *place)
{
    const struct flow *flow = place->flow;
    int own = place->direction, peer = !own;
    if ((place->tcp.flags & TCP_FIN) != 0)
        tcp_set_flags(packet, &place->tcp, place->tcp.flags & (uint8_t)~TCP_FIN);
    uint32_t own_less = flow->fin[own] && place->tcp.seq == flow->end[own] + 1 ? 1 : 0;
    uint32_t peer_less = flow->fin[peer] && place->tcp.ack == flow->end[peer] + 1 ? 1 : 0;
    tcp_shift(packet, &place->tcp, 0 - own_less, 0 - peer_less);
}

/* Connections that ended with FIN end with one RST behind their last packet instead. */
void sequence_reset(struct capture *cap, const struct step *step)
{
    (void)step;
    struct flow_map *map = flow_map(cap);
    struct capture out = capture_like(cap);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        struct packet packet = packet_copy(&cap->packets[i]);
        bool closed = place->flow != NULL && (place->flow->fin[0] || place->flow->fin[1]);
        if (closed)
            sequence_no_fin(&packet, place);
        capture_add(&out, packet);
        if (closed && i == place->flow->last)
            capture_add(&out, tcp_make(&packet, &place->tcp, place->flow->end[place->direction],
                                       TCP_RST | TCP_ACK, NULL, 0));
    }
    flow_done(map);
    capture_replace(cap, &out);
}
