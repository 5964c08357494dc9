/* privacy: UTF-8 by RFC 3629; local parts by the atext of RFC 5322 3.2.3, dots, and octets over
 * 127. A character is written whole or not at all, so that a full buf still holds UTF-8. */
#include <mxtap/privacy.h>

/* Octets of the well-formed UTF-8 character at the start of text; 0 where there is none. */
static size_t utf8_len(struct span text)
{
    uint8_t first = text.at[0];
    size_t len = first < 0x80                    ? 1
                 : first >= 0xc2 && first < 0xe0 ? 2
                 : first >= 0xe0 && first < 0xf0 ? 3
                 : first >= 0xf0 && first < 0xf5 ? 4
                                                 : 0;
    if (len == 0 || len > text.len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((text.at[i] & 0xc0) != 0x80)
            return 0;
    if (len == 3 && ((first == 0xe0 && text.at[1] < 0xa0) || (first == 0xed && text.at[1] > 0x9f)))
        return 0;
    if (len == 4 && ((first == 0xf0 && text.at[1] < 0x90) || (first == 0xf4 && text.at[1] > 0x8f)))
        return 0;
    return len;
}

/* C0, DEL and C1 controls, and the marks that turn the direction of text. */
static bool is_control(struct span text, size_t len)
{
    if (len == 1)
        return text.at[0] < 0x20 || text.at[0] == 0x7f;
    if (len == 2)
        return text.at[0] == 0xc2 && text.at[1] < 0xa0;
    if (len == 3 && text.at[0] == 0xe2)
        return (text.at[1] == 0x80 && ((text.at[2] >= 0xa8 && text.at[2] <= 0xae) ||
                                       (text.at[2] >= 0x8b && text.at[2] <= 0x8f))) ||
               (text.at[1] == 0x81 && text.at[2] >= 0xa6 && text.at[2] <= 0xa9);
    return false;
}

/* A character or an escape, unless it or one before it did not fit. */
static void put_whole(struct buf *out, struct span piece)
{
    if (piece.len > out->ceiling - out->len)
        out->truncated = true;
    if (!out->truncated)
        buf_add(out, piece);
}

void privacy_escape(struct buf *out, struct span text)
{
    static const char hex[] = "0123456789abcdef";
    while (text.len > 0 && !out->truncated) {
        size_t len = utf8_len(text);
        if (len > 0 && !is_control(text, len)) {
            put_whole(out, span_head(text, len));
            text = span_skip(text, len);
            continue;
        }
        size_t bad = len == 0 ? 1 : len;
        for (size_t i = 0; i < bad; i++) {
            uint8_t escape[4] = {'\\', 'x', (uint8_t)hex[text.at[i] >> 4],
                                 (uint8_t)hex[text.at[i] & 15]};
            put_whole(out, span_make(escape, sizeof escape));
        }
        text = span_skip(text, bad);
    }
}

static bool is_local_octet(uint8_t octet)
{
    if (octet >= 0x80)
        return true;
    if ((octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
        (octet >= '0' && octet <= '9'))
        return true;
    return octet != 0 && strchr("!#$%&'*+/=?^_`{|}~.-", octet) != NULL;
}

/* Where the local part that ends before text.at[end] begins; a quoted one is taken whole. */
static size_t local_start(struct span text, size_t end)
{
    size_t start = end;
    if (start > 0 && text.at[start - 1] == '"') {
        start--;
        /* Back to a quote that no backslash makes part of the text (RFC 5322 3.2.4). */
        while (start > 0 &&
               (text.at[start - 1] != '"' || (start > 1 && text.at[start - 2] == '\\')))
            start--;
        return start > 0 ? start - 1 : 0;
    }
    while (start > 0 && is_local_octet(text.at[start - 1]))
        start--;
    return start;
}

struct span privacy_cut(struct span text, size_t max)
{
    if (text.len <= max)
        return text;
    size_t at = max + span_find(span_skip(text, max), '@');
    size_t start = at < text.len ? local_start(text, at) : at;
    return span_head(text, start < max ? start : max);
}

static void put_local(const struct privacy *privacy, struct buf *out, struct span local)
{
    if (privacy->mode == PRIVACY_MASK) {
        size_t first = utf8_len(local);
        privacy_escape(out, span_head(local, first == 0 ? 1 : first));
        buf_add_text(out, "***");
        return;
    }
    uint8_t lower[256];
    size_t len = local.len < sizeof lower ? local.len : sizeof lower;
    for (size_t i = 0; i < len; i++)
        lower[i] = span_lower_octet(local.at[i]);
    buf_printf(out, "h-%016jx", (uintmax_t)hash_keyed(privacy->key, lower, len));
}

void privacy_addresses(const struct privacy *privacy, struct buf *out, struct span text)
{
    while (privacy->mode != PRIVACY_CLEAR && text.len > 0) {
        size_t at = span_find(text, '@');
        if (at == text.len)
            break;
        size_t start = local_start(text, at);
        privacy_escape(out, span_head(text, start));
        if (start < at)
            put_local(privacy, out, span_skip(span_head(text, at), start));
        buf_add_octet(out, '@');
        text = span_skip(text, at + 1);
    }
    privacy_escape(out, text);
}
