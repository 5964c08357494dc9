/*
 * Which command a reply answers (RFC 5321 4.2, RFC 2920).
 *
 * While nothing is missing the oldest command is answered; codes that only fit one kind of command
 * correct servers that answer fewer times or more often than asked. Where octets are missing the
 * session is in doubt: each entry of the queue that the next reply may answer is alive, a hole
 * answers any number of replies, and each reply moves the set on as a finite automaton does. Only
 * when a single entry is left does a reply count; what it may have been instead is unseen.
 * Doubt ends by exclusion, or when a client that waits for its replies sends its next command.
 */
#include "doubt.h"
#include "fit.h"

#define PATIENCE          (10 * CLOCK_SECOND) /* after that a client has given up waiting */
#define ONE_SIDED_TIME    (30 * CLOCK_SECOND)
#define ONE_SIDED_PENDING 64

void pair_flush(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    for (uint32_t i = 0; i < queue->count; i++)
        queue_at(queue, i)->flags &= (uint8_t)~PENDING_ALIVE;
    while (queue->count > 0)
        doubt_give_up(session);
    queue_clear(queue);
}

static bool has_gaps(const struct smtp_session *session)
{
    return session_has(session, SMTP_FACT_GAP_SERVER) ||
           session_has(session, SMTP_FACT_GAP_CLIENT) || session_has(session, SMTP_FACT_MIDSTREAM);
}

static bool has_junk(struct queue *queue)
{
    for (uint32_t i = 0; queue->holes > 0 && i < queue->count; i++)
        if (queue_at(queue, i)->kind == PENDING_JUNK)
            return true;
    return false;
}

/* In doubt: does the command that is sent now show that all before it was answered? A client that
 * waits for replies shows it; one that pipelines, behind a command after which it must wait. */
static uint8_t freshness(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    if (!queue->doubt || !queue->alive_end || session_has(session, SMTP_FACT_BLIND) ||
        session_has(session, SMTP_FACT_EARLY_TALKER) || has_junk(queue))
        return 0;
    uint32_t waiting = queue_commands(queue);
    bool pipelines = session_has(session, SMTP_FACT_PIPELINED);
    uint32_t need = pipelines && waiting > 1 ? waiting : 1;
    if (!queue->gap && queue->replies < need)
        return 0;
    const struct pending *youngest = queue_youngest(queue);
    if (youngest != NULL && youngest->kind == PENDING_COMMAND &&
        command_is_sync((enum smtp_verb)youngest->verb))
        return PENDING_FRESH_SYNC;
    return pipelines ? 0 : PENDING_FRESH_WAIT;
}

bool pair_must_be_answered(struct smtp_session *session)
{
    if (freshness(session) != PENDING_FRESH_SYNC)
        return false;
    pair_flush(session);
    return true;
}

void pair_note_pipelined(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    session_fact(session, SMTP_FACT_PIPELINED);
    if (has_gaps(session))
        return;
    for (uint32_t i = 0; i < queue->count; i++) {
        enum smtp_verb verb = (enum smtp_verb)queue_at(queue, i)->verb;
        if (verb == SMTP_HELO || verb == SMTP_EHLO || verb == SMTP_LHLO) {
            session->offer_asked = true; /* the offer may be under way */
            return;
        }
    }
    if (session->offer != OFFER_YES)
        session_fact(session, SMTP_FACT_PIPELINE_UNOFFERED);
}

/* Is the command that is put in now sent ahead of a reply? */
static bool note_pipelining(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    const struct pending *youngest = queue_youngest(queue);
    if (youngest == NULL || youngest->kind != PENDING_COMMAND ||
        !session_has(session, SMTP_FACT_SERVER_SEEN) ||
        session->summary.now - youngest->time > PATIENCE || session->parts.open ||
        (queue->doubt && (queue->replies > 0 || queue->gap)))
        return false;
    for (uint32_t i = 0; queue->doubt && i < queue->count; i++)
        queue_at(queue, i)->flags &= (uint8_t)~PENDING_FRESH_WAIT;
    pair_note_pipelined(session);
    return true;
}

