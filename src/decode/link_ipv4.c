/*
 * IPv4 (RFC 791 3.1). A total length of 0 is a packet on its way to segmentation offload, captured
 * on the sending host: its length is that of the capture.
 */
#include "checksum.h"
#include "fill.h"
#include "fragments.h"

#define IPV4_MAX      65535
#define IPV4_CHECKSUM 10 /* offset in the header */

static void ipv4_info(struct walk *walk, const uint8_t *header)
{
    fill_ipv4(&walk->segment.ip, header);
    walk->v6 = false;
    walk->routed = false;
    walk->ip = header;
    walk->naming = header + IPV4_PROTOCOL;
}

/* The whole packet's header: as the first fragment's, with length and checksum made right. */
static void ipv4_patch(uint8_t *header, size_t header_len, size_t total)
{
    uint16_t flags = wire_u16(header + IPV4_FRAGMENT) & IPV4_DF;
    header[IPV4_LENGTH] = (uint8_t)(total >> 8);
    header[IPV4_LENGTH + 1] = (uint8_t)total;
    header[IPV4_FRAGMENT] = (uint8_t)(flags >> 8);
    header[IPV4_FRAGMENT + 1] = 0;
    memset(header + IPV4_CHECKSUM, 0, 2);
    checksum_put(span_make(header, header_len), header + IPV4_CHECKSUM);
}

static enum link ipv4_fragment(struct walk *walk, const uint8_t *header, size_t header_len)
{
    uint16_t field = wire_u16(header + IPV4_FRAGMENT);
    const struct ip_info *ip = &walk->segment.ip;
    struct fragment fragment = {
        .key = {.src = ip->src,
                .dst = ip->dst,
                .id = ip->ip_id,
                .vlan = ip->vlan_count == 0 ? 0 : ip->vlan[ip->vlan_count - 1],
                .protocol = header[IPV4_PROTOCOL],
                .version = 4},
        .header = span_make(header, header_len),
        .naming = IPV4_PROTOCOL,
        .protocol = header[IPV4_PROTOCOL],
        .more = (field & IPV4_MF) != 0,
        .offset = (uint32_t)(field & IPV4_OFFSET) * 8,
        .limit = (uint32_t)(IPV4_MAX - header_len),
        .payload = span_make(walk->at, walk_left(walk)),
        .missing = walk->missing,
        .time = ip->time,
    };
    struct fragments_whole whole;
    if (!fragments_add(walk->fragments, &fragment, &whole))
        return LINK_DONE;
    ipv4_patch(whole.at, whole.header_len, whole.len + whole.missing);
    ipv4_info(walk, whole.at);
    walk->segment.ip.fragmented = true;
    walk->at = whole.at + whole.header_len;
    walk->end = whole.at + whole.len;
    walk->missing = whole.missing;
    return walk_protocol(walk);
}

enum link link_ipv4(struct walk *walk)
{
    if (!walk_has(walk, IPV4_HEADER))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    size_t header_len = (size_t)(header[0] & 0x0f) * 4;
    size_t total = wire_u16(header + IPV4_LENGTH);
    if (header[0] >> 4 != 4 || header_len < IPV4_HEADER || (total < header_len && total != 0))
        return walk_bad(walk);
    if (++walk->depth > DECODE_DEPTH)
        return walk_count(&walk->stats->too_deep);
    if (total != 0)
        walk_trim(walk, total);
    if (!walk_has(walk, header_len))
        return walk_short(walk);
    if (walk->options->verify_checksums && !checksum_ok(span_make(header, header_len)))
        return walk_count(&walk->stats->bad_checksum);
    ipv4_info(walk, header);
    walk->at += header_len;
    uint16_t field = wire_u16(header + IPV4_FRAGMENT);
    if (__builtin_expect((field & (IPV4_MF | IPV4_OFFSET)) != 0, 0))
        return ipv4_fragment(walk, header, header_len);
    return walk_protocol(walk);
}
