/*
 * names: the few strings of a session's summary (HELO name, greeting, ...), in one small run of
 * octets. A string that is set again replaces the old one; what does not fit is cut.
 */
#ifndef SMTP_NAMES_H
#define SMTP_NAMES_H

#include <mxtap/span.h>

#define NAMES_ROOM 512
#define NAMES_MAX  255 /* octets of one string */

enum name { NAME_GREETING, NAME_HELO, NAME_HELO_REPLY, NAME_XCLIENT, NAMES };

struct names {
    uint16_t at[NAMES], len[NAMES], used;
    uint8_t octets[NAMES_ROOM];
};

void names_init(struct names *names);
void names_set(struct names *names, enum name name, struct span value);
struct span names_get(const struct names *names, enum name name);

#endif
