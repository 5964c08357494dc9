/*
 * mx-probe (1001): a session that tests recipients. It keeps for each session the distinct
 * recipients with their verdicts, the accepted ones that got an empty message, the accepted ones
 * that got none, and the names asked for by VRFY and EXPN. The share of unknown recipients is one
 * of the whole session: a list may begin with its stale addresses, so before the end twice as many
 * unknown ones are asked for.
 */
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"
#include "remember.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

#define SESSIONS_MAX   20000
#define RECIPIENTS_MAX 4096
#define EARLY          2 /* times unknown_min are asked for before the session's end */

enum { KIND_OTHER, KIND_UNKNOWN, KIND_HIT };

struct options {
    uint64_t unknown_min;
    double unknown_share;
    uint64_t empty_min;
    uint64_t abandoned_min;
    uint64_t vrfy_min;
    int64_t session_idle;
};

struct probe {
    struct distinct recipients, empties, abandoned, names;
    struct namelist confirmed;
    uint64_t gaps; /* of the session at its last transaction */
    bool rcpt, vrfy, expn;
    struct detect_case c;
};

static const struct pack_field probe_fields[] = {
    REMEMBER_SET(struct probe, recipients),
    REMEMBER_SET(struct probe, empties),
    REMEMBER_SET(struct probe, abandoned),
    REMEMBER_SET(struct probe, names),
    REMEMBER_NAMES(struct probe, confirmed),
    {"gaps", PACK_UNSIGNED, PACK_AT(struct probe, gaps)},
    {"rcpt", PACK_UNSIGNED, PACK_AT(struct probe, rcpt)},
    {"vrfy", PACK_UNSIGNED, PACK_AT(struct probe, vrfy)},
    {"expn", PACK_UNSIGNED, PACK_AT(struct probe, expn)},
    REMEMBER_CASE(struct probe, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *probes; /* by flow_id */
};

static const struct setting settings[] = {
    {"unknown_min", SETTING_COUNT, "5", "recipients", 1, 1e6, NULL,
     "distinct unknown recipients in one session", offsetof(struct options, unknown_min)},
    {"unknown_share", SETTING_NUMBER, "0.5", "of all verdicts", 0, 1, NULL,
     "share of all verdicts that must be unknown", offsetof(struct options, unknown_share)},
    {"empty_min", SETTING_COUNT, "2", "recipients", 1, 1e6, NULL,
     "accepted recipients each given an empty message", offsetof(struct options, empty_min)},
    {"abandoned_min", SETTING_COUNT, "3", "recipients", 1, 1e6, NULL,
     "accepted recipients followed by RSET or QUIT instead of a message",
     offsetof(struct options, abandoned_min)},
    {"vrfy_min", SETTING_COUNT, "3", "names", 1, 1e6, NULL, "distinct VRFY or EXPN names",
     offsetof(struct options, vrfy_min)},
    {"session_idle", SETTING_SECONDS, "1h", "", 0, 0, NULL,
     "how long a session without verdicts is remembered", offsetof(struct options, session_idle)},
    SETTING_END,
};

static uint64_t hash_of(const struct event *event, struct event_ref ref)
{
    return hash_stable(event_text(event, ref));
}

static struct json_object *evidence_of(struct state *state, const struct probe *probe)
{
    struct json_object *evidence = json_object_new_object();
    evidence_count(evidence, "recipients_unknown",
                   distinct_count(&probe->recipients, KIND_UNKNOWN, CLOCK_NEVER));
    evidence_count(evidence, "recipients_judged", probe->recipients.count);
    evidence_count(evidence, "empty_messages", probe->empties.count);
    evidence_count(evidence, "abandoned", probe->abandoned.count);
    evidence_count(evidence, "vrfy_names", probe->names.count);
    if (probe->rcpt)
        evidence_list_text(evidence, "methods", "RCPT");
    if (probe->vrfy)
        evidence_list_text(evidence, "methods", "VRFY");
    if (probe->expn)
        evidence_list_text(evidence, "methods", "EXPN");
    if (probe->empties.count > 0)
        evidence_list_text(evidence, "methods", "empty message");
    namelist_evidence(state->detect, &probe->confirmed, evidence, "confirmed", "confirmed_count");
    table_note(probe, evidence);
    return evidence;
}

static void put_part(struct buf *reason, const char **comma, uint64_t count, const char *what)
{
    if (count == 0)
        return;
    buf_printf(reason, "%s %ju %s", *comma, (uintmax_t)count, what);
    *comma = ",";
}

static void report(struct state *state, const struct probe *probe, enum case_state case_state,
                   const struct event *event)
{
    struct buf reason;
    buf_init(&reason, 512);
    char client[ADDR_TEXT_SIZE];
    buf_printf(&reason, "%s tested recipients in one session:",
               evidence_addr_text(&probe->c.flow.client, client));
    const char *comma = "";
    uint64_t unknown = distinct_count(&probe->recipients, KIND_UNKNOWN, CLOCK_NEVER);
    put_part(&reason, &comma, unknown, "unknown");
    put_part(&reason, &comma, probe->empties.count, "accepted and given an empty message");
    put_part(&reason, &comma, probe->abandoned.count, "accepted and then left without a message");
    put_part(&reason, &comma, probe->names.count, "asked for by VRFY or EXPN");
    buf_printf(&reason, "; addresses confirmed to it: %ju.", (uintmax_t)probe->confirmed.total);
    buf_add_octet(&reason, 0);
    evidence_report(state->detect, &detector_mx_probe, detector_mx_probe.severity, case_state,
                    probe->c.id, detect_now(state->detect), &probe->c.flow, event,
                    (const char *)reason.at, evidence_of(state, probe));
    buf_done(&reason);
}

/* Is a threshold crossed? over: the session is, and so its verdicts are all in. */
static bool is_probing(const struct options *options, const struct probe *probe, uint64_t unknown,
                       bool over)
{
    return (unknown >= (over ? 1 : EARLY) * options->unknown_min &&
            (double)unknown >= options->unknown_share * (double)probe->recipients.count) ||
           probe->empties.count >= options->empty_min ||
           probe->abandoned.count >= options->abandoned_min ||
           probe->names.count >= options->vrfy_min;
}

/* What a case counts. */
static uint64_t tests_of(const struct probe *probe, uint64_t unknown)
{
    return unknown + probe->empties.count + probe->abandoned.count + probe->names.count;
}

/* True where there is something to report now. */
static bool step(struct state *state, struct probe *probe, const struct event *event, bool over,
                 enum case_state *ret_state)
{
    uint64_t unknown = distinct_count(&probe->recipients, KIND_UNKNOWN, CLOCK_NEVER);
    if (!probe->c.open && !is_probing(state->options, probe, unknown, over))
        return false;
    return cases_step(&probe->c, &detector_mx_probe,
                      span_make(&event->flow.flow_id, sizeof event->flow.flow_id),
                      tests_of(probe, unknown), event, ret_state);
}

static void judge(struct state *state, struct probe *probe, const struct event *event)
{
    enum case_state case_state;
    probe->c.last = event->time;
    probe->c.flow = event->flow;
    if (step(state, probe, event, event->kind == EVENT_CLOSE, &case_state))
        report(state, probe, case_state, event);
    uint64_t unknown = distinct_count(&probe->recipients, KIND_UNKNOWN, CLOCK_NEVER);
    table_credit(state->probes, probe, tests_of(probe, unknown), &probe->c);
}

/* A session whose end was not seen is judged when it is forgotten. */
static void probe_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct state *state = arg;
    struct probe *probe = value;
    const struct event last = {.kind = EVENT_CLOSE, .time = probe->c.last, .flow = probe->c.flow};
    enum case_state case_state = CASE_ENDED;
    if (step(state, probe, &last, true, &case_state) || cases_end(&probe->c))
        report(state, probe, case_state, NULL);
    struct budget *budget = detect_budget(state->detect);
    distinct_done(&probe->recipients, budget);
    distinct_done(&probe->empties, budget);
    distinct_done(&probe->abandoned, budget);
    distinct_done(&probe->names, budget);
    namelist_done(&probe->confirmed);
}

