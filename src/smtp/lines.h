/*
 * lines: one direction's octets cut into lines.
 *
 * A whole line is a span into the packet; only a line that spans packets is copied, to at most
 * SMTP_LINE_MAX octets. A line ends in LF; the CR in front of it is no part of the line. The text
 * of a line lives until the next call. Called by the session, one for each direction.
 */
#ifndef SMTP_LINES_H
#define SMTP_LINES_H

#include <mxtap/buf.h>

struct line {
    struct span text; /* without its line end, cut at SMTP_LINE_MAX */
    bool bare_lf;     /* ended in LF alone */
    bool cut;         /* was longer */
};

struct lines {
    struct buf carry; /* the raw beginning of a line that is not complete */
    bool spent;       /* carry holds the line given out last */
    bool skip;        /* the next octets up to LF are the rest of a line whose start is missing */
};

void lines_init(struct lines *lines);
void lines_done(struct lines *lines);

/* Takes the next line off *rest; false: rest is used up and what remains of it is kept. */
bool lines_next(struct lines *lines, struct span *rest, struct line *ret_line);

/* What is kept of an incomplete line. */
static inline struct span lines_kept(const struct lines *lines)
{
    return lines->spent ? SPAN_NULL : buf_span(&lines->carry);
}

/* Octet number index of the line that begins with what is kept and goes on with rest; -1: not
 * there yet. */
static inline int lines_peek(const struct lines *lines, struct span rest, size_t index)
{
    size_t kept = lines->spent ? 0 : lines->carry.len;
    if (index < kept)
        return lines->carry.at[index];
    return index - kept < rest.len ? rest.at[index - kept] : -1;
}

/* Adds to what is kept, for callers that look before they take a line. */
void lines_keep(struct lines *lines, struct span part);

/* Octets are missing: what is kept is dropped, and the rest of its line will be. */
void lines_gap(struct lines *lines);
void lines_drop(struct lines *lines);

#endif
