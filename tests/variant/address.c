/* address.c: other addresses, another IP version, and IP options.
 * RFC 791 3.1 and RFC 2113 (options), RFC 8200 4.3 and 4.6 (extension headers). */
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "step.h"
#include "wire.h"

/* a.b.c.d becomes 2001:db8:aabb:cc00::d, so that a /24 becomes a /64. */
static void address_map(uint8_t *to, const uint8_t *from)
{
    static const uint8_t prefix[4] = {0x20, 0x01, 0x0d, 0xb8};
    memset(to, 0, 16);
    memcpy(to, prefix, sizeof prefix);
    memcpy(to + 4, from, 3);
    to[15] = from[3];
}

/* Whole IPv4 packets become IPv6; what they carry stays, DNS answers too. */
void address_to_ipv6(struct capture *cap, const struct step *step)
{
    (void)step;
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        struct ip ip;
        if (!ip_parse(packet, &ip) || ip.version != 4 || ip.fragment)
            continue;
        struct packet made = *packet;
        made.len = packet->len - ip.l4 + 40;
        made.wire_len = packet->wire_len - ip.l4 + 40;
        made.bytes = capture_alloc(made.len);
        made.bytes[0] = 0x60;
        made.bytes[6] = ip.proto;
        made.bytes[7] = packet->bytes[8];
        address_map(made.bytes + 8, packet->bytes + 12);
        address_map(made.bytes + 24, packet->bytes + 16);
        memcpy(made.bytes + 40, packet->bytes + ip.l4, packet->len - ip.l4);
        ip_fix(&made);
        free(packet->bytes);
        *packet = made;
    }
}

/* IPv4: router alert and padding; IPv6: a hop-by-hop and a destination options header. */
void address_options(struct capture *cap, const struct step *step)
{
    static const uint8_t options4[8] = {0x94, 4, 0, 0, 1, 1, 1, 0};
    static const uint8_t options6[16] = {IP_PROTO_DSTOPTS, 0, 1, 4, 0, 0, 0, 0, 0, 0, 1, 4};
    (void)step;
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        struct ip ip;
        if (!ip_parse(packet, &ip) || ip.fragment)
            continue;
        if (ip.version == 4 && ip.l4 == 20) {
            memcpy(packet_insert(packet, 20, sizeof options4), options4, sizeof options4);
            packet->bytes[0] += 2;
        } else if (ip.version == 6 && ip.l4 == 40) {
            uint8_t *at = packet_insert(packet, 40, sizeof options6);
            memcpy(at, options6, sizeof options6);
            at[8] = ip.proto;
            packet->bytes[6] = IP_PROTO_HOPOPTS;
        }
        ip_fix(packet);
    }
}

/* Each TCP segment is seen on both sides of a NAT, one hop apart. flavour 0: it changes the
 * server's address, 1: the client's. */
void address_nat(struct capture *cap, const struct step *step)
{
    struct flow_map *map = flow_map(cap);
    struct capture out = capture_like(cap);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        capture_add_copy(&out, &cap->packets[i]);
        if (place->flow == NULL)
            continue;
        struct packet copy = packet_copy(&cap->packets[i]);
        bool four = place->tcp.ip.version == 4;
        bool source = (place->direction == 1) == (step->flavour == 0);
        uint8_t *address = copy.bytes + (four ? (source ? 12 : 16) : (source ? 8 : 24));
        address[0] = four ? 10 : 0xfd;
        address[1] = 77;
        copy.bytes[four ? 8 : 7]--;
        ip_fix(&copy);
        capture_add(&out, copy);
    }
    flow_done(map);
    capture_replace(cap, &out);
}
