/*
 * The client's side (RFC 5321 4.1): lines become commands, and what is no command (content, chunks,
 * AUTH exchanges, TLS) goes where it belongs. After a gap only plausible commands are believed, and
 * those only once the server has answered: a line of a message may look like one.
 */
#include "session.h"

/* The client has said this command. */
static inline void note_command(struct smtp_session *session, enum smtp_verb verb, struct span line,
                                struct span argument)
{
    struct smtp_summary *summary = &session->summary;
    summary->commands++;
    switch (verb) {
    case SMTP_HELO:
    case SMTP_EHLO:
    case SMTP_LHLO:
        summary->helo_verb = verb;
        session_name(session, NAME_HELO, argument);
        session_fact(session, verb == SMTP_HELO ? SMTP_FACT_HELO : SMTP_FACT_EHLO);
        if (verb == SMTP_LHLO)
            session_fact(session, SMTP_FACT_LMTP);
        break;
    case SMTP_VRFY:
    case SMTP_EXPN: summary->vrfy++; break;
    case SMTP_QUIT: session_fact(session, SMTP_FACT_QUIT); break;
    case SMTP_XCLIENT:
        session_fact(session, SMTP_FACT_XCLIENT);
        session_name(session, NAME_XCLIENT, argument);
        break;
    case SMTP_UNKNOWN:
        summary->unknown_commands++;
        session_fact(session, SMTP_FACT_UNKNOWN_COMMAND);
        break;
    default: break;
    }
    session_trace(session, FROM_CLIENT, line);
}

static inline void note_style(struct smtp_session *session, const struct line *line,
                              const struct parsed *parsed)
{
    bool unknown = parsed->verb == SMTP_UNKNOWN;
    if (parsed->loose && !unknown)
        session_fact(session, SMTP_FACT_LOOSE_SYNTAX);
    if (parsed->lower)
        session_fact(session, SMTP_FACT_LOWER_CASE);
    if (line->bare_lf)
        session_fact(session, SMTP_FACT_BARE_LF);
    if (span_find(line->text, '\r') < line->text.len)
        session_fact(session, SMTP_FACT_BARE_CR);
    if (span_find(line->text, 0) < line->text.len)
        session_fact(session, SMTP_FACT_NUL);
    if (line->cut)
        session_fact(session, SMTP_FACT_LONG_LINE);
    if (unknown && command_is_http(parsed))
        session_fact(session, SMTP_FACT_HTTP);
}

/* What the client's next octets are after this command. */
static void after_command(struct smtp_session *session, const struct parsed *parsed,
                          struct pending *entry)
{
    uint64_t size;
    bool last;
    session->mode = MODE_COMMAND;
    session->auth = AUTH_NONE;
    if (parsed->verb == SMTP_DATA) {
        session->mode = MODE_JUDGE;
        session->data_refused = false;
        session->data_bare_lf = (entry->flags & PENDING_BARE_LF) != 0;
        session->gap_behind = 0;
    } else if (parsed->verb == SMTP_AUTH) {
        session->auth = AUTH_ASKED;
        if (auth_is_clear(parsed->argument) && !session_has(session, SMTP_FACT_DECRYPTED))
            session_fact(session, SMTP_FACT_AUTH_CLEAR);
    } else if (parsed->verb == SMTP_BDAT && command_chunk(parsed->argument, &size, &last)) {
        message_chunk_start(session, size, last);
        entry->flags |= last ? PENDING_LAST : 0;
    }
}

void client_confirm(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    if (session->mode != MODE_FOOTING || queue_commands(queue) == 0)
        return;
    for (uint32_t i = 0; i < queue->count; i++) {
        struct pending *entry = queue_at(queue, i);
        if ((entry->flags & PENDING_TENTATIVE) == 0)
            continue;
        entry->flags &= (uint8_t)~PENDING_TENTATIVE;
        struct parsed parsed = {.verb = (enum smtp_verb)entry->verb};
        struct smtp_command command;
        queue_command(queue, entry, &command);
        note_command(session, command.verb, command.line, command.argument);
        parsed.argument = command.argument;
        after_command(session, &parsed, entry);
    }
}

/* They were lines of a message. */
static void drop_tentative(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    while (queue->count > 0 && (queue_at(queue, queue->count - 1)->flags & PENDING_TENTATIVE) != 0)
        queue_unpush(queue);
}

