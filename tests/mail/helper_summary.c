/* Every field of a summary in a fixed order, one a line. */
#include "helper_summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static size_t put(char *text, size_t at, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static size_t put(char *text, size_t at, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text + at, size - at, format, args);
    va_end(args);
    size_t end = at + (size_t)(len < 0 ? 0 : len);
    return end < size ? end : size - 1;
}

static size_t put_span(char *text, size_t at, size_t size, const char *name, struct span span)
{
    if (span.len == 0)
        return at;
    return put(text, at, size, "%s=%.*s|", name, (int)span.len, (const char *)span.at);
}

static size_t put_received(char *text, size_t at, size_t size, const struct mail_received *r)
{
    char address[ADDR_TEXT_SIZE] = "";
    char date[CLOCK_TEXT_SIZE] = "";
    at = put_span(text, at, size, "helo", r->helo);
    at = put_span(text, at, size, "name", r->name);
    at = put_span(text, at, size, "addr", r->addr_text);
    at = put_span(text, at, size, "by", r->by);
    at = put_span(text, at, size, "with", r->with);
    at = put_span(text, at, size, "id", r->id);
    at = put_span(text, at, size, "for", r->for_path);
    if (r->has_addr) {
        addr_text(&r->addr, address);
        at = put(text, at, size, "=%s|", address);
    }
    if (r->impossible)
        at = put(text, at, size, "impossible|");
    if (r->has_date) {
        clock_text(r->date, date);
        date[19] = '\0';
        at = put(text, at, size, "%s|", date);
    }
    return at;
}

void received_text(const struct mail_received *received, char *text, size_t size)
{
    text[0] = '\0';
    put_received(text, 0, size, received);
}

static size_t put_report(char *text, size_t at, const struct mail_report *report)
{
    const size_t size = SUMMARY_SIZE;
    at = put(text, at, size, "report %d ", report->is_report);
    at = put_span(text, at, size, "action", report->action);
    at = put_span(text, at, size, "status", report->status);
    at = put_span(text, at, size, "recipient", report->final_recipient);
    at = put_span(text, at, size, "mta", report->reporting_mta);
    at = put_span(text, at, size, "id", report->quoted_message_id);
    at = put_span(text, at, size, "from", report->quoted_from);
    at = put_span(text, at, size, "subject", report->quoted_subject);
    for (size_t i = 0; i < report->quoted_count; i++)
        at = put_received(text, put(text, at, size, "\nquoted "), size, &report->quoted[i]);
    return put(text, at, size, "\n");
}

void summary_text(const struct mail_summary *s, char *text)
{
    const size_t size = SUMMARY_SIZE;
    size_t at = put(text, 0, size, "present %x repeated %x\n", s->present, s->repeated);
    at = put_span(text, at, size, "from", s->from);
    at = put_span(text, at, size, "subject", s->subject);
    at = put_span(text, at, size, "date", s->date_text);
    at = put_span(text, at, size, "id", s->message_id);
    at = put_span(text, at, size, "mailer", s->x_mailer);
    at = put_span(text, at, size, "type", s->content_type);
    for (size_t i = 0; i < s->to_count; i++)
        at = put_span(text, at, size, "to", s->to[i]);
    for (size_t i = 0; i < s->cc_count; i++)
        at = put_span(text, at, size, "cc", s->cc[i]);
    for (size_t i = 0; i < s->dkim_count; i++)
        at = put_span(text, at, size, "dkim", s->dkim_domains[i]);
    at = put(text, at, size, "\nto %lu cc %lu id %d received %lu\n", s->to_total, s->cc_total,
             s->id_state, s->received_total);
    for (size_t i = 0; i < s->received_count; i++)
        at = put_received(text, put(text, at, size, "\nreceived "), size, &s->received[i]);
    at = put_report(text, at, &s->report);
    at = put(text, at, size, "octets %lu header %lu body %lu fields %lu parts %lu\n", s->octets,
             s->header_octets, s->body_octets, s->field_count, s->parts);
    at = put(text, at, size, "complete %d malformed %d cut %d visible %d holes %d\n",
             s->header_complete, s->header_malformed, s->header_cut, s->visible, s->holes);
    put(text, at, size, "shape %lx digest %lx\n", s->shape, s->digest);
}

const struct mail_summary *feed_pieces(struct mail *mail, struct span message, size_t size)
{
    mail_reset(mail);
    while (message.len > 0) {
        struct span piece = size == 0 ? message : span_head(message, size);
        mail_feed(mail, piece);
        message = span_skip(message, piece.len);
    }
    mail_end(mail);
    return mail_summary(mail);
}

const struct mail_summary *feed_split(struct mail *mail, struct span message, size_t at)
{
    mail_reset(mail);
    mail_feed(mail, span_head(message, at));
    mail_feed(mail, span_skip(message, at));
    mail_end(mail);
    return mail_summary(mail);
}

void assert_same_however_cut(struct mail *mail, struct span message)
{
    static char whole[SUMMARY_SIZE], cut[SUMMARY_SIZE];
    summary_text(feed_pieces(mail, message, 0), whole);
    for (size_t size = 1; size < 8; size++) {
        summary_text(feed_pieces(mail, message, size), cut);
        assert_string_equal(whole, cut);
    }
    size_t step = message.len > 4000 ? 37 : 1;
    for (size_t at = 0; at <= message.len; at += step) {
        summary_text(feed_split(mail, message, at), cut);
        assert_string_equal(whole, cut);
    }
}
