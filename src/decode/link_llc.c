/*
 * IEEE 802.2: IP by its own SAP (RFC 791's 06), or an ethertype behind a SNAP header (RFC 1042).
 */
#include "walk.h"

#define LLC_HEADER  3
#define LLC_SNAP    0xaa
#define LLC_IP      0x06
#define SNAP_HEADER 5 /* organisation, type */

enum link link_llc(struct walk *walk)
{
    if (!walk_has(walk, LLC_HEADER))
        return walk_short(walk);
    const uint8_t *header = walk->at;
    walk->at += LLC_HEADER;
    if (header[0] == LLC_IP && header[1] == LLC_IP)
        return LINK_ipv4;
    if (header[0] != LLC_SNAP || header[1] != LLC_SNAP)
        return walk_count(&walk->stats->not_ip);
    if (!walk_has(walk, SNAP_HEADER))
        return walk_short(walk);
    uint16_t type = wire_u16(walk->at + 3);
    walk->at += SNAP_HEADER;
    return walk_ethertype(walk, type);
}