/* The PROXY protocol, version 1: a line before all others, without an answer. */
static void take_proxy(struct smtp_session *session, const struct parsed *parsed)
{
    struct smtp_command command = {.verb = SMTP_PROXY,
                                   .line = parsed->line,
                                   .argument = parsed->argument,
                                   .time = session->summary.now};
    static const struct smtp_reply none;
    session_fact(session, SMTP_FACT_PROXY);
    session_name(session, NAME_XCLIENT, proxy_text_source(parsed->argument));
    note_command(session, command.verb, command.line, command.argument);
    if (session->sink.on_exchange != NULL)
        session->sink.on_exchange(session->sink.arg, session, &command, &none);
}

/* Credentials go, if the command carries any; room holds what stands in their place. */
static void redact(const struct smtp_session *session, struct parsed *parsed,
                   uint8_t room[AUTH_SHOWN])
{
    if (parsed->verb != SMTP_AUTH && parsed->verb != SMTP_UNKNOWN)
        return;
    struct span shown = auth_show(parsed, room);
    if (shown.at != parsed->line.at) {
        parsed->line = shown;
        parsed->argument = span_trim(span_skip(shown, 4));
    } else if (parsed->verb == SMTP_UNKNOWN && session->auth == AUTH_OVER) {
        /* Answers to an AUTH that was refused. */
        *parsed = (struct parsed){.verb = SMTP_UNKNOWN, .line = SPAN_LITERAL(AUTH_REDACTED)};
    }
}

static struct pending *push(struct smtp_session *session, const struct line *line,
                            const struct parsed *parsed)
{
    struct pending *entry = pair_push(session, PENDING_COMMAND, parsed);
    if (session->answered_ahead) {
        session->answered_ahead = false;
        pair_lost(session);
    }
    if (entry != NULL && line->bare_lf)
        entry->flags |= PENDING_BARE_LF;
    return entry;
}

/* A line that may be a command and may be text of a message. */
static void footing_line(struct smtp_session *session, const struct line *line,
                         struct parsed *parsed)
{
    if (!command_plausible(parsed)) {
        /* Perhaps text, perhaps a command whose reply is due. */
        drop_tentative(session);
        pair_hole(session, PENDING_HOLE);
        return;
    }
    bool chunk = parsed->verb == SMTP_BDAT; /* its octets must not be read as lines */
    struct parsed command = *parsed;
    uint8_t room[AUTH_SHOWN];
    redact(session, &command, room);
    struct pending *entry = push(session, line, &command);
    if (entry == NULL)
        return;
    entry->flags |= PENDING_TENTATIVE; /* how it is written is noted of certain commands only */
    if (chunk)
        client_confirm(session);
}

static void command_line(struct smtp_session *session, const struct line *line,
                         struct parsed *parsed)
{
    if (parsed->verb == SMTP_PROXY && session->summary.commands == 0) {
        take_proxy(session, parsed);
        return;
    }
    struct span argument = parsed->argument;
    bool over = parsed->verb == SMTP_UNKNOWN && session->auth == AUTH_OVER;
    uint8_t room[AUTH_SHOWN];
    note_style(session, line, parsed);
    redact(session, parsed, room);
    struct pending *entry = push(session, line, parsed);
    if (entry == NULL)
        return;
    note_command(session, parsed->verb, parsed->line, parsed->argument);
    parsed->argument = argument;
    after_command(session, parsed, entry);
    if (over)
        session->auth = AUTH_OVER;
}

/* A line of an AUTH exchange: consumed and never shown. */
static bool auth_line(struct smtp_session *session, const struct parsed *parsed)
{
    struct queue *queue = &session->queue;
    if (session->auth != AUTH_CHALLENGED &&
        (session->auth != AUTH_ASKED || command_plausible(parsed)))
        return false;
    session_trace(session, FROM_CLIENT, SPAN_LITERAL(AUTH_REDACTED));
    for (uint32_t i = queue->count; session->auth == AUTH_ASKED && i > 0; i--)
        if (queue_at(queue, i - 1)->verb == SMTP_AUTH) {
            queue_at(queue, i - 1)->expect++;
            break;
        }
    session->auth = AUTH_ASKED;
    return true;
}

void client_line(struct smtp_session *session, const struct line *line)
{
    struct parsed parsed;
    command_parse(line->text, &parsed);
    pair_one_sided(session);
    if (session->parts.open)
        session->interrupted = true;
    if (session->auth != AUTH_NONE && auth_line(session, &parsed))
        return;
    if (session->mode == MODE_FOOTING)
        footing_line(session, line, &parsed);
    else
        command_line(session, line, &parsed);
}

