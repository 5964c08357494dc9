/*
 * IP authentication header (RFC 4302 2): its length counts words of 32 bits less two. What it
 * protects is in the clear.
 */
#include "walk.h"

#define AH_HEADER 12

enum link link_ah(struct walk *walk)
{
    if (!walk_has(walk, AH_HEADER))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    size_t length = ((size_t)header[1] + 2) * 4;
    if (length < AH_HEADER)
        return walk_bad(walk);
    if (!walk_has(walk, length))
        return walk_short(walk);
    walk->naming = header;
    walk->at += length;
    return walk_protocol(walk);
}
