/*
 * Framing of header fields, RFC 5322 2.2: a field ends at a line end that no blank follows, so a
 * field in place needs the octet after it. Line ends are found with memchr; CRLF and LF alike.
 */
#include "header.h"

#include <mxtap/mail.h>

#define NAME_MAX_OCTETS 998 /* a line's length in RFC 5322: no name is longer */

enum judged { JUDGED_FIELD, JUDGED_ENVELOPE, JUDGED_EMPTY, JUDGED_OTHER, JUDGED_MORE };

static bool is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

/* ftext of RFC 5322 3.6.8. */
static const bool is_name[256] = {['!' ... '9'] = true, [';' ... '~'] = true};

/* An empty line may have more than one CR: some clients send CR CR LF. */
static enum judged judge_empty(struct span text, size_t *ret_len)
{
    size_t i = 0;
    while (i < text.len && text.at[i] == '\r')
        i++;
    if (i == text.len)
        return i < NAME_MAX_OCTETS ? JUDGED_MORE : JUDGED_OTHER;
    *ret_len = i + 1;
    return text.at[i] == '\n' ? JUDGED_EMPTY : JUDGED_OTHER;
}

/* What begins here? ret_len: of the name, or of the empty line. first: before any field, where an
 * mbox separator ("From joe Mon ...") is let through, as Postfix does. */
static enum judged judge(struct span text, bool first, size_t *ret_len)
{
    size_t name = 0;
    text = span_head(text, NAME_MAX_OCTETS);
    while (name < text.len && is_name[text.at[name]])
        name++;
    if (name == 0 && text.len > 0 && (text.at[0] == '\r' || text.at[0] == '\n'))
        return judge_empty(text, ret_len);
    size_t at = name;
    while (at < text.len && is_blank(text.at[at]))
        at++;
    if (name == 0 && at > 0)
        return JUDGED_OTHER;
    if (at == text.len)
        return at < NAME_MAX_OCTETS ? JUDGED_MORE : JUDGED_OTHER;
    *ret_len = name;
    if (text.at[at] == ':')
        return name > 0 ? JUDGED_FIELD : JUDGED_OTHER;
    if (first && at > name &&
        (span_equal(span_head(text, name), SPAN_LITERAL("From")) ||
         span_equal(span_head(text, name), SPAN_LITERAL(">From"))))
        return JUDGED_ENVELOPE;
    return JUDGED_OTHER;
}

/* Octets of the field that begins here, with its folds; 0 where its end cannot be told yet. */
static size_t extent(struct span text)
{
    const uint8_t *at = text.at;
    const uint8_t *end = text.at + text.len;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL && ++at < end) {
        if (!is_blank(*at))
            return (size_t)(at - text.at);
    }
    return 0;
}

void header_init(struct header *header)
{
    *header = (struct header){.ended = true};
    buf_init(&header->carry, MAIL_FIELD_MAX);
}

void header_done(struct header *header)
{
    buf_done(&header->carry);
}

void header_begin(struct header *header, size_t limit,
                  void (*on_field)(void *arg, struct span name, struct span value, bool whole),
                  void *arg)
{
    struct buf carry = header->carry;
    buf_clear_keep(&carry, HEADER_KEEP);
    *header = (struct header){.limit = limit, .on_field = on_field, .arg = arg, .carry = carry};
}

static void emit(struct header *header, struct span field, enum judged judged, size_t name,
                 bool whole)
{
    if (judged == JUDGED_ENVELOPE) {
        header->malformed = true;
        return;
    }
    if (field.len > MAIL_FIELD_MAX) {
        header->cut = true;
        field.len = MAIL_FIELD_MAX;
    }
    header->fields++;
    header->after_gap = false;
    size_t colon = name;
    while (colon < field.len && field.at[colon] != ':')
        colon++;
    header->on_field(header->arg, span_head(field, name), span_skip(field, colon + 1), whole);
}

