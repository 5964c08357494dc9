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

struct span lines_kept(const struct lines *lines)
{
    return lines->spent ? SPAN_NULL : buf_span(&lines->carry);
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

int lines_peek(const struct lines *lines, struct span rest, size_t index)
{
    struct span kept = lines_kept(lines);
    if (index < kept.len)
        return kept.at[index];
    index -= kept.len;
    return index < rest.len ? rest.at[index] : -1;
}

/* Strips the line end and says what is odd about the line. */
static void finish(struct span text, bool cut, struct line *ret_line)
{
    bool cr = false;
    if (text.len > 0 && text.at[text.len - 1] == '\n') {
        text.len--;
        cr = text.len > 0 && text.at[text.len - 1] == '\r';
        if (cr)
            text.len--;
    } else {
        cr = true; /* its end was cut off: not known, so not held against the sender */
    }
    if (text.len > SMTP_LINE_MAX) {
        text.len = SMTP_LINE_MAX;
        cut = true;
    }
    *ret_line = (struct line){
        .text = text,
        .bare_lf = !cr,
        .cut = cut,
    };
}

bool lines_next(struct lines *lines, struct span *rest, struct line *ret_line)
{
    if (lines->spent)
        lines_drop(lines);
    while (rest->len > 0) {
        const uint8_t *end = memchr(rest->at, '\n', rest->len);
        struct span part = span_head(*rest, end == NULL ? rest->len : (size_t)(end - rest->at) + 1);
        *rest = span_skip(*rest, part.len);
        if (lines->skip) {
            lines->skip = end == NULL;
            continue;
        }
        if (end != NULL && lines->carry.len == 0) {
            finish(part, false, ret_line);
            return true;
        }
        buf_add(&lines->carry, part);
        if (end == NULL)
            break;
        lines->spent = true;
        finish(buf_span(&lines->carry), lines->carry.truncated, ret_line);
        return true;
    }
    return false;
}
