/*
 * buf: a growable run of octets with a ceiling declared when it is made.
 *
 * What would pass the ceiling is cut, and the cut is remembered in truncated; the caller counts it.
 * Memory that malloc refuses counts as a cut too, so that no caller need fail. The octets are owned
 * by the buf; buf_span lends them until the next call that changes it. One thread at a time.
 */
#ifndef MXTAP_BUF_H
#define MXTAP_BUF_H

#include <mxtap/span.h>

struct buf {
    uint8_t *at;
    size_t len;
    size_t room;    /* allocated */
    size_t ceiling; /* never longer than this */
    bool truncated; /* something did not fit since the last buf_clear */
};

/* An empty buf; nothing is allocated before the first octet. */
void buf_init(struct buf *buf, size_t ceiling);
void buf_done(struct buf *buf);

/* Empties it and keeps the memory, unless that is over keep octets. */
void buf_clear(struct buf *buf);
void buf_clear_keep(struct buf *buf, size_t keep);

void buf_add(struct buf *buf, struct span span);
void buf_add_octet(struct buf *buf, uint8_t octet);
void buf_add_text(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for count octets at the end, to be filled by the caller; NULL where it would not fit (and
 * truncated is set). The length has grown by count. */
uint8_t *buf_extend(struct buf *buf, size_t count);

/* Takes count octets off the front. */
void buf_drop(struct buf *buf, size_t count);

static inline struct span buf_span(const struct buf *buf)
{
    return (struct span){buf->at, buf->len};
}

#endif
