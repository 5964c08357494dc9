/*
 * zombie-sender (1020): a client that speaks to an MX as no mail server would. Signals with weights
 * are added up for each message or probe; at the threshold the client's address becomes a case. A
 * session is judged at each of its transactions and once more at its end, when it is known whether
 * it said QUIT.
 */
#include "cases.h"
#include "detect_private.h"
#include "evidence.h"
#include "remember.h"
#include "table.h"
#include "zombie_campaign.h"
#include "zombie_returns.h"
#include "zombie_signals.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CLIENTS_MAX  50000
#define SESSIONS_MAX 20000

struct options {
    double threshold;
    int64_t quiet;
    int64_t retry_min;
    double campaign_base;
    uint64_t campaign_min;
    int64_t campaign_window;
    double weights[ZOMBIE_SIGNALS];
};

struct client {
    struct detect_case c;
    uint64_t judged;  /* messages and probes */
    uint64_t scored;  /* of them at or over the threshold */
    double score;     /* the highest */
    uint32_t signals; /* that made it */
    bool returns;     /* came back after a temporary failure */
    uint64_t shared;  /* other addresses of its campaign */
};

struct session {
    uint32_t signals; /* of its last judged transaction */
    uint64_t campaign;
    bool judged;  /* there was one */
    bool stopped; /* by policy: no recipient was let in, and none was said to be unknown */
    bool probed;  /* there was a recipient */
    bool scored;
};

static const struct pack_field client_fields[] = {
    REMEMBER_CASE(struct client, c),
    {"judged", PACK_UNSIGNED, PACK_AT(struct client, judged)},
    {"scored", PACK_UNSIGNED, PACK_AT(struct client, scored)},
    {"score", PACK_NUMBER, PACK_AT(struct client, score)},
    {"signals", PACK_KIND, PACK_AT(struct client, signals), .kind = &zombie_signals_kind},
    {"returns", PACK_UNSIGNED, PACK_AT(struct client, returns)},
    {"shared", PACK_UNSIGNED, PACK_AT(struct client, shared)},
    PACK_END,
};

static const struct pack_field session_fields[] = {
    {"signals", PACK_KIND, PACK_AT(struct session, signals), .kind = &zombie_signals_kind},
    {"campaign", PACK_UNSIGNED, PACK_AT(struct session, campaign)},
    {"judged", PACK_UNSIGNED, PACK_AT(struct session, judged)},
    {"stopped", PACK_UNSIGNED, PACK_AT(struct session, stopped)},
    {"probed", PACK_UNSIGNED, PACK_AT(struct session, probed)},
    {"scored", PACK_UNSIGNED, PACK_AT(struct session, scored)},
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *clients;   /* by struct addr */
    struct lru *sessions;  /* by flow_id */
    struct lru *deferred;  /* of zombie_returns */
    struct lru *campaigns; /* by zombie_campaign_key */
};

