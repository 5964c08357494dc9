/*
 * LINKTYPE_NULL and LINKTYPE_LOOP: four octets of the address family, in the byte order of the
 * capturing host (NULL) or of the network (LOOP). The families fit in one octet, so that one
 * function reads both orders.
 */
#include "walk.h"

#define NULL_HEADER 4

enum link link_null(struct walk *walk)
{
    if (!walk_has(walk, NULL_HEADER))
        return walk_short(walk);
    uint32_t family = wire_u32(walk->at);
    if (family > 0xff)
        family = __builtin_bswap32(family);
    walk->at += NULL_HEADER;
    switch (family) {
    case 2: return LINK_ipv4;
    case 10: return LINK_ipv6; /* Linux */
    case 23: return LINK_ipv6; /* Windows */
    case 24: return LINK_ipv6; /* NetBSD, OpenBSD */
    case 28: return LINK_ipv6; /* FreeBSD */
    case 30: return LINK_ipv6; /* Darwin */
    default: return walk_count(&walk->stats->not_ip);
    }
}
