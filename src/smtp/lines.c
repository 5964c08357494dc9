/* Line framing (RFC 5321 2.3.8): memchr for LF, a copy only where a line spans packets. */
#include "lines.h"

#include <mxtap/smtp.h>

#define KEEP_MEMORY 512 /* octets of carry that a session keeps between lines */

void lines_init(struct lines *lines)
{
    buf_init(&lines->carry, SMTP_LINE_MAX + 2);
    lines->spent = false;
    lines->skip = false;
}

void lines_done(struct lines *lines)
{
    buf_done(&lines->carry);
}

void lines_drop(struct lines *lines)
{
    if (lines->carry.len > 0 || lines->carry.truncated)
        buf_clear_keep(&lines->carry, KEEP_MEMORY);
    lines->spent = false;
}

void lines_keep(struct lines *lines, struct span part)
{
    if (lines->spent)
        lines_drop(lines);
    buf_add(&lines->carry, part);
}

void lines_gap(struct lines *lines)
{
    lines->skip = lines->skip || lines_kept(lines).len > 0;
    lines_drop(lines);
}

/* A line without its LF: strips the CR and says what is odd about the line. */
static void finish(struct span text, struct line *ret_line)
{
    bool cr = text.len > 0 && text.at[text.len - 1] == '\r';
    text.len -= cr;
    ret_line->bare_lf = !cr;
    ret_line->cut = text.len > SMTP_LINE_MAX;
    ret_line->text = span_head(text, SMTP_LINE_MAX);
}

/* The same of a line that was put together. */
static void finish_kept(const struct buf *carry, struct line *ret_line)
{
    struct span text = buf_span(carry);
    if (text.len > 0 && text.at[text.len - 1] == '\n') {
        finish(span_head(text, text.len - 1), ret_line);
    } else {
        /* Its end was cut off: not known, so not held against the sender. */
        ret_line->bare_lf = false;
        ret_line->cut = text.len > SMTP_LINE_MAX;
        ret_line->text = span_head(text, SMTP_LINE_MAX);
    }
    ret_line->cut |= carry->truncated;
}

bool lines_next(struct lines *lines, struct span *rest, struct line *ret_line)
{
    if (lines->spent)
        lines_drop(lines);
    while (rest->len > 0) {
        const uint8_t *end = memchr(rest->at, '\n', rest->len);
        size_t len = end == NULL ? rest->len : (size_t)(end - rest->at) + 1;
        struct span part = {rest->at, len};
        *rest = (struct span){rest->at + len, rest->len - len};
        if (lines->skip) {
            lines->skip = end == NULL;
            continue;
        }
        if (end != NULL && lines->carry.len == 0) {
            finish(span_head(part, len - 1), ret_line);
            return true;
        }
        buf_add(&lines->carry, part);
        if (end == NULL)
            break;
        lines->spent = true;
        finish_kept(&lines->carry, ret_line);
        return true;
    }
    return false;
}
