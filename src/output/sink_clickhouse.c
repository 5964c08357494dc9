/*
 * sink_clickhouse: rows for ClickHouse over HTTP, one INSERT in JSONEachRow for each lot.
 *
 * A row has what is the same for every format, and the record as text, from which the table
 * computes its other columns (dist/siem/clickhouse). The answer to an INSERT is empty; an exception
 * stands in the body, by its number, whatever the status is: 18.16 says 500 for a row that cannot
 * be parsed, and after a status of 200 one may follow still.
 */
#include "http.h"
#include "lots.h"

#include <json-c/json.h>
#include <mxtap/clock.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH_SIZE   320
#define NAME_LONG   100         /* octets of the name of a database or table */
#define BODY_MAX    (64u << 20) /* octets of a lot */
#define BODY_KEEP   (4u << 20)
#define QUOTED      1000                /* octets of an answer that are looked at for a sentence */
#define LATEST_TIME INT64_C(4294967295) /* of a DateTime */

struct clickhouse_options {
    struct http_options http;
    char *database, *table;
};

struct clickhouse {
    const char *sensor;
    struct http *http;
    struct buf body;
    struct http_answer answer;
    char path[PATH_SIZE];
};

#define OPTION(member) offsetof(struct clickhouse_options, member)

static const struct setting clickhouse_settings[] = {
    {"database", SETTING_TEXT, "mxtap", "", 0, 0, NULL, "database of the table", OPTION(database)},
    {"table", SETTING_TEXT, "records", "", 0, 0, NULL, "table that takes the records",
     OPTION(table)},
    SETTING_END,
};

/* An identifier that needs no quotes, in SQL and in a URL. */
static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    return text != NULL && strspn(text, letters) == strlen(text) && strlen(text) <= NAME_LONG &&
           text[0] != '\0' && (text[0] < '0' || text[0] > '9');
}

static enum err clickhouse_check(const void *given, char *ret_message, size_t size)
{
    const struct clickhouse_options *options = given;
    enum err err = http_check(&options->http, ret_message, size);
    if (err != ERR_NONE)
        return err;
    const char *problem = NULL;
    if (strchr(options->http.url, '?') != NULL)
        problem = "url: has a query in it; the sink makes its own";
    else if (!is_name(options->database))
        problem = "database: is no name of letters, digits and underscores";
    else if (!is_name(options->table))
        problem = "table: is no name of letters, digits and underscores";
    if (problem != NULL)
        snprintf(ret_message, size, "%s", problem);
    return problem == NULL ? ERR_NONE : ERR_CONFIG;
}

static enum err clickhouse_open(const struct sink_how *how, void **ret_state, char *ret_message,
                                size_t size)
{
    const struct clickhouse_options *options = how->options;
    struct clickhouse *clickhouse = calloc(1, sizeof *clickhouse);
    if (clickhouse == NULL)
        return ERR_MEMORY;
    enum err err = http_new(&options->http, &clickhouse->http, ret_message, size);
    if (err != ERR_NONE) {
        free(clickhouse);
        return err;
    }
    clickhouse->sensor = how->host == NULL ? "" : how->host;
    /* A table may do without columns that it does not want. The status is to wait for the end. */
    snprintf(clickhouse->path, sizeof clickhouse->path,
             "/?query=INSERT%%20INTO%%20%s.%s%%20FORMAT%%20JSONEachRow"
             "&input_format_skip_unknown_fields=1&wait_end_of_query=1",
             options->database, options->table);
    buf_init(&clickhouse->body, BODY_MAX);
    http_answer_init(&clickhouse->answer);
    *ret_state = clickhouse;
    return ERR_NONE;
}

static enum err clickhouse_close(void *state)
{
    struct clickhouse *clickhouse = state;
    http_free(clickhouse->http);
    http_answer_done(&clickhouse->answer);
    buf_done(&clickhouse->body);
    free(clickhouse);
    return ERR_NONE;
}

