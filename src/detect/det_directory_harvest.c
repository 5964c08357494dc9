/*
 * directory-harvest (1002): a source network that tries many addresses that do not exist, in one or
 * many sessions. It keeps for each network the distinct recipients that it tried, with their
 * verdicts and times.
 */
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"
#include "remember.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

#define NETWORKS_MAX   20000
#define RECIPIENTS_MAX 4096
#define CLIENTS_MAX    256

enum { KIND_OTHER, KIND_UNKNOWN, KIND_HIT, KIND_UNSEEN };

struct options {
    uint64_t unknown_min;
    int64_t window;
    uint64_t slow_unknown_min;
    int64_t slow_window;
    double unknown_share;
};

struct network {
    struct distinct recipients, clients;
    struct namelist confirmed;
    uint64_t unknown_added; /* distinct unknown ones ever added: counts need not be taken before */
    bool rcpt, vrfy, expn, empty;
    uint64_t unknown, tried; /* of the window that counted last */
    int64_t window;
    struct detect_case c;
};

static const struct pack_field network_fields[] = {
    REMEMBER_SET(struct network, recipients),
    REMEMBER_SET(struct network, clients),
    REMEMBER_NAMES(struct network, confirmed),
    {"unknown_added", PACK_UNSIGNED, PACK_AT(struct network, unknown_added)},
    {"rcpt", PACK_UNSIGNED, PACK_AT(struct network, rcpt)},
    {"vrfy", PACK_UNSIGNED, PACK_AT(struct network, vrfy)},
    {"expn", PACK_UNSIGNED, PACK_AT(struct network, expn)},
    {"empty", PACK_UNSIGNED, PACK_AT(struct network, empty)},
    {"unknown", PACK_UNSIGNED, PACK_AT(struct network, unknown)},
    {"tried", PACK_UNSIGNED, PACK_AT(struct network, tried)},
    {"window", PACK_TIME, PACK_AT(struct network, window)},
    REMEMBER_CASE(struct network, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *networks; /* by struct addr_net */
};

static const struct setting settings[] = {
    {"unknown_min", SETTING_COUNT, "20", "recipients", 1, 1e6, NULL,
     "distinct unknown recipients within window", offsetof(struct options, unknown_min)},
    {"window", SETTING_SECONDS, "1h", "", 1, 1e7, NULL, "the short window",
     offsetof(struct options, window)},
    {"slow_unknown_min", SETTING_COUNT, "40", "recipients", 1, 1e6, NULL,
     "distinct unknown recipients within slow_window", offsetof(struct options, slow_unknown_min)},
    {"slow_window", SETTING_SECONDS, "24h", "", 1, 1e7, NULL, "the long window",
     offsetof(struct options, slow_window)},
    {"unknown_share", SETTING_NUMBER, "0.3", "of all recipients tried", 0, 1, NULL,
     "share of the distinct recipients tried that must be unknown",
     offsetof(struct options, unknown_share)},
    SETTING_END,
};

static struct json_object *evidence_of(struct state *state, const struct network *network)
{
    struct json_object *evidence = json_object_new_object();
    char text[ADDR_TEXT_SIZE];
    struct addr_net net = addr_network(&network->c.flow.client);
    addr_net_text(&net, text);
    evidence_text(evidence, "source_network", text);
    evidence_count(evidence, "recipients_unknown", network->unknown);
    evidence_count(evidence, "recipients_tried", network->tried);
    evidence_count(evidence, "window_seconds", (uint64_t)(network->window / CLOCK_SECOND));
    evidence_count(evidence, "clients", network->clients.count);
    if (network->rcpt)
        evidence_list_text(evidence, "methods", "RCPT");
    if (network->vrfy)
        evidence_list_text(evidence, "methods", "VRFY");
    if (network->expn)
        evidence_list_text(evidence, "methods", "EXPN");
    if (network->empty)
        evidence_list_text(evidence, "methods", "empty message");
    namelist_evidence(state->detect, &network->confirmed, evidence, "confirmed", "confirmed_count");
    table_note(network, evidence);
    return evidence;
}

static void report(struct state *state, const struct network *network, enum case_state case_state,
                   const struct event *event)
{
    char net_text[ADDR_TEXT_SIZE];
    struct addr_net net = addr_network(&network->c.flow.client);
    addr_net_text(&net, net_text);
    char reason[300];
    snprintf(reason, sizeof reason,
             "%s tried %ju distinct recipients within %jd h, of which %ju do not exist; addresses "
             "confirmed to it: %ju.",
             net_text, (uintmax_t)network->tried,
             (intmax_t)((network->window + 3599 * CLOCK_SECOND) / CLOCK_SECOND / 3600),
             (uintmax_t)network->unknown, (uintmax_t)network->confirmed.total);
    evidence_report(state->detect, &detector_directory_harvest, detector_directory_harvest.severity,
                    case_state, network->c.id, detect_now(state->detect), &network->c.flow, event,
                    reason, evidence_of(state, network));
}

/* Counts one window; true where it is a harvest. */
static bool count_window(const struct options *options, struct network *network, uint64_t min,
                         int64_t window, int64_t now)
{
    uint64_t unknown = distinct_count(&network->recipients, KIND_UNKNOWN, now - window);
    if (unknown < min)
        return false;
    uint64_t tried = distinct_count(&network->recipients, -1, now - window);
    if ((double)unknown < options->unknown_share * (double)tried)
        return false;
    network->unknown = unknown;
    network->tried = tried;
    network->window = window;
    return true;
}

static void judge(struct state *state, struct network *network, const struct event *event)
{
    const struct options *options = state->options;
    uint64_t least = network->c.open                                    ? 2 * network->c.reported
                     : options->unknown_min < options->slow_unknown_min ? options->unknown_min
                                                                        : options->slow_unknown_min;
    if (network->c.open) {
        network->c.last = event->time;
        network->c.flow = event->flow;
        network->c.count =
            distinct_count(&network->recipients, KIND_UNKNOWN, event->time - options->slow_window);
    }
    if (network->unknown_added < least)
        return;
    if (!count_window(options, network, options->slow_unknown_min, options->slow_window,
                      event->time) &&
        !count_window(options, network, options->unknown_min, options->window, event->time))
        return;
    struct addr_net net = addr_network(&event->flow.client);
    enum case_state case_state;
    if (cases_step(&network->c, &detector_directory_harvest, span_make(&net, sizeof net),
                   network->unknown, event, &case_state))
        report(state, network, case_state, event);
    table_credit(state->networks, network, network->unknown_added, &network->c);
}

static void end_case(struct state *state, struct network *network)
{
    if (cases_end(&network->c)) {
        network->unknown = distinct_count(&network->recipients, KIND_UNKNOWN, CLOCK_NEVER);
        network->tried = distinct_count(&network->recipients, -1, CLOCK_NEVER);
        network->window = state->options->slow_window;
        report(state, network, CASE_ENDED, NULL);
    }
    network->c = (struct detect_case){0};
}

static void network_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct state *state = arg;
    struct network *network = value;
    end_case(state, network);
    distinct_done(&network->recipients, detect_budget(state->detect));
    distinct_done(&network->clients, detect_budget(state->detect));
    namelist_done(&network->confirmed);
}

