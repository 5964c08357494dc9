/*
 * dsn: what a delivery report says, and the header of the message that it returns.
 *
 * Fed by body.c with the fields of message/delivery-status (RFC 3464), with the fields of a
 * returned header (message/rfc822, text/rfc822-headers), and, for the reports in plain text of
 * qmail, Exim and others, line by line. Fills a mail_report; texts are kept in the arena. Where a
 * field holds a type
 * ("rfc822; joe@example.com", "dns; mx.example.com") only the value is kept.
 */
#ifndef MAIL_DSN_H
#define MAIL_DSN_H

#include "arena.h"
#include "trace.h"
#include "words.h"

#include <mxtap/mail.h>

struct dsn {
    struct mail_report *out;
    struct arena *arena;
    struct words *words;
    struct trace trace;
    bool quoted_done; /* the returned header was read to its end */
};

void dsn_begin(struct dsn *dsn, struct mail_report *out, struct arena *arena, struct words *words);
/* Does a plain text that begins so report a failure? opening: its first DSN_OPENING octets, or the
 * first line that is not blank. */
#define DSN_OPENING 32
bool dsn_opening(struct span opening);

/* on_field of header.h for both kinds of header; arg is the struct dsn. */
void dsn_status_field(void *arg, struct span name, struct span value, bool whole);
void dsn_quoted_field(void *arg, struct span name, struct span value, bool whole);
/* A line of a report in plain text, with or without its end: true where the returned message
 * begins behind it. */
bool dsn_line(struct dsn *dsn, struct span line);
/* Settles counts; after the last field. */
void dsn_end(struct dsn *dsn);

#endif
