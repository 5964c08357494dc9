/*
 * One VLAN tag (IEEE 802.1Q 9.6): priority and VLAN in two octets, then the next type. Stacked tags
 * come back here. VLAN 0 is a priority tag and no VLAN.
 */
#include "walk.h"

#define VLAN_TAG        4
#define VLAN_ID         0x0fff
#define VLAN_LENGTH_MAX 1500

enum link link_vlan(struct walk *walk)
{
    if (!walk_has(walk, VLAN_TAG))
        return walk_short(walk);
    uint16_t id = wire_u16(walk->at) & VLAN_ID;
    uint16_t type = wire_u16(walk->at + 2);
    struct ip_info *ip = &walk->segment.ip;
    walk->at += VLAN_TAG;
    if (id != 0 && ip->vlan_count < DECODE_VLANS)
        ip->vlan[ip->vlan_count++] = id;
    return type <= VLAN_LENGTH_MAX ? LINK_llc : walk_ethertype(walk, type);
}
