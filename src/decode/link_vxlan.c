/*
 * VXLAN (RFC 7348 5): eight octets, then an Ethernet frame. link_udp.c has seen that the flag of a
 * valid network identifier is set.
 */
#include "walk.h"

#define VXLAN_HEADER 8

enum link link_vxlan(struct walk *walk)
{
    if (!walk_has(walk, VXLAN_HEADER))
        return walk_short(walk);
    walk->at += VXLAN_HEADER;
    return LINK_ethernet;
}