struct pending *pair_push(struct smtp_session *session, enum pending_kind kind,
                          const struct parsed *parsed)
{
    struct queue *queue = &session->queue;
    bool ahead = queue->count > 0 && kind == PENDING_COMMAND && parsed->verb != SMTP_CONTENT &&
                 note_pipelining(session);
    uint8_t fresh = freshness(session);
    if (fresh != 0)
        session->server_tail = false; /* the client has seen the rest of that reply */
    struct pending *entry = queue_push(queue, kind, parsed, session->summary.now);
    if (entry == NULL) {
        /* A ceiling: what waited is unseen, and its replies may still come. */
        pair_flush(session);
        pair_hole(session, PENDING_HOLE);
        fresh = 0;
        entry = queue_push(queue, kind, parsed, session->summary.now);
    }
    if (entry != NULL)
        entry->flags |= (uint8_t)(fresh | (ahead ? PENDING_AHEAD : 0));
    return entry;
}

void pair_hole(struct smtp_session *session, enum pending_kind kind)
{
    struct queue *queue = &session->queue;
    doubt_enter(queue);
    if (queue->count > 0 && queue_at(queue, queue->count - 1)->kind == kind) {
        queue->replies = 0;
        queue->gap = false;
        return;
    }
    if (queue_push(queue, kind, NULL, session->summary.now) != NULL)
        return;
    pair_flush(session);
    doubt_enter(queue);
    (void)queue_push(queue, kind, NULL, session->summary.now);
}

void pair_hole_head(struct smtp_session *session, enum pending_kind kind)
{
    struct queue *queue = &session->queue;
    struct pending *entry = queue_at(queue, 0);
    doubt_enter(queue);
    entry->kind = (uint8_t)kind;
    entry->flags = PENDING_ALIVE;
    queue->holes++;
    if (queue->count > 1)
        queue_at(queue, 1)->flags |= PENDING_ALIVE;
    else
        queue->alive_end = true;
}

void pair_lost(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    queue->gap = true;
    if (queue->count == 0)
        return;
    doubt_enter(queue);
    bool alive = false;
    for (uint32_t i = 0; i < queue->count; i++) {
        struct pending *entry = queue_at(queue, i);
        alive = alive || (entry->flags & PENDING_ALIVE) != 0;
        entry->flags |= alive ? PENDING_ALIVE : 0;
    }
    queue->alive_end = true;
    queue->strays += 2;
}

void pair_give_message(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    uint32_t end = 0;
    for (uint32_t i = 0; i < queue->count; i++) {
        const struct pending *entry = queue_at(queue, i);
        if (entry->verb == SMTP_CONTENT || (entry->flags & PENDING_LAST) != 0)
            end = i + 1;
    }
    for (uint32_t i = 0; i < end; i++) {
        effect_give(session, queue_at(queue, i), NULL);
        queue_at(queue, i)->flags |= PENDING_GIVEN;
    }
}

void pair_one_sided(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    if (session_has(session, SMTP_FACT_SERVER_SEEN) || queue_commands(queue) == 0 ||
        (queue_commands(queue) < ONE_SIDED_PENDING &&
         session->summary.now - session->summary.flow->opened < ONE_SIDED_TIME))
        return;
    pair_flush(session);
    pair_hole(session, PENDING_HOLE);
}

/* LMTP: a reply for each recipient accepted (RFC 2033 4.2). False: it is not known how many were.
 */
static bool count_accepted(const struct smtp_session *session, uint32_t *count)
{
    const struct smtp_transaction *shown = &session->transact.shown;
    if (*count > 0)
        return true;
    for (size_t i = 0; i < shown->recipient_count; i++) {
        if (shown->recipients[i].reply.code == 0)
            return false;
        *count += shown->recipients[i].reply.code / 100 == 2;
    }
    return !session_has(session, SMTP_FACT_GAP_CLIENT); /* a RCPT may be missing */
}

/* AUTH is the oldest command and has this reply: is there more to come? */
static bool settle_auth(struct smtp_session *session, struct pending *head,
                        const struct reply *reply)
{
    if (reply->out.code == 334) {
        session->auth = AUTH_CHALLENGED;
        head->expect -= head->expect > 0;
        return true;
    }
    if (reply->out.code < 400 || head->expect == 0)
        return false;
    /* It sent its answers without being asked: the server takes them for commands. */
    struct pending entry = *head;
    pair_hole_head(session, PENDING_JUNK);
    effect_give(session, &entry, reply);
    return true;
}

/* The end of data is the oldest and has this reply: is there more to come? */
static bool settle_content(struct smtp_session *session, struct pending *head,
                           const struct reply *reply)
{
    struct pending entry = *head;
    if (session_has(session, SMTP_FACT_LMTP)) {
        if (!count_accepted(session, &head->expect)) {
            pair_hole_head(session, PENDING_HOLE);
            effect_give(session, &entry, NULL);
            return true;
        }
        entry.expect = head->expect;
    }
    if (entry.expect <= 1)
        return false;
    effect_give(session, &entry, reply);
    head->expect--;
    return true;
}

