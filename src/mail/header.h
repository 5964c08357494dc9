/*
 * header: cuts a header into its fields (RFC 5322 2.2).
 *
 * The parser of a message uses one for the header, and again for the headers of MIME parts, for the
 * groups of a delivery report and for returned headers. Fed with pieces of any size, it calls
 * on_field for each field; a field that lies whole in a piece is handed out where it lies, others
 * are carried in a buffer of MAIL_FIELD_MAX octets (longer fields are cut). The header ends at an
 * empty line, or, as the mail servers do it, at the first line that is no field: that line belongs
 * to the body. Spans live until on_field returns. One thread.
 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include <mxtap/buf.h>

#define HEADER_KEEP 1024 /* octets that the carry holds on to between two headers, at most */

struct header {
    /* value: after the colon, with its folds and line end. whole: false where octets are missing.
     */
    void (*on_field)(void *arg, struct span name, struct span value, bool whole);
    void *arg;
    size_t limit;  /* octets looked at */
    size_t octets; /* consumed, with the empty line */
    uint64_t fields;
    bool ended;   /* nothing more is taken */
    bool cut;     /* the limit or the ceiling of a field was reached */
    bool limited; /* the limit was reached: the end of the header was not seen */
    bool malformed;
    struct span left; /* after the end: octets consumed before that belong to the body */

    struct buf carry; /* a field whose end was not seen yet */
    bool named;       /* carry is known to be a field */
    bool at_line;     /* carry ends with a line end */
    bool skipping;    /* up to the next line end */
    bool after_gap;   /* no field since the last gap */
};

void header_init(struct header *header);
void header_done(struct header *header);
void header_begin(struct header *header, size_t limit,
                  void (*on_field)(void *arg, struct span name, struct span value, bool whole),
                  void *arg);
/* The count of octets consumed: fewer than data.len only where the header ended. */
size_t header_feed(struct header *header, struct span data);
void header_gap(struct header *header);
/* No more octets will come: hands out what is carried. */
void header_end(struct header *header);

#endif
