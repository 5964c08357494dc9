/*
 * GENEVE (RFC 8926 3.4): eight octets with the length of the options in words of 32 bits and an
 * ethertype, then the options. link_udp.c has seen version 0.
 */
#include "walk.h"

#define GENEVE_HEADER  8
#define GENEVE_OPTIONS 0x3f

enum link link_geneve(struct walk *walk)
{
    if (!walk_has(walk, GENEVE_HEADER))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    size_t length = GENEVE_HEADER + (size_t)(header[0] & GENEVE_OPTIONS) * 4;
    if (!walk_has(walk, length))
        return walk_short(walk);
    walk->at += length;
    return walk_ethertype(walk, wire_u16(header + 2));
}
