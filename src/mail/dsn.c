/* Delivery reports: RFC 3464, and the plain ones of qmail ("QSBMF"), Exim, Sendmail and Yahoo. */
#include "dsn.h"

#include "fields.h"

void dsn_begin(struct dsn *dsn, struct mail_report *out, struct arena *arena, struct words *words)
{
    *out = (struct mail_report){0};
    *dsn = (struct dsn){.out = out, .arena = arena, .words = words};
}

bool dsn_opening(struct span opening)
{
    static const char *const openings[] = {
        "Hi. This is the qmail-send progr", "Hi. This is the deliver program ",
        "This message was created automat", /* Exim: "... automatically by mail delivery software"
                                             */
        "This is the Postfix program at h", "This is the mail system at host ",
        "The original message was receive", "Your message did not reach some ",
        "Message from yahoo.com.",          "I'm sorry to have to inform you ",
        "This is an automatically generat", /* "... generated Delivery Status Notification" */
    };
    for (size_t i = 0; opening.len > 0 && i < sizeof openings / sizeof *openings; i++)
        if (span_lower_octet(opening.at[0]) == span_lower_octet((uint8_t)*openings[i]) &&
            span_starts_nocase(opening, span_text(openings[i])))
            return true;
    return false;
}

/* "rfc822; joe@example.com" is joe@example.com. */
static struct span without_type(struct span value)
{
    size_t semicolon = span_find(value, ';');
    return span_trim(semicolon < value.len ? span_skip(value, semicolon + 1) : value);
}

/* The first one found stays. */
static void keep_first(struct dsn *dsn, struct span *kept, struct span value)
{
    if (kept->len == 0)
        *kept = arena_unfold(dsn->arena, value);
}

void dsn_status_field(void *arg, struct span name, struct span value, bool whole)
{
    struct dsn *dsn = arg;
    struct mail_report *out = dsn->out;
    (void)whole;
    switch (fields_find(name)) {
    case FIELDS_REPORTING_MTA: keep_first(dsn, &out->reporting_mta, without_type(value)); break;
    case FIELDS_FINAL_RECIPIENT: keep_first(dsn, &out->final_recipient, without_type(value)); break;
    case FIELDS_ACTION: keep_first(dsn, &out->action, value); break;
    case FIELDS_STATUS: {
        struct span rest = span_trim(value);
        keep_first(dsn, &out->status, span_word(&rest));
        break;
    }
    default: break;
    }
}

void dsn_quoted_field(void *arg, struct span name, struct span value, bool whole)
{
    struct dsn *dsn = arg;
    struct mail_report *out = dsn->out;
    switch (fields_find(name)) {
    case MAIL_RECEIVED: trace_add(&dsn->trace, dsn->arena, value, whole); break;
    case MAIL_MESSAGE_ID: keep_first(dsn, &out->quoted_message_id, value); break;
    case MAIL_FROM:
        if (out->quoted_from.len == 0)
            out->quoted_from =
                words_decode(dsn->words, dsn->arena, arena_unfold(dsn->arena, value));
        break;
    case MAIL_SUBJECT:
        if (out->quoted_subject.len == 0)
            out->quoted_subject =
                words_decode(dsn->words, dsn->arena, arena_unfold(dsn->arena, value));
        break;
    default: break;
    }
}

/* "------ This is a copy of the message, including all the headers. ------" */
static bool is_separator(struct span line)
{
    static const char *const texts[] = {
        "below this line is a copy of the message",
        "this is a copy of ",
        "original message follows",
        "original message",
        "message header follows",
        "unsent message ",
        "returned message ",
    };
    size_t dashes = 0;
    line = span_trim(line);
    while (dashes < line.len && line.at[dashes] == '-')
        dashes++;
    if (dashes < 3)
        return false;
    line = span_trim(span_skip(line, dashes));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (span_starts_nocase(line, span_text(texts[i])))
            return true;
    return false;
}

static size_t digits(struct span text)
{
    size_t len = 0;
    while (len < text.len && text.at[len] >= '0' && text.at[len] <= '9')
        len++;
    return len;
}

/* "5.1.1" or "4.4.1" standing alone in a line (RFC 3463 2), but no part of an address. */
static struct span find_status(struct span line)
{
    for (size_t i = 0; i + 5 <= line.len; i++) {
        if ((line.at[i] != '5' && line.at[i] != '4') || line.at[i + 1] != '.')
            continue;
        if (i > 0 && line.at[i - 1] > ' ' && line.at[i - 1] != '#' && line.at[i - 1] != '(')
            continue;
        size_t subject = digits(span_skip(line, i + 2));
        size_t dot = i + 2 + subject;
        if (subject == 0 || subject > 3 || dot >= line.len || line.at[dot] != '.')
            continue;
        size_t detail = digits(span_skip(line, dot + 1));
        size_t end = dot + 1 + detail;
        bool more = end + 1 < line.len && line.at[end] == '.' && line.at[end + 1] > ' ';
        if (detail > 0 && detail <= 3 && !more)
            return span_make(line.at + i, end - i);
    }
    return SPAN_NULL;
}

/* "<joe@example.com>:" (qmail) or "  joe@example.com" (Exim); empty where it is none. */
static struct span find_recipient(struct span line)
{
    bool indented = line.len > 0 && line.at[0] == ' ';
    line = span_trim(line);
    if (line.len > 3 && line.at[0] == '<') {
        size_t close = span_find(line, '>');
        line = close < line.len ? span_skip(span_head(line, close), 1) : SPAN_NULL;
    } else if (!indented) {
        return SPAN_NULL;
    } else if (line.len > 1 && line.at[line.len - 1] == ':') {
        line.len--;
    }
    struct span rest = line;
    struct span word = span_word(&rest);
    bool alone = word.len == line.len && span_find(word, '@') < word.len;
    return alone && word.len <= 320 ? word : SPAN_NULL;
}

bool dsn_line(struct dsn *dsn, struct span line)
{
    struct mail_report *out = dsn->out;
    if (is_separator(line))
        return true;
    if (span_find_nocase(line, SPAN_LITERAL("not yet been delivered")) < line.len)
        out->action = SPAN_LITERAL("delayed");
    if (out->final_recipient.len == 0)
        out->final_recipient = arena_keep(dsn->arena, find_recipient(line));
    if (out->status.len == 0)
        out->status = arena_keep(dsn->arena, find_status(line));
    return false;
}

void dsn_end(struct dsn *dsn)
{
    struct mail_report *out = dsn->out;
    out->quoted = dsn->trace.rows;
    out->quoted_count = dsn->trace.count;
    if (out->action.len == 0 && out->final_recipient.len > 0)
        out->action = SPAN_LITERAL("failed");
}
