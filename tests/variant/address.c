/* address.c: other addresses, another IP version, and IP options.
 * RFC 791 3.1 and RFC 2113 (options), RFC 8200 4.3 and 4.6 (extension headers). */
#include <stdlib.h>
#include <string.h>

#include "dnsmap.h"
#include "flow.h"
#include "step.h"
#include "wire.h"

#define UDP_HEADER 8
#define DNS_PORT   53

/* The message of a datagram on port 53, rewritten in to; false for everything else. */
static bool address_dns(const struct packet *packet, const struct ip *ip, uint8_t to[DNSMAP_MOST],
                        uint32_t *ret_size)
{
    const uint8_t *udp = packet->bytes + ip->l4;
    if (ip->proto != IP_PROTO_UDP || packet->len != packet->wire_len ||
        packet->len < ip->l4 + UDP_HEADER ||
        (wire_get16(udp) != DNS_PORT && wire_get16(udp + 2) != DNS_PORT))
        return false;
    return dnsmap(udp + UDP_HEADER, packet->len - ip->l4 - UDP_HEADER, to, ret_size);
}

/* An IPv6 packet with the same addresses, mapped, and this behind its header. */
static struct packet address_packet(const struct packet *model, const struct ip *ip,
                                    const uint8_t *bytes, uint32_t len, uint32_t wire_len)
{
    struct packet made = *model;
    made.len = 40 + len;
    made.wire_len = 40 + wire_len;
    made.bytes = capture_alloc(made.len);
    made.bytes[0] = 0x60;
    made.bytes[6] = ip->proto;
    made.bytes[7] = model->bytes[8];
    dnsmap_address(made.bytes + 8, model->bytes + 12);
    dnsmap_address(made.bytes + 24, model->bytes + 16);
    memcpy(made.bytes + 40, bytes, len);
    return made;
}

/* Whole IPv4 packets become IPv6, and so do the addresses in DNS over UDP. */
void address_to_ipv6(struct capture *cap, const struct step *step)
{
    (void)step;
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        struct ip ip;
        uint8_t dns[UDP_HEADER + DNSMAP_MOST];
        uint32_t size;
        if (!ip_parse(packet, &ip) || ip.version != 4 || ip.fragment)
            continue;
        struct packet made;
        if (address_dns(packet, &ip, dns + UDP_HEADER, &size)) {
            memcpy(dns, packet->bytes + ip.l4, UDP_HEADER);
            wire_put16(dns + 4, UDP_HEADER + size);
            made = address_packet(packet, &ip, dns, UDP_HEADER + size, UDP_HEADER + size);
        } else {
            made = address_packet(packet, &ip, packet->bytes + ip.l4, packet->len - ip.l4,
                                  packet->wire_len - ip.l4);
        }
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
