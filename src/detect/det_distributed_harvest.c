/*
 * distributed-harvest (1003): many source networks ask for addresses of one domain that do not
 * exist, each of them few. It keeps for each domain the unknown recipients of the window with the
 * network that asked, and for each network and domain how many verdicts were unknown and how many
 * were not, so that a partner with one stale address among many good ones does not count.
 */
#include "asked.h"
#include "askers.h"
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"
#include "remember.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

#define DOMAINS_MAX 2000
#define LOOK_SHARE  64 /* a domain is judged anew when this part of what is kept is new */

struct options {
    uint64_t unknown_min;
    uint64_t networks_min;
    double unknown_share;
    int64_t window;
};

enum { KIND_UNKNOWN, KIND_HIT };

struct domain {
    struct asked_ring asked;
    uint64_t next_look;      /* asked.added then */
    struct distinct known;   /* recipients that stand in the lists: each once */
    struct namelist samples; /* of the unknown recipients */
    struct namelist confirmed;
    int64_t lists_since;  /* without a case they are emptied after a window */
    struct namelist name; /* the domain itself */
    uint64_t unknown, networks;
    struct detect_case c;
};

static const struct pack_field domain_fields[] = {
    {"asked", PACK_KIND, PACK_AT(struct domain, asked), .kind = &asked_kind},
    {"next_look", PACK_UNSIGNED, PACK_AT(struct domain, next_look)},
    REMEMBER_SET(struct domain, known),
    REMEMBER_NAMES(struct domain, samples),
    REMEMBER_NAMES(struct domain, confirmed),
    {"lists_since", PACK_TIME, PACK_AT(struct domain, lists_since)},
    REMEMBER_NAMES(struct domain, name),
    {"unknown", PACK_UNSIGNED, PACK_AT(struct domain, unknown)},
    {"networks", PACK_UNSIGNED, PACK_AT(struct domain, networks)},
    REMEMBER_CASE(struct domain, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *domains; /* by hash of the domain */
    struct askers *askers;
};

static const struct setting settings[] = {
    {"unknown_min", SETTING_COUNT, "50", "recipients", 1, ASKED_MAX, NULL,
     "distinct unknown recipients of one domain within window",
     offsetof(struct options, unknown_min)},
    {"networks_min", SETTING_COUNT, "10", "networks", 2, 256, NULL,
     "source networks that asked for them", offsetof(struct options, networks_min)},
    {"unknown_share", SETTING_NUMBER, "0.5", "of its verdicts", 0, 1, NULL,
     "share of a network's own verdicts that must be unknown for it to count",
     offsetof(struct options, unknown_share)},
    {"window", SETTING_SECONDS, "1h", "", 1, 1e7, NULL, "the window",
     offsetof(struct options, window)},
    SETTING_END,
};

/* ---- domains ---- */

static void domain_done(struct state *state, struct domain *domain)
{
    struct budget *budget = detect_budget(state->detect);
    asked_done(&domain->asked, budget);
    distinct_done(&domain->known, budget);
    namelist_done(&domain->samples);
    namelist_done(&domain->confirmed);
    namelist_done(&domain->name);
}

static void domain_add(struct state *state, struct domain *domain, const struct asked *asked,
                       struct span address)
{
    struct budget *budget = detect_budget(state->detect);
    if (distinct_add(&domain->known, asked->recipient, KIND_UNKNOWN, asked->time, budget))
        namelist_add(&domain->samples, address);
    asked_add(&domain->asked, asked, budget);
}

/* Networks that count in the window until then, with the distinct recipients that they asked for;
 * marks them 1 in nets. */
static void domain_count(struct state *state, uint64_t hash, struct domain *domain, int64_t until,
                         struct distinct *nets)
{
    struct distinct recipients;
    distinct_init(&recipients, ASKED_MAX);
    for (uint32_t i = 0; i < asked_kept(&domain->asked); i++) {
        const struct asked *asked = &domain->asked.places[i];
        if (until - asked->time > state->options->window)
            continue;
        uint64_t net = hash_stable(span_make(&asked->net, sizeof asked->net));
        int counts = distinct_kind(nets, net);
        if (counts < 0) {
            struct asker asker = askers_key(hash, &asked->net.addr);
            counts =
                askers_mostly_unknown(state->askers, &asker, state->options->unknown_share, until);
            distinct_add(nets, net, (uint8_t)counts, until, NULL);
        }
        if (counts == 1)
            distinct_add(&recipients, asked->recipient, 0, until, NULL);
    }
    domain->networks = nets->kinds[1];
    domain->unknown = recipients.count;
    distinct_done(&recipients, NULL);
}

/* ---- reports ---- */

/* Each network that counts once, with its unknown recipients. */
static struct json_object *network_list(const struct domain *domain, const struct distinct *nets)
{
    struct json_object *list = json_object_new_array();
    struct addr_net named[EVIDENCE_LIST_MAX];
    uint64_t counts[EVIDENCE_LIST_MAX] = {0};
    size_t count = 0;
    for (uint32_t i = 0; i < asked_kept(&domain->asked); i++) {
        const struct addr_net *net = &domain->asked.places[i].net;
        size_t at = 0;
        while (at < count && memcmp(&named[at], net, sizeof *net) != 0)
            at++;
        if (at == EVIDENCE_LIST_MAX ||
            distinct_kind(nets, hash_stable(span_make(net, sizeof *net))) != 1)
            continue;
        named[at] = *net;
        counts[at]++;
        count += at == count;
    }
    for (size_t i = 0; i < count; i++) {
        char text[ADDR_TEXT_SIZE];
        struct json_object *json = json_object_new_object();
        addr_net_text(&named[i], text);
        evidence_text(json, "network", text);
        evidence_count(json, "unknown", counts[i]);
        json_object_array_add(list, json);
    }
    return list;
}

static void report(struct state *state, const struct domain *domain, const struct distinct *nets,
                   enum case_state case_state, const struct event *event)
{
    struct json_object *evidence = json_object_new_object();
    namelist_evidence(state->detect, &domain->name, evidence, "domains", "domain_count");
    evidence_count(evidence, "recipients_unknown", domain->unknown);
    evidence_count(evidence, "network_count", domain->networks);
    json_object_object_add(evidence, "networks", network_list(domain, nets));
    evidence_count(evidence, "window_seconds", (uint64_t)(state->options->window / CLOCK_SECOND));
    namelist_evidence(state->detect, &domain->samples, evidence, "recipients", "recipient_count");
    namelist_evidence(state->detect, &domain->confirmed, evidence, "confirmed", "confirmed_count");
    table_note(domain, evidence);
    char reason[300];
    snprintf(reason, sizeof reason,
             "%ju source networks together asked for %ju distinct recipients of one domain that do "
             "not exist; addresses confirmed to them: %ju.",
             (uintmax_t)domain->networks, (uintmax_t)domain->unknown,
             (uintmax_t)domain->confirmed.total);
    evidence_report(state->detect, &detector_distributed_harvest,
                    detector_distributed_harvest.severity, case_state, domain->c.id,
                    detect_now(state->detect), &domain->c.flow, event, reason, evidence);
}

/* Reported once more where more recipients had been asked for in the window of its last event. */
static void end_case(struct state *state, uint64_t hash, struct domain *domain)
{
    struct distinct nets;
    distinct_init(&nets, ASKED_MAX);
    if (domain->c.open) {
        domain_count(state, hash, domain, domain->c.last, &nets);
        if (domain->unknown > domain->c.reported)
            report(state, domain, &nets, CASE_ENDED, NULL);
    }
    distinct_done(&nets, NULL);
    domain->c = (struct detect_case){0};
}

static void judge(struct state *state, uint64_t hash, struct domain *domain,
                  const struct event *event)
{
    uint64_t least = domain->c.open ? 2 * domain->c.reported : state->options->unknown_min;
    domain->c.last = event->time;
    if (domain->asked.added < least || domain->asked.added < domain->next_look)
        return;
    domain->next_look = domain->asked.added + 1 + asked_kept(&domain->asked) / LOOK_SHARE;
    struct distinct nets;
    distinct_init(&nets, ASKED_MAX);
    domain_count(state, hash, domain, event->time, &nets);
    enum case_state case_state;
    if (domain->networks >= state->options->networks_min &&
        domain->unknown >= state->options->unknown_min) {
        if (cases_step(&domain->c, &detector_distributed_harvest, span_make(&hash, sizeof hash),
                       domain->unknown, event, &case_state))
            report(state, domain, &nets, case_state, event);
    }
    distinct_done(&nets, NULL);
}

static void domain_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)reason;
    struct state *state = arg;
    struct domain *domain = value;
    end_case(state, *(const uint64_t *)key, domain);
    domain_done(state, domain);
}

