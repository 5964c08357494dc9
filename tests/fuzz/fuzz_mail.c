/*
 * A message, whole and cut into pieces: the same summary, whatever it holds. The first octet is the
 * size of the pieces, the second the place of a hole in a third run, which must only not crash.
 */
#include <stdlib.h>

#include <mxtap/mail.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sum over all octets of the span, so that a sanitizer sees a span that points nowhere. */
static uint64_t sum(struct span span)
{
    uint64_t sum = span.len;
    for (size_t i = 0; i < span.len; i++)
        sum = sum * 31 + span.at[i];
    return sum;
}

static uint64_t sum_received(const struct mail_received *rows, size_t count)
{
    uint64_t total = count;
    for (size_t i = 0; i < count; i++) {
        const struct mail_received *r = &rows[i];
        total = total * 7 + sum(r->raw) + sum(r->helo) * 3 + sum(r->name) * 5 + sum(r->addr_text);
        total = total * 7 + sum(r->by) + sum(r->with) * 3 + sum(r->id) * 5 + sum(r->for_path);
        total += r->impossible + 2U * r->has_addr + (r->has_date ? (uint64_t)r->date : 0);
    }
    return total;
}

static uint64_t sum_summary(const struct mail_summary *s)
{
    const struct mail_report *r = &s->report;
    uint64_t total = s->present + s->repeated * UINT64_C(3) + sum(s->from) + sum(s->subject) * 5;
    total = total * 7 + sum(s->date_text) + sum(s->message_id) * 3 + sum(s->x_mailer) * 5;
    for (size_t i = 0; i < s->to_count; i++)
        total = total * 7 + sum(s->to[i]);
    for (size_t i = 0; i < s->cc_count; i++)
        total = total * 7 + sum(s->cc[i]);
    for (size_t i = 0; i < s->dkim_count; i++)
        total = total * 7 + sum(s->dkim_domains[i]);
    total = total * 7 + sum_received(s->received, s->received_count) + s->received_total;
    total = total * 7 + sum_received(r->quoted, r->quoted_count) + r->is_report;
    total = total * 7 + sum(r->action) + sum(r->status) * 3 + sum(r->final_recipient) * 5;
    total = total * 7 + sum(r->reporting_mta) + sum(r->quoted_from) + sum(r->quoted_subject);
    total = total * 7 + s->octets + s->header_octets * 3 + s->field_count * 5 + s->parts;
    total = total * 7 + s->header_complete + 2U * s->header_malformed + 4U * s->header_cut;
    return total * 7 + s->visible + s->shape + s->digest + (uint64_t)s->id_state;
}

static uint64_t feed(struct mail *mail, struct span message, size_t piece, size_t hole)
{
    mail_reset(mail);
    for (size_t at = 0; at < message.len; at += piece) {
        if (at / piece == hole)
            mail_gap(mail, 7);
        /* A copy of its own size shows every read behind the end. */
        struct span part = span_head(span_skip(message, at), piece);
        uint8_t *copy = malloc(part.len);
        if (copy == NULL)
            break;
        memcpy(copy, part.at, part.len);
        mail_feed(mail, span_make(copy, part.len));
        free(copy);
    }
    mail_end(mail);
    return sum_summary(mail_summary(mail));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail *mail;
    if (size < 3 || mail_new(NULL, &mail) != ERR_NONE)
        return 0;
    struct span message = span_make(data + 2, size - 2);
    size_t piece = data[0] % 64 + 1U;
    uint64_t whole = feed(mail, message, message.len, SIZE_MAX);
    if (feed(mail, message, piece, SIZE_MAX) != whole)
        abort();
    (void)feed(mail, message, piece, data[1]);
    mail_free(mail);
    return 0;
}
