/* Visibility, octet by octet: a decoder of RFC 2045 6.7 or 6.8 before a small reader of HTML. */
#include "visible.h"

#include "codec.h"

enum html { HTML_TEXT, HTML_OPEN, HTML_NAME, HTML_TAG, HTML_COMMENT, HTML_ENTITY };

void visible_begin(struct visible *visible, enum visible_kind kind, enum visible_encoding encoding)
{
    *visible = (struct visible){.kind = kind, .encoding = encoding};
}

enum visible_encoding visible_encoding(struct span value)
{
    if (span_starts_nocase(value, SPAN_LITERAL("base64")))
        return VISIBLE_BASE64;
    return span_starts_nocase(value, SPAN_LITERAL("quoted-printable")) ? VISIBLE_QUOTED
                                                                       : VISIBLE_PLAIN;
}

/* C2 and A0 are a no-break space in UTF-8 and Latin-1. */
static bool is_blank(uint8_t octet)
{
    return octet <= ' ' || octet == 0x7f || octet == 0xc2 || octet == 0xa0;
}

static bool in_list(const struct visible *visible, const char *const *list)
{
    for (; *list != NULL; list++)
        if (span_equal_nocase(span_make(visible->name, visible->name_len), span_text(*list)))
            return true;
    return false;
}

/* A tag's name is complete: does it draw? */
static bool see_tag(struct visible *visible)
{
    static const char *const draws[] = {"img",   "image", "iframe", "object", "embed", "svg",
                                        "video", "audio", "input",  "button", "hr",    NULL};
    static const char *const hides[] = {"style", "script", "title", NULL};
    static const char *const shows[] = {"/style", "/script", "/title", "body", NULL};
    if (in_list(visible, hides))
        visible->hidden = true;
    else if (in_list(visible, shows))
        visible->hidden = false;
    return !visible->hidden && in_list(visible, draws);
}

/* An entity is complete: is it something else than a blank? */
static bool see_entity(const struct visible *visible)
{
    static const char *const blanks[] = {"nbsp", "ensp",  "emsp",  "thinsp", "zwnj",  "zwj",
                                         "shy",  "#160",  "#xa0",  "#32",    "#x20",  "#13",
                                         "#10",  "#9",    "#8203", "#8204",  "#8205", "#x200b",
                                         "#173", "#8194", "#8195", "#8201",  NULL};
    return !visible->hidden && !in_list(visible, blanks);
}

static bool is_name(uint8_t octet)
{
    uint8_t lower = span_lower_octet(octet);
    return (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '#';
}

static void collect(struct visible *visible, uint8_t octet)
{
    if (visible->name_len < sizeof visible->name)
        visible->name[visible->name_len++] = octet;
}

static bool see_html_text(struct visible *visible, uint8_t octet)
{
    visible->name_len = 0;
    visible->html = HTML_TEXT;
    if (octet == '<')
        visible->html = HTML_OPEN;
    else if (octet == '&')
        visible->html = HTML_ENTITY;
    else
        return !visible->hidden && !is_blank(octet);
    return false;
}

/* After "<": a tag, a declaration, or a mere sign. */
static bool see_html_open(struct visible *visible, uint8_t octet)
{
    uint8_t lower = span_lower_octet(octet);
    if (octet == '!' || octet == '?' || octet == '/' || (lower >= 'a' && lower <= 'z')) {
        collect(visible, octet);
        visible->html = HTML_NAME;
        return false;
    }
    bool shown = !visible->hidden;
    return see_html_text(visible, octet) || shown;
}

static bool see_html_name(struct visible *visible, uint8_t octet)
{
    if (visible->name[0] == '!' && octet == '-') {
        collect(visible, octet);
        if (visible->name_len == 3 && visible->name[1] == '-')
            visible->html = HTML_COMMENT;
        return false;
    }
    if (is_name(octet)) {
        collect(visible, octet);
        return false;
    }
    visible->html = octet == '>' ? HTML_TEXT : HTML_TAG;
    return see_tag(visible);
}

/* name holds the run of "-" before ">". */
static void see_html_comment(struct visible *visible, uint8_t octet)
{
    if (octet == '>' && visible->name_len >= 2)
        visible->html = HTML_TEXT;
    else if (octet == '-')
        collect(visible, octet);
    else
        visible->name_len = 0;
}

static bool see_html(struct visible *visible, uint8_t octet)
{
    switch ((enum html)visible->html) {
    case HTML_TEXT: return see_html_text(visible, octet);
    case HTML_OPEN: return see_html_open(visible, octet);
    case HTML_NAME: return see_html_name(visible, octet);
    case HTML_TAG:
        if (octet == '>')
            visible->html = HTML_TEXT;
        return false;
    case HTML_COMMENT: see_html_comment(visible, octet); return false;
    case HTML_ENTITY:
        if (is_name(octet)) {
            collect(visible, octet);
            return false;
        }
        if (see_entity(visible))
            return true;
        if (octet != ';')
            return see_html_text(visible, octet);
        visible->html = HTML_TEXT;
        return false;
    }
    return false;
}

static bool see(struct visible *visible, uint8_t octet)
{
    if (visible->kind == VISIBLE_HTML)
        return see_html(visible, octet);
    return visible->kind == VISIBLE_OCTETS || !is_blank(octet);
}

static bool see_base64(struct visible *visible, uint8_t octet)
{
    int digit = codec_base64_digit(octet);
    if (digit < 0)
        return false;
    visible->bits = (visible->bits << 6 | (uint32_t)digit) & 0xffffff;
    visible->count += 6;
    if (visible->count < 8)
        return false;
    visible->count -= 8;
    return see(visible, (uint8_t)(visible->bits >> visible->count));
}

/* count: 0 outside, 1 after "=", 2 after its first digit. A "=" before a line end is soft. */
static bool see_quoted(struct visible *visible, uint8_t octet)
{
    int digit = codec_hex_digit(octet);
    if (visible->count == 0) {
        if (octet != '=')
            return see(visible, octet);
        visible->count = 1;
        return false;
    }
    if (visible->count == 1 && is_blank(octet)) {
        visible->count = octet == '\n' ? 0 : 1;
        return false;
    }
    if (digit < 0) {
        visible->count = 0;
        return see(visible, '=') || see(visible, octet);
    }
    visible->bits = visible->bits << 4 | (uint32_t)digit;
    if (++visible->count < 3)
        return false;
    visible->count = 0;
    return see(visible, (uint8_t)visible->bits);
}

bool visible_feed(struct visible *visible, struct span data)
{
    bool line_ends_only = visible->kind == VISIBLE_OCTETS && visible->encoding == VISIBLE_PLAIN;
    for (size_t i = 0; i < data.len; i++) {
        uint8_t octet = data.at[i];
        bool shown;
        if (visible->encoding == VISIBLE_BASE64)
            shown = see_base64(visible, octet);
        else if (visible->encoding == VISIBLE_QUOTED)
            shown = see_quoted(visible, octet);
        else
            shown = line_ends_only ? octet != '\r' && octet != '\n' : see(visible, octet);
        if (shown)
            return true;
    }
    return false;
}
