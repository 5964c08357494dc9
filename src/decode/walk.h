/*
 * walk: one packet being taken apart, link by link (links.def).
 *
 * Called by decode.c, which starts the walk, and by the link_ functions. Each looks at what remains
 * (at to end), moves at past its header, and returns the link that comes next, or LINK_DONE after
 * it has counted why not or has called the sink. A link looks at the length once (walk_has), and
 * reads fields of what it has so checked with wire_u16 and wire_u32.
 *
 * missing counts the octets that were on the wire behind end but not captured; an IP header sets
 * both anew, which also takes Ethernet padding off.
 */
#ifndef WALK_H
#define WALK_H

#include <mxtap/decode.h>

struct fragments;

enum link {
    LINK_DONE,
#define LINK(name, summary) LINK_##name,
#include "links.def"
};

struct walk {
    const uint8_t *at;
    const uint8_t *end;
    uint32_t missing;
    uint8_t depth;         /* IP headers so far */
    bool v6;               /* the innermost one */
    bool routed;           /* an IPv6 routing header with segments left: not the last destination */
    const uint8_t *ip;     /* start of the innermost IP header */
    const uint8_t *naming; /* the octet that names the header at: IP protocol, next header */
    struct decode_stats *stats;
    struct fragments *fragments;
    const struct decode_options *options;
    const struct decode_sink *sink;
    struct segment segment; /* its ip is filled in on the way */
};

#define LINK(name, summary) enum link link_##name(struct walk *walk);
#include "links.def"

static inline uint16_t wire_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t wire_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline size_t walk_left(const struct walk *walk)
{
    return (size_t)(walk->end - walk->at);
}

static inline bool walk_has(const struct walk *walk, size_t count)
{
    return walk_left(walk) >= count;
}

/* The end of a walk that gave nothing, and the reason. */
static inline enum link walk_count(uint64_t *counter)
{
    ++*counter;
    return LINK_DONE;
}

static inline enum link walk_short(struct walk *walk)
{
    return walk_count(&walk->stats->short_packet);
}

static inline enum link walk_bad(struct walk *walk)
{
    return walk_count(&walk->stats->bad_header);
}

/* What remains is to be length octets on the wire, the captured part of it shorter perhaps. */
static inline void walk_trim(struct walk *walk, size_t length)
{
    size_t left = walk_left(walk);
    if (length <= left) {
        walk->end = walk->at + length;
        walk->missing = 0;
    } else {
        walk->missing = (uint32_t)(length - left);
    }
}

/* A row of links.def as a case of a switch. */
#define WALK_CASE(value, name)                                                                     \
    case value: return LINK_##name;

static inline enum link walk_ethertype(struct walk *walk, uint16_t type)
{
    switch (type) {
#define ETHERTYPE(value, name) WALK_CASE(value, name)
#include "links.def"
    default: return walk_count(&walk->stats->not_ip);
    }
}

/* The header that the naming octet names. */
static inline enum link walk_protocol(struct walk *walk)
{
    switch (*walk->naming) {
#define PROTOCOL(value, name) WALK_CASE(value, name)
#include "links.def"
    default: return walk_count(&walk->stats->not_tcp_or_udp);
    }
}

#endif
