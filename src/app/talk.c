/*
 * talk: what the engine delivers goes to the session, what the session tells goes into events.
 * Talks are kept in a free list, for an ordinary session must cost no malloc.
 */
#include "talk.h"

#include "dialect.h"
#include "mailbag.h"

#include <mxtap/privacy.h>
#include <stdlib.h>

struct talk {
    struct talk *next; /* in the free list */
    struct talks *talks;
    const struct flow_info *flow;
    struct smtp_session *session;
    struct mailbag_queue mails; /* messages whose transaction is not over */
    struct dialect dialect;
    enum close_reason reason; /* why the session ends, when it does */
};

struct talks {
    struct worker_options options;
    struct smtp_sink sink;
    struct event_builder *builder;
    struct budget budget;
    struct talk *free_talks;
    struct smtp_shelf shelf;
    struct mailbag *bag;
    struct talk foreign; /* stands for every session of the other workers' */
    uint64_t turn;
    uint32_t serial;
    uint64_t sessions, sessions_now, messages, not_smtp, tls, midstream, one_sided, events, cut;
};

static void emit(struct talks *talks)
{
    const struct event *made = event_end(talks->builder);
    struct event *event = (struct event *)(uintptr_t)made;
    event->turn = talks->turn;
    event->serial = talks->serial++;
    talks->cut += event->cut;
    talks->options.on_event(talks->options.arg, event);
}

/* Something was delivered, a packet of port 53 was seen, or a second has passed. */
static void next_turn(struct talks *talks)
{
    talks->turn++;
    talks->serial = 0;
}

static struct event *begin(struct talk *talk, enum event_kind kind)
{
    struct event *event = event_begin(talk->talks->builder, kind);
    event_put_session(talk->talks->builder, event, smtp_session_summary(talk->session),
                      talk->dialect.bits);
    return event;
}

static void finish(struct talk *talk)
{
    talk->talks->events++;
    emit(talk->talks);
}

/* ---- what a session tells ---- */

static void on_greeting(void *arg, struct smtp_session *session, const struct smtp_reply *reply)
{
    (void)arg;
    struct talk *talk = smtp_session_own(session);
    dialect_greeting(&talk->dialect, reply, smtp_session_summary(session)->facts);
}

static void on_exchange(void *arg, struct smtp_session *session, const struct smtp_command *command,
                        const struct smtp_reply *reply)
{
    struct talks *talks = arg;
    struct talk *talk = smtp_session_own(session);
    dialect_exchange(&talk->dialect, command, reply, smtp_session_summary(session)->facts);
    if (talks->options.watch != NULL && talks->options.watch->exchange != NULL)
        talks->options.watch->exchange(talks->options.watch->arg, talk->flow->flow_id, command,
                                       reply);
    if (command->verb == SMTP_RCPT || command->verb == SMTP_VRFY || command->verb == SMTP_EXPN) {
        struct event *event = begin(talk, EVENT_VERDICT);
        event_put_verdict(talks->builder, event, command, reply,
                          command->verb == SMTP_RCPT ? smtp_session_transaction(session) : NULL);
        finish(talk);
    } else if (command->verb == SMTP_AUTH) {
        struct event *event = begin(talk, EVENT_AUTH);
        event_put_auth(talks->builder, event, command, reply, smtp_session_summary(session)->facts);
        finish(talk);
    }
}

static void on_content_begin(void *arg, struct smtp_session *session)
{
    struct talks *talks = arg;
    struct talk *talk = smtp_session_own(session);
    mailbag_begin(talks->bag, &talk->mails);
}

static void on_content(void *arg, struct smtp_session *session, struct span data)
{
    (void)arg;
    struct talk *talk = smtp_session_own(session);
    mailbag_feed(&talk->mails, data);
}

static void on_content_gap(void *arg, struct smtp_session *session, uint64_t length)
{
    (void)arg;
    struct talk *talk = smtp_session_own(session);
    mailbag_gap(&talk->mails, length);
}

static void on_content_end(void *arg, struct smtp_session *session)
{
    struct talks *talks = arg;
    struct talk *talk = smtp_session_own(session);
    const struct mail_summary *mail = mailbag_end(&talk->mails);
    const struct worker_watch *watch = talks->options.watch;
    if (mail != NULL && watch != NULL && watch->content != NULL)
        watch->content(watch->arg, talk->flow->flow_id, mail, smtp_session_summary(session)->now);
}

