/*
 * backscatter-source (1061): a server that accepts mail first and finds out later that it cannot be
 * delivered. It keeps for each server the distinct outside domains that got its failure reports.
 */
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"
#include "quoted.h"
#include "remember.h"
#include "reports.h"
#include "table.h"

#include <stdlib.h>

#define SERVERS_MAX 10000
#define DOMAINS_MAX 2048
#define NAMES_MAX   256

struct options {
    uint64_t domains_min;
    int64_t window;
};

struct server {
    struct addr addr;
    uint64_t reports;
    struct distinct domains, failed;
    struct namelist domain_names, failed_names;
    struct detect_case c;
};

static const struct pack_field server_fields[] = {
    {"addr", PACK_OCTETS, PACK_AT(struct server, addr)},
    {"reports", PACK_UNSIGNED, PACK_AT(struct server, reports)},
    REMEMBER_SET(struct server, domains),
    REMEMBER_SET(struct server, failed),
    REMEMBER_NAMES(struct server, domain_names),
    REMEMBER_NAMES(struct server, failed_names),
    REMEMBER_CASE(struct server, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *servers; /* by struct addr */
};

static const struct setting settings[] = {
    {"domains_min", SETTING_COUNT, "10", "domains", 1, 1e3, NULL,
     "distinct outside domains that get failure reports within window",
     offsetof(struct options, domains_min)},
    {"window", SETTING_SECONDS, "1h", "", 1, 1e7, NULL,
     "the window; a case ends when no report has gone out for so long",
     offsetof(struct options, window)},
    SETTING_END,
};

static void report(struct state *state, const struct server *server, enum case_state case_state,
                   const struct event *event)
{
    char text[ADDR_TEXT_SIZE];
    struct buf reason;
    buf_init(&reason, 1000);
    buf_printf(&reason,
               "%s sent %ju failure reports to %ju outside domains: it accepts mail first and "
               "bounces it later to senders that may be forged.",
               evidence_addr_text(&server->addr, text), (uintmax_t)server->reports,
               (uintmax_t)server->c.count);
    buf_add_octet(&reason, 0);
    struct json_object *evidence = json_object_new_object();
    evidence_text(evidence, "server", text);
    evidence_count(evidence, "reports", server->reports);
    evidence_count(evidence, "window_seconds", (uint64_t)(state->options->window / CLOCK_SECOND));
    namelist_evidence(state->detect, &server->domain_names, evidence, "domains", "domain_count");
    namelist_evidence(state->detect, &server->failed_names, evidence, "failures", "failure_count");
    table_note(server, evidence);
    evidence_report(state->detect, &detector_backscatter_source,
                    detector_backscatter_source.severity, case_state, server->c.id,
                    detect_now(state->detect), &server->c.flow, event, (const char *)reason.at,
                    evidence);
    buf_done(&reason);
}

static void server_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct state *state = arg;
    struct server *server = value;
    if (cases_end(&server->c))
        report(state, server, CASE_ENDED, NULL);
    distinct_done(&server->domains, detect_budget(state->detect));
    distinct_done(&server->failed, detect_budget(state->detect));
    namelist_done(&server->domain_names);
    namelist_done(&server->failed_names);
}

static void server_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct server *server = value;
    distinct_init(&server->domains, DOMAINS_MAX);
    distinct_init(&server->failed, NAMES_MAX);
    namelist_init(&server->domain_names, detect_budget(state->detect));
    namelist_init(&server->failed_names, detect_budget(state->detect));
}

static struct server *server_of(struct state *state, const struct event *event)
{
    bool fresh;
    struct server *server = lru_make(state->servers, &event->flow.client, event->time, &fresh);
    if (server != NULL && fresh) {
        server_begin(state, server);
        server->addr = event->flow.client;
    }
    return server;
}

