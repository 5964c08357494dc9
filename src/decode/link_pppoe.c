/*
 * PPP over Ethernet, session stage (RFC 2516 4): version and type 1, code 0, session, length.
 */
#include "walk.h"

#define PPPOE_HEADER 6

enum link link_pppoe(struct walk *walk)
{
    if (!walk_has(walk, PPPOE_HEADER))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    if (header[0] != 0x11)
        return walk_bad(walk);
    if (header[1] != 0)
        return walk_count(&walk->stats->not_ip);
    walk->at += PPPOE_HEADER;
    return LINK_ppp;
}