static void add_row(const struct clickhouse *clickhouse, const struct record *record,
                    struct buf *body)
{
    struct json_object *row = json_object_new_object();
    int64_t second = record->time / CLOCK_SECOND;
    json_object_object_add(row, "id", json_object_new_string(record->id));
    json_object_object_add(row, "time",
                           json_object_new_int64(second < LATEST_TIME ? second : LATEST_TIME));
    json_object_object_add(row, "nanosecond", json_object_new_int64(record->time % CLOCK_SECOND));
    json_object_object_add(row, "sensor", json_object_new_string(clickhouse->sensor));
    json_object_object_add(row, "kind", json_object_new_string(record_kind_name(record->kind)));
    json_object_object_add(row, "severity", json_object_new_int64(record->severity));
    json_object_object_add(row, "signature_id", json_object_new_int64(record->detector));
    json_object_object_add(
        row, "record",
        json_object_new_string_len((const char *)record->octets.at, (int)record->octets.len));
    size_t len = 0;
    const char *text = json_object_to_json_string_length(
        row, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
    buf_add(body, span_make(text, len));
    buf_add_octet(body, '\n');
    json_object_put(row);
}

/* The number of the exception in an answer; 0: there is none. */
static uint64_t exception_in(struct span body)
{
    size_t at = span_find_span(body, SPAN_LITERAL("DB::Exception"));
    if (at == body.len)
        return 0;
    struct span before = span_head(body, at);
    struct span number = span_skip(before, span_find_span(before, SPAN_LITERAL("Code: ")) + 6);
    size_t digits = 0;
    while (digits < number.len && number.at[digits] >= '0' && number.at[digits] <= '9')
        digits++;
    uint64_t code = 0;
    return span_number(span_head(number, digits), &code) && code != 0 ? code : UINT64_MAX;
}

/* Exceptions that are about the rows themselves: text that cannot be parsed or converted,
 * constraints. All others, from a missing table to a want of memory, somebody may mend. */
static bool is_of_rows(uint64_t code)
{
    static const uint16_t codes[] = {6,   25,  26,  27,  38,  41,  69,  70, 72,
                                     117, 131, 349, 376, 441, 469, 675, 676};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i] == code)
            return true;
    }
    return false;
}

static enum lot_fate judge(struct clickhouse *clickhouse, struct lot *lot,
                           struct delivery *delivery)
{
    const struct http_answer *answer = &clickhouse->answer;
    struct span said = buf_span(&answer->body);
    uint64_t code = answer->status == 0 ? 0 : exception_in(said);
    if (is_of_rows(code) || (code == 0 && http_judge(answer->status) == HTTP_NEVER)) {
        http_quote(clickhouse->http, span_head(said, QUOTED), lot->answer, sizeof lot->answer);
        return LOT_NEVER;
    }
    if (http_judge(answer->status) != HTTP_TAKEN) {
        snprintf(delivery->trouble, sizeof delivery->trouble, "%s", answer->trouble);
    } else if (span_trim(said).len > 0) {
        char quoted[160];
        http_quote(clickhouse->http, span_head(said, QUOTED), quoted, sizeof quoted);
        snprintf(delivery->trouble, sizeof delivery->trouble, "%s: %s",
                 code == 0 ? "answers as ClickHouse does not" : "ClickHouse answered", quoted);
    } else {
        return LOT_TAKEN;
    }
    delivery->wait = answer->wait;
    return LOT_LATER;
}

static enum lot_fate clickhouse_post(void *state, struct lot *lot, struct delivery *delivery)
{
    struct clickhouse *clickhouse = state;
    buf_clear_keep(&clickhouse->body, BODY_KEEP);
    for (size_t i = 0; i < lot->count; i++) {
        if (lot->parcels[i].state == PARCEL_WAITING)
            add_row(clickhouse, &lot->parcels[i].record, &clickhouse->body);
    }
    if (clickhouse->body.truncated) {
        snprintf(lot->answer, sizeof lot->answer, "the record is too long to be sent");
        return LOT_NEVER;
    }
    const struct http_request request = {
        .path = clickhouse->path,
        .type = "application/x-ndjson",
        .body = buf_span(&clickhouse->body),
    };
    http_post(clickhouse->http, &request, delivery->stop, &clickhouse->answer);
    return judge(clickhouse, lot, delivery);
}

static void clickhouse_send(void *state, struct delivery *delivery)
{
    lots_deliver(delivery, clickhouse_post, state);
}

const struct sink sink_clickhouse = {
    .name = "clickhouse",
    .summary = "rows of a ClickHouse table, over HTTP",
    .settings = {http_settings, clickhouse_settings},
    .options_size = sizeof(struct clickhouse_options),
    .format = "eve",
    .acknowledges = true,
    .check = clickhouse_check,
    .open = clickhouse_open,
    .close = clickhouse_close,
    .send = clickhouse_send,
};