static void on_transaction(void *arg, struct smtp_session *session,
                           const struct smtp_transaction *transaction)
{
    struct talks *talks = arg;
    struct talk *talk = smtp_session_own(session);
    if (transaction->ended_by == SMTP_NONE) /* by the end of the session */
        dialect_end(&talk->dialect, talk->reason, smtp_session_summary(session)->facts);
    struct event *event = begin(talk, EVENT_MESSAGE);
    event_put_transaction(talks->builder, event, transaction);
    const struct mail_summary *mail = mailbag_match(&talk->mails, transaction);
    if (mail != NULL)
        event_put_mail(talks->builder, event, mail);
    talks->messages += transaction->complete;
    finish(talk);
    mailbag_settle(talks->bag, &talk->mails, transaction);
}

static void count_session(struct talks *talks, uint64_t facts)
{
    talks->not_smtp += (facts & SMTP_BIT(SMTP_FACT_NOT_SMTP)) != 0;
    talks->tls += (facts & SMTP_BIT(SMTP_FACT_TLS)) != 0;
    talks->midstream += (facts & SMTP_BIT(SMTP_FACT_MIDSTREAM)) != 0;
    talks->one_sided += ((facts & SMTP_BIT(SMTP_FACT_CLIENT_SEEN)) != 0) !=
                        ((facts & SMTP_BIT(SMTP_FACT_SERVER_SEEN)) != 0);
}

static void on_end(void *arg, struct smtp_session *session, enum close_reason reason, int64_t time)
{
    struct talks *talks = arg;
    struct talk *talk = smtp_session_own(session);
    const struct smtp_summary *summary = smtp_session_summary(session);
    dialect_end(&talk->dialect, reason, summary->facts);
    struct event *event = begin(talk, EVENT_CLOSE);
    event->close.reason = (uint8_t)reason;
    finish(talk);
    count_session(talks, summary->facts);
    const struct worker_watch *watch = talks->options.watch;
    if (watch != NULL && watch->ended != NULL)
        watch->ended(watch->arg, summary, reason, time);
}

static void on_line(void *arg, struct smtp_session *session, enum direction direction,
                    struct span line, int64_t time)
{
    struct talks *talks = arg;
    struct talk *talk = smtp_session_own(session);
    talks->options.watch->line(talks->options.watch->arg, talk->flow->flow_id, direction, line,
                               time);
}

/* ---- what the engine delivers ---- */

static struct talk *talk_take(struct talks *talks)
{
    struct talk *talk = talks->free_talks;
    if (talk == NULL)
        return calloc(1, sizeof *talk);
    talks->free_talks = talk->next;
    *talk = (struct talk){0};
    return talk;
}

static void talk_return(struct talks *talks, struct talk *talk)
{
    mailbag_clear(talks->bag, &talk->mails);
    talk->next = talks->free_talks;
    talks->free_talks = talk;
}

static void *stream_open(void *arg, const struct flow_info *flow)
{
    struct talks *talks = arg;
    next_turn(talks);
    if (talks->options.shares > 1 &&
        hash_mix(flow->flow_id) % talks->options.shares != talks->options.share)
        return &talks->foreign;
    struct talk *talk = talk_take(talks);
    if (talk == NULL)
        return NULL;
    if (smtp_session_new(flow, &talks->sink, &talks->budget, &talks->shelf, &talk->session) !=
        ERR_NONE) {
        talk_return(talks, talk);
        return NULL;
    }
    talk->talks = talks;
    talk->flow = flow;
    smtp_session_attach(talk->session, talk);
    talks->sessions++;
    talks->sessions_now++;
    if (talks->options.watch != NULL)
        talks->options.watch->opened(talks->options.watch->arg, flow);
    return talk;
}

static void stream_data(void *arg, void *parser, enum direction direction, struct span data,
                        int64_t time, uint64_t number)
{
    struct talks *talks = arg;
    struct talk *talk = parser;
    next_turn(talks);
    if (talk != &talks->foreign)
        smtp_session_data(talk->session, direction, data, time, number);
}

