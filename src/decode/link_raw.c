/*
 * LINKTYPE_RAW: an IP packet, the version in its first four bits.
 */
#include "walk.h"

enum link link_raw(struct walk *walk)
{
    if (!walk_has(walk, 1))
        return walk_short(walk);
    switch (walk->at[0] >> 4) {
    case 4: return LINK_ipv4;
    case 6: return LINK_ipv6;
    default: return walk_count(&walk->stats->not_ip);
    }
}
