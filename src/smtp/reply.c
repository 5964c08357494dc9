/* Reply lines (RFC 5321 4.2.1) and enhanced codes (RFC 3463 2). */
#include "reply.h"

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* Length of "class.subject.detail" in front of a blank or the end; 0: there is none. */
static size_t enhanced_len(struct span text)
{
    size_t at = 0;
    for (int part = 0; part < 3; part++) {
        size_t digits = 0;
        while (at < text.len && is_digit(text.at[at]) && digits < 4) {
            at++;
            digits++;
        }
        if (digits == 0 || digits > (part == 0 ? 1U : 3U))
            return 0;
        if (part < 2 && (at >= text.len || text.at[at++] != '.'))
            return 0;
    }
    return at == text.len || text.at[at] == ' ' || text.at[at] == '\t' ? at : 0;
}

/* Behind three digits: they are no code. */
static bool continues_word(uint8_t octet)
{
    return is_digit(octet) || (octet | 0x20) >= 'a' || octet == '.';
}

bool reply_line_parse(struct span line, struct reply_line *ret_line)
{
    if (line.len < 3)
        return false;
    unsigned hundreds = line.at[0] - (unsigned)'0', tens = line.at[1] - (unsigned)'0';
    unsigned ones = line.at[2] - (unsigned)'0';
    uint8_t separator = line.len > 3 ? line.at[3] : ' ';
    bool plain = separator == ' ' || separator == '-';
    if (hundreds - 2 > 3 || tens > 9 || ones > 9 || (!plain && continues_word(separator)))
        return false;
    size_t start = 4;
    while (start < line.len && (line.at[start] == ' ' || line.at[start] == '\t'))
        start++;
    struct span text = span_skip(line, start);
    size_t len = 0;
    if (text.len > 4 && text.at[1] == '.' &&
        (text.at[0] == '2' || text.at[0] == '4' || text.at[0] == '5'))
        len = enhanced_len(text);
    ret_line->code = hundreds * 100 + tens * 10 + ones;
    ret_line->last = separator != '-';
    ret_line->odd = !plain;
    ret_line->enhanced = span_head(text, len);
    ret_line->text = len > 0 ? span_skip(text, len + 1) : text;
    return true;
}

void reply_init(struct reply_parts *parts)
{
    parts->malformed = false;
    reply_drop(parts);
}

void reply_drop(struct reply_parts *parts)
{
    parts->open = false;
    parts->keywords = parts->pipelining = false;
    parts->enhanced_len = 0;
    parts->code = parts->lines = 0;
    parts->len = parts->first_len = 0;
}

bool reply_is_keyword(struct span text)
{
    size_t len = 0;
    while (len < text.len && ((text.at[len] >= 'A' && text.at[len] <= 'Z') ||
                              is_digit(text.at[len]) || text.at[len] == '-'))
        len++;
    bool ends = len == text.len || text.at[len] == ' ' || text.at[len] == '=';
    return ends && len >= 3 && !is_digit(text.at[0]);
}

static void add_text(struct reply_parts *parts, struct span text)
{
    size_t room = sizeof parts->text - parts->len;
    if (parts->lines > 0 && room > 0 && text.len > 0) {
        parts->text[parts->len++] = ' ';
        room--;
    }
    size_t len = text.len < room ? text.len : room;
    if (len > 0)
        memcpy(parts->text + parts->len, text.at, len);
    parts->len += len;
    if (parts->lines == 0)
        parts->first_len = parts->len;
}

static void add_line(struct reply_parts *parts, const struct reply_line *line)
{
    if (parts->lines > 0 && parts->code != line->code)
        parts->malformed = true;
    /* A client goes by the last line's code. */
    parts->code = line->code;
    if (parts->enhanced_len == 0 && line->enhanced.len <= sizeof parts->enhanced &&
        line->enhanced.len > 0) {
        memcpy(parts->enhanced, line->enhanced.at, line->enhanced.len);
        parts->enhanced_len = (uint8_t)line->enhanced.len;
    }
    if (parts->lines > 0 && line->code == 250 && line->enhanced.len == 0) {
        parts->keywords |= reply_is_keyword(line->text);
        parts->pipelining |= span_equal_nocase(line->text, SPAN_LITERAL("PIPELINING"));
    }
    add_text(parts, line->text);
    parts->lines++;
}

void reply_add_text(struct reply_parts *parts, struct span text)
{
    parts->malformed = true;
    if (!parts->open)
        return;
    add_text(parts, text);
    parts->lines++;
}

void reply_close(struct reply_parts *parts, struct reply *ret_reply)
{
    *ret_reply = (struct reply){
        .out = {.code = parts->code,
                .enhanced = {parts->enhanced, parts->enhanced_len},
                .text = {parts->text, parts->len},
                .lines = parts->lines},
        .first = {parts->text, parts->first_len},
        .keywords = parts->keywords,
        .pipelining = parts->pipelining,
    };
    reply_drop(parts);
}

bool reply_add(struct reply_parts *parts, const struct reply_line *line, struct reply *ret_reply)
{
    parts->malformed |= line->odd;
    if (parts->open || !line->last) {
        add_line(parts, line);
        parts->open = !line->last;
        if (!parts->open)
            reply_close(parts, ret_reply);
        return !parts->open;
    }
    struct span text = span_head(line->text, SMTP_REPLY_TEXT_MAX);
    ret_reply->out = (struct smtp_reply){
        .code = line->code, .enhanced = line->enhanced, .text = text, .lines = 1};
    ret_reply->first = text;
    ret_reply->keywords = ret_reply->pipelining = ret_reply->untrusted = false;
    return true;
}

struct span reply_subject(struct span text)
{
    if (text.len < 3 || text.at[0] != '<')
        return SPAN_NULL;
    size_t end = span_find(text, '>');
    return end < text.len ? span_make(text.at + 1, end - 1) : SPAN_NULL;
}
