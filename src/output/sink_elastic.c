/*
 * elastic: Elasticsearch and OpenSearch, by their _bulk request.
 *
 * Each record is created under its identity (mxtap.id), so that a repeat is a conflict, which tells
 * that it was delivered. Bodies that are too large are halved (http_deliver.c); what was said of
 * each record is read by bulk_answer.c.
 */
#include "bulk_answer.h"
#include "output_private.h"

#include <mxtap/secret.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME_MAX_OCTETS 255

struct elastic_options {
    struct http_options http; /* the first: http_settings begins here */
    char *api_key;            /* reference of a secret */
    char *index, *pipeline;
};

struct elastic {
    const struct elastic_options *options;
    struct http *http;
    char *path, *authorization;
};

static const struct setting settings[] = {
    {"api_key", SETTING_SECRET, "", "", 0, 0, NULL,
     "API key as it is encoded (base64), in place of user or bearer: file:, env:, credential:",
     offsetof(struct elastic_options, api_key)},
    {"index", SETTING_TEXT, "mxtap", "", 0, 0, NULL, "name of the index, data stream or alias",
     offsetof(struct elastic_options, index)},
    {"pipeline", SETTING_TEXT, "", "", 0, 0, NULL,
     "ingest pipeline that records go through; empty: the index's own",
     offsetof(struct elastic_options, pipeline)},
    SETTING_END,
};

/* What both allow in names and what needs no escaping in a path. */
static bool is_name(const char *text, bool upper)
{
    size_t len = strlen(text);
    if (len == 0 || len > NAME_MAX_OCTETS || strchr("-_+.", text[0]) != NULL)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool is_upper = text[i] >= 'A' && text[i] <= 'Z';
        bool is_plain = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9') ||
                        strchr("-_.", text[i]) != NULL;
        if (!is_plain && !(is_upper && upper))
            return false;
    }
    return true;
}

static enum err elastic_check(const void *options, char *ret_message, size_t size)
{
    const struct elastic_options *elastic = options;
    const char *wrong = NULL;
    if (elastic->index == NULL || !is_name(elastic->index, false))
        wrong = "index: is no name of an index: small letters, digits, '-', '_' and '.' inside";
    else if (elastic->pipeline != NULL && !is_name(elastic->pipeline, true))
        wrong = "pipeline: is no name of a pipeline: letters, digits, '-', '_' and '.' inside";
    else if (elastic->http.url != NULL && strchr(elastic->http.url, '?') != NULL)
        wrong = "url: has a query; the request's own is appended";
    else if (elastic->api_key != NULL &&
             (elastic->http.user != NULL || elastic->http.bearer != NULL))
        wrong = "api_key: there is a user or bearer already; only one can be shown";
    if (wrong == NULL)
        return http_check(&elastic->http, ret_message, size);
    snprintf(ret_message, size, "%s", wrong);
    return ERR_CONFIG;
}

/* Of the answer only what is read is asked for. */
static char *make_path(const struct elastic_options *options)
{
    char *path = NULL;
    bool piped = options->pipeline != NULL;
    int len = asprintf(&path, "/%s/_bulk?filter_path=errors,items.*.status,items.*.error%s%s",
                       options->index, piped ? "&pipeline=" : "", piped ? options->pipeline : "");
    return len < 0 ? NULL : path;
}

static enum err elastic_close(void *state)
{
    struct elastic *elastic = state;
    http_free(elastic->http);
    secret_free(elastic->authorization);
    free(elastic->path);
    free(elastic);
    return ERR_NONE;
}

static enum err elastic_open(const struct sink_how *how, void **ret_state, char *ret_message,
                             size_t size)
{
    enum err err = elastic_check(how->options, ret_message, size);
    if (err != ERR_NONE)
        return err;
    struct elastic *elastic = calloc(1, sizeof *elastic);
    if (elastic == NULL)
        return ERR_MEMORY;
    elastic->options = how->options;
    elastic->path = make_path(elastic->options);
    err = elastic->path == NULL ? ERR_MEMORY
                                : http_authorization("ApiKey", "api_key", elastic->options->api_key,
                                                     &elastic->authorization, ret_message, size);
    if (err == ERR_NONE)
        err = http_new(&elastic->options->http, &elastic->http, ret_message, size);
    if (err != ERR_NONE) {
        (void)elastic_close(elastic);
        return err;
    }
    *ret_state = elastic;
    return ERR_NONE;
}

static void make(void *arg, const struct parcel *parcel, struct buf *body)
{
    (void)arg;
    buf_add_text(body, "{\"create\":{\"_id\":\"");
    buf_add_text(body, parcel->record.id);
    buf_add_text(body, "\"}}\n");
    buf_add(body, parcel->record.octets);
    buf_add_octet(body, '\n');
}

static void read_answer(void *arg, const struct http_answer *answer, struct parcel *parcels,
                        size_t count, struct delivery *delivery)
{
    const struct elastic *elastic = arg;
    bulk_answer_read(elastic->http, answer, parcels, count, delivery);
}

static void elastic_send(void *state, struct delivery *delivery)
{
    struct elastic *elastic = state;
    const struct http_request request = {.path = elastic->path,
                                         .type = "application/x-ndjson",
                                         .authorization = elastic->authorization};
    const struct http_items items = {.make = make, .read = read_answer, .arg = elastic};
    http_deliver_items(elastic->http, &request, &items, delivery);
}

const struct sink sink_elastic = {
    .name = "elastic",
    .summary = "Elasticsearch and OpenSearch: _bulk",
    .settings = {http_settings, settings},
    .options_size = sizeof(struct elastic_options),
    .format = "ecs",
    .acknowledges = true,
    .check = elastic_check,
    .open = elastic_open,
    .close = elastic_close,
    .send = elastic_send,
};
