/*
 * Content: DATA (RFC 5321 4.1.1.4) and BDAT (RFC 3030) as the sink hears of it. It begins with its
 * first octet, so that a one-sided capture invents none.
 */
#include "session.h"

static void give_piece(void *arg, struct span piece)
{
    struct smtp_session *session = arg;
    if (session->sink.on_content != NULL)
        session->sink.on_content(session->sink.arg, session, piece);
}

static struct content_out out_of(struct smtp_session *session)
{
    return (struct content_out){give_piece, session};
}

void message_start(struct smtp_session *session, bool bare_lf_client)
{
    message_close(session);
    pair_give_message(session);
    struct message *message = &session->message;
    content_init(&message->content, session->kernel, bare_lf_client);
    message->began = message->complete = message->holes = false;
    message->blind = message->refused = false;
    message->bdat = message->last = false;
    message->chunk_left = 0;
    session->mode = MODE_CONTENT;
}

void message_report(struct smtp_session *session)
{
    const struct message *message = &session->message;
    struct smtp_transaction *shown = &session->transact.shown;
    if (!shown->data_command || !message->began || message->blind)
        return;
    shown->content = true;
    shown->complete = message->complete;
    shown->holes = message->holes;
    shown->bdat = message->bdat;
    shown->octets = message->content.octets;
    shown->bare_lf = message->content.scan.bare_lf;
    shown->bare_cr = message->content.scan.bare_cr;
    shown->nul = message->content.scan.nul;
    shown->long_lines = message->content.scan.long_lines;
    shown->lookalikes = message->content.lookalikes;
    shown->smuggled = message->content.smuggled;
}

static void begin(struct smtp_session *session)
{
    if (session->message.open)
        return;
    session->message.began = session->message.open = true;
    message_report(session);
    if (session->sink.on_content_begin != NULL)
        session->sink.on_content_begin(session->sink.arg, session);
}

void message_close(struct smtp_session *session)
{
    if (!session->message.open)
        return;
    session->message.open = false;
    message_report(session);
    if (session->sink.on_content_end != NULL)
        session->sink.on_content_end(session->sink.arg, session);
}

/* The end of data: from now on its reply is awaited. */
static void ended(struct smtp_session *session)
{
    static const struct parsed content = {.verb = SMTP_CONTENT};
    session->message.complete = true;
    session->mode = MODE_COMMAND;
    message_close(session);
    if (!session->message.refused)
        (void)pair_push(session, PENDING_COMMAND, &content);
}

void message_feed(struct smtp_session *session, struct span *rest)
{
    struct content *content = &session->message.content;
    struct content_out out = out_of(session);
    begin(session);
    bool end = content_feed(content, rest, &out);
    if (content->lookalikes > 0)
        session_fact(session, SMTP_FACT_LOOKALIKE);
    if (content->smuggled > 0)
        session_fact(session, SMTP_FACT_SMUGGLED);
    if (end)
        ended(session);
}

static void chunk_done(struct smtp_session *session)
{
    session->mode = MODE_COMMAND;
    if (!session->message.last)
        return;
    begin(session);
    session->message.complete = true;
    message_close(session);
}

void message_chunk_start(struct smtp_session *session, uint64_t size, bool last)
{
    struct message *message = &session->message;
    if (!message->open || !message->bdat)
        message_start(session, false);
    message->bdat = true;
    message->last = last;
    message->chunk_left = size;
    session->mode = MODE_CHUNK;
    if (size == 0)
        chunk_done(session);
}

void message_chunk_feed(struct smtp_session *session, struct span *rest)
{
    struct message *message = &session->message;
    struct content_out out = out_of(session);
    struct span part = span_head(*rest, message->chunk_left);
    begin(session);
    content_chunk(&message->content, part, &out);
    *rest = span_skip(*rest, part.len);
    message->chunk_left -= part.len;
    if (message->chunk_left == 0)
        chunk_done(session);
}

void message_gap(struct smtp_session *session, uint64_t length)
{
    struct content_out out = out_of(session);
    begin(session);
    session->message.holes = true;
    content_gap(&session->message.content, &out);
    if (session->sink.on_content_gap != NULL)
        session->sink.on_content_gap(session->sink.arg, session, length);
    if (session->mode != MODE_CHUNK)
        return;
    session->message.chunk_left -= length;
    if (session->message.chunk_left == 0)
        chunk_done(session);
}

bool message_ended_by(struct smtp_session *session, const struct reply *reply)
{
    struct message *message = &session->message;
    bool lenient = content_hanging(&message->content) || message->content.lookalikes > 0;
    unsigned code = reply->out.code;
    bool answers = code == 250 || (code >= 400 && code != 421);
    if (!message->open || !answers || !(message->holes || lenient))
        return false;
    bool holes = message->holes;
    if (content_hanging(&message->content) && message->content.state == CONTENT_DOT_CR)
        message->content.lookalikes++;
    ended(session);
    message->complete = lenient;
    if (holes)
        session->mode = MODE_FOOTING;
    return true;
}
