/*
 * sink_splunk: events for Splunk's HTTP Event Collector (/services/collector/event), JSON objects
 * one after the other.
 *
 * Splunk answers before it has indexed anything. Where the token has indexer acknowledgement, the
 * answer has a number, and Splunk is asked about it (/services/collector/ack) on the same channel
 * until it says true; what is not acknowledged within ack_time is sent again.
 */
#include "hec.h"
#include "http.h"
#include "lots.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <mxtap/clock.h>
#include <mxtap/log.h>
#include <mxtap/secret.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define BODY_MAX    (64u << 20) /* octets of a lot */
#define BODY_KEEP   (4u << 20)
#define MILLISECOND (CLOCK_SECOND / 1000)
#define ASK_FIRST   (100 * MILLISECOND)  /* from an answer to the first question for its ack */
#define ASK_MAX     (2000 * MILLISECOND) /* from question to question; each time twice as long */

struct splunk_options {
    struct http_options http;
    char *token; /* reference of a secret */
    bool ack;
    int64_t ack_time;
    char *index, *source, *sourcetype;
};

struct splunk {
    const struct splunk_options *options;
    const char *name, *host;
    struct http *http;
    char *authorization;
    char channel[80];    /* header field */
    char sourcetype[80]; /* "mxtap:eve" */
    bool told;           /* that the token has no acknowledgement */
    struct buf body;
    struct http_answer answer;
};

#define OPTION(member) offsetof(struct splunk_options, member)

static const struct setting splunk_settings[] = {
    {"token", SETTING_SECRET, "", "", 0, 0, NULL,
     "token of the HTTP Event Collector: file:, env:, credential:", OPTION(token)},
    {"ack", SETTING_BOOL, "true", "", 0, 0, NULL,
     "has a record arrived when it is indexed (where the token has indexer acknowledgement), "
     "rather "
     "than when Splunk took it?",
     OPTION(ack)},
    {"ack_time", SETTING_SECONDS, "2m", "", 1, 3600, NULL,
     "how long an acknowledgement may take before records are sent again", OPTION(ack_time)},
    {"index", SETTING_TEXT, "", "", 0, 0, NULL, "index of the events; empty: the token's",
     OPTION(index)},
    {"source", SETTING_TEXT, "mxtap", "", 0, 0, NULL, "source of the events; empty: the token's",
     OPTION(source)},
    {"sourcetype", SETTING_TEXT, "", "", 0, 0, NULL,
     "source type of the events; empty: mxtap: and the format, as in mxtap:eve",
     OPTION(sourcetype)},
    SETTING_END,
};

static enum err splunk_check(const void *given, char *ret_message, size_t size)
{
    const struct splunk_options *options = given;
    enum err err = http_check(&options->http, ret_message, size);
    if (err != ERR_NONE)
        return err;
    const char *problem = NULL;
    if (options->token == NULL)
        problem = "token: is missing";
    else if (options->http.user != NULL || options->http.bearer != NULL)
        problem = "token: is what Splunk wants to see; user and bearer are for others";
    else if (strchr(options->http.url, '?') != NULL)
        problem = "url: has a query in it";
    if (problem != NULL)
        snprintf(ret_message, size, "%s", problem);
    return problem == NULL ? ERR_NONE : ERR_CONFIG;
}

/* A channel of our own: a random UUID (RFC 9562 5.4). */
static bool make_channel(struct splunk *splunk)
{
    uint8_t octets[16];
    if (getrandom(octets, sizeof octets, 0) != (ssize_t)sizeof octets)
        return false;
    octets[6] = (uint8_t)((octets[6] & 0x0f) | 0x40);
    octets[8] = (uint8_t)((octets[8] & 0x3f) | 0x80);
    char text[40];
    size_t len = 0;
    for (size_t i = 0; i < sizeof octets; i++) {
        const char *dash = i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "";
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%02x", dash, octets[i]);
    }
    snprintf(splunk->channel, sizeof splunk->channel, "X-Splunk-Request-Channel: %s", text);
    return true;
}

