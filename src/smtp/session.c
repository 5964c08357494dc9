/* Making, feeding and ending a session: one allocation for nearly all of them. */
#include "session.h"

#include <stdlib.h>

static void reset_names(struct smtp_session *session)
{
    struct smtp_summary *summary = &session->summary;
    summary->greeting = names_get(&session->names, NAME_GREETING);
    summary->helo = names_get(&session->names, NAME_HELO);
    summary->helo_reply = names_get(&session->names, NAME_HELO_REPLY);
    summary->xclient = names_get(&session->names, NAME_XCLIENT);
}

static struct span *shown_name(struct smtp_summary *summary, enum name name)
{
    switch (name) {
    case NAME_GREETING: return &summary->greeting;
    case NAME_HELO: return &summary->helo;
    case NAME_HELO_REPLY: return &summary->helo_reply;
    default: return &summary->xclient;
    }
}

void session_name(struct smtp_session *session, enum name name, struct span value)
{
    bool again = names_get(&session->names, name).len > 0;
    names_set(&session->names, name, value);
    if (again)
        reset_names(session); /* the others have moved */
    else
        *shown_name(&session->summary, name) = names_get(&session->names, name);
}

void session_trace(struct smtp_session *session, enum direction direction, struct span line)
{
    if (session->sink.on_line != NULL)
        session->sink.on_line(session->sink.arg, session, direction, line, session->summary.now);
}

void session_leave(struct smtp_session *session)
{
    session->mode = MODE_LEFT;
    pair_flush(session);
    message_close(session);
    lines_drop(&session->lines[FROM_CLIENT]);
    lines_drop(&session->lines[FROM_SERVER]);
    reply_drop(&session->parts);
}

void smtp_shelf_done(struct smtp_shelf *shelf)
{
    while (shelf->count > 0)
        free(shelf->sessions[--shelf->count]);
}

static struct smtp_session *take(struct smtp_shelf *shelf)
{
    if (shelf != NULL && shelf->count > 0)
        return shelf->sessions[--shelf->count];
    return malloc(sizeof(struct smtp_session));
}

static void put_away(struct smtp_session *session)
{
    struct smtp_shelf *shelf = session->shelf;
    if (shelf != NULL && shelf->count < SMTP_SHELF)
        shelf->sessions[shelf->count++] = session;
    else
        free(session);
}

enum err smtp_session_new(const struct flow_info *flow, const struct smtp_sink *sink,
                          struct budget *budget, struct smtp_shelf *shelf,
                          struct smtp_session **ret_session)
{
    if (budget != NULL && !budget_take(budget, sizeof **ret_session))
        return ERR_LIMIT;
    struct smtp_session *session = take(shelf);
    if (session == NULL) {
        if (budget != NULL)
            budget_give(budget, sizeof *session);
        return ERR_MEMORY;
    }
    /* The large arrays at the end of the parts below are written before they are read. */
    memset(session, 0, offsetof(struct smtp_session, lines));
    memset(&session->message, 0, sizeof session->message);
    session->summary.flow = flow;
    session->sink = *sink;
    session->budget = budget;
    session->shelf = shelf;
    session->kernel = scan_kernel_best();
    lines_init(&session->lines[FROM_CLIENT]);
    lines_init(&session->lines[FROM_SERVER]);
    names_init(&session->names);
    reset_names(session);
    reply_init(&session->parts);
    queue_init(&session->queue, budget);
    transact_init(&session->transact, budget);
    if (flow->midstream) {
        session_fact(session, SMTP_FACT_MIDSTREAM);
        session->mode = MODE_FOOTING;
        pair_hole(session, PENDING_HOLE);
    } else {
        session->mode = MODE_START;
        (void)pair_push(session, PENDING_GREETING, NULL);
    }
    *ret_session = session;
    return ERR_NONE;
}

static void see(struct smtp_session *session, int64_t time, uint64_t number)
{
    session->summary.now = time;
    session->summary.number = number;
}

void smtp_session_data(struct smtp_session *session, enum direction direction, struct span data,
                       int64_t time, uint64_t number)
{
    if (data.len == 0)
        return;
    see(session, time, number);
    session->summary.octets[direction] += data.len;
    if (direction == FROM_CLIENT) {
        session_fact(session, SMTP_FACT_CLIENT_SEEN);
        client_data(session, data);
    } else {
        session_fact(session, SMTP_FACT_SERVER_SEEN);
        server_data(session, data);
    }
}

void smtp_session_gap(struct smtp_session *session, enum direction direction, uint64_t length,
                      int64_t time, uint64_t number)
{
    see(session, time, number);
    session->summary.gaps++;
    session->summary.gap_octets += length;
    if (direction == FROM_CLIENT) {
        session_fact(session, SMTP_FACT_GAP_CLIENT);
        client_gap(session, length);
    } else {
        session_fact(session, SMTP_FACT_GAP_SERVER);
        server_gap(session);
    }
}

void smtp_session_end(struct smtp_session *session, enum close_reason reason, int64_t time,
                      uint64_t number)
{
    see(session, time, number);
    message_close(session);
    pair_flush(session);
    effect_finish(session, SMTP_NONE);
    if (session->sink.on_end != NULL)
        session->sink.on_end(session->sink.arg, session, reason, time);
    lines_done(&session->lines[FROM_CLIENT]);
    lines_done(&session->lines[FROM_SERVER]);
    queue_done(&session->queue);
    transact_done(&session->transact);
    if (session->budget != NULL)
        budget_give(session->budget, sizeof *session);
    put_away(session);
}

const struct smtp_summary *smtp_session_summary(const struct smtp_session *session)
{
    return &session->summary;
}

const struct smtp_transaction *smtp_session_transaction(const struct smtp_session *session)
{
    return &session->transact.shown;
}

void smtp_session_attach(struct smtp_session *session, void *own)
{
    session->own = own;
}

void *smtp_session_own(const struct smtp_session *session)
{
    return session->own;
}
