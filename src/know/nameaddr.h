/*
 * nameaddr: addresses and serial numbers inside host names.
 *
 * Called by names.c. Notations: decimal octets apart (1-2-3-4, 1.2.3.4, 1x2x3x4), zero-padded and
 * together (001002003004), eight hexadecimal digits (p5089ab12), longer hexadecimal (a modem's
 * address or IPv6), groups of IPv6 apart (2001-db8-0-0-0-0-0-5); with the address known also
 * reversed, and only its last octets or the interface's half of an IPv6 address. Any thread.
 */
#ifndef MXTAP_NAMEADDR_H
#define MXTAP_NAMEADDR_H

#include <mxtap/addr.h>

#include "nametokens.h"

/* How much of an address the name shows by itself. */
enum nameaddr {
    NAMEADDR_NONE,
    NAMEADDR_TWO, /* so many numbers under 256 in a row */
    NAMEADDR_THREE,
    NAMEADDR_FOUR,   /* four and more */
    NAMEADDR_NUMBER, /* in one piece: twelve digits, or eight and more hexadecimal ones */
};

enum nameaddr nameaddr_find(const struct nametokens *tokens);

/* Does the name hold this address, or its last two octets as numbers of their own? */
bool nameaddr_holds(const struct nametokens *tokens, const struct addr *addr);

#endif
