/*
 * helo-spoof (1090): a client whose HELO (RFC 5321 4.1.1.1) cannot be its own: the server's name or
 * address, the recipients' domain, another host's address; or that has a new name each time.
 */
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"
#include "remember.h"
#include "singles.h"
#include "table.h"

#include <stdlib.h>

#define CLIENTS_MAX  20000
#define SESSIONS_MAX 256
#define NAMES_MAX    256

struct options {
    uint64_t names_min;
    int64_t window;
};

/* Saved by number: never renumbered. */
enum claim {
    CLAIM_NONE,
    CLAIM_SERVER_NAME,
    CLAIM_SERVER_ADDRESS,
    CLAIM_RECIPIENT_DOMAIN,
    CLAIM_OTHER_ADDRESS,
    CLAIMS
};

struct client {
    struct distinct sessions;      /* flows with a claim */
    struct distinct organisations; /* of the names given */
    struct namelist names;         /* the claims, and the names where there are many */
    struct distinct named;         /* what stands in names */
    unsigned claims;               /* bits of enum claim */
    struct detect_case c;
};

static const struct pack_field client_fields[] = {
    REMEMBER_SET(struct client, sessions),
    REMEMBER_SET(struct client, organisations),
    REMEMBER_NAMES(struct client, names),
    REMEMBER_SET(struct client, named),
    {"claims", PACK_UNSIGNED, PACK_AT(struct client, claims)},
    REMEMBER_CASE(struct client, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *clients;    /* by struct addr: those with a claim, or with a second name */
    struct single *singles; /* or NULL */
};

static const struct setting settings[] = {
    {"names_min", SETTING_COUNT, "5", "names", 2, NAMES_MAX, NULL,
     "names of different organisations within window", offsetof(struct options, names_min)},
    {"window", SETTING_SECONDS, "1h", "", 1, 1e6, NULL, "the window",
     offsetof(struct options, window)},
    SETTING_END,
};

static const char *claim_name(enum claim claim)
{
    static const char *const names[CLAIMS] = {"none", "server_name", "server_address",
                                              "recipient_domain", "other_address"};
    return names[claim];
}

static const char *claim_words(enum claim claim)
{
    static const char *const words[CLAIMS] = {"", "the server's own name",
                                              "the server's own address", "the recipients' domain",
                                              "the address of another host"};
    return words[claim];
}

static struct json_object *evidence_of(struct state *state, const struct client *client,
                                       uint64_t organisations)
{
    struct json_object *evidence = json_object_new_object();
    for (unsigned claim = CLAIM_NONE + 1; claim < CLAIMS; claim++)
        if ((client->claims & 1U << claim) != 0)
            evidence_list_text(evidence, "claims", claim_name((enum claim)claim));
    evidence_count(evidence, "sessions", client->sessions.count);
    evidence_count(evidence, "organisations", organisations);
    namelist_evidence(state->detect, &client->names, evidence, "helo_names", "helo_name_count");
    table_note(client, evidence);
    return evidence;
}

static void report(struct state *state, const struct client *client, enum case_state case_state,
                   const struct event *event)
{
    char address[ADDR_TEXT_SIZE];
    uint64_t organisations =
        distinct_count(&client->organisations, -1, client->c.last - state->options->window);
    const char *comma = "";
    struct buf reason;
    buf_init(&reason, 600);
    buf_printf(&reason, "%s %s", evidence_addr_text(&client->c.flow.client, address),
               client->claims != 0 ? "is not who it says in HELO:" : "gives in HELO");
    for (unsigned claim = CLAIM_NONE + 1; claim < CLAIMS; claim++) {
        if ((client->claims & 1U << claim) == 0)
            continue;
        buf_printf(&reason, "%s %s", comma, claim_words((enum claim)claim));
        comma = ",";
    }
    if (organisations >= state->options->names_min)
        buf_printf(&reason, "%s names of %ju organisations", comma, (uintmax_t)organisations);
    buf_printf(&reason, ".");
    buf_add_octet(&reason, 0);
    evidence_report(state->detect, &detector_helo_spoof, detector_helo_spoof.severity, case_state,
                    client->c.id, detect_now(state->detect), &client->c.flow, event,
                    (const char *)reason.at, evidence_of(state, client, organisations));
    buf_done(&reason);
}

static void client_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct state *state = arg;
    struct client *client = value;
    struct budget *budget = detect_budget(state->detect);
    if (cases_end(&client->c))
        report(state, client, CASE_ENDED, NULL);
    distinct_done(&client->sessions, budget);
    distinct_done(&client->organisations, budget);
    distinct_done(&client->named, budget);
    namelist_done(&client->names);
}

