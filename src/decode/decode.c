/*
 * The walk from a packet's first octet to its TCP or UDP header, by the tables of links.def.
 *
 * A loop, no recursion: each link returns the next one. An ordinary packet is over at its IPv4
 * header (predict.h). IP headers are counted against DECODE_DEPTH, and the links of any kind
 * against a ceiling of their own, for a stack of a thousand VLAN tags is nobody's traffic.
 */
#include "fragments.h"
#include "predict.h"

#include <stdlib.h>

#define DECODE_LINKS 64
#define DECODE_USUAL 1 /* the link type of nearly every capture */

static enum link (*const decode_links[])(struct walk *walk) = {
#define LINK(name, summary) [LINK_##name] = link_##name,
#include "links.def"
};

struct decode {
    struct decode_options options;
    struct decode_sink sink;
    struct decode_stats stats;
    struct fragments *fragments;
    struct walk walk;
};

void decode_defaults(struct decode_options *ret_options)
{
    *ret_options = (struct decode_options){
        .fragment_memory = (size_t)4 << 20,
        .fragment_time = 30 * CLOCK_SECOND,
        .vxlan_ports = {4789, 8472},
        .geneve_ports = {6081},
    };
}

enum err decode_new(const struct decode_options *options, const struct decode_sink *sink,
                    struct budget *budget, struct decode **ret_decode)
{
    struct decode *decode = calloc(1, sizeof *decode);
    if (decode == NULL)
        return ERR_MEMORY;
    decode->options = *options;
    decode->sink = *sink;
    enum err err = fragments_new(options, budget, &decode->stats, &decode->fragments);
    if (err != ERR_NONE) {
        free(decode);
        return err;
    }
    decode->walk.stats = &decode->stats;
    decode->walk.fragments = decode->fragments;
    decode->walk.options = &decode->options;
    decode->walk.sink = &decode->sink;
    *ret_decode = decode;
    return ERR_NONE;
}

void decode_free(struct decode *decode)
{
    if (decode == NULL)
        return;
    fragments_free(decode->fragments);
    free(decode);
}

const struct decode_stats *decode_stats(const struct decode *decode)
{
    return &decode->stats;
}

static inline enum link decode_first(struct decode *decode, int linktype)
{
    switch (linktype) {
#define LINKTYPE(value, name) WALK_CASE(value, name)
#include "links.def"
    default: return walk_count(&decode->stats.unknown_link);
    }
}

/* The walk from link on, which is the packet's first or second. Apart from what nearly every packet
 * needs, so that those do not pay for its registers. */
static __attribute__((noinline)) void decode_walk(struct decode *decode, enum link link,
                                                  unsigned links)
{
    struct walk *walk = &decode->walk;
    for (; link != LINK_DONE; links++) {
        if (links == DECODE_LINKS) {
            decode->stats.too_deep++;
            return;
        }
        link = link == LINK_ipv4 && predict_tcp(walk) ? LINK_DONE : decode_links[link](walk);
    }
}

/* Not a part of its callers: what they keep in registers would be put aside for every packet. */
__attribute__((noinline)) void decode_packet(struct decode *decode, const struct packet *packet)
{
    struct walk *walk = &decode->walk;
    size_t captured = packet->data.len;
    decode->stats.packets++;
    walk->at = packet->data.at;
    walk->end = captured == 0 ? walk->at : walk->at + captured;
    walk->missing = packet->wire_len > captured ? packet->wire_len - (uint32_t)captured : 0;
    walk->depth = 0;
    walk->segment.ip.time = packet->time;
    walk->segment.ip.number = packet->number;
    walk->segment.ip.source = packet->source;
    walk->segment.ip.vlan_count = 0;
    /* The usual one's row is looked up when this is compiled. */
    enum link link = __builtin_expect(packet->linktype == DECODE_USUAL, 1)
                         ? decode_first(decode, DECODE_USUAL)
                         : decode_first(decode, packet->linktype);
    unsigned links = link == LINK_ethernet;
    if (__builtin_expect(links, 1))
        link = link_ethernet(walk);
    if (__builtin_expect(link != LINK_ipv4 || !predict_tcp(walk), 0))
        decode_walk(decode, link, links);
}
