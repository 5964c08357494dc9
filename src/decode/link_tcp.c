/*
 * TCP (RFC 9293 3.1): the end of the walk. Of a snapped packet the fixed header must be there;
 * options and payload are what was captured of them.
 */
#include "checksum.h"
#include "fill.h"

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
    size_t header_len = fill_tcp_length(header);
    if (header_len < TCP_HEADER || header_len > length)
        return walk_bad(walk);
    if (!tcp_checksum_ok(walk))
        return walk_count(&walk->stats->bad_checksum);
    size_t header_seen = header_len < left ? header_len : left;
    struct segment *segment = &walk->segment;
    fill_tcp(segment, walk->ip, header, header_seen, walk->end);
    segment->payload_len = (uint32_t)(length - header_len);
    walk->stats->segments++;
    walk->stats->snapped += walk->missing > 0;
    walk->sink->on_segment(walk->sink->arg, segment);
    return LINK_DONE;
}