static void stream_gap(void *arg, void *parser, enum direction direction, uint64_t length,
                       int64_t time, uint64_t number)
{
    struct talks *talks = arg;
    struct talk *talk = parser;
    next_turn(talks);
    if (talk == &talks->foreign)
        return;
    const struct worker_watch *watch = talks->options.watch;
    if (watch != NULL && watch->gap != NULL)
        watch->gap(watch->arg, talk->flow->flow_id, direction, length, time);
    smtp_session_gap(talk->session, direction, length, time, number);
}

static void stream_close(void *arg, void *parser, enum close_reason reason, int64_t time,
                         uint64_t number)
{
    struct talks *talks = arg;
    struct talk *talk = parser;
    next_turn(talks);
    if (talk == &talks->foreign)
        return;
    talk->reason = reason;
    smtp_session_end(talk->session, reason, time, number);
    talk_return(talks, talk);
    talks->sessions_now--;
}

/* ---- making and ending ---- */

enum err talks_new(const struct worker_options *options, struct talks **ret_talks,
                   struct stream_sink *ret_sink)
{
    struct talks *talks = calloc(1, sizeof *talks);
    if (talks == NULL)
        return ERR_MEMORY;
    talks->options = *options;
    budget_init(&talks->budget, options->memory);
    talks->sink = (struct smtp_sink){
        .on_greeting = on_greeting,
        .on_exchange = on_exchange,
        .on_content_begin = on_content_begin,
        .on_content = on_content,
        .on_content_gap = on_content_gap,
        .on_content_end = on_content_end,
        .on_transaction = on_transaction,
        .on_line = options->watch == NULL ? NULL : on_line,
        .on_end = on_end,
        .arg = talks,
    };
    enum err err = event_builder_new(&talks->builder);
    if (err == ERR_NONE)
        err = mailbag_new(&talks->budget, &talks->bag);
    if (err != ERR_NONE) {
        talks_free(talks);
        return err;
    }
    *ret_sink = (struct stream_sink){
        .on_open = stream_open,
        .on_data = stream_data,
        .on_gap = stream_gap,
        .on_close = stream_close,
        .arg = talks,
    };
    *ret_talks = talks;
    return ERR_NONE;
}

void talks_free(struct talks *talks)
{
    if (talks == NULL)
        return;
    for (struct talk *talk; (talk = talks->free_talks) != NULL;) {
        talks->free_talks = talk->next;
        free(talk);
    }
    smtp_shelf_done(&talks->shelf);
    mailbag_free(talks->bag);
    event_builder_free(talks->builder);
    free(talks);
}

void talks_second(struct talks *talks, int64_t now, uint64_t number)
{
    next_turn(talks);
    struct event *event = event_begin(talks->builder, EVENT_TIME);
    event->time = now;
    event->number = number;
    emit(talks);
}

void talks_answer(struct talks *talks, const struct dns_answer *answer)
{
    next_turn(talks);
    if (answer == NULL)
        return;
    struct event *event = event_begin(talks->builder, EVENT_DNS);
    event_put_dns(talks->builder, event, answer);
    talks->events++;
    emit(talks);
}

void talks_asked(struct talks *talks, const struct ip_info *ip)
{
    next_turn(talks);
    if (talks->options.share != 0)
        return;
    struct event *event = event_begin(talks->builder, EVENT_OPEN);
    event_put_asked(event, ip);
    talks->events++;
    emit(talks);
}

void talks_report(struct talks *talks, const struct stats *stats, uint64_t number)
{
    next_turn(talks);
    struct event *event = event_begin(talks->builder, EVENT_STATS);
    event->time = stats->time;
    event->number = number;
    void *item = NULL;
    event->stats.stats = event_add_list(talks->builder, sizeof *stats, 1, &item);
    memcpy(item, stats, sizeof *stats);
    emit(talks);
}

void talks_stats(const struct talks *talks, struct stats *stats)
{
    stats->sessions += talks->sessions;
    stats->sessions_now += talks->sessions_now;
    stats->messages += talks->messages;
    stats->not_smtp += talks->not_smtp;
    stats->tls += talks->tls;
    stats->midstream += talks->midstream;
    stats->one_sided += talks->one_sided;
    stats->events += talks->events;
    stats->events_cut += talks->cut;
    stats->smtp_memory += talks->budget.used;
}
