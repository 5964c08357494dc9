/*
 * ERSPAN type II (draft-foschiano-erspan 4.2): eight octets, then the mirrored Ethernet frame.
 */
#include "walk.h"

#define ERSPAN2_HEADER 8

enum link link_erspan2(struct walk *walk)
{
    if (!walk_has(walk, ERSPAN2_HEADER))
        return walk_short(walk);
    walk->at += ERSPAN2_HEADER;
    return LINK_ethernet;
}
