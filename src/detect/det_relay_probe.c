/*
 * relay-probe (1071): a session that tries whether the server relays: recipients refused as
 * relaying, or paths that name another host behind the server's (relaypath.h). It keeps for each
 * session the distinct paths that were refused, and those in such forms.
 */
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"
#include "relaypath.h"
#include "remember.h"
#include "table.h"

#include <stdlib.h>

#define SESSIONS_MAX 20000
#define PATHS_MAX    1024

struct options {
    uint64_t refused_min;
    int64_t session_idle;
};

struct probe {
    struct distinct refused, paths;
    struct namelist names; /* the recipients tried */
    unsigned forms;        /* bits of enum relaypath */
    uint64_t accepted;     /* of the recipients in such forms */
    struct detect_case c;
};

static const struct pack_field probe_fields[] = {
    REMEMBER_SET(struct probe, refused),
    REMEMBER_SET(struct probe, paths),
    REMEMBER_NAMES(struct probe, names),
    {"forms", PACK_UNSIGNED, PACK_AT(struct probe, forms)},
    {"accepted", PACK_UNSIGNED, PACK_AT(struct probe, accepted)},
    REMEMBER_CASE(struct probe, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *probes; /* by flow_id */
};

static const struct setting settings[] = {
    {"refused_min", SETTING_COUNT, "3", "recipients", 1, 1e6, NULL,
     "distinct recipients refused as relaying in one session",
     offsetof(struct options, refused_min)},
    {"session_idle", SETTING_SECONDS, "1h", "", 1, 1e6, NULL,
     "how long a session without verdicts is remembered", offsetof(struct options, session_idle)},
    SETTING_END,
};

static struct json_object *evidence_of(struct state *state, const struct probe *probe)
{
    struct json_object *evidence = json_object_new_object();
    evidence_count(evidence, "refused", probe->refused.count);
    evidence_count(evidence, "relay_paths", probe->paths.count);
    evidence_count(evidence, "relay_paths_accepted", probe->accepted);
    for (unsigned kind = RELAYPATH_SOURCE_ROUTE; kind <= RELAYPATH_BANG; kind++)
        if ((probe->forms & 1U << kind) != 0)
            evidence_list_text(evidence, "forms", relaypath_name((enum relaypath)kind));
    namelist_evidence(state->detect, &probe->names, evidence, "recipients", "recipient_count");
    table_note(probe, evidence);
    return evidence;
}

static void report(struct state *state, const struct probe *probe, enum case_state case_state,
                   const struct event *event)
{
    char client[ADDR_TEXT_SIZE];
    char server[ADDR_TEXT_SIZE];
    struct buf reason;
    buf_init(&reason, 512);
    buf_printf(&reason, "%s tried whether %s relays: %ju recipients refused as relaying",
               evidence_addr_text(&probe->c.flow.client, client),
               evidence_addr_text(&probe->c.flow.server, server), (uintmax_t)probe->refused.count);
    if (probe->paths.count > 0)
        buf_printf(&reason, ", %ju with a path around the check", (uintmax_t)probe->paths.count);
    if (probe->accepted > 0)
        buf_printf(&reason, " (%ju of them taken by the server)", (uintmax_t)probe->accepted);
    buf_printf(&reason, ".");
    buf_add_octet(&reason, 0);
    evidence_report(state->detect, &detector_relay_probe, detector_relay_probe.severity, case_state,
                    probe->c.id, detect_now(state->detect), &probe->c.flow, event,
                    (const char *)reason.at, evidence_of(state, probe));
    buf_done(&reason);
}

static void probe_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct state *state = arg;
    struct probe *probe = value;
    if (cases_end(&probe->c))
        report(state, probe, CASE_ENDED, NULL);
    distinct_done(&probe->refused, detect_budget(state->detect));
    distinct_done(&probe->paths, detect_budget(state->detect));
    namelist_done(&probe->names);
}

static void probe_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct probe *probe = value;
    distinct_init(&probe->refused, PATHS_MAX);
    distinct_init(&probe->paths, PATHS_MAX);
    namelist_init(&probe->names, detect_budget(state->detect));
}

static enum err relay_open(struct detect *detect, const void *options, void **ret_state)
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

/* Most recipients are neither refused as relaying nor odd: they cost no entry. */
static void on_verdict(struct state *state, const struct event *event)
{
    const struct event_rcpt *rcpt = &event->verdict.rcpt;
    struct span path = event_text(event, rcpt->path);
    enum relaypath form = relaypath_of(path);
    bool seen = rcpt->reply.code != 0;
    bool refused = seen && rcpt->reply.reply_class == REPLY_RELAY_DENIED;
    if (form == RELAYPATH_NONE && !refused)
        return;
    struct probe *probe = probe_of(state, event);
    if (probe == NULL)
        return;
    uint64_t hash = hash_stable(path);
    struct budget *budget = detect_budget(state->detect);
    bool fresh = refused && distinct_add(&probe->refused, hash, 0, event->time, budget);
    if (form != RELAYPATH_NONE) {
        bool odd = distinct_add(&probe->paths, hash, 0, event->time, budget);
        probe->forms |= 1U << form;
        probe->accepted += odd && seen && rcpt->reply.reply_class == REPLY_ACCEPTED;
        fresh = fresh || odd;
    }
    if (fresh)
        namelist_add(&probe->names, path);
    table_credit(state->probes, probe, probe->names.total, &probe->c);
    if (probe->paths.count == 0 && probe->refused.count < state->options->refused_min)
        return;
    enum case_state case_state;
    if (cases_step(&probe->c, &detector_relay_probe,
                   span_make(&event->flow.flow_id, sizeof event->flow.flow_id), probe->names.total,
                   event, &case_state))
        report(state, probe, case_state, event);
    table_credit(state->probes, probe, probe->names.total, &probe->c);
}

static void relay_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    if (event->kind == EVENT_VERDICT && event->verdict.verb == SMTP_RCPT)
        on_verdict(state, event);
    else if (event->kind == EVENT_CLOSE)
        lru_remove(state->probes, &event->flow.flow_id);
}

static void relay_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->probes);
    free(state);
}

const struct detector detector_relay_probe = {
    .id = 1071,
    .rev = 1,
    .name = "relay-probe",
    .signature = "SMTP session tries whether the server relays",
    .category = "Attempted Information Leak",
    .key = "session",
    .severity = 3,
    .manual =
        "A session asks for recipients that the server is not responsible for and is refused\n"
        "as relaying, or it hides another host in the recipient: source routes, the percent\n"
        "form, bang paths.",
    .advice = "See that the server refused all of it; where a recipient was accepted, look for "
              "open-relay on that server.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_VERDICT) | DETECT_KIND(EVENT_CLOSE),
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = relay_open,
    .event = relay_event,
    .close = relay_close,
};
