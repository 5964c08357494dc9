/*
 * A finite automaton over the queue. A position is an entry, or the end: the command still to come.
 * The set of positions that the next reply may answer is moved on by each reply; a hole is a state
 * that any reply leaves where it is, and that needs no reply to be passed.
 */
#include "doubt.h"

#include "fit.h"

void doubt_enter(struct queue *queue)
{
    if (queue->doubt)
        return;
    for (uint32_t i = 0; i < queue->count; i++)
        queue_at(queue, i)->flags &=
            (uint8_t) ~(PENDING_ALIVE | PENDING_FRESH_WAIT | PENDING_FRESH_SYNC);
    queue->alive_end = queue->count == 0;
    if (queue->count > 0)
        queue_at(queue, 0)->flags |= PENDING_ALIVE;
    queue->strays = 0;
    queue->doubt = true;
}

/* The oldest entry is a hole that is over. One lost command leaves the transaction as it was; more
 * may have ended it and begun another. The commands behind the hole that go with it unanswered had
 * a reply each. */
static bool tears_transaction(struct queue *queue)
{
    uint32_t unanswered = 0;
    while (unanswered + 1 < queue->count &&
           (queue_at(queue, unanswered + 1)->flags & PENDING_ALIVE) == 0)
        unanswered++;
    return queue->strays > unanswered + 1;
}

/* The oldest entry without a reply. */
void doubt_give_up(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    struct pending entry = *queue_at(queue, 0);
    bool torn = entry.kind == PENDING_HOLE && tears_transaction(queue);
    queue_pop(queue);
    if (torn)
        effect_finish(session, SMTP_NONE);
    effect_give(session, &entry, NULL);
}

/* Gives out what can get no reply any more, and leaves doubt where none is left. */
void doubt_tidy(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    while (queue->doubt && queue->count > 0 && (queue_at(queue, 0)->flags & PENDING_ALIVE) == 0)
        doubt_give_up(session);
    if (!queue->doubt || queue->holes > 0)
        return;
    uint32_t alive = queue->alive_end;
    for (uint32_t i = 0; i < queue->count; i++)
        alive += (queue_at(queue, i)->flags & PENDING_ALIVE) != 0;
    queue->doubt = alive > 1;
}

/* Is it the oldest command and no other that the next reply answers? */
bool doubt_is_certain(struct queue *queue)
{
    if (!queue->doubt)
        return true;
    if (queue->alive_end || queue->count == 0 || queue_at(queue, 0)->kind >= PENDING_HOLE)
        return false;
    for (uint32_t i = 1; i < queue->count; i++)
        if ((queue_at(queue, i)->flags & PENDING_ALIVE) != 0)
            return false;
    return true;
}

/* Takes the oldest off; the next reply is then for the one behind it. */
void doubt_drop_head(struct queue *queue)
{
    bool alive = queue->doubt;
    queue_pop(queue);
    for (uint32_t i = 0; i < queue->count && alive; i++) {
        queue_at(queue, i)->flags |= PENDING_ALIVE;
        alive = queue_at(queue, i)->kind >= PENDING_HOLE;
    }
    queue->alive_end = queue->alive_end || alive;
}

/* What is older than the youngest command that was sent after all others were answered has been
 * answered. */
static void collapse(struct queue *queue, const struct reply *reply)
{
    uint32_t fresh = queue->count;
    for (uint32_t i = queue->count; i > 0 && fresh == queue->count; i--) {
        const struct pending *entry = queue_at(queue, i - 1);
        if ((entry->flags & (PENDING_FRESH_WAIT | PENDING_FRESH_SYNC)) != 0 &&
            (entry->flags & PENDING_ALIVE) != 0 && fit_judge(queue, entry, reply) != FIT_NO)
            fresh = i - 1;
    }
    for (uint32_t i = 0; fresh < queue->count && i < fresh; i++)
        queue_at(queue, i)->flags &= (uint8_t)~PENDING_ALIVE;
}

struct candidates {
    uint32_t sure, maybe;       /* how many */
    uint32_t sure_at, maybe_at; /* the last of them */
};

/* In doubt a reply that a server might give, but hardly ever does, is for somebody else. */
static bool is_unlikely(enum smtp_verb verb, unsigned code)
{
    switch (verb) {
    case SMTP_QUIT: return code != 221;
    case SMTP_RSET: return code >= 400;
    case SMTP_HELO:
    case SMTP_MAIL:
    case SMTP_RCPT:
    case SMTP_DATA:
    case SMTP_AUTH: return code == 500;
    default: return false;
    }
}

