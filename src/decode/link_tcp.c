/*
 * TCP (RFC 9293 3.1): the end of the walk. Of a snapped packet the fixed header must be there;
 * options and payload are what was captured of them.
 */
#include "checksum.h"
#include "walk.h"

#define TCP_HEADER   20
#define TCP_PROTOCOL 6
#define TCP_FLAGS    0x3f

static bool tcp_checksum_ok(const struct walk *walk)
{
    if (!walk->options->verify_checksums || walk->missing > 0 || walk->routed)
        return true;
    return checksum_ok_transport(span_make(walk->at, walk_left(walk)), &walk->segment.ip,
                                 TCP_PROTOCOL);
}

enum link link_tcp(struct walk *walk)
{
    if (!walk_has(walk, TCP_HEADER))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    size_t left = walk_left(walk);
    size_t length = left + walk->missing;
    size_t header_len = (size_t)(header[12] >> 4) * 4;
    if (header_len < TCP_HEADER || header_len > length)
        return walk_bad(walk);
    if (!tcp_checksum_ok(walk))
        return walk_count(&walk->stats->bad_checksum);
    size_t header_seen = header_len < left ? header_len : left;
    struct segment *segment = &walk->segment;
    segment->ip.src_port = wire_u16(header);
    segment->ip.dst_port = wire_u16(header + 2);
    segment->ip.ip_header = (uint16_t)(header - walk->ip);
    segment->seq = wire_u32(header + 4);
    segment->ack = wire_u32(header + 8);
    segment->flags = header[13] & TCP_FLAGS;
    segment->window = wire_u16(header + 14);
    segment->options = span_make(header + TCP_HEADER, header_seen - TCP_HEADER);
    segment->payload = span_make(header + header_seen, left - header_seen);
    segment->payload_len = (uint32_t)(length - header_len);
    segment->packet = span_make(walk->ip, (size_t)(walk->end - walk->ip));
    walk->stats->segments++;
    walk->stats->snapped += walk->missing > 0;
    walk->sink->on_segment(walk->sink->arg, segment);
    return LINK_DONE;
}