static const struct setting settings[] = {
    {"threshold", SETTING_NUMBER, "5.0", "", -100, 100, NULL,
     "score from which a client is a zombie", offsetof(struct options, threshold)},
    {"quiet", SETTING_SECONDS, "1h", "", 1, 1e7, NULL,
     "a case ends when its address has been silent for so long", offsetof(struct options, quiet)},
    {"retry_min", SETTING_SECONDS, "60", "", 0, 1e6, NULL,
     "a queue waits at least so long after a temporary failure",
     offsetof(struct options, retry_min)},
    {"campaign_base", SETTING_NUMBER, "2.5", "", -100, 200, NULL,
     "score from which an address counts for a campaign", offsetof(struct options, campaign_base)},
    {"campaign_min", SETTING_COUNT, "3", "addresses", 1, 1000, NULL,
     "other addresses with the same dialect and content shape",
     offsetof(struct options, campaign_min)},
    {"campaign_window", SETTING_SECONDS, "1h", "", 1, 1e6, NULL, "the window of a campaign",
     offsetof(struct options, campaign_window)},
#define SIGNAL(name, setting, weight, help)                                                        \
    {"weight_" #setting,                                                                           \
     SETTING_NUMBER,                                                                               \
     weight,                                                                                       \
     "",                                                                                           \
     -100,                                                                                         \
     100,                                                                                          \
     NULL,                                                                                         \
     help,                                                                                         \
     offsetof(struct options, weights) + ZOMBIE_##name * sizeof(double)},
#include "zombie_signals.def"
#undef SIGNAL
    SETTING_END,
};

static struct json_object *evidence_of(struct state *state, const struct client *client,
                                       const struct event *event)
{
    struct json_object *evidence = json_object_new_object();
    evidence_number(evidence, "score", client->score);
    evidence_number(evidence, "threshold", state->options->threshold);
    json_object_object_add(evidence, "signals",
                           zombie_signals_json(state->options->weights, client->signals));
    evidence_count(evidence, "messages", client->scored);
    evidence_count(evidence, "judged", client->judged);
    if ((client->signals & ZOMBIE_BIT(CAMPAIGN)) != 0)
        evidence_count(evidence, "campaign_addresses", client->shared + 1);
    if (event == NULL)
        return evidence;
    evidence_span(state->detect, evidence, "helo", event_text(event, event->session.helo));
    evidence_text(evidence, "helo_class",
                  know_helo_name(know_helo_class(detect_know(state->detect), event)));
    struct know_host host;
    know_client(detect_know(state->detect), event, &host);
    if (host.name.len > 0) {
        evidence_span(state->detect, evidence, "client_name", host.name);
        evidence_text(evidence, "client_name_source", know_source_name(host.source));
        evidence_text(evidence, "client_name_class", names_class_name(host.name_class));
    }
    char text[KNOW_SYN_TEXT];
    know_syn_text(&event->flow.client, &event->session.syn, text);
    if (text[0] != '\0')
        evidence_text(evidence, "syn", text);
    know_dialect_text(event->session.dialect, text);
    evidence_text(evidence, "dialect", text);
    table_note(client, evidence);
    return evidence;
}

static void report(struct state *state, const struct client *client, enum case_state case_state,
                   const struct event *event)
{
    char address[ADDR_TEXT_SIZE];
    char signals[160];
    char reason[400];
    zombie_signals_text(state->options->weights, client->signals, signals, sizeof signals);
    snprintf(reason, sizeof reason,
             "%s delivers straight to the MX and does not behave as a mail server: score %g of %g "
             "(%s); %ju of its %ju messages or probes look so.",
             evidence_addr_text(&client->c.flow.client, address), client->score,
             state->options->threshold, signals, (uintmax_t)client->scored,
             (uintmax_t)client->judged);
    evidence_report(state->detect, &detector_zombie_sender, detector_zombie_sender.severity,
                    case_state, client->c.id, detect_now(state->detect), &client->c.flow, event,
                    reason, evidence_of(state, client, event));
}

static void client_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct client *client = value;
    if (cases_end(&client->c))
        report(arg, client, CASE_ENDED, NULL);
}

static void zombie_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->clients);
    lru_free(state->sessions);
    lru_free(state->deferred);
    lru_free(state->campaigns);
    free(state);
}

static void client_begin(void *arg, void *value)
{
    (void)arg;
    struct client *client = value;
    client->score = -HUGE_VAL;
}