static enum fit judge(struct smtp_session *session, const struct pending *entry,
                      const struct reply *reply)
{
    struct queue *queue = &session->queue;
    if ((entry->flags & PENDING_ALIVE) == 0)
        return FIT_NO;
    if (reply->untrusted)
        return FIT_MAYBE;
    enum smtp_verb verb = (enum smtp_verb)entry->verb;
    /* Behind a DATA that gets its go-ahead comes content and no command. */
    if ((reply->out.code == 354 && verb == SMTP_DATA && queue_youngest(queue) != entry) ||
        (entry->kind == PENDING_COMMAND && is_unlikely(verb, reply->out.code)))
        return FIT_NO;
    enum fit fit = fit_judge(queue, entry, reply);
    /* LMTP servers may name a recipient in the reply to the content, too. */
    if (fit == FIT_SURE && verb == SMTP_RCPT && session_has(session, SMTP_FACT_LMTP))
        return FIT_MAYBE;
    return fit;
}

static struct candidates find_candidates(struct smtp_session *session, const struct reply *reply)
{
    struct candidates found = {0};
    for (uint32_t i = 0; i < session->queue.count; i++) {
        enum fit fit = judge(session, queue_at(&session->queue, i), reply);
        if (fit == FIT_SURE) {
            found.sure++;
            found.sure_at = i;
        } else if (fit == FIT_MAYBE) {
            found.maybe++;
            found.maybe_at = i;
        }
    }
    return found;
}

/* One of those that fit was answered, nobody knows which: all move on by one. */
static void move_on(struct smtp_session *session, const struct reply *reply, enum fit least)
{
    bool next = false;
    for (uint32_t i = 0; i < session->queue.count; i++) {
        struct pending *entry = queue_at(&session->queue, i);
        bool was = judge(session, entry, reply) >= least;
        bool hole = entry->kind >= PENDING_HOLE;
        bool alive = next || (hole && was);
        entry->flags =
            (uint8_t)(alive ? entry->flags | PENDING_ALIVE : entry->flags & ~PENDING_ALIVE);
        next = hole ? alive : was;
    }
    session->queue.alive_end = next;
}

void doubt_widen(struct queue *queue)
{
    bool next = false;
    for (uint32_t i = 0; i < queue->count; i++) {
        struct pending *entry = queue_at(queue, i);
        bool was = (entry->flags & PENDING_ALIVE) != 0;
        bool alive = was || next;
        entry->flags |= alive ? PENDING_ALIVE : 0;
        next = was || (alive && entry->kind >= PENDING_HOLE);
    }
    queue->alive_end = queue->alive_end || next;
}

/* Only lost commands can be meant. If the client must wait after the one that gets such a reply,
 * then all of them are answered now. */
static void close_hole(struct smtp_session *session, const struct reply *reply)
{
    if (!reply->keywords && reply->out.code != 235 && reply->out.code != 354)
        return;
    pair_flush(session);
    if (reply->out.code == 354) {
        session->transact.shown.data_command = session->transact.shown.opened;
        client_go_ahead(session);
    }
}

bool doubt_reply(struct smtp_session *session, const struct reply *reply)
{
    struct queue *queue = &session->queue;
    if (!reply->untrusted) {
        collapse(queue, reply);
        doubt_tidy(session);
        if (doubt_is_certain(queue))
            return false;
    }
    struct candidates found = find_candidates(session, reply);
    bool one = found.sure == 1 || (found.sure == 0 && found.maybe == 1);
    uint32_t at = found.sure == 1 ? found.sure_at : found.maybe_at;
    if (found.sure + found.maybe == 0) {
        effect_unsolicited(session, reply, true);
        if (!fit_exclusive(reply->out.code))
            doubt_widen(queue);
    } else if (one && !reply->untrusted && queue_at(queue, at)->kind < PENDING_HOLE) {
        for (uint32_t i = 0; i < queue->count; i++)
            queue_at(queue, i)->flags &= (uint8_t)~PENDING_ALIVE;
        queue_at(queue, at)->flags |= PENDING_ALIVE;
        queue->alive_end = false;
        while (at-- > 0)
            doubt_give_up(session);
        pair_settle(session, reply);
    } else {
        bool last_hole = one && at == queue->count - 1;
        effect_unsolicited(session, reply, true);
        queue->strays++;
        move_on(session, reply, found.sure > 0 ? FIT_SURE : FIT_MAYBE);
        if (!reply->untrusted && last_hole)
            close_hole(session, reply);
    }
    doubt_tidy(session);
    return true;
}
