/*
 * backscatter-received (1060): failure reports for mail that nobody here sent. It keeps for each
 * recipient the reports and reporting hosts of the window and what their quoted headers tell, and
 * besides what mail was seen leaving (left.h).
 */
#include "cases.h"
#include "detect_private.h"
#include "distinct.h"
#include "left.h"
#include "namelist.h"
#include "remember.h"
#include "reports.h"
#include "table.h"

#include <mxtap/rd.h>
#include <stdlib.h>

#define RECIPIENTS_MAX 20000
#define REPORTS_MAX    1024
#define HOSTS_MAX      256
#define TEXT_MAX       128

struct options {
    uint64_t reports_min, hosts_min;
    int64_t window, remember;
};

struct victim {
    char address[TEXT_MAX];
    uint8_t address_len;
    uint64_t count, refused;
    struct distinct reports, hosts, zombies, failed, lines, from;
    struct namelist host_names, zombie_names, failed_names, forged_lines, from_names;
    struct detect_case c;
};

static const struct pack_field victim_fields[] = {
    {"address", PACK_OCTETS, PACK_AT(struct victim, address)},
    {"address_len", PACK_UNSIGNED, PACK_AT(struct victim, address_len)},
    {"count", PACK_UNSIGNED, PACK_AT(struct victim, count)},
    {"refused", PACK_UNSIGNED, PACK_AT(struct victim, refused)},
    REMEMBER_SET(struct victim, reports),
    REMEMBER_SET(struct victim, hosts),
    REMEMBER_SET(struct victim, zombies),
    REMEMBER_SET(struct victim, failed),
    REMEMBER_SET(struct victim, lines),
    REMEMBER_SET(struct victim, from),
    REMEMBER_NAMES(struct victim, host_names),
    REMEMBER_NAMES(struct victim, zombie_names),
    REMEMBER_NAMES(struct victim, failed_names),
    REMEMBER_NAMES(struct victim, forged_lines),
    REMEMBER_NAMES(struct victim, from_names),
    REMEMBER_CASE(struct victim, c),
    PACK_END,
};

struct state {
    struct detect *detect;
    const struct options *options;
    struct lru *victims; /* by hash of the recipient's address */
    struct left *left;
};

static const struct setting settings[] = {
    {"reports_min", SETTING_COUNT, "10", "reports", 1, 1e3, NULL,
     "failure reports to one recipient within window", offsetof(struct options, reports_min)},
    {"hosts_min", SETTING_COUNT, "5", "hosts", 1, 200, NULL, "distinct hosts that they come from",
     offsetof(struct options, hosts_min)},
    {"window", SETTING_SECONDS, "1h", "", 1, 1e7, NULL,
     "the window; a case ends when no report has come for so long",
     offsetof(struct options, window)},
    {"remember", SETTING_SECONDS, "5d", "", 1, 1e7, NULL,
     "how long mail that was seen leaving is remembered", offsetof(struct options, remember)},
    SETTING_END,
};

/* The lines are kept with the reason in front: "impossible_address from ...". */
static void forged_evidence(struct detect *detect, const struct victim *victim,
                            struct json_object *evidence)
{
    const struct namelist *names = &victim->forged_lines;
    struct json_object *list = json_object_new_array();
    struct rd rd = rd_make(span_make(names->texts, names->len));
    while (rd_left(&rd) > 0) {
        size_t len = rd_u8(&rd);
        struct span line = rd_take(&rd, len);
        struct json_object *item = json_object_new_object();
        evidence_span(detect, item, "why", span_word(&line));
        evidence_span(detect, item, "line", span_trim(line));
        json_object_array_add(list, item);
    }
    json_object_object_add(evidence, "forged_lines", list);
    evidence_count(evidence, "forged_line_count", names->total);
}

static struct json_object *evidence_of(struct state *state, const struct victim *victim)
{
    struct detect *detect = state->detect;
    struct json_object *evidence = json_object_new_object();
    evidence_span(detect, evidence, "forged_sender",
                  span_make(victim->address, victim->address_len));
    evidence_count(evidence, "reports", victim->count);
    evidence_count(evidence, "reports_refused", victim->refused);
    evidence_count(evidence, "window_seconds", (uint64_t)(state->options->window / CLOCK_SECOND));
    namelist_evidence(detect, &victim->host_names, evidence, "hosts", "host_count");
    namelist_evidence(detect, &victim->zombie_names, evidence, "zombies", "zombie_count");
    forged_evidence(detect, victim, evidence);
    namelist_evidence(detect, &victim->failed_names, evidence, "failed_recipients",
                      "failed_recipient_count");
    namelist_evidence(detect, &victim->from_names, evidence, "quoted_from", "quoted_from_count");
    table_note(victim, evidence);
    return evidence;
}

