/* repeat.c: octets that come more than once: duplicates of packets, retransmissions that overlap,
 * keep-alives (RFC 9293 3.8.4, RFC 1122 4.2.3.6). */
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "step.h"
#include "wire.h"

enum { REPEAT_FRONT, REPEAT_AGAIN, REPEAT_OTHER, REPEAT_ALIVE };

/* Every packet twice. flavour 1: in VLAN 10 and VLAN 20. */
void repeat_packets(struct capture *cap, const struct step *step)
{
    struct capture out = capture_like(cap);
    for (size_t i = 0; i < cap->count; i++)
        for (uint32_t copy = 1; copy <= 2; copy++) {
            struct packet packet = packet_copy(&cap->packets[i]);
            if (step->flavour == 1) {
                packet_to_ethernet(&packet);
                uint8_t *at = packet_insert(&packet, 12, 4);
                wire_put16(at, 0x8100);
                wire_put16(at + 2, copy * 10);
            }
            capture_add(&out, packet);
        }
    capture_replace(cap, &out);
}

/* The last octet that a direction has sent. */
struct tail {
    bool known;
    uint32_t end;
    uint8_t octet;
};

/* A copy of the segment that begins with the octet before it. */
static struct packet repeat_overlap(const struct packet *packet, const struct tcp *tcp,
                                    uint8_t octet)
{
    uint8_t *payload = capture_alloc(tcp->payload_len + 1);
    payload[0] = octet;
    memcpy(payload + 1, packet->bytes + tcp->payload, tcp->payload_len);
    struct packet made =
        tcp_make(packet, tcp, tcp->seq - 1, tcp->flags, payload, tcp->payload_len + 1);
    free(payload);
    return made;
}

static struct packet repeat_conflict(const struct packet *packet, const struct tcp *tcp)
{
    uint8_t *payload = capture_alloc(tcp->payload_len);
    memset(payload, 'Z', tcp->payload_len);
    struct packet made = tcp_make(packet, tcp, tcp->seq, tcp->flags, payload, tcp->payload_len);
    free(payload);
    return made;
}

static void repeat_segment(struct capture *out, const struct packet *packet, const struct tcp *tcp,
                           const struct tail *tail, int flavour)
{
    bool follows = tail->known && tail->end == tcp->seq;
    if (flavour == REPEAT_ALIVE && follows) {
        static const uint8_t zero[1] = {0};
        capture_add(out, tcp_make(packet, tcp, tcp->seq - 1, TCP_ACK, zero, tcp->seq % 2));
    }
    if (flavour == REPEAT_FRONT && follows)
        capture_add(out, repeat_overlap(packet, tcp, tail->octet));
    else
        capture_add_copy(out, packet);
    if (flavour == REPEAT_AGAIN && follows)
        capture_add(out, repeat_overlap(packet, tcp, tail->octet));
    if (flavour == REPEAT_OTHER)
        capture_add(out, repeat_conflict(packet, tcp));
}

/* flavour 0: each segment begins one octet early; 1: it is sent, then sent again one octet early;
 * 2: it is sent, then sent again with other contents; 3: a keep-alive stands before it. */
void repeat_data(struct capture *cap, const struct step *step)
{
    struct flow_map *map = flow_map(cap);
    struct tail *tails = capture_alloc(map->count * 2 * sizeof *tails);
    struct capture out = capture_like(cap);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        const struct packet *packet = &cap->packets[i];
        const struct tcp *tcp = &place->tcp;
        if (place->flow == NULL || tcp->payload_len == 0 ||
            (tcp->flags & (TCP_SYN | TCP_RST)) != 0) {
            capture_add_copy(&out, packet);
            continue;
        }
        struct tail *tail = &tails[place->flow->number * 2 + (size_t)place->direction];
        repeat_segment(&out, packet, tcp, tail, step->flavour);
        *tail = (struct tail){true, tcp->seq + tcp->payload_len,
                              packet->bytes[tcp->payload + tcp->payload_len - 1]};
    }
    free(tails);
    flow_done(map);
    capture_replace(cap, &out);
}
