/*
 * Linux cooked capture, LINKTYPE_LINUX_SLL2: 20 octets, the protocol first, as in link_sll.c.
 */
#include "walk.h"

#define SLL2_HEADER 20
#define SLL2_LLC    4

enum link link_sll2(struct walk *walk)
{
    if (!walk_has(walk, SLL2_HEADER))
        return walk_short(walk);
    uint16_t type = wire_u16(walk->at);
    walk->at += SLL2_HEADER;
    return type == SLL2_LLC ? LINK_llc : walk_ethertype(walk, type);
}
