/*
 * GRE (RFC 2784 2, RFC 2890 2): flags say which of checksum, key and sequence number follow. PPTP's
 * version 1 (RFC 2637 4.1) has an acknowledgement number too. ERSPAN type I is type II's number
 * without sequence number and header (draft-foschiano-erspan 4.1).
 */
#include "walk.h"

#define GRE_CHECKSUM 0x8000
#define GRE_ROUTING  0x4000 /* RFC 1701, withdrawn */
#define GRE_KEY      0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_ACK      0x0080 /* version 1 */
#define GRE_VERSION  0x0007

#define GRE_ERSPAN 0x88be

enum link link_gre(struct walk *walk)
{
    if (!walk_has(walk, 4))
        return walk_short(walk);
    uint16_t flags = wire_u16(walk->at);
    uint16_t type = wire_u16(walk->at + 2);
    unsigned version = flags & GRE_VERSION;
    if (version > 1 || (flags & GRE_ROUTING))
        return walk_bad(walk);
    size_t length = 4;
    length += flags & GRE_CHECKSUM ? 4 : 0;
    length += flags & GRE_KEY ? 4 : 0;
    length += flags & GRE_SEQUENCE ? 4 : 0;
    length += version == 1 && (flags & GRE_ACK) ? 4 : 0;
    if (!walk_has(walk, length))
        return walk_short(walk);
    walk->at += length;
    if (type == GRE_ERSPAN)
        return flags & GRE_SEQUENCE ? LINK_erspan2 : LINK_ethernet;
    return walk_ethertype(walk, type);
}