static void client_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct client *client = value;
    distinct_init(&client->sessions, SESSIONS_MAX);
    distinct_init(&client->organisations, NAMES_MAX);
    distinct_init(&client->named, NAMES_MAX);
    namelist_init(&client->names, detect_budget(state->detect));
}

static enum err spoof_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    const struct table_shape shape = {
        .name = "clients",
        .key = sizeof(struct addr),
        .value = sizeof(struct client),
        .max = CLIENTS_MAX,
        .idle = state->options->window,
        .leave = client_leave,
        .fields = client_fields,
        .begin = client_begin,
    };
    enum err err = table_new(detect, &shape, state, &state->clients);
    if (err != ERR_NONE) {
        free(state);
        return err;
    }
    state->singles = singles_new(detect);
    *ret_state = state;
    return ERR_NONE;
}

static struct client *client_of(struct state *state, const struct event *event)
{
    bool fresh;
    struct client *client = lru_make(state->clients, &event->flow.client, event->time, &fresh);
    if (client != NULL && fresh)
        client_begin(state, client);
    return client;
}

static enum claim claim_of_literal(const struct event *event, struct span helo)
{
    struct addr addr;
    if (!addr_literal_parse(helo, &addr) || addr_equal(&addr, &event->flow.client))
        return CLAIM_NONE;
    return addr_equal(&addr, &event->flow.server) ? CLAIM_SERVER_ADDRESS : CLAIM_OTHER_ADDRESS;
}

static bool is_recipient_domain(const struct event *event, struct span helo)
{
    if (event->kind != EVENT_MESSAGE)
        return false;
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    for (uint32_t i = 0; i < event->message.rcpts.len; i++)
        if (know_is_domain_of(event_text(event, rcpts[i].address), helo))
            return true;
    return false;
}

/* A host whose own name is of that organisation may well call itself so, and one of which nothing
 * is known may where it also writes in that domain's name: a branch outside home_net. */
static bool may_be_its_own(struct know *know, const struct event *event, struct span helo)
{
    struct know_host host;
    know_client(know, event, &host);
    if (host.name.len > 0 && host.confirmed != KNOW_REFUTED)
        return know_same_organisation(know, host.name, helo);
    if (host.nameless || event->kind != EVENT_MESSAGE)
        return false;
    return know_is_domain_of(event_text(event, event->message.mail_address), helo);
}

static bool is_server_name(const struct event *event, struct span helo)
{
    struct span rest = span_trim(event_text(event, event->session.greeting));
    return span_starts_nocase(rest, helo) && span_equal_nocase(span_word(&rest), helo);
}

static enum claim claim_of_name(struct know *know, const struct event *event, struct span helo)
{
    enum claim claim = span_find(helo, '.') == helo.len   ? CLAIM_NONE
                       : is_server_name(event, helo)      ? CLAIM_SERVER_NAME
                       : is_recipient_domain(event, helo) ? CLAIM_RECIPIENT_DOMAIN
                                                          : CLAIM_NONE;
    return claim == CLAIM_NONE || may_be_its_own(know, event, helo) ? CLAIM_NONE : claim;
}

static enum claim claim_of(struct know *know, const struct event *event, struct span helo)
{
    switch (know_helo_class(know, event)) {
    case KNOW_HELO_BARE_IP:
    case KNOW_HELO_OTHER_LITERAL: return claim_of_literal(event, helo);
    case KNOW_HELO_FULL:
    case KNOW_HELO_DYNAMIC:
    case KNOW_HELO_SERVER_NAME: return claim_of_name(know, event, helo);
    default: return CLAIM_NONE;
    }
}

static void add_name(struct state *state, struct client *client, const struct event *event,
                     struct span helo)
{
    if (distinct_add(&client->named, hash_stable(helo), 0, event->time,
                     detect_budget(state->detect)))
        namelist_add(&client->names, helo);
}

