/*
 * command: a client's line taken apart (RFC 5321 4.1, 3.3; ESMTP parameters 4.1.2).
 *
 * Written for what real clients send: blanks after the colon, no brackets, lower case. All spans
 * point into the line. Nothing fails: what is no known command is SMTP_UNKNOWN.
 */
#ifndef SMTP_COMMAND_H
#define SMTP_COMMAND_H

#include <mxtap/smtp.h>

/* Off the path of an ordinary dialogue: kept out of the functions that call it. */
#define SMTP_RARE __attribute__((cold, noinline))

struct parsed {
    enum smtp_verb verb;
    struct span line, argument, path, address, params;
    bool loose; /* odd spacing, missing brackets or colon */
    bool lower; /* a verb in lower or mixed case */
};

void command_parse(struct span line, struct parsed *ret_parsed);

/* Would a line of unknown standing (a message's text perhaps) be this command? Stricter than
 * servers are: MAIL must say FROM, QUIT must stand alone. */
bool command_plausible(const struct parsed *parsed);

/* May the octets, the beginning of a line, still become a plausible command? */
bool command_may_become(struct span start);

/* A word of another protocol, or a header line where a command should stand. */
bool command_is_http(const struct parsed *parsed);

/* BDAT's argument (RFC 3030): false where it is none. */
bool command_chunk(struct span argument, uint64_t *ret_size, bool *ret_last);

/* RFC 2920 3.1: the client must wait for the reply to this command. */
bool command_is_sync(enum smtp_verb verb);

#endif
