/* The end of data and its look-alikes (RFC 5321 4.1.1.4, 4.5.2): a small machine around scan. */
#include "content.h"

#include "command.h"

void content_init(struct content *content, const struct scan_kernel *kernel, bool bare_lf_client)
{
    *content = (struct content){.state = CONTENT_TEXT, .bare_lf_client = bare_lf_client};
    scan_init(&content->scan, kernel);
}

static void piece(struct content *content, struct span data, const struct content_out *out)
{
    if (data.len == 0)
        return;
    content->octets += data.len;
    out->piece(out->arg, data);
}

/* Octets that were held back turn out to be content: they are counted like all others. */
static void release(struct content *content, struct span data, const struct content_out *out)
{
    scan_all(&content->scan, data);
    piece(content, data, out);
}

static bool peek_is_command(struct content *content)
{
    struct parsed parsed;
    command_parse(span_make(content->peek, content->peek_len), &parsed);
    switch (parsed.verb) {
    case SMTP_MAIL: return span_starts_nocase(parsed.argument, SPAN_LITERAL("FROM"));
    case SMTP_RCPT: return span_starts_nocase(parsed.argument, SPAN_LITERAL("TO"));
    case SMTP_EHLO:
    case SMTP_HELO:
    case SMTP_LHLO: return true;
    case SMTP_DATA:
    case SMTP_RSET:
    case SMTP_QUIT: return parsed.argument.len == 0;
    default: return false;
    }
}

/* Looks at the line behind a look-alike without taking it. */
static void watch(struct content *content, struct span data)
{
    for (size_t i = 0; i < data.len; i++) {
        uint8_t octet = data.at[i];
        bool end = octet == '\r' || octet == '\n';
        if (end && content->peek_len == 0)
            continue;
        if (!end)
            content->peek[content->peek_len++] = octet;
        if (end || content->peek_len == sizeof content->peek) {
            content->smuggled += peek_is_command(content);
            content->watch = false;
            return;
        }
    }
}

static enum content_end line_end_before(const struct scan *scan)
{
    if (scan->last[1] == '\r')
        return CONTENT_CR;
    return scan->last[0] == '\r' ? CONTENT_CRLF : CONTENT_LF;
}

static void lookalike(struct content *content, enum content_end after)
{
    content->lookalikes++;
    content->after = after;
    content->state = CONTENT_HELD;
}

/* More came behind a look-alike, so it was text. Lines behind a bare CR are no lines to anybody who
 * removes stuffed dots. */
static void let_go(struct content *content, const struct content_out *out)
{
    if (content->before == CONTENT_CR)
        release(content, SPAN_LITERAL("."), out);
    if (content->after == CONTENT_CRLF)
        release(content, SPAN_LITERAL("\r\n"), out);
    else if (content->after == CONTENT_LF)
        release(content, SPAN_LITERAL("\n"), out);
    else
        release(content, SPAN_LITERAL("\r"), out);
    content->state = CONTENT_TEXT;
    content->watch = true;
    content->peek_len = 0;
}

/* The octet behind a dot at the start of a line. */
static void after_dot(struct content *content, struct span *rest, const struct content_out *out)
{
    if (rest->at[0] == '\r') {
        content->state = CONTENT_DOT_CR;
        *rest = span_skip(*rest, 1);
    } else if (rest->at[0] == '\n') {
        lookalike(content, CONTENT_LF);
        *rest = span_skip(*rest, 1);
    } else {
        if (content->before == CONTENT_CR)
            release(content, SPAN_LITERAL("."), out);
        else
            /* A stuffed dot is dropped; what follows does not start a line any more. */
            content->scan.last[1] = '.';
        content->state = CONTENT_TEXT;
    }
}

/* The octet behind a dot and a CR: true where that was the end of data. */
static bool after_dot_cr(struct content *content, struct span *rest)
{
    if (rest->at[0] != '\n') {
        lookalike(content, CONTENT_CR);
        return false;
    }
    *rest = span_skip(*rest, 1);
    if (content->before == CONTENT_CRLF)
        return true;
    lookalike(content, CONTENT_CRLF);
    return false;
}

static void text(struct content *content, struct span *rest, const struct content_out *out)
{
    if (content->watch)
        watch(content, *rest);
    size_t dot = scan_run(&content->scan, *rest);
    piece(content, span_head(*rest, dot), out);
    if (dot < rest->len && content->scan.behind == 1) {
        /* Behind a gap, an LF and a dot: the end, a look-alike or neither. The server will tell. */
        release(content, SPAN_LITERAL("."), out);
        dot++;
    } else if (dot < rest->len) {
        content->before = line_end_before(&content->scan);
        content->state = CONTENT_DOT;
        dot++;
    }
    *rest = span_skip(*rest, dot);
}

bool content_feed(struct content *content, struct span *rest, const struct content_out *out)
{
    while (rest->len > 0) {
        switch (content->state) {
        case CONTENT_TEXT: text(content, rest, out); break;
        case CONTENT_DOT: after_dot(content, rest, out); break;
        case CONTENT_DOT_CR:
            if (after_dot_cr(content, rest))
                return true;
            break;
        case CONTENT_HELD: let_go(content, out); break;
        }
        if (content->state == CONTENT_HELD && content->bare_lf_client &&
            content->before != CONTENT_CR && content->after == CONTENT_LF)
            return true;
    }
    return false;
}

void content_gap(struct content *content, const struct content_out *out)
{
    if (content->state == CONTENT_HELD)
        let_go(content, out);
    content->state = CONTENT_TEXT;
    content->watch = false;
    scan_gap(&content->scan);
}

bool content_hanging(const struct content *content)
{
    return content->state == CONTENT_HELD || content->state == CONTENT_DOT_CR;
}

void content_chunk(struct content *content, struct span data, const struct content_out *out)
{
    scan_all(&content->scan, data);
    piece(content, data, out);
}