void pair_settle(struct smtp_session *session, const struct reply *reply)
{
    struct queue *queue = &session->queue;
    struct pending *head = queue_at(queue, 0);
    if ((head->verb == SMTP_AUTH && settle_auth(session, head, reply)) ||
        (head->verb == SMTP_CONTENT && settle_content(session, head, reply)))
        return;
    struct pending entry = *head;
    doubt_drop_head(queue);
    effect_give(session, &entry, reply);
}

/* The first entry behind the head that this reply surely answers; 0: none. */
static uint32_t find_sure(struct queue *queue, const struct reply *reply)
{
    for (uint32_t i = 1; i < queue->count; i++)
        if (fit_judge(queue, queue_at(queue, i), reply) == FIT_SURE)
            return i;
    return 0;
}

/* It names the recipient that was answered last: the server says it twice. */
static bool says_again(const struct smtp_session *session, const struct reply *reply)
{
    const struct smtp_transaction *shown = &session->transact.shown;
    struct span subject = reply_subject(reply->out.text);
    return subject.len > 0 && shown->recipient_count > 0 &&
           span_equal_nocase(subject, shown->recipients[shown->recipient_count - 1].address);
}

/* A reply that nobody asked for, although commands wait. */
static bool is_surplus(const struct smtp_session *session, const struct pending *head,
                       const struct reply *reply)
{
    return fit_exclusive(reply->out.code) || says_again(session, reply) ||
           (head->verb == SMTP_DATA && reply->out.code < 300);
}

static void pair_certain(struct smtp_session *session, const struct reply *reply)
{
    struct queue *queue = &session->queue;
    while (queue->count > 0 && doubt_is_certain(queue)) {
        struct pending *head = queue_at(queue, 0);
        if (fit_judge(queue, head, reply) == FIT_NO) {
            bool empty_line = head->verb == SMTP_UNKNOWN && head->line == 0;
            if (find_sure(queue, reply) > 0 || empty_line) {
                /* The server answered fewer times than it was asked. */
                struct pending entry = *head;
                doubt_drop_head(queue);
                effect_give(session, &entry, NULL);
                continue;
            }
            if (head->verb == SMTP_CONTENT && reply->out.code / 100 == 5) {
                /* DATA was refused unseen: the server takes the lines for commands. */
                struct pending entry = *head;
                pair_hole_head(session, PENDING_JUNK);
                effect_give(session, &entry, NULL);
                return;
            }
            if (is_surplus(session, head, reply))
                break;
            if (has_gaps(session) && reply_subject(reply->out.text).len > 0) {
                /* It names somebody else; after a gap that is taken for more than an alias. */
                doubt_enter(queue);
                doubt_widen(queue);
                break;
            }
        }
        pair_settle(session, reply);
        return;
    }
    effect_unsolicited(session, reply, !doubt_is_certain(queue));
}

void pair_reply(struct smtp_session *session, struct reply *reply)
{
    struct queue *queue = &session->queue;
    reply->out.time = session->summary.now;
    session->summary.replies++;
    session->reacted = true;
    if (reply->out.code == 421)
        session_fact(session, SMTP_FACT_SERVER_CLOSED);
    if (session->mode == MODE_CONTENT && !session->message.blind && !session->message.refused &&
        queue->count == 0 && message_ended_by(session, reply)) {
        if (reply->untrusted)
            doubt_give_up(session);
        else
            pair_settle(session, reply);
        if (session->mode == MODE_FOOTING)
            pair_hole(session, PENDING_HOLE);
        queue->replies = 1;
        return;
    }
    if (reply->untrusted)
        doubt_enter(queue);
    queue->replies++;
    bool first = session->summary.replies == 1 && session->summary.commands == 0;
    if (queue->doubt && reply->out.code == 421) {
        effect_unsolicited(session, reply, true);
    } else if (queue->doubt && first && reply->out.code == 220 && queue->count > 0 &&
               queue_at(queue, 0)->kind == PENDING_HOLE) {
        /* The handshake is missing, the greeting is not: nothing was before it. */
        static const struct pending greeting = {.kind = PENDING_GREETING};
        pair_flush(session);
        if (!session_has(session, SMTP_FACT_CLIENT_SEEN))
            session->mode = MODE_COMMAND;
        effect_give(session, &greeting, reply);
    } else if (!queue->doubt || !doubt_reply(session, reply)) {
        pair_certain(session, reply);
        doubt_tidy(session);
    }
}
