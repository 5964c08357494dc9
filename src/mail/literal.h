/*
 * literal: is a text an address, and can that address be (DETECTIONS 1031)?
 *
 * Only texts that stand where an address stands are asked about: a version such as 8.12.11 would
 * pass for an address that cannot be. Brackets, "IPv6:", a zone ("%12") and a port are left out.
 */
#ifndef MAIL_LITERAL_H
#define MAIL_LITERAL_H

#include <mxtap/addr.h>

enum literal_kind {
    LITERAL_NONE,       /* no address at all */
    LITERAL_GOOD,       /* an address that can be */
    LITERAL_IMPOSSIBLE, /* digits and dots, but an octet over 255, 0.x.x.x, or not four octets */
};

struct literal {
    enum literal_kind kind;
    struct span text; /* of the address alone */
    struct addr addr; /* LITERAL_GOOD */
};

struct literal literal_parse(struct span text);

#endif