static enum err make_authorization(struct splunk *splunk, char *ret_message, size_t size)
{
    char *token = NULL;
    enum err err = secret_read(splunk->options->token, &token, ret_message, size);
    if (err != ERR_NONE)
        return err;
    size_t good = 0;
    while (token[good] > ' ' && token[good] < 0x7f)
        good++;
    if (token[good] != '\0') {
        snprintf(ret_message, size, "token: has a character that no token has");
        err = ERR_CONFIG;
    } else if (asprintf(&splunk->authorization, "Splunk %s", token) < 0) {
        splunk->authorization = NULL;
        err = ERR_MEMORY;
    }
    secret_free(token);
    return err;
}

static enum err splunk_close(void *state)
{
    struct splunk *splunk = state;
    http_free(splunk->http);
    secret_free(splunk->authorization);
    http_answer_done(&splunk->answer);
    buf_done(&splunk->body);
    free(splunk);
    return ERR_NONE;
}

static enum err splunk_open(const struct sink_how *how, void **ret_state, char *ret_message,
                            size_t size)
{
    struct splunk *splunk = calloc(1, sizeof *splunk);
    if (splunk == NULL)
        return ERR_MEMORY;
    splunk->options = how->options;
    splunk->name = how->name;
    splunk->host = how->host;
    const char *format = how->format == NULL ? "eve" : how->format;
    bool named = splunk->options->sourcetype != NULL;
    snprintf(splunk->sourcetype, sizeof splunk->sourcetype, "%s%s",
             named ? "" : "mxtap:", named ? splunk->options->sourcetype : format);
    buf_init(&splunk->body, BODY_MAX);
    http_answer_init(&splunk->answer);
    enum err err = make_authorization(splunk, ret_message, size);
    if (err == ERR_NONE)
        err = http_new(&splunk->options->http, &splunk->http, ret_message, size);
    if (err == ERR_NONE && !make_channel(splunk))
        err = ERR_SYSTEM;
    if (err == ERR_NONE && strncasecmp(splunk->options->http.url, "http:", 5) == 0)
        snprintf(ret_message, size, "url: the token is sent in the clear");
    if (err != ERR_NONE) {
        (void)splunk_close(splunk);
        return err;
    }
    *ret_state = splunk;
    return ERR_NONE;
}

static void add_text(struct json_object *object, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_object_object_add(object, name, json_object_new_string(text));
}

/* The metadata with json-c; the record goes in as it is where it is an object, which those of eve
 * and ecs are, and as a string otherwise. */
