/*
 * What a command and its reply change (RFC 5321 4.1.4, 4.3.2): facts, the summary, the transaction.
 * A sink hears of the exchange first and of what it ends after that.
 */
#include "session.h"

void effect_finish(struct smtp_session *session, enum smtp_verb ended_by)
{
    struct smtp_transaction *shown = &session->transact.shown;
    /* Content that came before the reply to its DATA belongs to a later transaction. */
    if (shown->data_command && !session->message.blind)
        message_close(session);
    if (!shown->opened && shown->recipient_total == 0 && !shown->data_command) {
        shown->tx_id = session->summary.messages;
        return;
    }
    if (shown->opened || shown->recipient_total > 0) {
        message_report(session);
        shown->ended_by = ended_by;
        session->summary.transactions++;
        if (session->sink.on_transaction != NULL)
            session->sink.on_transaction(session->sink.arg, session, shown);
    }
    if (shown->data_command && !session->message.blind)
        session->message.began = false;
    transact_reset(&session->transact, session->summary.messages);
}

static bool says_esmtp(struct span text)
{
    const struct span word = SPAN_LITERAL("ESMTP");
    /* As nearly everybody writes it, before any case is tried. */
    for (struct span rest = text; rest.len > 0; rest = span_skip(rest, 1)) {
        rest = span_skip(rest, span_find(rest, word.at[0]));
        if (span_starts(rest, word))
            return true;
    }
    return span_find_nocase(text, word) < text.len;
}

static void greeting(struct smtp_session *session, const struct reply *reply)
{
    session_name(session, NAME_GREETING, reply->first);
    if (says_esmtp(reply->out.text))
        session_fact(session, SMTP_FACT_ESMTP_OFFERED);
    bool early = queue_commands(&session->queue) > 0 ||
                 lines_kept(&session->lines[FROM_CLIENT]).len > 0 ||
                 session->mode == MODE_CONTENT || session->mode == MODE_JUDGE;
    if (early && !session_has(session, SMTP_FACT_MIDSTREAM) &&
        !session_has(session, SMTP_FACT_GAP_SERVER)) {
        session_fact(session, SMTP_FACT_EARLY_TALKER);
        /* More than one command at once, before anything could be offered. */
        if (queue_commands(&session->queue) > 1)
            pair_note_pipelined(session);
    }
    if (session->sink.on_greeting != NULL)
        session->sink.on_greeting(session->sink.arg, session, &reply->out);
}

static void hello(struct smtp_session *session, enum smtp_verb verb, const struct reply *reply)
{
    unsigned code = reply == NULL ? 0 : reply->out.code;
    if (reply != NULL) {
        session_name(session, NAME_HELO_REPLY, reply->first);
        if (verb != SMTP_HELO && code >= 500)
            session_fact(session, SMTP_FACT_EHLO_REFUSED);
        if (verb != SMTP_HELO && code == 250 && reply->out.lines > 1)
            session_fact(session, SMTP_FACT_ESMTP_OFFERED);
        session->offer = reply->pipelining ? OFFER_YES : OFFER_NO;
        if (session->offer_asked && session->offer == OFFER_NO)
            session_fact(session, SMTP_FACT_PIPELINE_UNOFFERED);
    } else {
        session->offer = OFFER_UNKNOWN;
    }
    session->offer_asked = false;
    if (code < 400)
        effect_finish(session, verb);
}

static void mail(struct smtp_session *session, const struct smtp_command *command,
                 const struct smtp_reply *reply)
{
    const struct smtp_transaction *shown = &session->transact.shown;
    /* A nested MAIL that is refused leaves the transaction as it is. */
    if (reply->code == 503 && shown->opened && shown->mail_reply.code / 100 == 2)
        return;
    effect_finish(session, SMTP_MAIL);
    transact_mail(&session->transact, command, reply);
}

