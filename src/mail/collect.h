/*
 * collect: what the header of a message says, field by field, into its summary.
 *
 * mail.c gives collect_field to the header reader and calls collect_end once the header is over.
 * Texts go to the arena. Of a field that may stand once only the first counts; the lists of several
 * To or Cc fields are joined.
 */
#ifndef MAIL_COLLECT_H
#define MAIL_COLLECT_H

#include "arena.h"
#include "ctype.h"
#include "trace.h"
#include "words.h"

#include <mxtap/mail.h>

struct collect {
    struct mail_summary *out;
    struct arena *arena;
    struct words *words;
    struct trace trace;
    struct span *to, *cc;                 /* MAIL_LIST_MAX, in the arena, or NULL */
    uint64_t from_digest, subject_digest; /* of the fields as written, unfolded */
    struct ctype type;
    struct span encoding, disposition;
};

void collect_begin(struct collect *collect, struct mail_summary *out, struct arena *arena,
                   struct words *words);
/* on_field of header.h; arg is the struct collect. */
void collect_field(void *arg, struct span name, struct span value, bool whole);
void collect_end(struct collect *collect);

#endif
