/*
 * auth: what may be shown of commands that carry credentials (RFC 4954; USER and PASS of clients
 * that think they talk to a POP server).
 */
#ifndef SMTP_AUTH_H
#define SMTP_AUTH_H

#include "command.h"

#define AUTH_SHOWN    64
#define AUTH_REDACTED "[redacted]"

enum auth_state {
    AUTH_NONE,
    AUTH_ASKED,      /* AUTH was sent: lines that are no commands belong to it */
    AUTH_CHALLENGED, /* 334: the next line belongs to it whatever it says */
    AUTH_OVER,       /* refused: unknown lines that follow are still part of it */
};

/* If the command carries credentials, its line in room without them; else parsed->line. */
struct span auth_show(const struct parsed *parsed, uint8_t room[AUTH_SHOWN]);

/* Is it a mechanism whose credentials can be read off the wire? */
bool auth_is_clear(struct span argument);

#endif
