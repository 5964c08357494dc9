/*
 * Ethernet II and IEEE 802.3: the type field is a length up to 1500 (IEEE 802.3 3.2.6).
 */
#include "walk.h"

#define ETHERNET_HEADER     14
#define ETHERNET_LENGTH_MAX 1500

enum link link_ethernet(struct walk *walk)
{
    if (!walk_has(walk, ETHERNET_HEADER))
        return walk_short(walk);
    uint16_t type = wire_u16(walk->at + 12);
    walk->at += ETHERNET_HEADER;
    if (__builtin_expect(type == 0x0800, 1))
        return LINK_ipv4;
    if (type <= ETHERNET_LENGTH_MAX)
        return LINK_llc;
    return walk_ethertype(walk, type);
}
