/* The fields of RFC 5322 3.6 that a verdict or a record needs, and the handwriting of the names. */
#include "collect.h"

#include "address.h"
#include "digest.h"
#include "fields.h"

#include <mxtap/hash.h>

void collect_begin(struct collect *collect, struct mail_summary *out, struct arena *arena,
                   struct words *words)
{
    *collect = (struct collect){.out = out, .arena = arena, .words = words};
}

static struct span decoded(struct collect *collect, struct span value)
{
    return words_decode(collect->words, collect->arena, value);
}

/* Adds the addresses of one field; encoded words are decoded after the split, since they may hide
 * commas. */
static size_t add_list(struct collect *collect, struct span value, struct span **table,
                       size_t count, uint64_t *total)
{
    struct span rest = arena_unfold(collect->arena, value);
    struct span address;
    if (*table == NULL)
        *table = arena_take(collect->arena, MAIL_LIST_MAX * sizeof **table);
    while (address_next(&rest, &address)) {
        ++*total;
        if (*table != NULL && count < MAIL_LIST_MAX)
            (*table)[count++] = decoded(collect, address);
    }
    return count;
}

/* An octet string that is cut is no proof of a bad identifier. */
static void set_message_id(struct collect *collect, struct span value, bool whole)
{
    struct mail_summary *out = collect->out;
    out->message_id = arena_unfold(collect->arena, value);
    out->id_state =
        !whole || mail_message_id_good(out->message_id) ? MAIL_ID_GOOD : MAIL_ID_MALFORMED;
}

static void add_dkim(struct collect *collect, struct span value)
{
    struct mail_summary *out = collect->out;
    if (out->dkim_count == MAIL_DKIM_MAX)
        return;
    struct span domain = ctype_param(arena_unfold(collect->arena, value), SPAN_LITERAL("d"));
    if (domain.len > 0)
        out->dkim_domains[out->dkim_count++] = domain;
}

/* Fields that may stand more than once, and those that only tell something. */
static const uint32_t all_count = MAIL_BIT(MAIL_RECEIVED) | MAIL_BIT(MAIL_TO) | MAIL_BIT(MAIL_CC) |
                                  MAIL_BIT(MAIL_DKIM_SIGNATURE) | MAIL_BIT(FIELDS_PRECEDENCE);

static void many(struct collect *collect, int field, struct span value, bool whole)
{
    struct mail_summary *out = collect->out;
    switch (field) {
    case MAIL_RECEIVED: trace_add(&collect->trace, collect->arena, value, whole); break;
    case MAIL_TO:
        out->to_count = add_list(collect, value, &collect->to, out->to_count, &out->to_total);
        break;
    case MAIL_CC:
        out->cc_count = add_list(collect, value, &collect->cc, out->cc_count, &out->cc_total);
        break;
    case MAIL_DKIM_SIGNATURE: add_dkim(collect, value); break;
    case FIELDS_PRECEDENCE:
        value = span_trim(value);
        if (span_equal_nocase(value, SPAN_LITERAL("bulk")) ||
            span_equal_nocase(value, SPAN_LITERAL("list")))
            out->present |= MAIL_BIT(MAIL_LIST_ID);
        break;
    default: break;
    }
}

/* Fields of which the first counts. */
static void once(struct collect *collect, int field, struct span value, bool whole)
{
    struct mail_summary *out = collect->out;
    struct arena *arena = collect->arena;
    switch (field) {
    case MAIL_FROM:
        value = arena_unfold(arena, value);
        collect->from_digest = digest_span(value);
        out->from = decoded(collect, value);
        break;
    case MAIL_SUBJECT:
        value = arena_unfold(arena, value);
        collect->subject_digest = digest_span(value);
        out->subject = decoded(collect, value);
        break;
    case MAIL_DATE: out->date_text = arena_unfold(arena, value); break;
    case MAIL_MESSAGE_ID: set_message_id(collect, value, whole); break;
    case MAIL_X_MAILER: out->x_mailer = decoded(collect, arena_unfold(arena, value)); break;
    case MAIL_CONTENT_TYPE:
        out->content_type = arena_unfold(arena, value);
        collect->type = ctype_parse(out->content_type);
        break;
    case MAIL_CONTENT_ENCODING: collect->encoding = arena_unfold(arena, value); break;
    case FIELDS_DISPOSITION: collect->disposition = arena_unfold(arena, value); break;
    default: break;
    }
}

void collect_field(void *arg, struct span name, struct span value, bool whole)
{
    struct collect *collect = arg;
    struct mail_summary *out = collect->out;
    int field = fields_find(name);
    /* Relays write Received and Return-Path: they are no part of the sender's handwriting. */
    if (field != MAIL_RECEIVED && field != MAIL_RETURN_PATH)
        out->shape = hash_mix(out->shape + digest_span(name));
    bool again = field < MAIL_FIELDS && (out->present & MAIL_BIT(field)) != 0;
    if (field < MAIL_FIELDS) {
        out->repeated |= out->present & MAIL_BIT(field);
        out->present |= MAIL_BIT(field);
    }
    if ((all_count & MAIL_BIT(field)) != 0)
        many(collect, field, value, whole);
    else if (!again)
        once(collect, field, value, whole);
}

void collect_end(struct collect *collect)
{
    struct mail_summary *out = collect->out;
    out->to = collect->to;
    out->cc = collect->cc;
    out->received = collect->trace.rows;
    out->received_count = collect->trace.count;
    out->received_total = collect->trace.total;
}