static void network_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct network *network = value;
    distinct_init(&network->recipients, RECIPIENTS_MAX);
    distinct_init(&network->clients, CLIENTS_MAX);
    namelist_init(&network->confirmed, detect_budget(state->detect));
}

static void network_look(void *arg, const void *key, void *value, int64_t now)
{
    (void)key;
    struct state *state = arg;
    struct network *network = value;
    if (network->c.open && now - network->c.last >= state->options->window)
        end_case(state, network);
}

static enum err harvest_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    const struct table_shape shape = {
        .name = "networks",
        .key = sizeof(struct addr_net),
        .value = sizeof(struct network),
        .max = NETWORKS_MAX,
        .idle = state->options->slow_window,
        .leave = network_leave,
        .look = network_look,
        .fields = network_fields,
        .begin = network_begin,
    };
    enum err err = table_new(detect, &shape, state, &state->networks);
    if (err != ERR_NONE) {
        free(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

static struct network *network_of(struct state *state, const struct event *event)
{
    struct addr_net key = addr_network(&event->flow.client);
    bool fresh;
    struct network *network = lru_make(state->networks, &key, event->time, &fresh);
    if (network != NULL && fresh)
        network_begin(state, network);
    return network;
}

static void add_recipient(struct state *state, struct network *network, const struct event *event,
                          struct event_ref address, uint8_t kind)
{
    uint64_t hash = hash_stable(event_text(event, address));
    int before = distinct_kind(&network->recipients, hash);
    if (kind == KIND_UNSEEN && before >= 0)
        return;
    distinct_add(&network->recipients, hash, kind, event->time, detect_budget(state->detect));
    if (kind == KIND_UNKNOWN && before != KIND_UNKNOWN)
        table_credit(state->networks, network, ++network->unknown_added, &network->c);
    if (kind == KIND_HIT && before != KIND_HIT)
        namelist_add(&network->confirmed, event_text(event, address));
}

static uint8_t kind_of(const struct event_reply *reply)
{
    if (reply->code == 0)
        return KIND_UNSEEN;
    switch ((enum reply_class)reply->reply_class) {
    case REPLY_UNKNOWN_USER: return KIND_UNKNOWN;
    case REPLY_ACCEPTED:
    case REPLY_MAILBOX_FULL: return KIND_HIT;
    default: return KIND_OTHER;
    }
}

static void on_verdict(struct state *state, const struct event *event)
{
    const struct event_verdict *verdict = &event->verdict;
    const struct event_reply *reply = &verdict->rcpt.reply;
    if (reply->code != 0 && reply->reply_class == REPLY_CASCADE)
        return;
    struct network *network = network_of(state, event);
    if (network == NULL)
        return;
    network->rcpt |= verdict->verb == SMTP_RCPT;
    network->vrfy |= verdict->verb == SMTP_VRFY;
    network->expn |= verdict->verb == SMTP_EXPN;
    uint64_t client = hash_stable(span_make(&event->flow.client, sizeof event->flow.client));
    distinct_add(&network->clients, client, 0, event->time, detect_budget(state->detect));
    /* A server that will not say, or knows no VRFY, has not judged the name. */
    bool silent = reply->reply_class == REPLY_OTHER || reply->reply_class == REPLY_SYNTAX;
    if (verdict->verb == SMTP_RCPT || !silent)
        add_recipient(state, network, event, verdict->rcpt.address, kind_of(reply));
    judge(state, network, event);
}

/* The reply after the final dot counts for every recipient that RCPT let pass. */
static void on_message(struct state *state, const struct event *event)
{
    const struct event_message *message = &event->message;
    bool empty = message->complete && message->octets == 0 && !message->holes;
    bool unknown = message->content_reply.code != 0 &&
                   message->content_reply.reply_class == REPLY_UNKNOWN_USER;
    if (!empty && !unknown)
        return;
    struct network *network = network_of(state, event);
    if (network == NULL)
        return;
    network->empty |= empty;
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    for (uint32_t i = 0; i < message->rcpts.len && unknown; i++)
        if (rcpts[i].reply.code != 0 && rcpts[i].reply.reply_class == REPLY_ACCEPTED)
            add_recipient(state, network, event, rcpts[i].address, KIND_UNKNOWN);
    judge(state, network, event);
}

static void harvest_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    if (event->kind == EVENT_VERDICT)
        on_verdict(state, event);
    else if (event->kind == EVENT_MESSAGE)
        on_message(state, event);
}

static void harvest_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->networks);
    free(state);
}

const struct detector detector_directory_harvest = {
    .id = 1002,
    .rev = 1,
    .name = "directory-harvest",
    .signature = "SMTP directory harvest from one network",
    .category = "Attempted Information Leak",
    .key = "source network",
    .severity = 1,
    .manual =
        "A source network (IPv4 /24, IPv6 /64) asks for many addresses that do not exist, in one\n"
        "session or in many, fast or slowly. Mailing lists with stale addresses stay below the "
        "share.",
    .advice = "Block the network at the MX for a while, watch the confirmed addresses for spam, "
              "and write to the contacts.",
    .contact = CONTACT_CLIENT,
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = harvest_open,
    .event = harvest_event,
    .close = harvest_close,
};