static void report(struct state *state, const struct victim *victim, enum case_state case_state,
                   const struct event *event)
{
    struct buf reason;
    buf_init(&reason, 1000);
    buf_printf(&reason, "%ju failure reports from %ju hosts came to ", (uintmax_t)victim->count,
               (uintmax_t)victim->host_names.total);
    evidence_sentence(state->detect, &reason, span_make(victim->address, victim->address_len));
    buf_printf(&reason,
               " for mail that was not seen leaving: its address is forged elsewhere; the quoted "
               "headers name %ju hosts that sent it.",
               (uintmax_t)victim->zombie_names.total);
    buf_add_octet(&reason, 0);
    evidence_report(state->detect, &detector_backscatter_received,
                    detector_backscatter_received.severity, case_state, victim->c.id,
                    detect_now(state->detect), &victim->c.flow, event, (const char *)reason.at,
                    evidence_of(state, victim));
    buf_done(&reason);
}

static void victim_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct state *state = arg;
    struct victim *victim = value;
    struct budget *budget = detect_budget(state->detect);
    if (cases_end(&victim->c))
        report(state, victim, CASE_ENDED, NULL);
    struct distinct *sets[] = {&victim->reports, &victim->hosts, &victim->zombies,
                               &victim->failed,  &victim->lines, &victim->from};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        distinct_done(sets[i], budget);
    struct namelist *lists[] = {&victim->host_names, &victim->zombie_names, &victim->failed_names,
                                &victim->forged_lines, &victim->from_names};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        namelist_done(lists[i]);
}

static void victim_begin(void *arg, void *value)
{
    const struct state *state = arg;
    struct victim *victim = value;
    struct budget *budget = detect_budget(state->detect);
    distinct_init(&victim->reports, REPORTS_MAX);
    struct distinct *sets[] = {&victim->hosts, &victim->zombies, &victim->failed, &victim->lines,
                               &victim->from};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        distinct_init(sets[i], HOSTS_MAX);
    struct namelist *lists[] = {&victim->host_names, &victim->zombie_names, &victim->failed_names,
                                &victim->forged_lines, &victim->from_names};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        namelist_init(lists[i], budget);
}

static void victim_mend(void *value)
{
    struct victim *victim = value;
    if (victim->address_len > TEXT_MAX)
        victim->address_len = TEXT_MAX;
}

static struct victim *victim_of(struct state *state, const struct event *event, uint64_t key,
                                struct span address)
{
    bool fresh;
    struct victim *victim = lru_make(state->victims, &key, event->time, &fresh);
    if (victim != NULL && fresh) {
        victim_begin(state, victim);
        address = span_head(address, TEXT_MAX);
        memcpy(victim->address, address.at, address.len);
        victim->address_len = (uint8_t)address.len;
    }
    return victim;
}

/* Lists the name where it is new in the set. */
static void add_name(struct state *state, struct distinct *set, struct namelist *list,
                     struct span name)
{
    if (name.len > 0 && distinct_add(set, hash_stable(name), 0, detect_now(state->detect),
                                     detect_budget(state->detect)))
        namelist_add(list, name);
}

/* What one report tells: who reports, for whom, and what the quoted header says. */
static void add_report(struct state *state, struct victim *victim, const struct event *event,
                       const struct quoted *quoted)
{
    const struct event_mail *mail = &event->message.mail;
    char text[ADDR_TEXT_SIZE];
    if (distinct_add(&victim->reports, reports_hash(event), 0, event->time,
                     detect_budget(state->detect))) {
        victim->count++;
        victim->refused += event->message.content_reply.code >= 500;
    }
    addr_text(&event->flow.client, text);
    add_name(state, &victim->hosts, &victim->host_names, span_text(text));
    add_name(state, &victim->failed, &victim->failed_names,
             event_text(event, mail->report_recipient));
    add_name(state, &victim->from, &victim->from_names, event_text(event, mail->report_from));
    if (quoted->origin == QUOTED_HANDED) {
        addr_text(&quoted->from, text);
        add_name(state, &victim->zombies, &victim->zombie_names, span_text(text));
    }
    const struct event_received *lines = event_received(event, mail->report_received);
    for (uint32_t i = quoted->forged; i < mail->report_received.len; i++) {
        struct buf line;
        buf_init(&line, 300);
        buf_printf(&line, "%s ", quoted_why(event, quoted, i));
        buf_add(&line, event_text(event, lines[i].raw));
        add_name(state, &victim->lines, &victim->forged_lines, buf_span(&line));
        buf_done(&line);
    }
}

