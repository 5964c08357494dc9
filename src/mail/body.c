/*
 * MIME, RFC 2046 5.1: lines that begin with "--" and a boundary of the stack part a multipart; all
 * other lines go to what is being read. Boundaries of outer multiparts end the inner ones.
 */
#include "body.h"

#include "fields.h"

static void part_field(void *arg, struct span name, struct span value, bool whole)
{
    struct body *body = arg;
    struct body_part *part = &body->part;
    (void)whole;
    switch (fields_find(name)) {
    case MAIL_CONTENT_TYPE:
        if (part->type.type.len == 0)
            part->type = ctype_parse(arena_unfold(body->arena, value));
        break;
    case MAIL_CONTENT_ENCODING: part->encoding = arena_unfold(body->arena, value); break;
    case FIELDS_DISPOSITION: part->disposition = arena_unfold(body->arena, value); break;
    default: break;
    }
}

/* Fields follow: of a part, of a delivery status, or of a returned header. */
static void begin_fields(struct body *body, enum body_where where)
{
    body->where = where;
    if (where == BODY_HEADER)
        header_begin(body->header, MAIL_HEADER_MAX, part_field, body);
    else if (where == BODY_STATUS)
        header_begin(body->header, MAIL_HEADER_MAX, dsn_status_field, body->dsn);
    else
        header_begin(body->header, MAIL_HEADER_MAX, dsn_quoted_field, body->dsn);
}

static bool is_returned(const struct ctype *type)
{
    return ctype_is(type, SPAN_LITERAL("message/rfc822")) ||
           ctype_is(type, SPAN_LITERAL("text/rfc822-headers")) ||
           ctype_is(type, SPAN_LITERAL("message/global")) ||
           ctype_is(type, SPAN_LITERAL("message/global-headers"));
}

static enum visible_kind content_kind(const struct body_part *part)
{
    const struct ctype *type = &part->type;
    if (span_starts_nocase(part->disposition, SPAN_LITERAL("attachment")))
        return VISIBLE_OCTETS;
    if (ctype_is(type, SPAN_LITERAL("text/html")))
        return VISIBLE_HTML;
    bool untyped = span_find(type->type, '/') == type->type.len;
    /* A multipart comes here without a boundary, or too deep. */
    if (untyped || ctype_is(type, SPAN_LITERAL("text/")) ||
        ctype_is(type, SPAN_LITERAL("multipart/")))
        return VISIBLE_TEXT;
    return VISIBLE_OCTETS;
}

static void begin_content(struct body *body, const struct body_part *part)
{
    enum visible_kind kind = content_kind(part);
    enum visible_encoding encoding = visible_encoding(part->encoding);
    body->where = BODY_CONTENT;
    visible_begin(&body->content, kind, encoding);
    if (kind != VISIBLE_TEXT || encoding == VISIBLE_BASE64)
        body->opening_known = true;
}

static void begin_part(struct body *body, const struct body_part *part)
{
    const struct ctype *type = &part->type;
    struct mail_report *report = body->dsn->out;
    if (type->boundary.len > 0 && body->depth < BODY_DEPTH) {
        if (ctype_is(type, SPAN_LITERAL("multipart/report")) &&
            (type->report_type.len == 0 ||
             span_equal_nocase(type->report_type, SPAN_LITERAL("delivery-status"))))
            report->is_report = true;
        body->boundaries[body->depth++] = type->boundary;
        body->where = BODY_OUTSIDE;
    } else if (report->is_report &&
               (ctype_is(type, SPAN_LITERAL("message/delivery-status")) ||
                ctype_is(type, SPAN_LITERAL("message/global-delivery-status")))) {
        begin_fields(body, BODY_STATUS);
    } else if (report->is_report && is_returned(type)) {
        begin_fields(body, BODY_QUOTED);
    } else {
        begin_content(body, part);
    }
}

/* Collects the first octets of the text up to a line end, then judges them. */
static void opening(struct body *body, struct span data)
{
    while (body->opening_len == 0 && data.len > 0 && data.at[0] <= ' ')
        data = span_skip(data, 1);
    if (data.len == 0)
        return;
    data = span_head(data, DSN_OPENING - body->opening_len);
    size_t len = span_find(data, '\n');
    memcpy(body->opening + body->opening_len, data.at, len);
    body->opening_len += len;
    body->opening_known = len < data.len || body->opening_len == DSN_OPENING;
    if (!body->opening_known || !dsn_opening(span_make(body->opening, body->opening_len)))
        return;
    body->dsn->out->is_report = true;
    body->where = BODY_REPORT;
}

static void on_content(struct body *body, struct span data)
{
    if (!body->visible)
        body->visible = visible_feed(&body->content, data);
    if (!body->opening_known)
        opening(body, data);
}

/* The header of a part, a group of status fields or a returned header is over; data: what of the
 * line behind it is content. */
static void fields_ended(struct body *body, struct span data)
{
    if (body->where == BODY_STATUS) {
        begin_fields(body, BODY_STATUS);
    } else if (body->where == BODY_QUOTED) {
        body->dsn->quoted_done = true;
        body->where = BODY_OUTSIDE;
    } else {
        /* A line that is no field may lie in the carry: begin_part leaves it alone for content. */
        struct span left = body->header->left;
        struct body_part part = body->part;
        begin_part(body, &part);
        if (body->where == BODY_CONTENT) {
            on_content(body, left);
            on_content(body, data);
        }
    }
}