static enum err zombie_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    const struct table_shape clients = {
        .name = "clients",
        .key = sizeof(struct addr),
        .value = sizeof(struct client),
        .max = CLIENTS_MAX,
        .idle = state->options->quiet,
        .leave = client_leave,
        .fields = client_fields,
        .begin = client_begin,
    };
    const struct table_shape sessions = {
        .name = "sessions",
        .key = sizeof(uint64_t),
        .value = sizeof(struct session),
        .max = SESSIONS_MAX,
        .idle = 3600 * CLOCK_SECOND,
        .fields = session_fields,
    };
    enum err err = table_new(detect, &clients, state, &state->clients);
    if (err == ERR_NONE)
        err = table_new(detect, &sessions, state, &state->sessions);
    if (err == ERR_NONE)
        err = zombie_returns_new(detect, &state->deferred);
    if (err == ERR_NONE)
        err = zombie_campaigns_new(detect, state->options->campaign_window, &state->campaigns);
    if (err != ERR_NONE) {
        zombie_close(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

/* Is the client one that delivers straight to an MX of ours, or of anybody where home is unknown?
 */
static bool is_direct(const struct state *state, const struct event *event)
{
    return (event->session.facts & SMTP_FACTS_EXCUSED) == 0 && event->flow.server_port == 25 &&
           !know_is_home(detect_know(state->detect), &event->flow.client);
}

static struct client *client_make(struct state *state, const struct event *event)
{
    bool fresh;
    struct client *client = lru_make(state->clients, &event->flow.client, event->time, &fresh);
    if (client != NULL && fresh)
        client_begin(state, client);
    return client;
}

/* Counts one more for the client and tells if it is time; the best is what its case shows. */
static void count(struct state *state, const struct event *event, struct client *client,
                  bool itself)
{
    client->scored++;
    struct event_flow flow = client->c.flow;
    enum case_state case_state;
    bool told =
        cases_step(&client->c, &detector_zombie_sender, span_make(&flow.client, sizeof flow.client),
                   client->scored, event, &case_state);
    client->c.flow = flow;
    if (told)
        report(state, client, case_state, itself ? event : NULL);
    table_credit(state->clients, client, client->scored, &client->c);
}

/* Keeps what speaks most for a zombie; the score of this. */
static double keep_best(const struct state *state, struct client *client, uint32_t signals,
                        uint64_t shared)
{
    double score = zombie_score(state->options->weights, signals);
    if (score >= client->score) {
        client->score = score;
        client->signals = signals;
        client->shared = shared;
    }
    return score;
}

/* Those who were there before the others joined belong to the campaign as well. */
static void tell_waiting(struct state *state, const struct event *event, struct campaign *campaign,
                         uint64_t others)
{
    unsigned waiting = campaign->waiting_count;
    campaign->waiting_count = 0;
    for (unsigned i = 0; i < waiting; i++) {
        struct client *client = lru_peek(state->clients, &campaign->waiting[i]);
        if (client == NULL || client->scored > 0 || client->returns ||
            addr_equal(&campaign->waiting[i], &event->flow.client))
            continue;
        uint32_t signals = client->signals | ZOMBIE_BIT(CAMPAIGN);
        if (keep_best(state, client, signals, others) >= state->options->threshold)
            count(state, event, client, false);
    }
}

/* Other addresses of the session's campaign; this one joins if it looks bad enough. */
static uint64_t campaign_others(struct state *state, const struct event *event, uint64_t key,
                                double score)
{
    if (key == 0 || score < state->options->campaign_base)
        return 0;
    struct campaign *campaign = zombie_campaign_join(state->detect, state->campaigns, key, event);
    if (campaign == NULL)
        return 0;
    int64_t since = event->time - state->options->campaign_window;
    uint64_t others = distinct_count(&campaign->addresses, -1, since) - 1;
    if (others >= state->options->campaign_min)
        tell_waiting(state, event, campaign, others);
    return others;
}

static void judge(struct state *state, const struct event *event, struct session *session,
                  uint32_t signals)
{
    struct client *client = client_make(state, event);
    if (client == NULL)
        return;
    client->c.flow = event->flow;
    if (client->returns)
        signals |= ZOMBIE_BIT(RETURNS);
    uint64_t others = campaign_others(state, event, session->campaign,
                                      zombie_score(state->options->weights, signals));
    if (others >= state->options->campaign_min)
        signals |= ZOMBIE_BIT(CAMPAIGN);
    client->judged += event->kind == EVENT_MESSAGE || !session->judged;
    double score = keep_best(state, client, signals, others);
    if (score < state->options->threshold || (event->kind == EVENT_CLOSE && session->scored))
        return;
    session->scored = true;
    count(state, event, client, true);
}

/* Remembers temporary failures, and notes who comes back for the same recipient later. */
static void on_verdict(struct state *state, const struct event *event)
{
    const struct event_verdict *verdict = &event->verdict;
    if (verdict->verb != SMTP_RCPT) {
        struct session *session =
            lru_make(state->sessions, &event->flow.flow_id, event->time, NULL);
        if (session != NULL)
            session->probed = true;
        return;
    }
    if (zombie_returns_note(state->deferred, event, state->options->retry_min)) {
        struct client *client = client_make(state, event);
        if (client != NULL)
            client->returns = true;
    }
}

/* Were all recipients of the transaction refused for what the client is, and not for who they are?
 */
static bool is_stopped(const struct event *event)
{
    const uint32_t policy = 1U << REPLY_POLICY_BLOCK | 1U << REPLY_GREYLIST |
                            1U << REPLY_RATE_LIMIT | 1U << REPLY_TEMP_FAILURE;
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    for (uint32_t i = 0; i < event->message.rcpts.len; i++)
        if ((1U << rcpts[i].reply.reply_class & policy) == 0)
            return false;
    return !event->message.content && event->message.rcpts.len > 0;
}

static void on_message(struct state *state, const struct event *event)
{
    if (!event->message.content && event->message.rcpt_total == 0)
        return;
    struct session *session = lru_make(state->sessions, &event->flow.flow_id, event->time, NULL);
    if (session == NULL)
        return;
    session->stopped = is_stopped(event) && (session->stopped || !session->judged);
    session->probed = true;
    session->judged = true;
    session->signals = zombie_content_signals(detect_know(state->detect), event) |
                       zombie_session_signals(detect_know(state->detect), event);
    bool whole = event->message.has_mail && event->message.mail.header_complete;
    session->campaign =
        whole ? zombie_campaign_key(event, session->signals, event->message.mail.shape) : 0;
    judge(state, event, session, session->signals);
}

/* A session without a transaction is judged here first; one that was is judged again for its end.
 */
static void on_close(struct state *state, const struct event *event)
{
    struct session *session = lru_peek(state->sessions, &event->flow.flow_id);
    if (session == NULL)
        return;
    if (!session->judged)
        session->signals = zombie_session_signals(detect_know(state->detect), event);
    uint32_t signals = zombie_close_signals(event, session->signals);
    if (session->stopped)
        session->campaign = zombie_campaign_key(event, signals, 0);
    bool more = !session->judged || session->stopped || signals != session->signals;
    if (session->probed && more)
        judge(state, event, session, signals);
    lru_drop(state->sessions, session);
}

static void zombie_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    if (!is_direct(state, event))
        return;
    if (event->kind == EVENT_VERDICT)
        on_verdict(state, event);
    else if (event->kind == EVENT_MESSAGE)
        on_message(state, event);
    else if (event->kind == EVENT_CLOSE)
        on_close(state, event);
}

const struct detector detector_zombie_sender = {
    .id = 1020,
    .rev = 1,
    .name = "zombie-sender",
    .signature = "Host that is no mail server delivers straight to the MX (zombie)",
    .category = "A Network Trojan was detected",
    .key = "client address",
    .severity = 1,
    .manual =
        "An infected PC sends mail itself, straight to the MX, and gives itself away by how it "
        "speaks\n"
        "and what it sends. Each sign has a weight; the sum decides. The evidence lists the "
        "signs.\n"
        "The weights were fitted on captures of real software (docs/adr/zombie-weights.md).",
    .advice = "Refuse this address at the MX, and tell its provider that the machine is infected.",
    .contact = CONTACT_CLIENT,
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = zombie_open,
    .event = zombie_event,
    .close = zombie_close,
};