static void rcpt(struct smtp_session *session, const struct smtp_command *command,
                 const struct smtp_reply *reply)
{
    bool opens =
        session_has(session, SMTP_FACT_MIDSTREAM) || session_has(session, SMTP_FACT_GAP_CLIENT);
    transact_rcpt(&session->transact, command, reply, opens);
}

/* DATA was refused, but its message came or is coming. */
static void data_refused(struct smtp_session *session, bool blind)
{
    struct message *message = &session->message;
    struct queue *queue = &session->queue;
    if (session->mode == MODE_JUDGE) {
        session->data_refused = true;
    } else if (session->mode == MODE_CONTENT && blind) {
        session_fact(session, SMTP_FACT_DATA_REFUSED_SENT);
        message->refused = true;
        pair_hole(session, PENDING_JUNK);
    } else if (queue->count > 0 && queue_at(queue, 0)->verb == SMTP_CONTENT &&
               queue_at(queue, 0)->kind == PENDING_COMMAND) {
        session_fact(session, SMTP_FACT_DATA_REFUSED_SENT);
        pair_hole_head(session, PENDING_JUNK);
    }
}

/* Does such a command wait for its reply? */
static bool waits(struct queue *queue, enum smtp_verb verb)
{
    for (uint32_t i = 0; i < queue->count; i++)
        if (queue_at(queue, i)->verb == verb)
            return true;
    return false;
}

static void data(struct smtp_session *session, const struct pending *entry,
                 const struct smtp_reply *reply)
{
    struct smtp_transaction *shown = &session->transact.shown;
    struct queue *queue = &session->queue;
    bool blind = session->message.blind && !waits(queue, SMTP_DATA);
    bool sent = (session->mode == MODE_CONTENT && blind) ||
                (queue->count > 0 && queue_at(queue, 0)->verb == SMTP_CONTENT);
    shown->data_command = true;
    shown->data_reply = transact_keep(&session->transact, reply);
    if (sent && reply->code != 0)
        session_fact(session, SMTP_FACT_BLIND);
    if (blind)
        session->message.blind = false;
    if (sent)
        message_report(session);
    if (reply->code >= 400)
        data_refused(session, blind);
    else if (reply->code == 354 && !sent) {
        session->data_bare_lf = (entry->flags & PENDING_BARE_LF) != 0;
        client_go_ahead(session);
    }
}

static void bdat(struct smtp_session *session, const struct pending *entry,
                 const struct smtp_reply *reply)
{
    struct smtp_transaction *shown = &session->transact.shown;
    shown->data_command = shown->bdat = true;
    if ((entry->flags & PENDING_LAST) == 0) {
        if (reply->code >= 400)
            shown->data_reply = transact_keep(&session->transact, reply);
        return;
    }
    session->summary.messages++;
    shown->content_reply = transact_keep(&session->transact, reply);
    effect_finish(session, SMTP_CONTENT);
}

static void content(struct smtp_session *session, const struct pending *entry,
                    const struct smtp_reply *reply)
{
    struct smtp_transaction *shown = &session->transact.shown;
    shown->data_command = true; /* seen or not: there was one */
    /* LMTP: the message is accepted if it is for one recipient. */
    if (shown->content_reply.code / 100 != 2)
        shown->content_reply = transact_keep(&session->transact, reply);
    if (entry->expect > 1)
        return;
    session->summary.messages++;
    effect_finish(session, SMTP_CONTENT);
}

static void auth(struct smtp_session *session, const struct smtp_reply *reply)
{
    session->auth = reply->code == 235 ? AUTH_NONE : AUTH_OVER;
    if (reply->code == 0) {
        session_fact(session, SMTP_FACT_AUTH_UNSEEN);
    } else if (reply->code == 235) {
        session_fact(session, SMTP_FACT_AUTHENTICATED);
    } else if (reply->code >= 400 && reply->code / 10 != 50 && reply->code != 530) {
        /* 50x and 530: the command was refused, not the credentials. */
        session_fact(session, SMTP_FACT_AUTH_FAILED);
        session->summary.auth_failed++;
    }
}