void client_go_ahead(struct smtp_session *session)
{
    struct queue *queue = &session->queue;
    struct buf said;
    buf_init(&said, QUEUE_TEXT_MAX);
    bool hole = false;
    for (uint32_t i = 0; i < queue->count; i++) {
        struct pending *entry = queue_at(queue, i);
        struct smtp_command command;
        queue_command(queue, entry, &command);
        hole = hole || entry->kind >= PENDING_HOLE;
        buf_add(&said, command.line);
        buf_add_text(&said, (entry->flags & PENDING_BARE_LF) != 0 ? "\n" : "\r\n");
    }
    queue_clear(queue);
    message_start(session, session->data_bare_lf);
    struct span rest = buf_span(&said);
    if (hole)
        message_gap(session, session->gap_behind);
    else
        client_data(session, rest);
    buf_done(&said);
    struct span kept = lines_kept(&session->lines[FROM_CLIENT]);
    if (kept.len > 0 && session->mode == MODE_CONTENT) {
        message_feed(session, &kept);
        lines_drop(&session->lines[FROM_CLIENT]);
    }
    session->lines[FROM_CLIENT].skip = false;
}

/* TLS records where a line should begin: the STARTTLS was not captured. */
static bool tls_begins(struct smtp_session *session, struct span rest)
{
    struct lines *lines = &session->lines[FROM_CLIENT];
    if (lines->skip || !start_tls_begins(lines, rest))
        return false;
    session_fact(session, SMTP_FACT_TLS);
    session_leave(session);
    return true;
}

void client_bare_cr(struct smtp_session *session)
{
    struct lines *lines = &session->lines[FROM_CLIENT];
    struct span kept = lines_kept(lines);
    if (session->mode != MODE_COMMAND || session->queue.count > 0 || session->auth != AUTH_NONE ||
        kept.len < 2 || kept.at[kept.len - 1] != '\r' || lines->carry.truncated)
        return;
    struct line line = {.text = span_head(kept, kept.len - 1)};
    session_fact(session, SMTP_FACT_BARE_CR);
    client_line(session, &line);
    lines_drop(lines);
}

static void next_line(struct smtp_session *session, struct span *rest)
{
    struct lines *lines = &session->lines[FROM_CLIENT];
    struct line line;
    bool skipped = lines->skip;
    bool whole = lines_next(lines, rest, &line);
    if (skipped && !lines->skip)
        pair_hole(session, PENDING_HOLE); /* what was skipped may have been a whole command */
    if (whole)
        client_line(session, &line);
}

void client_data(struct smtp_session *session, struct span data)
{
    while (data.len > 0) {
        switch (session->mode) {
        case MODE_START: opening_start(session, &data); break;
        case MODE_PROXY: opening_proxy(session, &data); break;
        case MODE_TLS_WAIT: opening_tls(session, data); break;
        case MODE_JUDGE: judge_after_data(session, &data); break;
        case MODE_CHUNK: message_chunk_feed(session, &data); break;
        case MODE_LEFT: return;
        case MODE_CONTENT: judge_content(session, &data); break;
        case MODE_COMMAND:
        case MODE_FOOTING:
            if (!tls_begins(session, data))
                next_line(session, &data);
            break;
        }
        session->reacted = false;
    }
}

/* A gap inside a chunk loses nothing but octets of the message. */
static uint64_t gap_in_chunk(struct smtp_session *session, uint64_t length)
{
    uint64_t inside = length < session->message.chunk_left ? length : session->message.chunk_left;
    if (length == 0) {
        session->mode = MODE_CONTENT; /* of unknown length: like any content with holes */
        message_gap(session, 0);
        session->mode = MODE_FOOTING;
        pair_hole(session, PENDING_HOLE);
        return 0;
    }
    message_gap(session, inside);
    return length - inside;
}

void client_gap(struct smtp_session *session, uint64_t length)
{
    session->gap_behind += length;
    if (session->mode == MODE_CHUNK) {
        length = gap_in_chunk(session, length);
        if (length == 0)
            return;
    }
    switch (session->mode) {
    case MODE_LEFT: return;
    case MODE_TLS_WAIT: session->gap_tls = true; return;
    case MODE_CONTENT:
        /* It may have swallowed the end of data: the server's next reply will tell. */
        message_gap(session, length);
        return;
    default: break;
    }
    if (session->message.open) /* between two chunks: perhaps there was another */
        message_gap(session, length);
    lines_gap(&session->lines[FROM_CLIENT]);
    drop_tentative(session);
    (void)pair_must_be_answered(session);
    session->auth = AUTH_NONE;
    session->mode = MODE_FOOTING;
    pair_hole(session, PENDING_HOLE);
}
