/*
 * fragments: IPv4 and IPv6 fragments put together under a ceiling.
 *
 * Called by link_ipv4.c and link_ipv6frag.c. A fragment is copied; when it was the last one missing
 * the whole packet is handed out in a buffer that lives until the next fragments_add. Memory is
 * decode_options.fragment_memory, of which the octets are charged to the worker's budget too; when
 * it is used up the packet waiting longest is given up. One thread.
 */
#ifndef FRAGMENTS_H
#define FRAGMENTS_H

#include <mxtap/decode.h>

struct fragments;

struct fragments_key { /* no padding: it is hashed as octets */
    struct addr src, dst;
    uint32_t id;
    uint16_t vlan;    /* innermost tag, or 0 */
    uint8_t protocol; /* IPv4 only */
    uint8_t version;
};

struct fragment {
    struct fragments_key key;
    struct span header;  /* what stands before the fragmented part, a fragment header left out */
    size_t naming;       /* index of the octet in header that names what follows */
    uint8_t protocol;    /* its value for the whole packet */
    bool more;           /* not the last one */
    uint32_t offset;     /* octets, a multiple of 8 */
    uint32_t limit;      /* octets that the whole payload may have */
    struct span payload; /* captured */
    uint32_t missing;    /* not captured, behind it */
    int64_t time;
};

struct fragments_whole {
    uint8_t *at; /* header and payload; the caller may patch the header */
    size_t header_len;
    size_t len;    /* captured, header included */
    size_t naming; /* as in struct fragment; the octet holds the protocol */
    uint32_t missing;
};

enum err fragments_new(const struct decode_options *options, struct budget *budget,
                       struct decode_stats *stats,
                       struct fragments **ret_fragments) MXTAP_MUST_CHECK;
void fragments_free(struct fragments *fragments);

/* True and the whole packet; false where others are still missing or the fragment was no good. */
bool fragments_add(struct fragments *fragments, const struct fragment *fragment,
                   struct fragments_whole *ret_whole);

#endif
