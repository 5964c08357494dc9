/*
 * IPv6 extension headers of the common shape (RFC 6564 4): next header, length in eights without
 * the first, and options that nobody here needs.
 */
#include "walk.h"

#define IPV6_EXTENSION    8
#define IPV6_ROUTING      43
#define IPV6_ROUTING_LEFT 3 /* offset of the segments left */

enum link link_ipv6ext(struct walk *walk)
{
    if (!walk->v6) /* the number means nothing in IPv4 */
        return walk_count(&walk->stats->not_tcp_or_udp);
    if (!walk_has(walk, IPV6_EXTENSION))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    size_t length = ((size_t)header[1] + 1) * 8;
    if (!walk_has(walk, length))
        return walk_short(walk);
    if (*walk->naming == IPV6_ROUTING && header[IPV6_ROUTING_LEFT] != 0)
        walk->routed = true;
    walk->naming = header;
    walk->at += length;
    return walk_protocol(walk);
}
