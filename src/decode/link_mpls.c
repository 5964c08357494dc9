/*
 * MPLS (RFC 3032 2.1): labels down to the one with the bottom bit. What follows has no type field;
 * its first four bits tell IPv4, IPv6, a pseudowire's control word (0, RFC 4385), or a channel that
 * carries no user data (1). Anything else is an Ethernet frame without control word.
 */
#include "walk.h"

#define MPLS_LABEL   4
#define MPLS_BOTTOM  0x01 /* in the third octet */
#define PWE3_CONTROL 4

enum link link_mpls(struct walk *walk)
{
    bool bottom = false;
    while (!bottom) {
        if (!walk_has(walk, MPLS_LABEL))
            return walk_short(walk);
        bottom = (walk->at[2] & MPLS_BOTTOM) != 0;
        walk->at += MPLS_LABEL;
    }
    if (!walk_has(walk, PWE3_CONTROL))
        return walk_short(walk);
    switch (walk->at[0] >> 4) {
    case 4: return LINK_ipv4;
    case 6: return LINK_ipv6;
    case 1: return walk_count(&walk->stats->not_ip);
    case 0: walk->at += PWE3_CONTROL; return LINK_ethernet;
    default: return LINK_ethernet;
    }
}
