/*
 * webhook: records POSTed to a URL, a line each (NDJSON) or as one JSON array.
 *
 * 2xx means that the receiver has them all; what it never takes is halved until the records to
 * blame are found (http_deliver.c).
 */
#include "http.h"
#include "output_private.h"

#include <stdio.h>
#include <stdlib.h>

enum shape { SHAPE_LINES, SHAPE_ARRAY };

struct webhook_options {
    struct http_options http; /* the first: http_settings begins here */
    unsigned shape;
    char *content_type;
};

struct webhook {
    const struct webhook_options *options;
    struct http *http;
};

static const struct setting settings[] = {
    {"body", SETTING_CHOICE, "lines", "", 0, 0, "lines|array",
     "records one a line (NDJSON), or as a JSON array", offsetof(struct webhook_options, shape)},
    {"content_type", SETTING_TEXT, "", "", 0, 0, NULL,
     "Content-Type of requests; empty: application/x-ndjson or application/json, as body says",
     offsetof(struct webhook_options, content_type)},
    SETTING_END,
};

static enum err webhook_check(const void *options, char *ret_message, size_t size)
{
    const struct webhook_options *webhook = options;
    for (const char *at = webhook->content_type; at != NULL && *at != '\0'; at++) {
        if (*at < ' ' || *at > '~') {
            snprintf(ret_message, size, "content_type: has characters that cannot be sent");
            return ERR_CONFIG;
        }
    }
    return http_check(&webhook->http, ret_message, size);
}

static enum err webhook_open(const struct sink_how *how, void **ret_state, char *ret_message,
                             size_t size)
{
    struct webhook *webhook = calloc(1, sizeof *webhook);
    if (webhook == NULL)
        return ERR_MEMORY;
    webhook->options = how->options;
    enum err err = webhook_check(how->options, ret_message, size);
    if (err == ERR_NONE)
        err = http_new(&webhook->options->http, &webhook->http, ret_message, size);
    if (err != ERR_NONE) {
        free(webhook);
        return err;
    }
    *ret_state = webhook;
    return ERR_NONE;
}

static enum err webhook_close(void *state)
{
    struct webhook *webhook = state;
    http_free(webhook->http);
    free(webhook);
    return ERR_NONE;
}

static void make_line(void *arg, const struct parcel *parcel, struct buf *body)
{
    (void)arg;
    buf_add(body, parcel->record.octets);
    buf_add_octet(body, '\n');
}

/* The body is an array after each record: its end becomes a comma when another one follows. */
static void make_element(void *arg, const struct parcel *parcel, struct buf *body)
{
    (void)arg;
    if (body->len == 0)
        buf_add_octet(body, '[');
    else
        body->at[body->len - 1] = ',';
    buf_add(body, parcel->record.octets);
    buf_add_octet(body, ']');
}

static void webhook_send(void *state, struct delivery *delivery)
{
    struct webhook *webhook = state;
    bool lines = webhook->options->shape == SHAPE_LINES;
    const char *type = webhook->options->content_type;
    if (type == NULL)
        type = lines ? "application/x-ndjson" : "application/json";
    const struct http_request request = {.path = "", .type = type};
    http_deliver(webhook->http, &request, lines ? make_line : make_element, NULL, delivery);
}

const struct sink sink_webhook = {
    .name = "webhook",
    .summary = "HTTP and HTTPS: records POSTed as lines or as an array",
    .settings = {http_settings, settings},
    .options_size = sizeof(struct webhook_options),
    .format = "eve",
    .acknowledges = true,
    .check = webhook_check,
    .open = webhook_open,
    .close = webhook_close,
    .send = webhook_send,
};