static void emit_carry(struct header *header, bool whole)
{
    struct span field = buf_span(&header->carry);
    size_t name = 0;
    enum judged judged = judge(field, header->fields == 0, &name);
    if (header->carry.truncated)
        header->cut = true;
    if (judged == JUDGED_FIELD || judged == JUDGED_ENVELOPE)
        emit(header, field, judged, name, whole);
    buf_clear(&header->carry);
    header->named = false;
}

/* The header is over at a line that is no field. */
static void end_malformed(struct header *header)
{
    header->ended = true;
    if (!header->after_gap)
        header->malformed = true;
}

/* Takes one line (or what there is of it) into the carry. */
static size_t carry_on(struct header *header, struct span data)
{
    if (header->at_line && header->named && !is_blank(data.at[0])) {
        emit_carry(header, true);
        return 0;
    }
    size_t line = span_find(data, '\n');
    header->at_line = line < data.len;
    size_t used = header->at_line ? line + 1 : line;
    if (!header->named && used > NAME_MAX_OCTETS - header->carry.len)
        used = NAME_MAX_OCTETS - header->carry.len;
    buf_add(&header->carry, span_head(data, used));
    if (header->named)
        return used;
    size_t len;
    switch (judge(buf_span(&header->carry), header->fields == 0, &len)) {
    case JUDGED_FIELD:
    case JUDGED_ENVELOPE: header->named = true; break;
    case JUDGED_EMPTY:
        header->ended = true;
        buf_clear(&header->carry);
        break;
    case JUDGED_OTHER:
        end_malformed(header);
        header->left = buf_span(&header->carry);
        break;
    case JUDGED_MORE: break;
    }
    header->at_line = used > 0 && data.at[used - 1] == '\n';
    return used;
}

/* A field, an empty line or something else begins at data. */
static size_t start(struct header *header, struct span data)
{
    size_t len = 0;
    if (header->after_gap && is_blank(data.at[0])) {
        header->skipping = true; /* the rest of a field that was lost */
        return 0;
    }
    enum judged judged = judge(data, header->fields == 0, &len);
    switch (judged) {
    case JUDGED_EMPTY: header->ended = true; return len;
    case JUDGED_OTHER: end_malformed(header); return 0;
    case JUDGED_FIELD:
    case JUDGED_ENVELOPE: {
        size_t field = extent(data);
        if (field > 0) {
            emit(header, span_head(data, field), judged, len, true);
            return field;
        }
        break;
    }
    case JUDGED_MORE: break;
    }
    header->named = judged != JUDGED_MORE;
    header->at_line = data.at[data.len - 1] == '\n';
    buf_add(&header->carry, data);
    return data.len;
}

size_t header_feed(struct header *header, struct span data)
{
    if (header->ended)
        return 0;
    size_t room = header->limit - header->octets;
    bool limited = data.len >= room;
    size_t used = 0;
    data = span_head(data, room);
    while (used < data.len && !header->ended) {
        struct span rest = span_skip(data, used);
        if (header->skipping) {
            size_t line = span_find(rest, '\n');
            header->skipping = line == rest.len;
            used += header->skipping ? line : line + 1;
        } else if (header->carry.len > 0) {
            used += carry_on(header, rest);
        } else {
            used += start(header, rest);
        }
    }
    header->octets += used;
    if (header->ended)
        header->octets -= header->left.len;
    if (limited && !header->ended) {
        header->cut = true;
        header->limited = true;
        header_end(header);
    }
    return used;
}

void header_gap(struct header *header)
{
    if (header->ended)
        return;
    if (header->carry.len > 0)
        emit_carry(header, false);
    header->skipping = true;
    header->after_gap = true;
}

void header_end(struct header *header)
{
    if (header->ended)
        return;
    header->ended = true;
    if (header->carry.len == 0)
        return;
    if (header->named) {
        emit_carry(header, true);
        return;
    }
    /* A last line without its end that is no field. */
    end_malformed(header);
    header->left = buf_span(&header->carry);
    header->octets -= header->left.len;
}
