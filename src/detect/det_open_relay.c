/*
 * open-relay (1070): a server of ours that accepts a message from a stranger for recipients that
 * are not ours. It must be known what is ours: site.local_domains. A server is ours where it stands
 * in home_net or, without home_net, where it was seen to take mail for a local domain. A domain
 * whose MX this very server is, by DNS answers seen, is no foreign one.
 */
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"
#include "remember.h"
#include "table.h"

#include <stdlib.h>

#define SERVERS_MAX    5000
#define RECIPIENTS_MAX 1024

struct options {
    int64_t quiet;
};

struct server {
    struct distinct recipients, clients;
    struct namelist names, client_names;
    uint64_t messages;
    bool ours; /* it took mail for a local domain */
    struct detect_case c;
};

static const struct pack_field server_fields[] = {
    REMEMBER_SET(struct server, recipients),
    REMEMBER_SET(struct server, clients),
    REMEMBER_NAMES(struct server, names),
    REMEMBER_NAMES(struct server, client_names),
    {"messages", PACK_UNSIGNED, PACK_AT(struct server, messages)},
    {"ours", PACK_UNSIGNED, PACK_AT(struct server, ours)},
    REMEMBER_CASE(struct server, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *servers; /* by struct addr */
};

static const struct setting settings[] = {
    {"quiet", SETTING_SECONDS, "1h", "", 1, 1e7, NULL,
     "a case ends when its server has relayed nothing for so long",
     offsetof(struct options, quiet)},
    SETTING_END,
};

static struct json_object *evidence_of(struct state *state, const struct server *server,
                                       const struct event *event)
{
    struct json_object *evidence = json_object_new_object();
    char text[ADDR_TEXT_SIZE];
    evidence_text(evidence, "server", evidence_addr_text(&server->c.flow.server, text));
    evidence_count(evidence, "messages", server->messages);
    namelist_evidence(state->detect, &server->names, evidence, "accepted", "accepted_count");
    namelist_evidence(state->detect, &server->client_names, evidence, "clients", "client_count");
    table_note(server, evidence);
    if (event != NULL) {
        evidence_span(state->detect, evidence, "sender",
                      event_text(event, event->message.mail_address));
        evidence_count(evidence, "code", event->message.content_reply.code);
        evidence_span(state->detect, evidence, "reply",
                      event_text(event, event->message.content_reply.text));
    }
    return evidence;
}

static void report(struct state *state, const struct server *server, enum case_state case_state,
                   const struct event *event)
{
    char client[ADDR_TEXT_SIZE];
    char address[ADDR_TEXT_SIZE];
    struct buf reason;
    buf_init(&reason, 1024);
    buf_printf(&reason,
               "%s relays for strangers: %s, which did not authenticate, gave it mail for "
               "recipients that are not local, and it was accepted (%ju messages, %ju recipients).",
               evidence_addr_text(&server->c.flow.server, address),
               evidence_addr_text(&server->c.flow.client, client), (uintmax_t)server->messages,
               (uintmax_t)server->names.total);
    buf_add_octet(&reason, 0);
    evidence_report(state->detect, &detector_open_relay, detector_open_relay.severity, case_state,
                    server->c.id, detect_now(state->detect), &server->c.flow, event,
                    (const char *)reason.at, evidence_of(state, server, event));
    buf_done(&reason);
}

static void end_case(struct state *state, struct server *server)
{
    if (cases_end(&server->c))
        report(state, server, CASE_ENDED, NULL);
    server->c = (struct detect_case){0};
}

static void server_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct state *state = arg;
    struct server *server = value;
    end_case(state, server);
    distinct_done(&server->recipients, detect_budget(state->detect));
    distinct_done(&server->clients, detect_budget(state->detect));
    namelist_done(&server->names);
    namelist_done(&server->client_names);
}

static void server_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct server *server = value;
    distinct_init(&server->recipients, RECIPIENTS_MAX);
    distinct_init(&server->clients, RECIPIENTS_MAX);
    namelist_init(&server->names, detect_budget(state->detect));
    namelist_init(&server->client_names, detect_budget(state->detect));
}

static void server_look(void *arg, const void *key, void *value, int64_t now)
{
    (void)key;
    struct state *state = arg;
    struct server *server = value;
    if (server->c.open && now - server->c.last >= state->options->quiet)
        end_case(state, server);
}

