/* cef: header, escaping and ceilings (ArcSight Common Event Format, implementation standard 25). */
#include "cef.h"

#define MILLISECOND (CLOCK_SECOND / 1000)
#define TEXT_MAX    1023 /* of most fields */
#define CUSTOM_MAX  4000

/* The first max octets or fewer, no character of UTF-8 cut in two. */
static struct span cut(struct span text, size_t max)
{
    if (text.len <= max)
        return text;
    while (max > 0 && (text.at[max] & 0xc0) == 0x80)
        max--;
    return span_head(text, max);
}

static void put_escaped(struct buf *out, struct span text, const char *special)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t octet = text.at[i] < ' ' ? ' ' : text.at[i];
        if (strchr(special, octet) != NULL)
            buf_add_octet(out, '\\');
        buf_add_octet(out, octet);
    }
}

static void put_header(struct buf *out, const char *text)
{
    put_escaped(out, span_text(text), "\\|");
    buf_add_octet(out, '|');
}

void cef_begin(struct buf *out, const char *id, const char *name, unsigned severity, int64_t time)
{
    buf_add_text(out, "CEF:0|mxtap|mxtap|");
    put_header(out, MXTAP_VERSION);
    put_header(out, id);
    put_header(out, name);
    buf_printf(out, "%u|rt=%jd", severity, (intmax_t)(time / MILLISECOND));
}

void cef_add(struct buf *out, const char *key, struct span value, size_t max)
{
    value = span_trim(cut(span_trim(value), max));
    if (value.len == 0)
        return;
    buf_add_octet(out, ' ');
    buf_add_text(out, key);
    buf_add_octet(out, '=');
    put_escaped(out, value, "\\=");
}

void cef_add_text(struct buf *out, const char *key, const char *value)
{
    cef_add(out, key, span_text(value), TEXT_MAX);
}

void cef_add_count(struct buf *out, const char *key, uint64_t value)
{
    /* CEF's integers have 64 bits with a sign. */
    struct buf text;
    buf_init(&text, 32);
    buf_printf(&text, "%ju", (uintmax_t)(value & INT64_MAX));
    cef_add(out, key, buf_span(&text), TEXT_MAX);
    buf_done(&text);
}

void cef_add_time(struct buf *out, const char *key, int64_t time)
{
    cef_add_count(out, key, (uint64_t)(time / MILLISECOND));
}

static void add_label(struct buf *out, const char *key, const char *label)
{
    buf_printf(out, " %sLabel=%s", key, label);
}

void cef_add_custom(struct buf *out, const char *key, const char *label, struct span value)
{
    if (span_trim(value).len == 0)
        return;
    cef_add(out, key, value, CUSTOM_MAX);
    add_label(out, key, label);
}

void cef_add_custom_count(struct buf *out, const char *key, const char *label, uint64_t value)
{
    cef_add_count(out, key, value);
    add_label(out, key, label);
}
