/*
 * Linux cooked capture, LINKTYPE_LINUX_SLL: 16 octets, the protocol last. It is an ethertype, or 4
 * for 802.2.
 */
#include "walk.h"

#define SLL_HEADER 16
#define SLL_LLC    4

enum link link_sll(struct walk *walk)
{
    if (!walk_has(walk, SLL_HEADER))
        return walk_short(walk);
    uint16_t type = wire_u16(walk->at + 14);
    walk->at += SLL_HEADER;
    return type == SLL_LLC ? LINK_llc : walk_ethertype(walk, type);
}