static enum err relay_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    const struct table_shape shape = {
        .name = "servers",
        .key = sizeof(struct addr),
        .value = sizeof(struct server),
        .max = SERVERS_MAX,
        .leave = server_leave,
        .look = server_look,
        .fields = server_fields,
        .begin = server_begin,
    };
    enum err err = table_new(detect, &shape, state, &state->servers);
    if (err != ERR_NONE) {
        free(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

static struct server *server_of(struct state *state, const struct event *event)
{
    bool fresh;
    struct server *server = lru_make(state->servers, &event->flow.server, event->time, &fresh);
    if (server != NULL && fresh)
        server_begin(state, server);
    return server;
}

/* "[192.0.2.25]" or "[IPv6:2001:db8::25]" (RFC 5321 4.1.3): the server's own address, or another of
 * ours. */
static bool is_own_address(struct know *know, const struct event *event, struct span domain)
{
    if (domain.len < 2 || domain.at[0] != '[' || domain.at[domain.len - 1] != ']')
        return false;
    struct addr addr;
    return addr_literal_parse(domain, &addr) &&
           (addr_equal(&addr, &event->flow.server) || know_is_home(know, &addr));
}

/* A name without a domain (postmaster) is the server's own. */
static bool is_local(struct know *know, const struct event *event, struct span domain)
{
    if (domain.len == 0 || know_is_local_domain(know, domain) ||
        is_own_address(know, event, domain))
        return true;
    struct span rest = event_text(event, event->session.greeting);
    struct span name = span_word(&rest);
    return know_domain_role(know, domain, name, event->time) == KNOW_ROLE_MX;
}

/* May the client relay: one of ours, one that authenticated, or one that speaks for another? */
static bool is_trusted(struct know *know, const struct event *event)
{
    const uint64_t trusted = SMTP_FACTS_EXCUSED | SMTP_BIT(SMTP_FACT_AUTH_UNSEEN);
    const uint64_t holes = SMTP_BIT(SMTP_FACT_GAP_CLIENT) | SMTP_BIT(SMTP_FACT_GAP_SERVER);
    uint64_t facts = event->session.facts;
    /* AUTH and its reply may both have been missed. */
    bool unseen = (facts & holes) == holes || ((facts & SMTP_BIT(SMTP_FACT_MIDSTREAM)) != 0 &&
                                               event->session.greeting.len == 0);
    return (facts & trusted) != 0 || unseen || know_is_home(know, &event->flow.client);
}

static void add_foreign(struct state *state, struct server *server, const struct event *event,
                        const struct event_rcpt *rcpt)
{
    struct budget *budget = detect_budget(state->detect);
    struct span address = event_text(event, rcpt->address);
    const struct addr *client = &event->flow.client;
    if (distinct_add(&server->recipients, hash_stable(address), 0, event->time, budget))
        namelist_add(&server->names, address);
    if (distinct_add(&server->clients, hash_stable(span_make(client, sizeof *client)), 0,
                     event->time, budget)) {
        char text[ADDR_TEXT_SIZE];
        namelist_add(&server->client_names, span_text(evidence_addr_text(client, text)));
    }
}

static void on_accepted(struct state *state, const struct event *event)
{
    struct know *know = detect_know(state->detect);
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    struct server *server = server_of(state, event);
    if (server == NULL)
        return;
    bool trusted = is_trusted(know, event);
    bool foreign = false;
    for (uint32_t i = 0; i < event->message.rcpts.len; i++) {
        if (rcpts[i].reply.code == 0 || rcpts[i].reply.reply_class != REPLY_ACCEPTED)
            continue;
        struct span domain = know_domain_of(event_text(event, rcpts[i].address));
        if (domain.len > 0 && know_is_local_domain(know, domain))
            server->ours = true;
        table_credit(state->servers, server, server->ours, &server->c);
        bool ours = know_has_home(know) ? know_is_home(know, &event->flow.server) : server->ours;
        if (trusted || !ours || is_local(know, event, domain))
            continue;
        add_foreign(state, server, event, &rcpts[i]);
        foreign = true;
    }
    if (!foreign)
        return;
    server->messages++;
    enum case_state case_state;
    if (cases_step(&server->c, &detector_open_relay,
                   span_make(&event->flow.server, sizeof event->flow.server), server->messages,
                   event, &case_state))
        report(state, server, case_state, event);
    table_credit(state->servers, server, server->messages, &server->c);
}

static void relay_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    if (event->kind != EVENT_MESSAGE || !know_has_local_domains(detect_know(state->detect)))
        return;
    unsigned code = event->message.content_reply.code;
    if (event->message.complete && code >= 200 && code < 300)
        on_accepted(state, event);
}

static void relay_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->servers);
    free(state);
}

const struct detector detector_open_relay = {
    .id = 1070,
    .rev = 1,
    .name = "open-relay",
    .signature = "SMTP server relays for strangers (open relay)",
    .category = "Potential Corporate Privacy Violation",
    .key = "server",
    .severity = 1,
    .manual = "An outside client that did not authenticate gave the server mail for recipients\n"
              "that are not local, and the server accepted it. Needs site.local_domains; without\n"
              "site.home_net a server counts as ours once it took mail for a local domain.",
    .advice = "Close it now: check the networks that the server lets relay (mynetworks, "
              "relay_from_hosts), and look at its queue.",
    .contact = CONTACT_NOBODY,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = relay_open,
    .event = relay_event,
    .close = relay_close,
};