static void on_fields(struct body *body, struct span data)
{
    if (body->where != BODY_HEADER && data.at[0] > ' ')
        body->visible = true; /* a report's own parts are shown */
    size_t used = header_feed(body->header, data);
    if (body->header->ended)
        fields_ended(body, span_skip(data, used));
}

static bool in_fields(const struct body *body)
{
    return body->where == BODY_HEADER || body->where == BODY_STATUS || body->where == BODY_QUOTED;
}

static void end_fields(struct body *body)
{
    if (!in_fields(body))
        return;
    header_end(body->header);
    if (body->where == BODY_HEADER || body->where == BODY_QUOTED)
        fields_ended(body, SPAN_NULL);
}

/* "--boundary" or "--boundary--"; which one of the stack, innermost first; -1 where it is none. */
static int find_boundary(const struct body *body, struct span line, bool *ret_closing)
{
    if (!span_starts(line, SPAN_LITERAL("--")))
        return -1;
    line = span_trim(span_skip(line, 2));
    for (size_t i = body->depth; i > 0; i--) {
        struct span boundary = body->boundaries[i - 1];
        if (!span_starts(line, boundary))
            continue;
        struct span rest = span_skip(line, boundary.len);
        *ret_closing = span_equal(rest, SPAN_LITERAL("--"));
        if (rest.len == 0 || *ret_closing)
            return (int)i - 1;
    }
    return -1;
}

static void finish(struct body *body)
{
    /* A multipart without its boundary: some programs show it as it stands. */
    if (body->parts == 0 && body->preamble)
        body->visible = true;
    body->looking = false;
}

static bool on_boundary(struct body *body, struct span line)
{
    bool closing = false;
    int at = find_boundary(body, line, &closing);
    if (at < 0)
        return false;
    end_fields(body);
    if (closing) {
        body->depth = (size_t)at;
        body->where = BODY_OUTSIDE;
        if (at == 0)
            finish(body);
        return true;
    }
    body->depth = (size_t)at + 1;
    body->parts++;
    body->part = (struct body_part){0};
    begin_fields(body, BODY_HEADER);
    return true;
}

/* whole: from its beginning to its end, and not longer than BODY_LINE. */
static void on_line(struct body *body, struct span line, bool whole)
{
    if (whole && body->depth > 0 && on_boundary(body, line))
        return;
    switch (body->where) {
    case BODY_OUTSIDE:
        if (body->parts == 0 && span_trim(line).len > 0)
            body->preamble = true;
        break;
    case BODY_HEADER:
    case BODY_STATUS:
    case BODY_QUOTED: on_fields(body, line); break;
    case BODY_CONTENT: on_content(body, line); break;
    case BODY_REPORT:
        if (whole && dsn_line(body->dsn, line))
            body->where = BODY_RETURNED;
        break;
    case BODY_RETURNED:
        if (span_trim(line).len > 0) {
            begin_fields(body, BODY_QUOTED);
            on_fields(body, line);
        }
        break;
    }
    bool report_known = !body->dsn->out->is_report || body->dsn->quoted_done;
    if (body->visible && body->opening_known && report_known)
        body->looking = false;
}

void body_begin(struct body *body, struct arena *arena, struct header *header, struct dsn *dsn,
                const struct body_part *part)
{
    body->arena = arena;
    body->header = header;
    body->dsn = dsn;
    body->looking = true;
    body->visible = false;
    body->preamble = false;
    body->parts = 0;
    body->looked = 0;
    body->opening_known = false;
    body->opening_len = 0;
    body->depth = 0;
    body->mid_line = false;
    body->line_len = 0;
    begin_part(body, part);
}

/* Takes a line, or what there is of it; returns the octets used. */
static size_t take_line(struct body *body, struct span data)
{
    size_t len = span_find(data, '\n') + 1;
    bool ends = len <= data.len;
    if (body->line_len == 0 && (ends || data.len >= BODY_LINE)) {
        struct span line = span_head(data, len);
        bool whole = !body->mid_line && ends && len <= BODY_LINE;
        body->mid_line = !ends;
        on_line(body, line, whole);
        return line.len;
    }
    size_t room = BODY_LINE - body->line_len;
    size_t take = len < data.len ? len : data.len;
    ends = ends && take <= room;
    take = take < room ? take : room;
    memcpy(body->line + body->line_len, data.at, take);
    body->line_len += take;
    if (ends || body->line_len == BODY_LINE) {
        struct span line = span_make(body->line, body->line_len);
        bool whole = !body->mid_line && ends;
        body->mid_line = !ends;
        body->line_len = 0;
        on_line(body, line, whole);
    }
    return take;
}

void body_feed(struct body *body, struct span data)
{
    size_t room = BODY_LOOK - body->looked;
    bool limited = data.len >= room;
    data = span_head(data, room);
    body->looked += data.len;
    while (data.len > 0 && body->looking)
        data = span_skip(data, take_line(body, data));
    if (limited && body->looking) {
        body_end(body);
        body->visible = true; /* or may be */
    }
}

void body_gap(struct body *body)
{
    body->visible = true; /* or may be */
    body->opening_known = true;
    body->mid_line = true;
    body->line_len = 0;
    if (in_fields(body))
        header_gap(body->header);
    if (!body->dsn->out->is_report)
        body->looking = false;
}

void body_end(struct body *body)
{
    if (body->looking && body->line_len > 0) {
        struct span line = span_make(body->line, body->line_len);
        body->line_len = 0;
        on_line(body, line, !body->mid_line);
    }
    if (body->looking)
        end_fields(body);
    if (!body->opening_known && body->where == BODY_CONTENT) {
        struct span end = SPAN_LITERAL("\n");
        opening(body, end);
    }
    finish(body);
}
