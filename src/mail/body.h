/*
 * body: looks at a body until it is known whether a reader would see something, and whether it is a
 * delivery report.
 *
 * Multiparts are followed to BODY_DEPTH, line by line; a line that lies whole in a piece is read
 * where it lies, others are put together in a buffer of BODY_LINE octets (no boundary is longer).
 * As soon as nothing more is to be learned looking is false and body_feed must not be called. At
 * the latest that is after BODY_LOOK octets; what lies behind may be visible. One parser, one
 * thread.
 */
#ifndef MAIL_BODY_H
#define MAIL_BODY_H

#include "ctype.h"
#include "dsn.h"
#include "header.h"
#include "visible.h"

#define BODY_LOOK  (256 * 1024)
#define BODY_DEPTH 16
#define BODY_LINE  1000

enum body_where {
    BODY_OUTSIDE,  /* before the first boundary, or content that tells nothing */
    BODY_HEADER,   /* of a part */
    BODY_CONTENT,  /* of a part, or of a message without parts */
    BODY_REPORT,   /* a report in plain text */
    BODY_RETURNED, /* behind its separator, before the returned header */
    BODY_STATUS,   /* fields of message/delivery-status */
    BODY_QUOTED,   /* fields of a returned header */
};

struct body_part {
    struct ctype type;
    struct span encoding, disposition;
};

struct body {
    struct arena *arena;
    struct header *header; /* of the message; done with, used for parts */
    struct dsn *dsn;
    bool looking;
    bool visible;
    bool preamble; /* something stands before the first boundary */
    uint64_t parts;
    size_t looked; /* octets */
    enum body_where where;
    struct body_part part; /* whose header is being read */
    struct visible content;
    bool opening_known; /* whether the text opens as a report does */
    uint8_t opening[DSN_OPENING];
    size_t opening_len;
    size_t depth;
    struct span boundaries[BODY_DEPTH]; /* in the arena, outermost first */
    bool mid_line;                      /* a long line's beginning was given out */
    size_t line_len;
    uint8_t line[BODY_LINE];
};

/* part: what the header of the message says. */
void body_begin(struct body *body, struct arena *arena, struct header *header, struct dsn *dsn,
                const struct body_part *part);
void body_feed(struct body *body, struct span data);
void body_gap(struct body *body);
void body_end(struct body *body);

#endif
