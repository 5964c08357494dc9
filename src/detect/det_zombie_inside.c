/*
 * zombie-inside (1021): a host of ours that is no mail server speaks SMTP to many servers outside.
 * It keeps for each local client the distinct servers it opened connections to, answered or not.
 */
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"
#include "remember.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

#define HOSTS_MAX   20000
#define SERVERS_MAX 1024
#define HELOS_MAX   64
#define SMTP_PORT   25

enum { KIND_SERVER, KIND_SUBMISSION };

struct options {
    uint64_t servers_min;
    int64_t window;
};

struct host {
    struct distinct servers; /* those it authenticated to are KIND_SUBMISSION */
    struct distinct helos;
    struct namelist server_names, helo_names;
    uint64_t messages, accepted, refused;
    struct detect_case c;
};

static const struct pack_field host_fields[] = {
    REMEMBER_SET(struct host, servers),
    REMEMBER_SET(struct host, helos),
    REMEMBER_NAMES(struct host, server_names),
    REMEMBER_NAMES(struct host, helo_names),
    {"messages", PACK_UNSIGNED, PACK_AT(struct host, messages)},
    {"accepted", PACK_UNSIGNED, PACK_AT(struct host, accepted)},
    {"refused", PACK_UNSIGNED, PACK_AT(struct host, refused)},
    REMEMBER_CASE(struct host, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *hosts; /* by struct addr */
};

static const struct setting settings[] = {
    {"servers_min", SETTING_COUNT, "5", "servers", 1, SERVERS_MAX, NULL,
     "distinct outside servers within window", offsetof(struct options, servers_min)},
    {"window", SETTING_SECONDS, "10m", "", 1, 1e6, NULL, "the window",
     offsetof(struct options, window)},
    SETTING_END,
};

static struct json_object *evidence_of(struct state *state, const struct host *host)
{
    struct json_object *evidence = json_object_new_object();
    evidence_count(evidence, "window_seconds", (uint64_t)(state->options->window / CLOCK_SECOND));
    namelist_evidence(state->detect, &host->server_names, evidence, "servers", "server_count");
    namelist_evidence(state->detect, &host->helo_names, evidence, "helo_names", "helo_name_count");
    evidence_count(evidence, "messages", host->messages);
    evidence_count(evidence, "recipients_accepted", host->accepted);
    evidence_count(evidence, "recipients_refused", host->refused);
    table_note(host, evidence);
    return evidence;
}

static void report(struct state *state, const struct host *host, enum case_state case_state,
                   const struct event *event)
{
    char address[ADDR_TEXT_SIZE];
    char reason[300];
    snprintf(reason, sizeof reason,
             "%s, a host of ours that is no known mail server, opened SMTP to %ju outside servers "
             "(%ju messages, %ju recipients accepted, %ju refused).",
             evidence_addr_text(&host->c.flow.client, address), (uintmax_t)host->server_names.total,
             (uintmax_t)host->messages, (uintmax_t)host->accepted, (uintmax_t)host->refused);
    evidence_report(state->detect, &detector_zombie_inside, detector_zombie_inside.severity,
                    case_state, host->c.id, detect_now(state->detect), &host->c.flow, event, reason,
                    evidence_of(state, host));
}

static void host_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct state *state = arg;
    struct host *host = value;
    if (cases_end(&host->c))
        report(state, host, CASE_ENDED, NULL);
    distinct_done(&host->servers, detect_budget(state->detect));
    distinct_done(&host->helos, detect_budget(state->detect));
    namelist_done(&host->server_names);
    namelist_done(&host->helo_names);
}

static void host_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct host *host = value;
    struct budget *budget = detect_budget(state->detect);
    distinct_init(&host->servers, SERVERS_MAX);
    distinct_init(&host->helos, HELOS_MAX);
    namelist_init(&host->server_names, budget);
    namelist_init(&host->helo_names, budget);
}