static void judge(struct state *state, struct victim *victim, uint64_t key,
                  const struct event *event)
{
    const struct options *options = state->options;
    if (!victim->c.open) {
        int64_t since = event->time - options->window;
        uint64_t count = distinct_count(&victim->reports, -1, since);
        if (count < options->reports_min ||
            distinct_count(&victim->hosts, -1, since) < options->hosts_min)
            return;
        victim->count = count;
    }
    enum case_state case_state;
    if (cases_step(&victim->c, &detector_backscatter_received, span_make(&key, sizeof key),
                   victim->count, event, &case_state))
        report(state, victim, case_state, event);
}

static void on_report(struct state *state, const struct event *event, struct span recipient,
                      const struct quoted *quoted)
{
    if (recipient.len == 0 || left_knows(state->left, event, recipient, quoted))
        return;
    uint64_t key = reports_address_hash(recipient);
    struct victim *victim = victim_of(state, event, key, recipient);
    if (victim == NULL)
        return;
    add_report(state, victim, event, quoted);
    judge(state, victim, key, event);
    table_credit(state->victims, victim, victim->count, &victim->c);
}

static void received_event(void *arg, const struct event *event)
{
    struct state *state = arg;
    if (event->kind != EVENT_MESSAGE)
        return;
    if (!reports_failure(event)) {
        left_learn(state->left, event);
        return;
    }
    if (know_is_home(detect_know(state->detect), &event->flow.client))
        return;
    struct quoted quoted;
    quoted_judge(detect_know(state->detect), event, &quoted);
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    for (uint32_t i = 0; i < event->message.rcpts.len; i++)
        on_report(state, event, event_text(event, rcpts[i].address), &quoted);
}

static void received_close(void *arg)
{
    struct state *state = arg;
    lru_free(state->victims);
    left_free(state->left);
    free(state);
}

static enum err received_open(struct detect *detect, const void *options, void **ret_state)
{
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    state->detect = detect;
    state->options = options;
    const struct table_shape shape = {
        .name = "victims",
        .key = sizeof(uint64_t),
        .value = sizeof(struct victim),
        .max = RECIPIENTS_MAX,
        .idle = state->options->window,
        .leave = victim_leave,
        .fields = victim_fields,
        .begin = victim_begin,
        .mend = victim_mend,
    };
    enum err err = table_new(detect, &shape, state, &state->victims);
    if (err == ERR_NONE)
        err = left_new(detect, state->options->remember, &state->left);
    if (err != ERR_NONE) {
        received_close(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

static void received_save(const void *arg, struct image *image)
{
    const struct state *state = arg;
    left_save(state->left, image);
}

static void received_load(void *arg, const struct image *image)
{
    struct state *state = arg;
    left_load(state->left, image);
}

const struct detector detector_backscatter_received = {
    .id = 1060,
    .rev = 1,
    .name = "backscatter-received",
    .signature = "SMTP failure reports for mail that was not sent from here (backscatter)",
    .category = "Misc activity",
    .key = "recipient",
    .severity = 2,
    .manual =
        "Somebody sends mail under the recipient's address; servers that accept first and find "
        "out\n"
        "later that they cannot deliver send their failure reports here. A report counts where\n"
        "neither its Message-ID nor its sender and recipient were seen leaving home_net, and the\n"
        "quoted Received lines do not say that it came from there. Refused reports count too.",
    .advice = "Refuse reports for mail that you did not send (BATV or signed senders), publish SPF "
              "and DMARC for the domain, and report the zombies; nothing here is infected.",
    .contact = CONTACT_NOBODY,
    .settings = settings,
    .options_size = sizeof(struct options),
    .kinds = DETECT_KIND(EVENT_MESSAGE),
    .open = received_open,
    .event = received_event,
    .close = received_close,
    .save = received_save,
    .load = received_load,
};
