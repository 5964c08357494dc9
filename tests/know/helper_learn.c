/* helper_learn: see helper_learn.h. */
#include "helper_learn.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct learn *learn_new(const char *home, const char *names_file, size_t memory)
{
    struct learn *learn = calloc(1, sizeof *learn);
    struct addr_net net;
    assert(learn != NULL);
    struct know_options options = {.names_file = names_file, .memory = memory};
    if (home != NULL) {
        assert(addr_net_parse(span_text(home), &net));
        options.home_nets = &net;
        options.home_net_count = 1;
    }
    char message[200] = "";
    if (know_new(&options, &learn->know, message, sizeof message) != ERR_NONE) {
        fprintf(stderr, "%s\n", message);
        abort();
    }
    assert(event_builder_new(&learn->builder) == ERR_NONE);
    learn->now = 1000000 * CLOCK_SECOND;
    return learn;
}

void learn_free(struct learn *learn)
{
    know_free(learn->know);
    event_builder_free(learn->builder);
    free(learn);
}

static void teach(struct learn *learn)
{
    know_learn(learn->know, event_end(learn->builder));
}

void learn_wait(struct learn *learn, int64_t seconds)
{
    learn->now += seconds * CLOCK_SECOND;
    struct event *event = event_begin(learn->builder, EVENT_TIME);
    event->time = learn->now;
    teach(learn);
}

/* ---- DNS ---- */

void learn_asked(struct learn *learn, enum dns_type type, const char *name, enum dns_rcode rcode)
{
    learn->answer = (struct dns_answer){
        .time = learn->now,
        .qtype = (uint16_t)type,
        .rcode = (uint8_t)rcode,
        .qname = span_text(name),
        .records = learn->records,
    };
}

static struct dns_record *add(struct learn *learn, enum dns_type type, const char *owner,
                              uint32_t ttl)
{
    assert(learn->answer.count < DNS_RECORDS_MAX);
    struct dns_record *record = &learn->records[learn->answer.count++];
    *record = (struct dns_record){
        .type = (uint16_t)type,
        .ttl = ttl,
        .owner = owner == NULL ? learn->answer.qname : span_text(owner),
    };
    return record;
}

void learn_host(struct learn *learn, enum dns_type type, const char *owner, uint32_t ttl,
                const char *name)
{
    add(learn, type, owner, ttl)->name = span_text(name);
}

void learn_addr(struct learn *learn, const char *owner, uint32_t ttl, const char *text)
{
    struct addr addr;
    assert(addr_parse(span_text(text), &addr));
    add(learn, addr_is_v4(&addr) ? DNS_A : DNS_AAAA, owner, ttl)->addr = addr;
}

void learn_answer(struct learn *learn)
{
    learn->answer.total = learn->answer.count;
    struct event *event = event_begin(learn->builder, EVENT_DNS);
    event_put_dns(learn->builder, event, &learn->answer);
    teach(learn);
}

const char *learn_reverse(const char *text)
{
    static char name[64];
    struct addr addr;
    assert(addr_parse(span_text(text), &addr) && addr_is_v4(&addr));
    const uint8_t *at = addr.octets + 12;
    snprintf(name, sizeof name, "%u.%u.%u.%u.in-addr.arpa", at[3], at[2], at[1], at[0]);
    return name;
}

void learn_ptr(struct learn *learn, const char *addr, uint32_t ttl, const char *name)
{
    learn_asked(learn, DNS_PTR, learn_reverse(addr), name == NULL ? DNS_NXDOMAIN : DNS_NOERROR);
    if (name != NULL)
        learn_host(learn, DNS_PTR, NULL, ttl, name);
    else
        learn->answer.negative_ttl = ttl;
    learn_answer(learn);
}

void learn_a(struct learn *learn, const char *name, uint32_t ttl, const char *addr)
{
    learn_asked(learn, DNS_A, name, addr == NULL ? DNS_NXDOMAIN : DNS_NOERROR);
    if (addr != NULL)
        learn_addr(learn, NULL, ttl, addr);
    learn_answer(learn);
}

/* ---- sessions ---- */

void learn_session(struct learn *learn, const char *client, const char *server, const char *helo,
                   const char *greeting, const char *helo_reply)
{
    learn->flow = (struct flow_info){.opened = learn->now, .client_port = 4000, .server_port = 25};
    assert(addr_parse(span_text(client), &learn->flow.client));
    assert(addr_parse(span_text(server), &learn->flow.server));
    learn->summary = (struct smtp_summary){
        .flow = &learn->flow,
        .helo = span_text(helo),
        .helo_verb = SMTP_HELO,
        .greeting = span_text(greeting),
        .helo_reply = span_text(helo_reply),
    };
}

static struct event *begin(struct learn *learn, enum event_kind kind)
{
    learn->summary.now = learn->now;
    struct event *event = event_begin(learn->builder, kind);
    event_put_session(learn->builder, event, &learn->summary, 0);
    return event;
}

void learn_close(struct learn *learn)
{
    begin(learn, EVENT_CLOSE);
    teach(learn);
}

void learn_message(struct learn *learn, unsigned mail_code, unsigned rcpt_code,
                   const char *const *received, size_t count)
{
    struct mail_received lines[8];
    assert(count <= 8);
    for (size_t i = 0; i < count; i++)
        mail_received_parse(span_text(received[i]), &lines[i]);
    const struct mail_summary mail = {.received = lines, .received_count = count};
    struct smtp_recipient recipient = {.path = SPAN_LITERAL("<a@example.org>"),
                                       .address = SPAN_LITERAL("a@example.org"),
                                       .reply = {.code = rcpt_code}};
    const struct smtp_transaction made = {
        .mail_reply = {.code = mail_code},
        .recipients = &recipient,
        .recipient_count = 1,
        .recipient_total = 1,
    };
    struct event *event = begin(learn, EVENT_MESSAGE);
    event_put_transaction(learn->builder, event, &made);
    event_put_mail(learn->builder, event, &mail);
    teach(learn);
}

/* ---- what is known ---- */

struct know_host learn_find(struct learn *learn, const char *text)
{
    struct addr addr;
    struct know_host host;
    assert(addr_parse(span_text(text), &addr));
    know_host_of(learn->know, &addr, learn->now, &host);
    return host;
}

struct know_host learn_client(struct learn *learn)
{
    struct know_host host;
    begin(learn, EVENT_CLOSE);
    know_client(learn->know, event_end(learn->builder), &host);
    return host;
}

const char *learn_text(const struct know_host *host)
{
    static char text[400];
    if (host->name.len == 0)
        snprintf(text, sizeof text, "%s", host->nameless ? "nameless" : "unknown");
    else
        snprintf(text, sizeof text, "%.*s", (int)host->name.len, (const char *)host->name.at);
    size_t len = strlen(text);
    if (host->source != KNOW_FROM_NOWHERE)
        snprintf(text + len, sizeof text - len, " %s %s %s", names_class_name(host->name_class),
                 know_source_name(host->source), know_confirmed_name(host->confirmed));
    return text;
}

bool learn_is_server(struct learn *learn, const char *text)
{
    struct addr addr;
    assert(addr_parse(span_text(text), &addr));
    return know_is_mail_server(learn->know, &addr, learn->now);
}
