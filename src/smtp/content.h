/*
 * content: what follows DATA (RFC 5321 4.5.2), octet by octet in effect, block by block in fact.
 *
 * Hands the content out dot-unstuffed, in pieces that lie in the packet wherever they can, and
 * finds the end of data. Everything that some server somewhere takes for an end of data is counted
 * as a look-alike (a dot alone between line ends of which at least one is not CR LF), and it is
 * noticed where SMTP commands follow one (smuggling). A look-alike at the very end of what has
 * arrived is held back: the server's reaction tells whether it was the end.
 */
#ifndef SMTP_CONTENT_H
#define SMTP_CONTENT_H

#include "scan.h"

#define CONTENT_PEEK 12

enum content_state {
    CONTENT_TEXT,
    CONTENT_DOT,    /* a dot at the start of a line */
    CONTENT_DOT_CR, /* ... and a CR */
    CONTENT_HELD,   /* a look-alike is complete, nothing has followed yet */
};

enum content_end { CONTENT_CRLF, CONTENT_LF, CONTENT_CR };

struct content {
    struct scan scan;
    enum content_state state;
    enum content_end before, after; /* the line ends around the dot */
    bool bare_lf_client;            /* its DATA line ended in a bare LF: LF.LF is its end of data */
    bool watch;                     /* a look-alike went by: what is the next line? */
    uint8_t peek_len;
    uint8_t peek[CONTENT_PEEK];
    uint64_t octets, lookalikes, smuggled;
};

/* Takes pieces. */
struct content_out {
    void (*piece)(void *arg, struct span piece);
    void *arg;
};

void content_init(struct content *content, const struct scan_kernel *kernel, bool bare_lf_client);

/* True: the end of data was reached; *rest begins after it. False: rest is used up. */
bool content_feed(struct content *content, struct span *rest, const struct content_out *out);

/* Octets are missing. */
void content_gap(struct content *content, const struct content_out *out);

/* Something stands back that would be an end of data for a lenient server. */
bool content_hanging(const struct content *content);

/* Octets of a chunk (BDAT), which need no unstuffing. */
void content_chunk(struct content *content, struct span data, const struct content_out *out);

#endif