static enum err inside_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    const struct table_shape shape = {
        .name = "hosts",
        .key = sizeof(struct addr),
        .value = sizeof(struct host),
        .max = HOSTS_MAX,
        .idle = state->options->window,
        .leave = host_leave,
        .fields = host_fields,
        .begin = host_begin,
    };
    enum err err = table_new(detect, &shape, state, &state->hosts);
    if (err != ERR_NONE) {
        free(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

static struct host *host_of(struct state *state, const struct event *event)
{
    bool fresh;
    struct host *host = lru_make(state->hosts, &event->flow.client, event->time, &fresh);
    if (host != NULL && fresh)
        host_begin(state, host);
    return host;
}

static uint64_t server_hash(const struct event *event)
{
    return hash_stable(span_make(&event->flow.server, sizeof event->flow.server));
}

static void count_event(struct state *state, struct host *host, const struct event *event)
{
    struct budget *budget = detect_budget(state->detect);
    const struct addr *server = &event->flow.server;
    uint64_t hash = server_hash(event);
    bool submission = distinct_kind(&host->servers, hash) == KIND_SUBMISSION;
    if (distinct_add(&host->servers, hash, submission ? KIND_SUBMISSION : KIND_SERVER,
                     event->flow.opened, budget)) {
        char text[ADDR_TEXT_SIZE];
        namelist_add(&host->server_names, span_text(evidence_addr_text(server, text)));
    }
    struct span helo = event_text(event, event->session.helo);
    if (helo.len > 0 && distinct_add(&host->helos, hash_stable(helo), 0, event->time, budget))
        namelist_add(&host->helo_names, helo);
    if (event->kind == EVENT_MESSAGE)
        host->messages += event->message.complete;
    if (event->kind == EVENT_VERDICT && event->verdict.rcpt.reply.code != 0) {
        host->accepted += event->verdict.rcpt.reply.code < 300;
        host->refused += event->verdict.rcpt.reply.code >= 500;
    }
}

/* One of ours to somebody else's server. */
static bool is_outgoing(struct know *know, const struct event *event)
{
    return event->flow.server_port == SMTP_PORT && know_is_home(know, &event->flow.client) &&
           !know_is_home(know, &event->flow.server);
}

/* The host is no stranger to the server, which was counted when the connection was asked for. */
static void on_submission(struct state *state, const struct event *event)
{
    struct host *host = lru_peek(state->hosts, &event->flow.client);
    if (host != NULL)
        distinct_add(&host->servers, server_hash(event), KIND_SUBMISSION, event->flow.opened,
                     detect_budget(state->detect));
}

static void inside_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    struct know *know = detect_know(state->detect);
    if (!is_outgoing(know, event) || know_is_mail_server(know, &event->flow.client, event->time))
        return;
    if ((event->session.facts & SMTP_BIT(SMTP_FACT_AUTHENTICATED)) != 0) {
        on_submission(state, event);
        return;
    }
    struct host *host = host_of(state, event);
    if (host == NULL)
        return;
    count_event(state, host, event);
    table_credit(state->hosts, host, host->servers.count, &host->c);
    uint64_t servers =
        distinct_count(&host->servers, KIND_SERVER, event->time - state->options->window);
    if (!host->c.open && servers < state->options->servers_min)
        return;
    enum case_state case_state;
    if (cases_step(&host->c, &detector_zombie_inside,
                   span_make(&event->flow.client, sizeof event->flow.client),
                   host->server_names.total - host->servers.kinds[KIND_SUBMISSION], event,
                   &case_state))
        report(state, host, case_state, event);
    table_credit(state->hosts, host, host->servers.count, &host->c);
}

static void inside_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->hosts);
    free(state);
}

const struct detector detector_zombie_inside = {
    .id = 1021,
    .rev = 1,
    .name = "zombie-inside",
    .signature = "Local host that is no mail server sends mail to many servers (zombie inside)",
    .category = "A Network Trojan was detected",
    .key = "local address",
    .severity = 1,
    .manual =
        "A host of site.home_net that is no known mail server opens SMTP connections to many\n"
        "servers outside, answered or not. Known mail servers are those of site.names_file, the\n"
        "MX hosts seen in DNS answers, and hosts that were seen to take mail. Needs home_net.",
    .advice = "Take the host off the network and clean it, and let only mail servers reach port 25 "
              "outside; if it is a mail server, list it in site.names_file.",
    .contact = CONTACT_NOBODY,
    .kinds = DETECT_KIND(EVENT_OPEN) | DETECT_KIND(EVENT_VERDICT) | DETECT_KIND(EVENT_MESSAGE) |
             DETECT_KIND(EVENT_CLOSE),
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = inside_open,
    .event = inside_event,
    .close = inside_close,
};
