/*
 * UDP (RFC 768): a datagram, or a tunnel by its destination port. A length of 0 is that of the
 * packet (RFC 2675 4). The first octet must fit the tunnel, for ports prove nothing.
 */
#include "checksum.h"
#include "walk.h"

#define UDP_HEADER     8
#define UDP_PROTOCOL   17
#define VXLAN_VALID_ID 0x08
#define GENEVE_VERSION 0xc0

static bool udp_port_in(const uint16_t ports[4], uint16_t port)
{
    for (size_t i = 0; i < 4 && ports[i] != 0; i++)
        if (ports[i] == port)
            return true;
    return false;
}

static enum link udp_tunnel(const struct walk *walk, uint16_t port)
{
    if (!walk_has(walk, 1))
        return LINK_DONE;
    if ((walk->at[0] & VXLAN_VALID_ID) && udp_port_in(walk->options->vxlan_ports, port))
        return LINK_vxlan;
    if (!(walk->at[0] & GENEVE_VERSION) && udp_port_in(walk->options->geneve_ports, port))
        return LINK_geneve;
    return LINK_DONE;
}

static bool udp_checksum_ok(const struct walk *walk, const uint8_t *header)
{
    if (!walk->options->verify_checksums || wire_u16(header + 6) == 0)
        return true;
    if (walk->missing > 0 || walk->routed)
        return true;
    return checksum_ok_transport(span_make(header, (size_t)(walk->end - header)), &walk->segment.ip,
                                 UDP_PROTOCOL);
}

static void udp_give(struct walk *walk)
{
    const struct decode_sink *sink = walk->sink;
    size_t left = walk_left(walk);
    struct datagram datagram = {
        .ip = walk->segment.ip,
        .payload = span_make(walk->at, left),
        .payload_len = (uint32_t)left + walk->missing,
    };
    walk->stats->datagrams++;
    walk->stats->snapped += walk->missing > 0;
    if (sink->on_datagram != NULL)
        sink->on_datagram(sink->arg, &datagram);
}

enum link link_udp(struct walk *walk)
{
    if (!walk_has(walk, UDP_HEADER))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    size_t length = wire_u16(header + 4);
    if (length != 0 && (length < UDP_HEADER || length > walk_left(walk) + walk->missing))
        return walk_bad(walk);
    if (length != 0)
        walk_trim(walk, length);
    if (!udp_checksum_ok(walk, header))
        return walk_count(&walk->stats->bad_checksum);
    struct ip_info *ip = &walk->segment.ip;
    ip->src_port = wire_u16(header);
    ip->dst_port = wire_u16(header + 2);
    ip->ip_header = (uint16_t)(header - walk->ip);
    walk->at += UDP_HEADER;
    enum link tunnel = udp_tunnel(walk, ip->dst_port);
    if (tunnel == LINK_DONE)
        udp_give(walk);
    return tunnel;
}
