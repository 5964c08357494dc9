/*
 * IPv6 (RFC 8200 3). A payload length of 0 is a jumbogram (RFC 2675) or a packet on its way to
 * segmentation offload: its length is that of the capture.
 */
#include "walk.h"

#define IPV6_HEADER 40
#define IPV6_NEXT   6

enum link link_ipv6(struct walk *walk)
{
    if (!walk_has(walk, IPV6_HEADER))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    if (header[0] >> 4 != 6)
        return walk_bad(walk);
    if (++walk->depth > DECODE_DEPTH)
        return walk_count(&walk->stats->too_deep);
    size_t length = wire_u16(header + 4);
    if (length != 0)
        walk_trim(walk, IPV6_HEADER + length);
    struct ip_info *ip = &walk->segment.ip;
    memcpy(ip->src.octets, header + 8, 16);
    memcpy(ip->dst.octets, header + 24, 16);
    ip->ttl = header[7];
    ip->ip_id = 0;
    ip->dont_fragment = false;
    ip->fragmented = false;
    walk->v6 = true;
    walk->routed = false;
    walk->ip = header;
    walk->naming = header + IPV6_NEXT;
    walk->at += IPV6_HEADER;
    return walk_protocol(walk);
}
