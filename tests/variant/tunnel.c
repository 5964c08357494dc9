/* tunnel.c: outer headers around an IP packet or an Ethernet frame.
 * GRE (RFC 2784, 2890), ERSPAN (draft-foschiano-erspan-03), VXLAN (RFC 7348), GENEVE (RFC 8926),
 * IP in IP (RFC 2003, 2473, 4213). */
#include <string.h>

#include "ip.h"
#include "step.h"
#include "wire.h"

enum { TYPE_BRIDGED = 0x6558, TYPE_ERSPAN2 = 0x88be, TYPE_ERSPAN3 = 0x22eb };

/* An outer IPv4 header in front. */
static void tunnel_ip4(struct packet *packet, uint8_t proto)
{
    static const uint8_t ends[8] = {10, 255, 0, 1, 10, 255, 0, 2};
    uint8_t *at = packet_prepend(packet, 20);
    at[0] = 0x45;
    at[8] = 64;
    at[9] = proto;
    memcpy(at + 12, ends, sizeof ends);
    packet->link = LINK_IP;
    ip_fix(packet);
}

/* An outer IPv6 header in front. */
static void tunnel_ip6(struct packet *packet, uint8_t proto)
{
    static const uint8_t prefix[4] = {0xfd, 0, 0, 0x25};
    uint8_t *at = packet_prepend(packet, 40);
    at[0] = 0x60;
    at[6] = proto;
    at[7] = 64;
    memcpy(at + 8, prefix, sizeof prefix);
    at[23] = 1;
    memcpy(at + 24, prefix, sizeof prefix);
    at[39] = 2;
    packet->link = LINK_IP;
    ip_fix(packet);
}

static uint8_t tunnel_inner_proto(const struct packet *packet)
{
    if (packet->link != LINK_IP)
        capture_die("IP in IP can only stand around IP");
    return packet->bytes[0] >> 4 == 6 ? IP_PROTO_IPV6 : IP_PROTO_IPIP;
}

/* flavour: version of the outer header. The inner one may be either: 4 in 4, 6 in 4, 4 in 6. */
void tunnel_ipip(struct capture *cap, const struct step *step)
{
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        uint8_t proto = tunnel_inner_proto(packet);
        if (step->flavour == 4)
            tunnel_ip4(packet, proto);
        else
            tunnel_ip6(packet, proto);
    }
}

/* flavour 0: the four-octet header; 1: checksum, key and sequence number too; 2: as 0, bridged
 * Ethernet inside. An Ethernet frame of an earlier step always goes in bridged. */
void tunnel_gre(struct capture *cap, const struct step *step)
{
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        if (step->flavour == 2)
            packet_to_ethernet(packet);
        bool bridged = packet->link == LINK_ETHERNET;
        uint16_t type = bridged ? TYPE_BRIDGED : packet_ethertype(packet);
        uint8_t *at = packet_prepend(packet, step->flavour == 1 ? 16 : 4);
        wire_put16(at + 2, type);
        if (step->flavour == 1) {
            wire_put16(at, 0xb000);
            wire_put32(at + 8, 0x6d787461);
            wire_put32(at + 12, (uint32_t)i);
            wire_put16(at + 4, ip_sum(at, packet->len));
        }
        tunnel_ip4(packet, IP_PROTO_GRE);
    }
}

/* flavour 1: type I; 2: type II; 3: type III; 4: type III with the platform sub-header. */
void tunnel_erspan(struct capture *cap, const struct step *step)
{
    int type = step->flavour > 3 ? 3 : step->flavour;
    bool platform = step->flavour > 3;
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        packet_to_ethernet(packet);
        if (type == 2) {
            uint8_t *at = packet_prepend(packet, 8);
            wire_put32(at, 0x1u << 28 | 20u << 16 | 0x3u << 11 | 77);
            wire_put32(at + 4, 5);
        } else if (type == 3) {
            uint8_t *at = packet_prepend(packet, platform ? 20 : 12);
            wire_put32(at, 0x2u << 28 | 20u << 16 | 77);
            wire_put32(at + 4, (uint32_t)(packet->ns / 100000));
            wire_put32(at + 8, 0x8000u | (platform ? 1u : 0u));
            if (platform)
                wire_put32(at + 12, 0x3u << 26);
        }
        uint8_t *gre = packet_prepend(packet, type == 1 ? 4 : 8);
        wire_put16(gre, type == 1 ? 0 : 0x1000);
        wire_put16(gre + 2, type == 3 ? TYPE_ERSPAN3 : TYPE_ERSPAN2);
        if (type != 1)
            wire_put32(gre + 4, (uint32_t)i);
        tunnel_ip4(packet, IP_PROTO_GRE);
    }
}

static void tunnel_udp(struct packet *packet, uint16_t port, int version)
{
    uint8_t *at = packet_prepend(packet, 8);
    wire_put16(at, 49152 + packet->wire_len % 1000);
    wire_put16(at + 2, port);
    wire_put16(at + 4, packet->wire_len);
    if (version == 4)
        tunnel_ip4(packet, IP_PROTO_UDP);
    else
        tunnel_ip6(packet, IP_PROTO_UDP);
}

/* flavour: version of the outer IP header. */
void tunnel_vxlan(struct capture *cap, const struct step *step)
{
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        packet_to_ethernet(packet);
        uint8_t *at = packet_prepend(packet, 8);
        at[0] = 0x08;
        wire_put32(at + 4, 4242u << 8);
        tunnel_udp(packet, 4789, step->flavour);
    }
}

/* flavour: number of options, each of 8 octets; without options IP goes in bare. */
void tunnel_geneve(struct capture *cap, const struct step *step)
{
    for (size_t i = 0; i < cap->count; i++) {
        struct packet *packet = &cap->packets[i];
        uint32_t options = (uint32_t)step->flavour;
        if (options > 0)
            packet_to_ethernet(packet);
        uint16_t type = packet->link == LINK_ETHERNET ? TYPE_BRIDGED : packet_ethertype(packet);
        uint8_t *at = packet_prepend(packet, 8 + 8 * options);
        at[0] = (uint8_t)(2 * options);
        wire_put16(at + 2, type);
        wire_put32(at + 4, 4242u << 8);
        for (uint32_t option = 0; option < options; option++) {
            wire_put16(at + 8 + 8 * option, 0x0103);
            at[8 + 8 * option + 2] = (uint8_t)(option + 1);
            at[8 + 8 * option + 3] = 1;
        }
        tunnel_udp(packet, 6081, 4);
    }
}
