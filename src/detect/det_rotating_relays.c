/*
 * rotating-relays (1050): the same envelope is tried from one host after the other, and each is
 * refused for good: open relays or bots at one sender's command. It keeps for each envelope the
 * refused attempts of the window. Temporary refusals are a queue's and never count; an envelope
 * that was accepted from anybody starts anew.
 */
#include "cases.h"
#include "detect_private.h"
#include "evidence.h"
#include "remember.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

#define ENVELOPES_MAX 20000
#define ATTEMPTS_MAX  16
#define NAME_OCTETS   64

struct options {
    uint64_t networks_min;
    int64_t window;
    double size_share;
};

struct attempt {
    int64_t time;
    struct addr addr;
    uint64_t size;         /* octets; 0: not told */
    uint64_t digest;       /* 0: no content was seen */
    uint64_t organisation; /* hash of the registrable domain; 0: no name is known */
    uint16_t code;
    uint8_t reply_class;
    char name[NAME_OCTETS]; /* ended by a zero octet, escaped when it is shown */
};

struct envelope {
    struct attempt attempts[ATTEMPTS_MAX]; /* a ring by count */
    uint64_t count;
    struct detect_case c;
};

static const struct pack_field envelope_fields[] = {
    {"attempts.time", PACK_TIME, PACK_INNER(struct envelope, attempts, time)},
    {"attempts.addr", PACK_OCTETS, PACK_INNER(struct envelope, attempts, addr)},
    {"attempts.size", PACK_UNSIGNED, PACK_INNER(struct envelope, attempts, size)},
    {"attempts.digest", PACK_UNSIGNED, PACK_INNER(struct envelope, attempts, digest)},
    {"attempts.organisation", PACK_UNSIGNED, PACK_INNER(struct envelope, attempts, organisation)},
    {"attempts.code", PACK_UNSIGNED, PACK_INNER(struct envelope, attempts, code)},
    {"attempts.reply_class", PACK_UNSIGNED, PACK_INNER(struct envelope, attempts, reply_class)},
    {"attempts.name", PACK_OCTETS, PACK_INNER(struct envelope, attempts, name)},
    {"count", PACK_UNSIGNED, PACK_AT(struct envelope, count)},
    REMEMBER_CASE(struct envelope, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *envelopes; /* by hash of sender and recipients */
};

static const struct setting settings[] = {
    {"networks_min", SETTING_COUNT, "3", "networks", 2, ATTEMPTS_MAX, NULL,
     "source networks of different organisations within window",
     offsetof(struct options, networks_min)},
    {"window", SETTING_SECONDS, "1h", "", 1, 1e6, NULL, "the window",
     offsetof(struct options, window)},
    {"size_share", SETTING_NUMBER, "0.02", "of the size", 0, 1, NULL,
     "how much the sizes of two attempts may differ", offsetof(struct options, size_share)},
    SETTING_END,
};

static size_t kept(const struct envelope *envelope)
{
    return envelope->count < ATTEMPTS_MAX ? (size_t)envelope->count : ATTEMPTS_MAX;
}

/* The kept attempts, oldest first. */
static const struct attempt *attempt_at(const struct envelope *envelope, size_t index)
{
    return &envelope->attempts[(envelope->count - kept(envelope) + index) % ATTEMPTS_MAX];
}

static bool same_message(const struct options *options, const struct attempt *a,
                         const struct attempt *b)
{
    if (a->digest != 0 && a->digest == b->digest)
        return true;
    if (a->size == 0 || b->size == 0)
        return false;
    double low = (double)(a->size < b->size ? a->size : b->size);
    double high = (double)(a->size < b->size ? b->size : a->size);
    return high - low <= options->size_share * high;
}

/* Where a name is missing, neighbours (IPv4 /16, IPv6 /32) are taken for one organisation. */
static bool same_organisation(const struct attempt *a, const struct attempt *b)
{
    if (a->organisation != 0 && b->organisation != 0 && a->organisation == b->organisation)
        return true;
    struct addr_net net = addr_network(&a->addr);
    if (addr_net_has(&net, &b->addr))
        return true;
    if (a->organisation != 0 && b->organisation != 0)
        return false;
    net = addr_net_of(&a->addr, addr_is_v4(&a->addr) ? 96 + 16 : 32);
    return addr_net_has(&net, &b->addr);
}

/* How many different organisations have tried the newest attempt's message within the window? */
static uint64_t count_organisations(const struct state *state, const struct envelope *envelope)
{
    const struct attempt *first[ATTEMPTS_MAX];
    size_t count = 0;
    const struct attempt *newest = attempt_at(envelope, kept(envelope) - 1);
    for (size_t i = 0; i < kept(envelope); i++) {
        const struct attempt *attempt = attempt_at(envelope, i);
        bool counts = newest->time - attempt->time <= state->options->window &&
                      same_message(state->options, attempt, newest);
        for (size_t k = 0; counts && k < count; k++)
            counts = !same_organisation(first[k], attempt);
        if (counts)
            first[count++] = attempt;
    }
    return count;
}

static struct json_object *attempt_json(struct state *state, const struct attempt *attempt)
{
    char text[CLOCK_TEXT_SIZE > ADDR_TEXT_SIZE ? CLOCK_TEXT_SIZE : ADDR_TEXT_SIZE];
    struct json_object *json = json_object_new_object();
    clock_text(attempt->time, text);
    evidence_text(json, "time", text);
    addr_text(&attempt->addr, text);
    evidence_text(json, "address", text);
    if (attempt->name[0] != '\0')
        evidence_span(state->detect, json, "name", span_text(attempt->name));
    evidence_count(json, "code", attempt->code);
    evidence_text(json, "class", replies_name((enum reply_class)attempt->reply_class));
    if (attempt->size != 0)
        evidence_count(json, "octets", attempt->size);
    return json;
}

static void report(struct state *state, const struct envelope *envelope, enum case_state case_state,
                   const struct event *event)
{
    uint64_t organisations = count_organisations(state, envelope);
    struct json_object *evidence = json_object_new_object();
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < kept(envelope); i++)
        json_object_array_add(list, attempt_json(state, attempt_at(envelope, i)));
    json_object_object_add(evidence, "attempts", list);
    evidence_count(evidence, "attempt_count", envelope->count);
    evidence_count(evidence, "organisations", organisations);
    if (event != NULL)
        evidence_span(state->detect, evidence, "sender",
                      event_text(event, event->message.mail_address));
    table_note(envelope, evidence);
    char reason[300];
    snprintf(reason, sizeof reason,
             "The same sender, recipients and message were tried %ju times from networks of %ju "
             "organisations, and refused for good each time.",
             (uintmax_t)envelope->count, (uintmax_t)organisations);
    evidence_report(state->detect, &detector_rotating_relays, detector_rotating_relays.severity,
                    case_state, envelope->c.id, detect_now(state->detect), &envelope->c.flow, event,
                    reason, evidence);
}

