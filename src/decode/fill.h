/*
 * fill: the fields of IPv4 and TCP headers into the segment of a walk.
 *
 * Called by link_ipv4.c, link_tcp.c and predict.h, which have looked at the lengths: the header's
 * fixed part is there. Nothing fails.
 */
#ifndef FILL_H
#define FILL_H

#include "walk.h"

#include <endian.h>

#define IPV4_HEADER   20
#define IPV4_DF       0x4000
#define IPV4_MF       0x2000
#define IPV4_OFFSET   0x1fff
#define IPV4_LENGTH   2 /* offsets in the header */
#define IPV4_FRAGMENT 6
#define IPV4_PROTOCOL 9

#define TCP_HEADER   20
#define TCP_PROTOCOL 6
#define TCP_OFFSET   12 /* offset of the data offset in the header */
#define TCP_FLAGS    0x3f

/* In two words, ::ffff and the address: engines read it in words, and words that were written in
 * pieces come late. */
static inline void fill_mapped(struct addr *addr, const uint8_t *octets)
{
    uint32_t v4;
    memcpy(&v4, octets, sizeof v4);
    uint64_t words[2] = {0, htole64((uint64_t)le32toh(v4) << 32 | 0xffff0000)};
    memcpy(addr->octets, words, sizeof words);
}

static inline void fill_ipv4(struct ip_info *ip, const uint8_t *header)
{
    fill_mapped(&ip->src, header + 12);
    fill_mapped(&ip->dst, header + 16);
    ip->ttl = header[8];
    ip->ip_id = wire_u16(header + 4);
    ip->dont_fragment = (wire_u16(header + IPV4_FRAGMENT) & IPV4_DF) != 0;
    ip->fragmented = false;
}

/* The octets of a TCP header's data offset. */
static inline size_t fill_tcp_length(const uint8_t *header)
{
    return (size_t)(header[TCP_OFFSET] >> 4) * 4;
}

/* All but payload_len. ip: start of the innermost IP header; seen: how much of the TCP header was
 * captured; end: of what was captured. */
static inline void fill_tcp(struct segment *segment, const uint8_t *ip, const uint8_t *header,
                            size_t seen, const uint8_t *end)
{
    segment->ip.src_port = wire_u16(header);
    segment->ip.dst_port = wire_u16(header + 2);
    segment->ip.ip_header = (uint16_t)(header - ip);
    segment->seq = wire_u32(header + 4);
    segment->ack = wire_u32(header + 8);
    segment->flags = header[13] & TCP_FLAGS;
    segment->window = wire_u16(header + 14);
    segment->options = span_make(header + TCP_HEADER, seen - TCP_HEADER);
    segment->payload = span_make(header + seen, (size_t)(end - header) - seen);
    segment->packet = span_make(ip, (size_t)(end - ip));
}

#endif