static void add_organisation(struct state *state, struct client *client, const struct event *event,
                             struct span helo, int64_t time)
{
    char copy[KNOW_NAME_MAX + 1];
    struct span organisation = know_organisation(detect_know(state->detect), helo, copy);
    if (organisation.len == 0)
        return;
    distinct_add(&client->organisations, hash_stable(organisation), 0, time,
                 detect_budget(state->detect));
    add_name(state, client, event, helo);
}

/* Counts the session's name; true where the client has come with too many. */
static bool has_many_names(struct state *state, struct client *client, const struct event *event,
                           struct span helo)
{
    add_organisation(state, client, event, helo, event->time);
    return distinct_count(&client->organisations, -1, event->time - state->options->window) >=
           state->options->names_min;
}

/* The client's entry, made with the name that it had before. */
static struct client *client_with_names(struct state *state, const struct event *event)
{
    struct client *client = client_of(state, event);
    struct single *single = singles_find(state->singles, &event->flow.client);
    if (client != NULL && single != NULL) {
        add_organisation(state, client, event, span_make(single->name, single->len), single->time);
        single->len = 0;
    }
    return client;
}

static bool is_stranger(struct know *know, const struct event *event)
{
    return (event->session.facts & SMTP_FACTS_EXCUSED) == 0 &&
           !know_is_home(know, &event->flow.client);
}

static void spoof_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    struct know *know = detect_know(state->detect);
    /* A session is judged at each of its transactions, or at its end where it had none. */
    if (event->kind == EVENT_CLOSE && event->session.transactions > 0)
        return;
    struct span rest = event_text(event, event->session.helo);
    struct span helo = span_word(&rest);
    if (helo.len == 0 || !is_stranger(know, event))
        return;
    enum claim claim = claim_of(know, event, helo);
    if (claim == CLAIM_NONE && lru_peek(state->clients, &event->flow.client) == NULL &&
        singles_note(state->singles, &event->flow.client, helo, event->time))
        return;
    struct client *client = client_with_names(state, event);
    if (client == NULL)
        return;
    bool many = has_many_names(state, client, event, helo);
    if (claim != CLAIM_NONE) {
        client->claims |= 1U << claim;
        distinct_add(&client->sessions, event->flow.flow_id, 0, event->time,
                     detect_budget(state->detect));
        add_name(state, client, event, helo);
    }
    if (claim == CLAIM_NONE && !many)
        return;
    uint64_t count = client->sessions.count + (many ? client->organisations.count : 0);
    table_credit(state->clients, client, count, &client->c);
    enum case_state case_state;
    if (cases_step(&client->c, &detector_helo_spoof,
                   span_make(&event->flow.client, sizeof event->flow.client), count, event,
                   &case_state))
        report(state, client, case_state, event);
    table_credit(state->clients, client, count, &client->c);
}

static void spoof_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->clients);
    singles_free(state->detect, state->singles);
    free(state);
}

static void spoof_save(const void *arg, struct image *image)
{
    const struct state *state = arg;
    singles_save(state->singles, image);
}

static void spoof_load(void *arg, const struct image *image)
{
    struct state *state = arg;
    singles_load(state->detect, state->singles, image);
}

const struct detector detector_helo_spoof = {
    .id = 1090,
    .rev = 1,
    .name = "helo-spoof",
    .signature = "SMTP client gives a name or address in HELO that is not its own",
    .category = "Potentially Bad Traffic",
    .key = "client address",
    .severity = 2,
    .manual =
        "HELO or EHLO claims the server's own name or address, the recipients' domain, or the\n"
        "address of another host; or one address comes with names of many organisations within\n"
        "an hour. A host whose DNS name is of that organisation, one of ours, and one that\n"
        "authenticated may call itself so.",
    .advice = "Have the MX refuse its own name and address and your domains in HELO from outside; "
              "block a host that comes with many names.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_MESSAGE) | DETECT_KIND(EVENT_CLOSE),
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = spoof_open,
    .event = spoof_event,
    .close = spoof_close,
    .save = spoof_save,
    .load = spoof_load,
};