static void add_event(const struct splunk *splunk, const struct record *record, struct buf *body)
{
    struct json_object *event = json_object_new_object();
    add_text(event, "host", splunk->host);
    add_text(event, "source", splunk->options->source);
    add_text(event, "sourcetype", splunk->sourcetype);
    add_text(event, "index", splunk->options->index);
    struct json_object *fields = json_object_new_object();
    add_text(fields, "mxtap_id", record->id);
    json_object_object_add(event, "fields", fields);
    struct span octets = record->octets;
    bool is_object = octets.len > 1 && octets.at[0] == '{' && octets.at[octets.len - 1] == '}';
    if (!is_object)
        json_object_object_add(
            event, "event", json_object_new_string_len((const char *)octets.at, (int)octets.len));
    buf_printf(body, "{\"time\":%" PRId64 ".%06" PRId64 ",", record->time / CLOCK_SECOND,
               record->time % CLOCK_SECOND / CLOCK_MICROSECOND);
    size_t len = 0;
    const char *text = json_object_to_json_string_length(
        event, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
    buf_add(body, span_make(text + 1, len - 1));
    if (is_object) {
        body->len--;
        buf_add_text(body, ",\"event\":");
        buf_add(body, octets);
        buf_add_octet(body, '}');
    }
    buf_add_octet(body, '\n');
    json_object_put(event);
}

static void post(struct splunk *splunk, const char *path, struct delivery *delivery)
{
    const char *const fields[] = {splunk->channel, NULL};
    const struct http_request request = {
        .path = path,
        .type = "application/json",
        .fields = fields,
        .authorization = splunk->authorization,
        .body = buf_span(&splunk->body),
    };
    http_post(splunk->http, &request, delivery->stop, &splunk->answer);
}

static enum lot_fate later(const struct splunk *splunk, struct delivery *delivery)
{
    const struct http_answer *answer = &splunk->answer;
    snprintf(delivery->trouble, sizeof delivery->trouble, "%s",
             answer->trouble[0] != '\0' ? answer->trouble
                                        : "answers as no HTTP Event Collector does");
    delivery->wait = answer->wait;
    return LOT_LATER;
}

/* Such a token cannot say more than that Splunk has the records. */
static enum lot_fate unacknowledged(struct splunk *splunk)
{
    if (!splunk->told)
        log_warning("%s: the token has no indexer acknowledgement: records count as delivered when "
                    "Splunk has taken them",
                    splunk->name);
    splunk->told = true;
    return LOT_TAKEN;
}

/* Waits for so long at most; false: stopped. */
static bool pause_for(int64_t nanoseconds, int stop)
{
    struct pollfd entry = {.fd = stop, .events = POLLIN};
    return poll(&entry, 1, (int)(nanoseconds / MILLISECOND)) <= 0;
}

/* Asks until the lot is acknowledged, or until ack_time is over. */
static enum lot_fate await(struct splunk *splunk, int64_t ack, struct delivery *delivery)
{
    int64_t end = clock_steady() + splunk->options->ack_time;
    int64_t patience = ASK_FIRST;
    while (clock_steady() < end) {
        if (!pause_for(patience, delivery->stop)) {
            snprintf(delivery->trouble, sizeof delivery->trouble,
                     "was stopped before Splunk acknowledged what it had taken");
            return LOT_LATER;
        }
        patience = patience < ASK_MAX / 2 ? 2 * patience : ASK_MAX;
        buf_clear_keep(&splunk->body, BODY_KEEP);
        buf_printf(&splunk->body, "{\"acks\":[%" PRId64 "]}", ack);
        post(splunk, "/services/collector/ack", delivery);
        struct span said = buf_span(&splunk->answer.body);
        if (splunk->answer.status == 200 && hec_has_ack(said, ack))
            return LOT_TAKEN;
        struct hec_answer answer;
        hec_parse(said, &answer);
        if (splunk->answer.status == 400 && answer.code == HEC_ACK_DISABLED)
            return unacknowledged(splunk);
    }
    snprintf(delivery->trouble, sizeof delivery->trouble,
             "Splunk took records and did not acknowledge them in time%s%.190s",
             splunk->answer.trouble[0] == '\0' ? "" : ": ", splunk->answer.trouble);
    return LOT_LATER;
}

static enum lot_fate splunk_post(void *state, struct lot *lot, struct delivery *delivery)
{
    struct splunk *splunk = state;
    buf_clear_keep(&splunk->body, BODY_KEEP);
    for (size_t i = 0; i < lot->count; i++) {
        if (lot->parcels[i].state == PARCEL_WAITING)
            add_event(splunk, &lot->parcels[i].record, &splunk->body);
    }
    if (splunk->body.truncated) {
        snprintf(lot->answer, sizeof lot->answer, "the record is too long to be sent");
        return LOT_NEVER;
    }
    post(splunk, "/services/collector/event", delivery);
    long status = splunk->answer.status;
    struct hec_answer answer = {.code = HEC_NONE};
    if (status != 0)
        hec_parse(buf_span(&splunk->answer.body), &answer);
    if (status == 200 && answer.code == HEC_SUCCESS) {
        if (!splunk->options->ack)
            return LOT_TAKEN;
        return answer.ack == HEC_NONE ? unacknowledged(splunk)
                                      : await(splunk, answer.ack, delivery);
    }
    bool never =
        answer.code == HEC_NONE ? http_judge(status) == HTTP_NEVER : hec_blames_event(answer.code);
    if (status < 300 || !never)
        return later(splunk, delivery);
    snprintf(lot->answer, sizeof lot->answer, "%.199s", splunk->answer.trouble);
    if (answer.event < 0 || (uint64_t)answer.event >= lot->waiting)
        return LOT_NEVER;
    lot->culprit = (size_t)answer.event;
    return LOT_CULPRIT;
}

static void splunk_send(void *state, struct delivery *delivery)
{
    lots_deliver(delivery, splunk_post, state);
}

const struct sink sink_splunk = {
    .name = "splunk",
    .summary = "events for Splunk's HTTP Event Collector",
    .settings = {http_settings, splunk_settings},
    .options_size = sizeof(struct splunk_options),
    .format = "eve",
    .acknowledges = true,
    .check = splunk_check,
    .open = splunk_open,
    .close = splunk_close,
    .send = splunk_send,
};