static void domain_look(void *arg, const void *key, void *value, int64_t now)
{
    struct state *state = arg;
    struct domain *domain = value;
    if (domain->c.open && now - domain->c.last >= state->options->window)
        end_case(state, *(const uint64_t *)key, domain);
}

static void domain_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct domain *domain = value;
    struct budget *budget = detect_budget(state->detect);
    distinct_init(&domain->known, ASKED_MAX);
    namelist_init(&domain->samples, budget);
    namelist_init(&domain->confirmed, budget);
    namelist_init(&domain->name, budget);
}

/* ---- events ---- */

static struct domain *domain_of(struct state *state, uint64_t hash, struct span name, int64_t now)
{
    bool fresh;
    struct domain *domain = lru_make(state->domains, &hash, now, &fresh);
    if (domain != NULL && fresh) {
        domain_begin(state, domain);
        namelist_add(&domain->name, name);
        domain->lists_since = now;
    }
    return domain;
}

/* Old names tell nothing about an attack that begins now. */
static void forget_names(struct state *state, struct domain *domain)
{
    int64_t now = detect_now(state->detect);
    if (domain->c.open || now - domain->lists_since <= state->options->window)
        return;
    domain->lists_since = now;
    distinct_done(&domain->known, detect_budget(state->detect));
    namelist_done(&domain->samples);
    namelist_done(&domain->confirmed);
}