/* "5.1.1 joe@inner.example": what the reports say failed. */
static void add_failure(struct state *state, struct server *server, const struct event *event)
{
    struct span recipient = event_text(event, event->message.mail.report_recipient);
    struct buf text;
    buf_init(&text, 200);
    buf_add(&text, event_text(event, event->message.mail.report_status));
    if (text.len > 0 && recipient.len > 0)
        buf_add_octet(&text, ' ');
    buf_add(&text, recipient);
    if (text.len > 0 && distinct_add(&server->failed, hash_stable(buf_span(&text)), 0, event->time,
                                     detect_budget(state->detect)))
        namelist_add(&server->failed_names, buf_span(&text));
    buf_done(&text);
}

static void judge(struct state *state, struct server *server, const struct event *event)
{
    uint64_t count = server->domain_names.total;
    if (!server->c.open) {
        count = distinct_count(&server->domains, -1, event->time - state->options->window);
        if (count < state->options->domains_min)
            return;
    }
    enum case_state case_state;
    if (cases_step(&server->c, &detector_backscatter_source,
                   span_make(&server->addr, sizeof server->addr), count, event, &case_state))
        report(state, server, case_state, event);
}

/* Mail that began here, of users who log in or of home's hosts, has a sender who wants to know. */
static bool is_own_mail(struct state *state, const struct event *event)
{
    const struct know *know = detect_know(state->detect);
    struct quoted quoted;
    quoted_judge(detect_know(state->detect), event, &quoted);
    return quoted.origin == QUOTED_INSIDE ||
           (quoted.origin == QUOTED_HANDED &&
            (quoted.authenticated || know_is_home(know, &quoted.from)));
}

static bool is_from_local_server(const struct know *know, const struct event_flow *flow)
{
    return !know_has_home(know) ||
           (know_is_home(know, &flow->client) && !know_is_home(know, &flow->server));
}

static void source_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    const struct know *know = detect_know(state->detect);
    if (event->kind != EVENT_MESSAGE || !reports_null_sender(event) || !reports_failure(event) ||
        !is_from_local_server(know, &event->flow) || is_own_mail(state, event))
        return;
    struct server *server = server_of(state, event);
    if (server == NULL)
        return;
    const struct event_message *message = &event->message;
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    bool outside = false;
    for (uint32_t i = 0; i < message->rcpts.len; i++) {
        struct span domain = know_domain_of(event_text(event, rcpts[i].address));
        if (rcpts[i].reply.code >= 400 || domain.len == 0 || know_is_local_domain(know, domain))
            continue;
        outside = true;
        if (distinct_add(&server->domains, reports_address_hash(domain), 0, event->time,
                         detect_budget(state->detect)))
            namelist_add(&server->domain_names, domain);
    }
    if (!outside)
        return;
    server->reports++;
    add_failure(state, server, event);
    judge(state, server, event);
    table_credit(state->servers, server, server->domain_names.total, &server->c);
}

static void source_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->servers);
    free(state);
}

static enum err source_open(struct detect *detect, const void *options, void **ret_state)
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
        .idle = state->options->window,
        .leave = server_leave,
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

const struct detector detector_backscatter_source = {
    .id = 1061,
    .rev = 1,
    .name = "backscatter-source",
    .signature = "SMTP server that accepts mail first and bounces it later (backscatter)",
    .category = "Misc activity",
    .key = "local server",
    .severity = 2,
    .manual =
        "A server of ours (any server where home_net is not configured) sends failure reports "
        "with\n"
        "the null sender to many outside domains: it accepts mail first and finds out later that\n"
        "it cannot be delivered. With forged senders these reports hit people who sent nothing.\n"
        "Reports about mail of own users and of hosts in home_net do not count.",
    .advice = "Make the server verify recipients before it accepts mail (a list of them, or a call "
              "to the inner server), so that it refuses in the dialogue instead of bouncing.",
    .contact = CONTACT_CLIENT,
    .settings = settings,
    .options_size = sizeof(struct options),
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .open = source_open,
    .event = source_event,
    .close = source_close,
};
