/*
 * Text or command? After DATA a client should wait for the go-ahead (RFC 5321 4.1.1.4, RFC 2920
 * 3.1); bots send their message blindly, or although it was refused. A line that is no plausible
 * command is content.
 */
#include "session.h"

enum judgement { JUDGE_WAIT, JUDGE_COMMAND, JUDGE_TEXT };

/* Is the next line a command or text of a message? JUDGE_TEXT: what was looked at for it stands in
 * *ret_line, or is kept; the rest is untouched. */
static enum judgement judge_line(struct smtp_session *session, struct span *rest,
                                 struct line *ret_line)
{
    struct lines *lines = &session->lines[FROM_CLIENT];
    uint8_t start[START_MAX];
    size_t len = 0;
    struct parsed parsed;
    *ret_line = (struct line){0};
    for (int octet; len < sizeof start && (octet = lines_peek(lines, *rest, len)) >= 0;)
        start[len++] = (uint8_t)octet;
    if (!command_may_become(span_make(start, len)))
        return JUDGE_TEXT;
    if (!lines_next(lines, rest, ret_line))
        return JUDGE_WAIT;
    command_parse(ret_line->text, &parsed);
    return command_plausible(&parsed) ? JUDGE_COMMAND : JUDGE_TEXT;
}

/* Feeds what judge_line found to be text. */
static void feed(struct smtp_session *session, const struct line *line)
{
    struct lines *lines = &session->lines[FROM_CLIENT];
    struct span text = line->text.at != NULL ? line->text : lines_kept(lines);
    struct span end = line->bare_lf ? SPAN_LITERAL("\n") : SPAN_LITERAL("\r\n");
    message_feed(session, &text);
    if (line->text.at != NULL)
        message_feed(session, &end);
    lines_drop(lines);
}

void judge_after_data(struct smtp_session *session, struct span *rest)
{
    struct line line;
    enum judgement judgement = judge_line(session, rest, &line);
    if (judgement == JUDGE_WAIT)
        return;
    if (judgement == JUDGE_COMMAND) {
        session->mode = MODE_COMMAND;
        client_line(session, &line);
        return;
    }
    const struct pending *youngest = queue_youngest(&session->queue);
    bool waiting = youngest != NULL && youngest->verb == SMTP_DATA;
    bool refused = session->data_refused;
    if (waiting && pair_must_be_answered(session))
        waiting = false;
    message_start(session, session->data_bare_lf);
    session->message.blind = waiting;
    session->message.refused = refused;
    if (refused) {
        session_fact(session, SMTP_FACT_DATA_REFUSED_SENT);
        pair_hole(session, PENDING_JUNK);
    }
    feed(session, &line);
}

void judge_content(struct smtp_session *session, struct span *rest)
{
    const struct content *content = &session->message.content;
    struct line line;
    bool line_start = content->state == CONTENT_TEXT && content->scan.last[1] == '\n' &&
                      (session->reacted || lines_kept(&session->lines[FROM_CLIENT]).len > 0);
    if (!session->message.refused || !line_start) {
        message_feed(session, rest);
        return;
    }
    switch (judge_line(session, rest, &line)) {
    case JUDGE_WAIT: return;
    case JUDGE_TEXT: feed(session, &line); return;
    case JUDGE_COMMAND:
        message_close(session);
        session->mode = MODE_COMMAND;
        client_line(session, &line);
        return;
    }
}
