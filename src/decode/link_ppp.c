/*
 * PPP (RFC 1661 2): address and control (RFC 1662 3.1) may be there, the protocol field has one
 * octet where it is odd and compressed (RFC 1661 6.5), else two.
 */
#include "walk.h"

#define PPP_ADDRESS 0xff
#define PPP_CONTROL 0x03

static enum link ppp_protocol(struct walk *walk, uint16_t protocol)
{
    switch (protocol) {
    case 0x0021: return LINK_ipv4;
    case 0x0057: return LINK_ipv6;
    case 0x0281: return LINK_mpls;
    case 0x0283: return LINK_mpls;
    default: return walk_count(&walk->stats->not_ip);
    }
}

enum link link_ppp(struct walk *walk)
{
    if (!walk_has(walk, 2))
        return walk_short(walk);
    if (walk->at[0] == PPP_ADDRESS && walk->at[1] == PPP_CONTROL)
        walk->at += 2;
    if (!walk_has(walk, 2))
        return walk_short(walk);
    bool compressed = (walk->at[0] & 1) != 0;
    uint16_t protocol = compressed ? walk->at[0] : wire_u16(walk->at);
    walk->at += compressed ? 1 : 2;
    return ppp_protocol(walk, protocol);
}
