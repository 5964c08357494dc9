/*
 * learn: what events tell of hosts: DNS answers (answers.c), servers that take mail, the server's
 * words to its client (RFC 5321 4.1.1.1), and the Received lines of servers that can be believed
 * (RFC 5321 4.4).
 */
#include "answers.h"
#include "know_private.h"

#define WORDS_TIME (3600 * CLOCK_SECOND) /* words have no TTL */

static int64_t words_until(const struct know *know, int64_t now)
{
    return now + (WORDS_TIME < know->ttl_max ? WORDS_TIME : know->ttl_max);
}

static bool accepted(const struct event_reply *reply)
{
    return reply->code >= 200 && reply->code < 300;
}

/* A busy server need not be learned with each session. */
static void learn_server(struct know *know, const struct event *event)
{
    if (addr_equal(&know->last_server, &event->flow.server) &&
        event->time - know->last_learned < know->ttl_min / 2)
        return;
    know->last_server = event->flow.server;
    know->last_learned = event->time;
    servers_learn(&know->servers, &event->flow.server, event->time, event->time + know->ttl_max);
}

/* A server that takes a sender or a recipient. */
static void learn_from_message(struct know *know, const struct event *event)
{
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    bool takes = accepted(&event->message.mail_reply);
    for (uint32_t i = 0; i < event->message.rcpts.len && !takes; i++)
        takes = accepted(&rcpts[i].reply);
    if (takes)
        learn_server(know, event);
}

/* A server that takes a recipient. */
static void learn_from_verdict(struct know *know, const struct event *event)
{
    if (event->verdict.verb == SMTP_RCPT && accepted(&event->verdict.rcpt.reply))
        learn_server(know, event);
}

/* Does it greet and answer to HELO? Where only a part of the session was seen, a part will do:
 * there is none without a server. */
static bool serves(const struct event *event)
{
    const uint64_t both = SMTP_BIT(SMTP_FACT_CLIENT_SEEN) | SMTP_BIT(SMTP_FACT_SERVER_SEEN);
    uint64_t seen = event->session.facts & both;
    if (seen != 0 && (seen != both || event->session.gaps > 0))
        return (event->session.facts & SMTP_BIT(SMTP_FACT_NOT_SMTP)) == 0;
    return event->session.greeting.len > 0 && event->session.helo_reply.len > 0;
}

/* And what it said to HELO. */
static void learn_from_close(struct know *know, const struct event *event)
{
    if (serves(event))
        learn_server(know, event);
    struct span name = know_client_name(event);
    if (name.len == 0 || (know_has_home(know) && !know_is_home(know, &event->flow.server)))
        return;
    know->learned += hosts_learn(&know->hosts, &event->flow.client, KNOW_FROM_SERVER, &name, 1,
                                 event->time, words_until(know, event->time));
}

/* ---- Received lines ---- */

static bool is_loopback(const struct addr *addr)
{
    static const struct addr v6 = {{[15] = 1}};
    return addr_is_v4(addr) ? addr->octets[12] == 127 : addr_equal(addr, &v6);
}

static bool is_host_name(struct span name)
{
    if (span_find(name, '.') == name.len)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t octet = span_lower_octet(name.at[i]);
        if ((octet < 'a' || octet > 'z') && (octet < '0' || octet > '9') && octet != '-' &&
            octet != '.' && octet != '_')
            return false;
    }
    return true;
}

/* Did the client write this line? Its by-host is what the client calls itself, or is called. */
static bool is_by_client(struct know *know, const struct event *event, struct span by)
{
    struct span rest = event_text(event, event->session.helo);
    struct span helo = span_word(&rest);
    if (by.len == 0)
        return false;
    if (span_equal_nocase(by, helo))
        return true;
    const struct host *host = hosts_find(&know->hosts, &event->flow.client, event->time);
    for (unsigned i = 0; host != NULL && i < host->count; i++)
        if (span_equal_nocase(host->names[i].text, by))
            return true;
    return know_is_home(know, &event->flow.client) && know_same_organisation(know, by, helo);
}

/* The first line in which the client says whom it had the message from. It may have handed it to
 * itself before, through a filter. */
static void learn_received(struct know *know, const struct event *event)
{
    const struct event_mail *mail = &event->message.mail;
    const struct event_received *lines = event_received(event, mail->received);
    for (uint32_t i = 0; i < mail->received.len; i++) {
        const struct event_received *line = &lines[i];
        if (!line->has_addr || line->impossible ||
            !is_by_client(know, event, event_text(event, line->by)))
            return;
        if (is_loopback(&line->addr) || addr_equal(&line->addr, &event->flow.client) ||
            know_is_home(know, &line->addr))
            continue;
        struct span name = event_text(event, line->name);
        if (is_host_name(name))
            know->learned += hosts_learn(&know->hosts, &line->addr, KNOW_FROM_RECEIVED, &name, 1,
                                         event->time, words_until(know, event->time));
        return;
    }
}

static void expire(struct know *know, int64_t now)
{
    lru_expire(know->hosts.table, now);
    lru_expire(know->forward.table, now);
    lru_expire(know->domains.table, now);
    lru_expire(know->servers.table, now);
}

void know_learn(struct know *know, const struct event *event)
{
    if (know->now < event->time)
        know->now = event->time;
    switch (event->kind) {
    case EVENT_DNS: answers_learn(know, event); break;
    case EVENT_TIME: expire(know, event->time); break;
    case EVENT_CLOSE: learn_from_close(know, event); break;
    case EVENT_VERDICT: learn_from_verdict(know, event); break;
    case EVENT_MESSAGE:
        learn_from_message(know, event);
        if (event->message.has_mail &&
            (know_is_home(know, &event->flow.client) ||
             know_is_mail_server(know, &event->flow.client, event->time)))
            learn_received(know, event);
        break;
    default: break;
    }
}
