/*
 * IPv6 fragment header (RFC 8200 4.5). What stands before it is repeated in each fragment and
 * becomes the head of the whole packet, without the fragment header. An atomic fragment (RFC 6946)
 * is whole already and meets no others.
 */
#include "fragments.h"
#include "walk.h"

#define IPV6_FRAGMENT    8
#define IPV6_HEADER      40
#define IPV6_PAYLOAD_MAX 65535

static enum link ipv6frag_whole(struct walk *walk, const struct fragments_whole *whole)
{
    size_t length = whole->len + whole->missing - IPV6_HEADER;
    whole->at[4] = (uint8_t)(length >> 8);
    whole->at[5] = (uint8_t)length;
    walk->segment.ip.fragmented = true;
    walk->ip = whole->at;
    walk->naming = whole->at + whole->naming;
    walk->at = whole->at + whole->header_len;
    walk->end = whole->at + whole->len;
    walk->missing = whole->missing;
    return walk_protocol(walk);
}

static enum link ipv6frag_add(struct walk *walk, const uint8_t *header)
{
    const struct ip_info *ip = &walk->segment.ip;
    size_t before = (size_t)(header - walk->ip);
    if (before > IPV6_PAYLOAD_MAX)
        return walk_bad(walk);
    struct fragment fragment = {
        .key = {.src = ip->src,
                .dst = ip->dst,
                .id = wire_u32(header + 4),
                .vlan = ip->vlan_count == 0 ? 0 : ip->vlan[ip->vlan_count - 1],
                .version = 6},
        .header = span_make(walk->ip, before),
        .naming = (size_t)(walk->naming - walk->ip),
        .protocol = header[0],
        .more = (header[3] & 1) != 0,
        .offset = wire_u16(header + 2) & 0xfff8u,
        .limit = (uint32_t)(IPV6_HEADER + IPV6_PAYLOAD_MAX - before),
        .payload = span_make(walk->at, walk_left(walk)),
        .missing = walk->missing,
        .time = ip->time,
    };
    struct fragments_whole whole;
    if (!fragments_add(walk->fragments, &fragment, &whole))
        return LINK_DONE;
    return ipv6frag_whole(walk, &whole);
}

enum link link_ipv6frag(struct walk *walk)
{
    if (!walk->v6)
        return walk_count(&walk->stats->not_tcp_or_udp);
    if (!walk_has(walk, IPV6_FRAGMENT))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    walk->at += IPV6_FRAGMENT;
    if ((wire_u16(header + 2) & 0xfff9) != 0)
        return ipv6frag_add(walk, header);
    walk->naming = header;
    return walk_protocol(walk);
}