static void starttls(struct smtp_session *session, const struct smtp_reply *reply)
{
    if (reply->code >= 400)
        session_fact(session, SMTP_FACT_STARTTLS_REFUSED);
    if (reply->code != 220)
        return;
    session_fact(session, SMTP_FACT_STARTTLS);
    effect_finish(session, SMTP_STARTTLS);
    session->offer = OFFER_UNKNOWN;
    if (session->mode == MODE_COMMAND || session->mode == MODE_FOOTING)
        session->mode = MODE_TLS_WAIT;
}

static inline void apply(struct smtp_session *session, const struct pending *entry,
                         const struct smtp_command *command, const struct reply *reply,
                         const struct smtp_reply *out)
{
    switch (command->verb) {
    case SMTP_HELO:
    case SMTP_EHLO:
    case SMTP_LHLO: hello(session, command->verb, reply); break;
    case SMTP_MAIL:
    case SMTP_SEND: mail(session, command, out); break;
    case SMTP_RCPT: rcpt(session, command, out); break;
    case SMTP_DATA: data(session, entry, out); break;
    case SMTP_BDAT: bdat(session, entry, out); break;
    case SMTP_CONTENT: content(session, entry, out); break;
    case SMTP_AUTH: auth(session, out); break;
    case SMTP_STARTTLS: starttls(session, out); break;
    case SMTP_RSET:
    case SMTP_QUIT: effect_finish(session, command->verb); break;
    case SMTP_XCLIENT:
        if (out->code == 220)
            effect_finish(session, SMTP_XCLIENT);
        break;
    default: break;
    }
}

/* LMTP names no recipient in its replies to the content: they come in the order of the RCPTs. */
static void lmtp_recipient(struct smtp_session *session, const struct pending *entry,
                           struct smtp_command *command)
{
    uint32_t done = 0;
    for (size_t i = 0; i < session->transact.shown.recipient_count; i++)
        done += session->transact.recipients[i].reply.code / 100 == 2;
    if (entry->expect > done)
        return;
    struct smtp_recipient *recipient = transact_accepted(&session->transact, done - entry->expect);
    if (recipient == NULL)
        return;
    command->path = recipient->path;
    command->address = recipient->address;
}

void effect_give(struct smtp_session *session, const struct pending *entry,
                 const struct reply *reply)
{
    if ((entry->flags & PENDING_GIVEN) != 0 || entry->kind >= PENDING_HOLE)
        return;
    if (entry->kind == PENDING_GREETING) {
        if (reply != NULL)
            greeting(session, reply);
        return;
    }
    static const struct smtp_reply unseen;
    const struct smtp_reply *out = reply == NULL ? &unseen : &reply->out;
    struct smtp_command command;
    queue_command(&session->queue, entry, &command);
    session->summary.unseen_replies += reply == NULL;
    if (entry->expect > 0 && command.verb == SMTP_CONTENT)
        lmtp_recipient(session, entry, &command);
    if (session->sink.on_exchange != NULL)
        session->sink.on_exchange(session->sink.arg, session, &command, out);
    apply(session, entry, &command, reply, out);
}

void effect_unsolicited(struct smtp_session *session, const struct reply *reply, bool explained)
{
    unsigned code = reply->out.code;
    if (code == 421)
        return; /* the server closes: it may, at any time */
    if (code == 235)
        session_fact(session, SMTP_FACT_AUTHENTICATED);
    if (code == 334)
        session->auth = AUTH_CHALLENGED;
    if (!explained && code == 250 && session->summary.replies == 2 &&
        session->summary.commands == 0)
        session->answered_ahead = true;
    else if (!explained && (code == 220 || session_has(session, SMTP_FACT_CLIENT_SEEN)))
        session_fact(session, SMTP_FACT_UNSOLICITED);
}