static void on_unknown(struct state *state, const struct event *event, struct span address,
                       uint64_t hash, const struct asker *asker)
{
    struct domain *domain = domain_of(state, hash, know_domain_of(address), event->time);
    if (domain == NULL)
        return;
    const struct asked asked = {hash_stable(address), event->time, asker->net};
    forget_names(state, domain);
    domain_add(state, domain, &asked, address);
    judge(state, hash, domain, event);
    table_credit(state->domains, domain, domain->asked.added, &domain->c);
    askers_credit(state->askers, asker, domain->asked.added, &domain->c);
}

/* An address that exists, told to a network that asks for unknown ones, is one more confirmed. */
static void on_hit(struct state *state, struct span address, uint64_t hash,
                   const struct asker *asker)
{
    int64_t now = detect_now(state->detect);
    struct domain *domain = lru_peek(state->domains, &hash);
    uint64_t recipient = hash_stable(address);
    if (domain == NULL || distinct_kind(&domain->known, recipient) == KIND_HIT ||
        !askers_mostly_unknown(state->askers, asker, state->options->unknown_share, now))
        return;
    distinct_add(&domain->known, recipient, KIND_HIT, now, detect_budget(state->detect));
    namelist_add(&domain->confirmed, address);
}

static void on_verdict(struct state *state, const struct event *event, struct span address,
                       enum reply_class class)
{
    struct span name = know_domain_of(address); /* VRFY of a bare name tells of no domain */
    if (class == REPLY_CASCADE || name.len == 0)
        return;
    uint64_t hash = hash_stable(name);
    struct asker asker = askers_key(hash, &event->flow.client);
    askers_count(state->askers, &asker, class == REPLY_UNKNOWN_USER, event->time);
    if (class == REPLY_UNKNOWN_USER)
        on_unknown(state, event, address, hash, &asker);
    else if (class == REPLY_ACCEPTED || class == REPLY_MAILBOX_FULL)
        on_hit(state, address, hash, &asker);
}

static void harvest_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    if (event->kind == EVENT_VERDICT) {
        const struct event_rcpt *rcpt = &event->verdict.rcpt;
        if (rcpt->reply.code != 0)
            on_verdict(state, event, event_text(event, rcpt->address), rcpt->reply.reply_class);
        return;
    }
    /* The reply after the final dot counts for every recipient that RCPT let pass. */
    const struct event_message *message = &event->message;
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    if (message->content_reply.code == 0 ||
        message->content_reply.reply_class != REPLY_UNKNOWN_USER)
        return;
    for (uint32_t i = 0; i < message->rcpts.len; i++)
        if (rcpts[i].reply.code != 0 && rcpts[i].reply.reply_class == REPLY_ACCEPTED)
            on_verdict(state, event, event_text(event, rcpts[i].address), REPLY_UNKNOWN_USER);
}

static void harvest_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->domains);
    askers_free(state->askers);
    free(state);
}

static enum err harvest_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    int64_t window = state->options->window;
    const struct table_shape domains = {
        .name = "domains",
        .key = sizeof(uint64_t),
        .value = sizeof(struct domain),
        .max = DOMAINS_MAX,
        .idle = 2 * window,
        .leave = domain_leave,
        .look = domain_look,
        .fields = domain_fields,
        .begin = domain_begin,
    };
    enum err err = table_new(detect, &domains, state, &state->domains);
    if (err == ERR_NONE)
        err = askers_new(detect, window, &state->askers);
    if (err != ERR_NONE) {
        harvest_close(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

static void harvest_save(const void *arg, struct image *image)
{
    const struct state *state = arg;
    askers_save(state->askers, image);
}

static void harvest_load(void *arg, const struct image *image)
{
    struct state *state = arg;
    askers_load(state->askers, image);
}

const struct detector detector_distributed_harvest = {
    .id = 1003,
    .rev = 1,
    .name = "distributed-harvest",
    .signature = "SMTP directory harvest of one domain from many networks",
    .category = "Attempted Information Leak",
    .key = "target domain",
    .severity = 1,
    .manual =
        "Many source networks ask for addresses of one domain that do not exist, each of them too\n"
        "few to be noticed alone. Only networks count of whose own verdicts for that domain at\n"
        "least half are unknown, so partners with a stale address or two do not.",
    .advice = "Have the MX limit unknown recipients for everybody (tarpit, greylist), and watch "
              "the confirmed addresses.",
    .contact = CONTACT_NOBODY,
    .kinds = DETECT_KIND(EVENT_VERDICT) | DETECT_KIND(EVENT_MESSAGE),
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = harvest_open,
    .event = harvest_event,
    .close = harvest_close,
    .save = harvest_save,
    .load = harvest_load,
};
