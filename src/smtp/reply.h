/*
 * reply: a server's lines put together to replies (RFC 5321 4.2, enhanced codes RFC 3463).
 *
 * A reply of one line stays where it lies; the texts of more lines are joined by a space, up to
 * SMTP_REPLY_TEXT_MAX octets. Lines without a code inside a reply, and codes that differ within
 * one, are taken as well as a client would and marked malformed.
 */
#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include <mxtap/smtp.h>

#define REPLY_ENHANCED_MAX 12

struct reply_line {
    unsigned code;
    bool last; /* no hyphen follows the code */
    bool odd;  /* neither blank nor hyphen follows it */
    struct span enhanced, text;
};

/* False: the line does not begin with a code. */
bool reply_line_parse(struct span line, struct reply_line *ret_line);

/* A reply as the session uses it. */
struct reply {
    struct smtp_reply out;
    struct span first; /* the text of its first line */
    bool keywords;     /* its later lines are EHLO keywords (RFC 5321 4.1.1.1) */
    bool pipelining;   /* ... PIPELINING among them */
    bool untrusted;    /* may be the tail of a reply whose start is missing */
};

/* A reply that is being put together. */
struct reply_parts {
    bool open;      /* lines have come, the last has not */
    bool malformed; /* sticky: the caller takes it */
    bool keywords, pipelining;
    uint8_t enhanced_len;
    uint8_t enhanced[REPLY_ENHANCED_MAX];
    unsigned code, lines;
    size_t len, first_len;
    uint8_t text[SMTP_REPLY_TEXT_MAX];
};

void reply_init(struct reply_parts *parts);

/* True: the reply is complete; it lives until the next call and as long as the line. */
bool reply_add(struct reply_parts *parts, const struct reply_line *line, struct reply *ret_reply);

/* A line without a code: text of the open reply, if there is one. */
void reply_add_text(struct reply_parts *parts, struct span text);

/* Ends an open reply whose last line never came. */
void reply_close(struct reply_parts *parts, struct reply *ret_reply);
void reply_drop(struct reply_parts *parts);

/* Does the text look like a line of the reply to EHLO? */
bool reply_is_keyword(struct span text);

/* The address in brackets that the text begins with, as servers name the recipient; or empty. */
struct span reply_subject(struct span text);

#endif