static void probe_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct probe *probe = value;
    distinct_init(&probe->recipients, RECIPIENTS_MAX);
    distinct_init(&probe->empties, RECIPIENTS_MAX);
    distinct_init(&probe->abandoned, RECIPIENTS_MAX);
    distinct_init(&probe->names, RECIPIENTS_MAX);
    namelist_init(&probe->confirmed, detect_budget(state->detect));
}

static enum err probe_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    const struct table_shape shape = {
        .name = "probes",
        .key = sizeof(uint64_t),
        .value = sizeof(struct probe),
        .max = SESSIONS_MAX,
        .idle = state->options->session_idle,
        .leave = probe_leave,
        .fields = probe_fields,
        .begin = probe_begin,
    };
    enum err err = table_new(detect, &shape, state, &state->probes);
    if (err != ERR_NONE) {
        free(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

static struct probe *probe_of(struct state *state, const struct event *event)
{
    bool fresh;
    struct probe *probe = lru_make(state->probes, &event->flow.flow_id, event->time, &fresh);
    if (probe != NULL && fresh)
        probe_begin(state, probe);
    return probe;
}

/* A recipient with its verdict; what is unseen or only follows from an earlier refusal is none. */
static void add_recipient(struct state *state, struct probe *probe, const struct event *event,
                          const struct event_rcpt *rcpt)
{
    enum reply_class class = rcpt->reply.reply_class;
    if (rcpt->reply.code == 0 || class == REPLY_CASCADE)
        return;
    uint8_t kind = class == REPLY_UNKNOWN_USER                              ? KIND_UNKNOWN
                   : class == REPLY_ACCEPTED || class == REPLY_MAILBOX_FULL ? KIND_HIT
                                                                            : KIND_OTHER;
    uint64_t hash = hash_of(event, rcpt->address);
    int before = distinct_kind(&probe->recipients, hash);
    distinct_add(&probe->recipients, hash, kind, event->time, detect_budget(state->detect));
    if (kind == KIND_HIT && before != KIND_HIT)
        namelist_add(&probe->confirmed, event_text(event, rcpt->address));
}

static void on_verdict(struct state *state, const struct event *event)
{
    const struct event_verdict *verdict = &event->verdict;
    struct probe *probe = probe_of(state, event);
    if (probe == NULL)
        return;
    if (verdict->verb == SMTP_RCPT) {
        probe->rcpt = true;
    } else {
        probe->vrfy |= verdict->verb == SMTP_VRFY;
        probe->expn |= verdict->verb == SMTP_EXPN;
        distinct_add(&probe->names, hash_of(event, verdict->rcpt.address), 0, event->time,
                     detect_budget(state->detect));
    }
    /* A server that will not say, or knows no VRFY, has not judged the name. */
    if (verdict->verb == SMTP_RCPT || verdict->rcpt.reply.reply_class != REPLY_OTHER)
        if (verdict->verb == SMTP_RCPT || verdict->rcpt.reply.reply_class != REPLY_SYNTAX)
            add_recipient(state, probe, event, &verdict->rcpt);
    judge(state, probe, event);
}

/* The reply after the final dot is the verdict of every recipient that RCPT let pass. */
static void share_verdict(struct state *state, struct probe *probe, const struct event *event)
{
    const struct event_message *message = &event->message;
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    if (message->content_reply.reply_class != REPLY_UNKNOWN_USER ||
        message->content_reply.code == 0)
        return;
    for (uint32_t i = 0; i < message->rcpts.len; i++)
        if (rcpts[i].reply.code != 0 && rcpts[i].reply.reply_class == REPLY_ACCEPTED)
            distinct_add(&probe->recipients, hash_of(event, rcpts[i].address), KIND_UNKNOWN,
                         event->time, detect_budget(state->detect));
}

static void on_message(struct state *state, const struct event *event)
{
    const struct event_message *message = &event->message;
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    struct probe *probe = probe_of(state, event);
    if (probe == NULL)
        return;
    bool certain = probe->gaps == event->session.gaps;
    probe->gaps = event->session.gaps;
    bool empty = message->complete && message->octets == 0 && !message->holes;
    bool left = certain && !message->data_command && !message->content &&
                (message->ended_by == SMTP_RSET || message->ended_by == SMTP_QUIT);
    share_verdict(state, probe, event);
    for (uint32_t i = 0; i < message->rcpts.len && (empty || left); i++) {
        if (rcpts[i].reply.code == 0 || rcpts[i].reply.reply_class != REPLY_ACCEPTED)
            continue;
        distinct_add(empty ? &probe->empties : &probe->abandoned, hash_of(event, rcpts[i].address),
                     0, event->time, detect_budget(state->detect));
        /* One empty message tests one address, whatever else it was sent to. */
        if (empty)
            break;
    }
    judge(state, probe, event);
}

static void on_close(struct state *state, const struct event *event)
{
    struct probe *probe = lru_peek(state->probes, &event->flow.flow_id);
    if (probe == NULL)
        return;
    judge(state, probe, event);
    lru_drop(state->probes, probe);
}

static void probe_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    if (event->kind == EVENT_VERDICT)
        on_verdict(state, event);
    else if (event->kind == EVENT_MESSAGE)
        on_message(state, event);
    else if (event->kind == EVENT_CLOSE)
        on_close(state, event);
}

static void probe_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->probes);
    free(state);
}

const struct detector detector_mx_probe = {
    .id = 1001,
    .rev = 1,
    .name = "mx-probe",
    .signature = "SMTP session tests recipients (MX probe)",
    .category = "Attempted Information Leak",
    .key = "session",
    .severity = 2,
    .manual =
        "One session asks a mail server which of its addresses exist: by RCPT and the answers to "
        "it,\n"
        "by empty messages to the addresses that were accepted, by leaving with RSET or QUIT once "
        "an\n"
        "address was accepted, or by VRFY and EXPN. A single call-out by a mail server is none.",
    .advice = "Slow down or block the host, and watch the addresses that it has confirmed.",
    .contact = CONTACT_CLIENT,
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = probe_open,
    .event = probe_event,
    .close = probe_close,
};
