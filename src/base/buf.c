/* buf: doubles its room up to the ceiling; what does not fit is cut and remembered. */
#include <mxtap/buf.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUF_FIRST_ROOM 64

void buf_init(struct buf *buf, size_t ceiling)
{
    *buf = (struct buf){.ceiling = ceiling};
}

void buf_done(struct buf *buf)
{
    free(buf->at);
    *buf = (struct buf){.ceiling = buf->ceiling};
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->truncated = false;
}

void buf_clear_keep(struct buf *buf, size_t keep)
{
    if (buf->room > keep)
        buf_done(buf);
    buf_clear(buf);
}

/* Makes room for count more octets; false where the ceiling or malloc is in the way. */
static bool grow(struct buf *buf, size_t count)
{
    if (count > buf->ceiling - buf->len)
        return false;
    if (count <= buf->room - buf->len)
        return true;
    size_t room = buf->room == 0 ? BUF_FIRST_ROOM : buf->room;
    while (room < buf->len + count)
        room *= 2;
    if (room > buf->ceiling)
        room = buf->ceiling;
    uint8_t *at = realloc(buf->at, room);
    if (at == NULL)
        return false;
    buf->at = at;
    buf->room = room;
    return true;
}

void buf_add(struct buf *buf, struct span span)
{
    if (span.len > buf->ceiling - buf->len) {
        span.len = buf->ceiling - buf->len;
        buf->truncated = true;
    }
    if (span.len == 0)
        return;
    if (!grow(buf, span.len)) {
        buf->truncated = true;
        return;
    }
    memcpy(buf->at + buf->len, span.at, span.len);
    buf->len += span.len;
}

void buf_add_octet(struct buf *buf, uint8_t octet)
{
    buf_add(buf, span_make(&octet, 1));
}

void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, span_text(text));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (len < 0)
        return;
    if ((size_t)len >= sizeof text) {
        len = (int)sizeof text - 1;
        buf->truncated = true;
    }
    buf_add(buf, span_make(text, (size_t)len));
}

uint8_t *buf_extend(struct buf *buf, size_t count)
{
    if (!grow(buf, count)) {
        buf->truncated = true;
        return NULL;
    }
    uint8_t *at = buf->at + buf->len;
    buf->len += count;
    return at;
}

void buf_drop(struct buf *buf, size_t count)
{
    if (count >= buf->len) {
        buf->len = 0;
        return;
    }
    memmove(buf->at, buf->at + count, buf->len - count);
    buf->len -= count;
}
