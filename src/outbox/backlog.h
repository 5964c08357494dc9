/*
 * backlog: records in memory, in the order in which they were put.
 *
 * Copies in blocks of a quarter of a MiB, so that a record costs no malloc of its own; a block goes
 * when its last record has been dropped. octets is what the records take, with all that stands
 * beside them: the caller keeps the ceiling. No locks.
 */
#ifndef MXTAP_OUTBOX_BACKLOG_H
#define MXTAP_OUTBOX_BACKLOG_H

#include <mxtap/record.h>

struct queued {
    struct queued *next;
    struct backlog_block *block;
    uint64_t seq;
    int64_t put; /* clock time */
    const char *format;
    struct record record;
    size_t size; /* that it takes */
};

struct backlog {
    struct backlog_block *last; /* that is being filled */
    struct queued *head, *tail;
    uint64_t count, octets;
};

/* What a record will take. */
size_t backlog_size(const struct record *record, const char *format);
/* False: malloc said no. */
bool backlog_put(struct backlog *backlog, const struct record *record, const char *format,
                 uint64_t seq, int64_t put);
void backlog_drop(struct backlog *backlog); /* the head */
void backlog_done(struct backlog *backlog);

#endif
