/*
 * ERSPAN type III (draft-foschiano-erspan 4.3): twelve octets, the last two of them P (1 bit),
 * frame type (5), hardware (6), direction (1), granularity (2) and O (1), which announces eight
 * octets of platform-specific subheader.
 */
#include "walk.h"

#define ERSPAN3_HEADER    12
#define ERSPAN3_SUBHEADER 8
#define ERSPAN3_TYPE_IP   2

enum link link_erspan3(struct walk *walk)
{
    if (!walk_has(walk, ERSPAN3_HEADER))
        return walk_short(walk);
    uint16_t field = wire_u16(walk->at + 10);
    size_t length = ERSPAN3_HEADER + (field & 1 ? ERSPAN3_SUBHEADER : 0);
    if (!walk_has(walk, length))
        return walk_short(walk);
    walk->at += length;
    return (field >> 10 & 0x1f) == ERSPAN3_TYPE_IP ? LINK_raw : LINK_ethernet;
}
