/*
 * The server's side (RFC 5321 4.2): lines become replies, replies go to pair.c. After a gap the
 * first line that may be the rest of another is dropped, and the first reply that may be the rest
 * of another counts as one that says nothing.
 */
#include "session.h"

/* The first line of the stream: SMTP or another protocol? */
static bool first_line(struct smtp_session *session, struct span line)
{
    bool http = false;
    session->server_started = true;
    if ((line.len > 0 && line.at[0] == '2') || session_has(session, SMTP_FACT_MIDSTREAM) ||
        session_has(session, SMTP_FACT_GAP_SERVER) || !start_is_other_banner(line, &http))
        return true;
    if (http)
        session_fact(session, SMTP_FACT_HTTP);
    session_fact(session, SMTP_FACT_NOT_SMTP);
    session_leave(session);
    return false;
}

static void trace(struct smtp_session *session, struct span line)
{
    if (session->sink.on_line == NULL)
        return;
    /* A challenge may hold what the client said. */
    if (span_starts(line, SPAN_LITERAL("334")))
        line = SPAN_LITERAL("334 " AUTH_REDACTED);
    session_trace(session, FROM_SERVER, line);
}

static void complete(struct smtp_session *session, struct reply *reply)
{
    reply->untrusted = session->server_tail;
    session->server_tail = false;
    session->interrupted = false;
    pair_reply(session, reply);
}

/* A command came after the lines of an open reply: did the client take it for complete? */
static bool starts_anew(const struct smtp_session *session, const struct reply_line *line)
{
    const struct reply_parts *parts = &session->parts;
    if (!parts->open || !session->interrupted)
        return false;
    if (parts->code != line->code)
        return true;
    /* The reply to EHLO without its last line: a keyword would go on with it. */
    return parts->keywords && !reply_is_keyword(line->text);
}

static void take_line(struct smtp_session *session, const struct line *line)
{
    struct reply_line parsed;
    struct reply reply;
    if (!session->server_started && !first_line(session, line->text))
        return;
    bool is_reply = reply_line_parse(line->text, &parsed);
    if (is_reply) {
        client_confirm(session);
        if (parsed.code != 421)
            client_bare_cr(session);
    }
    trace(session, line->text);
    if (line->cut)
        session_fact(session, SMTP_FACT_LONG_LINE);
    if (!is_reply) {
        if (!session->server_tail)
            reply_add_text(&session->parts, line->text);
    } else {
        if (starts_anew(session, &parsed)) {
            session_fact(session, SMTP_FACT_REPLY_MALFORMED);
            reply_close(&session->parts, &reply);
            complete(session, &reply);
        }
        if (reply_add(&session->parts, &parsed, &reply))
            complete(session, &reply);
    }
    if (session->parts.malformed) {
        session->parts.malformed = false;
        session_fact(session, SMTP_FACT_REPLY_MALFORMED);
    }
}

/* The first octets: false where it is not SMTP, or not known yet. */
static bool start(struct smtp_session *session, struct span data)
{
    struct lines *lines = &session->lines[FROM_SERVER];
    uint8_t head[START_MAX];
    size_t len = 0;
    for (int octet; len < sizeof head && (octet = lines_peek(lines, data, len)) >= 0;)
        head[len++] = (uint8_t)octet;
    switch (start_server(span_make(head, len))) {
    case START_MORE: lines_keep(lines, data); return false;
    case START_TLS: session_fact(session, SMTP_FACT_TLS); break;
    case START_BINARY: session_fact(session, SMTP_FACT_BINARY); break;
    default: return true;
    }
    session_fact(session, SMTP_FACT_NOT_SMTP);
    session_leave(session);
    return false;
}

__attribute__((noinline)) void server_data(struct smtp_session *session, struct span data)
{
    struct lines *lines = &session->lines[FROM_SERVER];
    struct line line;
    if (session->mode == MODE_LEFT)
        return;
    if (!session->server_started && !session_has(session, SMTP_FACT_MIDSTREAM) &&
        !session_has(session, SMTP_FACT_GAP_SERVER) && !start(session, data))
        return;
    while (session->mode != MODE_LEFT && data.len > 0) {
        if (!lines->skip && start_tls_begins(lines, data)) {
            session_fact(session, SMTP_FACT_TLS);
            session_leave(session);
            return;
        }
        bool skipped = lines->skip;
        bool whole = lines_next(lines, &data, &line);
        if (skipped && !lines->skip)
            pair_lost(session); /* what was skipped may have been a whole reply */
        if (whole)
            take_line(session, &line);
    }
}

void server_gap(struct smtp_session *session)
{
    struct lines *lines = &session->lines[FROM_SERVER];
    struct span kept = lines_kept(lines);
    struct reply_line parsed;
    if (session->mode == MODE_LEFT)
        return;
    bool last = kept.len >= 4 && reply_line_parse(kept, &parsed) && parsed.last;
    if (last && parsed.code == 334) {
        session->auth = AUTH_CHALLENGED; /* AUTH goes on, whatever the challenge says */
    } else if (last) {
        /* The last line of a reply: that it came is known, what it says is not. */
        struct reply reply = {.out = {.code = parsed.code}};
        session->server_tail = true;
        complete(session, &reply);
    } else if (kept.len > 0 || session->parts.open) {
        session->server_tail = true;
    }
    reply_drop(&session->parts);
    lines_gap(lines);
    if (session->mode == MODE_CONTENT && session->message.holes && !session->message.refused) {
        /* The server has spoken after a gap in the content: it was over. */
        message_close(session);
        if (!session->message.blind)
            effect_finish(session, SMTP_NONE);
        session->mode = MODE_FOOTING;
        pair_hole(session, PENDING_HOLE);
    }
    pair_lost(session);
}