static void envelope_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct envelope *envelope = value;
    if (cases_end(&envelope->c))
        report(arg, envelope, CASE_ENDED, NULL);
}

static void envelope_mend(void *value)
{
    struct envelope *envelope = value;
    for (size_t i = 0; i < ATTEMPTS_MAX; i++) {
        struct attempt *attempt = &envelope->attempts[i];
        attempt->name[NAME_OCTETS - 1] = '\0';
        if (attempt->reply_class >= REPLY_CLASSES)
            attempt->reply_class = REPLY_OTHER;
    }
}

static enum err relays_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    const struct table_shape shape = {
        .name = "envelopes",
        .key = sizeof(uint64_t),
        .value = sizeof(struct envelope),
        .max = ENVELOPES_MAX,
        .idle = state->options->window,
        .leave = envelope_leave,
        .fields = envelope_fields,
        .mend = envelope_mend,
    };
    enum err err = table_new(detect, &shape, state, &state->envelopes);
    if (err != ERR_NONE) {
        free(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

/* Of the sender and of the recipients in whatever order. */
static uint64_t envelope_key(const struct event *event)
{
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    uint64_t parts[3] = {hash_stable(event_text(event, event->message.mail_address)), 0,
                         event->message.rcpt_total};
    for (uint32_t i = 0; i < event->message.rcpts.len; i++)
        parts[1] += hash_mix(hash_stable(event_text(event, rcpts[i].address)));
    return hash_stable(span_make(parts, sizeof parts));
}

/* The reply that decided the transaction's fate for every recipient; NULL where none did. */
static const struct event_reply *fate(const struct event *event)
{
    const struct event_message *message = &event->message;
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    if (message->content_reply.code != 0)
        return &message->content_reply;
    if (message->mail_reply.code >= 400)
        return &message->mail_reply;
    for (uint32_t i = 0; i < message->rcpts.len; i++)
        if (rcpts[i].reply.code < 500)
            return message->data_reply.code >= 400 ? &message->data_reply : NULL;
    return message->rcpts.len > 0 ? &rcpts[0].reply : NULL;
}

/* SIZE of MAIL (RFC 1870); 0 where it is not there. */
static uint64_t size_parameter(struct span params)
{
    const struct span name = SPAN_LITERAL("SIZE=");
    for (struct span word = span_word(&params); word.len > 0; word = span_word(&params)) {
        uint64_t size;
        if (span_starts_nocase(word, name) && span_number(span_skip(word, name.len), &size))
            return size;
    }
    return 0;
}

static struct attempt attempt_of(struct state *state, const struct event *event,
                                 const struct event_reply *reply)
{
    const struct event_message *message = &event->message;
    struct know *know = detect_know(state->detect);
    bool whole = message->complete && !message->holes;
    struct attempt attempt = {
        .time = event->time,
        .addr = event->flow.client,
        .code = reply->code,
        .reply_class = reply->reply_class,
        .size = whole ? message->octets : size_parameter(event_text(event, message->mail_params)),
        .digest = whole && message->has_mail ? message->mail.digest : 0,
    };
    struct know_host host;
    char copy[KNOW_NAME_MAX + 1];
    know_client(know, event, &host);
    struct span organisation = know_organisation(know, host.name, copy);
    if (organisation.len > 0 && host.confirmed != KNOW_REFUTED)
        attempt.organisation = hash_stable(organisation);
    struct span name = span_head(host.name, NAME_OCTETS - 1);
    if (name.len > 0)
        memcpy(attempt.name, name.at, name.len);
    return attempt;
}

static void relays_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    const struct event_reply *reply = fate(event);
    if (reply == NULL || event->message.mail_address.len == 0)
        return;
    bool refused = reply->code >= 500 && reply->code < 600;
    if (!refused && (reply->code >= 300 || lru_count(state->envelopes) == 0))
        return;
    uint64_t key = envelope_key(event);
    if (!refused) {
        lru_remove(state->envelopes, &key);
        return;
    }
    struct attempt attempt = attempt_of(state, event, reply);
    if (attempt.size == 0 && attempt.digest == 0)
        return;
    struct envelope *envelope = lru_make(state->envelopes, &key, event->time, NULL);
    if (envelope == NULL)
        return;
    envelope->attempts[envelope->count++ % ATTEMPTS_MAX] = attempt;
    uint64_t organisations = count_organisations(state, envelope);
    table_credit(state->envelopes, envelope, organisations, &envelope->c);
    if (!envelope->c.open && organisations < state->options->networks_min)
        return;
    enum case_state case_state;
    if (cases_step(&envelope->c, &detector_rotating_relays, span_make(&key, sizeof key),
                   envelope->count, event, &case_state))
        report(state, envelope, case_state, event);
    table_credit(state->envelopes, envelope, organisations, &envelope->c);
}

static void relays_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->envelopes);
    free(state);
}

const struct detector detector_rotating_relays = {
    .id = 1050,
    .rev = 1,
    .name = "rotating-relays",
    .signature = "SMTP envelope tried from several networks and refused each time",
    .category = "Misc Attack",
    .key = "envelope",
    .severity = 2,
    .manual =
        "The same sender and recipients, with a message of the same size or content, are tried\n"
        "from source networks of different organisations within an hour, and each is refused with\n"
        "5xx. No queue does that: the sender has open relays or bots at hand. Temporary refusals\n"
        "and pools of one organisation do not count, nor does an envelope without a known size.",
    .advice = "Block the listed addresses: they are open relays or bots that one sender uses.",
    .contact = CONTACT_NOBODY,
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = relays_open,
    .event = relays_event,
    .close = relays_close,
};
