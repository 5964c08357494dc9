/*
 * The parser of a message: header, then body, then nothing but a count. What a piece costs is known
 * at its first octet: busy says whether anything is still to be learned.
 */
#include "body.h"
#include "collect.h"
#include "digest.h"

#include <stdlib.h>

#include <mxtap/hash.h>

#define ARENA_MAX  (1024 * 1024)
#define DIGEST_MAX 4096 /* octets of the body in the digest */
/* What a parser holds beside the arena. */
#define CHARGE (sizeof(struct mail) + MAIL_FIELD_MAX + 2 * WORDS_KEEP)

struct mail {
    struct budget *budget;
    struct arena arena;
    struct words words;
    struct header header;
    struct collect collect;
    struct dsn dsn;
    struct digest digest;
    bool in_body;
    bool busy;    /* octets of the body are still looked at */
    bool ended;   /* mail_end was called */
    bool limited; /* the header did not end within MAIL_HEADER_MAX */
    struct mail_summary summary;
    struct body body;
};

enum err mail_new(struct budget *budget, struct mail **ret_mail)
{
    if (budget != NULL && !budget_take(budget, CHARGE))
        return ERR_LIMIT;
    struct mail *mail = calloc(1, sizeof *mail);
    if (mail == NULL) {
        if (budget != NULL)
            budget_give(budget, CHARGE);
        return ERR_MEMORY;
    }
    mail->budget = budget;
    arena_init(&mail->arena, budget, ARENA_MAX);
    words_init(&mail->words);
    header_init(&mail->header);
    mail_reset(mail);
    *ret_mail = mail;
    return ERR_NONE;
}

void mail_free(struct mail *mail)
{
    if (mail == NULL)
        return;
    header_done(&mail->header);
    words_done(&mail->words);
    arena_done(&mail->arena);
    if (mail->budget != NULL)
        budget_give(mail->budget, CHARGE);
    free(mail);
}

void mail_reset(struct mail *mail)
{
    arena_reset(&mail->arena);
    mail->words.cut = false;
    mail->summary = (struct mail_summary){0};
    collect_begin(&mail->collect, &mail->summary, &mail->arena, &mail->words);
    dsn_begin(&mail->dsn, &mail->summary.report, &mail->arena, &mail->words);
    digest_begin(&mail->digest);
    header_begin(&mail->header, MAIL_HEADER_MAX, collect_field, &mail->collect);
    mail->in_body = false;
    mail->busy = true;
    mail->ended = false;
}

static void feed_body(struct mail *mail, struct span data)
{
    uint64_t digested = mail->digest.len;
    if (digested < DIGEST_MAX)
        digest_add(&mail->digest, span_head(data, DIGEST_MAX - (size_t)digested));
    if (mail->body.looking && data.len > 0)
        body_feed(&mail->body, data);
    mail->busy = mail->body.looking || mail->digest.len < DIGEST_MAX;
}

/* The header is over: what it says is settled, the body begins. */
static void begin_body(struct mail *mail)
{
    struct mail_summary *summary = &mail->summary;
    struct header *header = &mail->header;
    struct collect *collect = &mail->collect;
    collect_end(collect);
    summary->field_count = header->fields;
    summary->header_octets = header->octets;
    summary->header_malformed = header->malformed;
    summary->header_cut = header->cut;
    summary->header_complete = !header->limited && !header->after_gap;
    mail->limited = header->limited;
    mail->in_body = true;
    struct body_part part = {collect->type, collect->encoding, collect->disposition};
    /* Copied: the reader of the header is used again for parts. */
    struct span left = arena_keep(&mail->arena, header->left);
    body_begin(&mail->body, &mail->arena, header, &mail->dsn, &part);
    if (mail->limited) {
        /* Where the body begins is not known. */
        mail->body.visible = true;
        mail->body.looking = false;
        mail->busy = false;
    } else if (left.len > 0) {
        feed_body(mail, left);
    }
}

void mail_feed(struct mail *mail, struct span data)
{
    if (mail->ended)
        return;
    mail->summary.octets += data.len;
    if (!mail->in_body) {
        size_t used = header_feed(&mail->header, data);
        if (!mail->header.ended)
            return;
        begin_body(mail);
        data = span_skip(data, used);
    }
    if (mail->busy && data.len > 0)
        feed_body(mail, data);
}

void mail_gap(struct mail *mail, uint64_t length)
{
    if (mail->ended || length == 0)
        return;
    mail->summary.holes = true;
    if (!mail->in_body) {
        mail->summary.header_holes = true;
        header_gap(&mail->header);
    } else if (mail->body.looking) {
        body_gap(&mail->body);
    }
}

void mail_end(struct mail *mail)
{
    struct mail_summary *summary = &mail->summary;
    if (mail->ended)
        return;
    if (!mail->in_body) {
        header_end(&mail->header);
        begin_body(mail);
    }
    if (mail->body.looking)
        body_end(&mail->body);
    dsn_end(&mail->dsn);
    if (mail->limited)
        summary->header_octets = summary->octets;
    summary->body_octets = summary->octets - summary->header_octets;
    summary->parts = mail->body.parts;
    summary->visible = mail->body.visible || summary->holes;
    summary->header_cut |= mail->arena.refused || mail->words.cut;
    uint64_t digest = digest_end(&mail->digest);
    digest = hash_mix(digest + mail->collect.from_digest);
    summary->digest = hash_mix(digest + mail->collect.subject_digest);
    mail->ended = true;
    mail->busy = false;
}

const struct mail_summary *mail_summary(const struct mail *mail)
{
    return &mail->summary;
}
