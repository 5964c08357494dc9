/*
 * unix: records to a program on the same host through a unix socket (unix(7)): lines on a stream,
 * or one record a datagram.
 */
#include "wire_carrier.h"

#include <stdio.h>
#include <stdlib.h>

enum kind { KIND_STREAM, KIND_DATAGRAM };

struct unix_options {
    char *path;
    unsigned kind;
    int64_t connect_time, answer_time;
};

#define AT(field) offsetof(struct unix_options, field)

static const struct setting unix_settings[] = {
    {"path", SETTING_TEXT, "", "path", 0, 0, NULL, "the socket, which its receiver has made",
     AT(path)},
    {"kind", SETTING_CHOICE, "stream", "", 0, 0, "stream|datagram",
     "lines on a stream, or one record a datagram", AT(kind)},
    {"connect_time", SETTING_SECONDS, "10", "seconds", 0.1, 600, NULL, "limit of connecting",
     AT(connect_time)},
    {"answer_time", SETTING_SECONDS, "20", "seconds", 0.1, 600, NULL,
     "a receiver that takes nothing for so long is given up, and connected to again",
     AT(answer_time)},
    SETTING_END,
};

struct unix_state {
    struct wire_carrier carrier;
};

static enum wire_kind kind_of(const struct unix_options *options)
{
    return options->kind == KIND_STREAM ? WIRE_UNIX_STREAM : WIRE_UNIX_DATAGRAM;
}

static enum err unix_check(const void *all, char *ret_message, size_t size)
{
    const struct unix_options *options = all;
    if (options->path != NULL && wire_address_ok(kind_of(options), options->path))
        return ERR_NONE;
    snprintf(ret_message, size, "path: %s",
             options->path == NULL ? "is missing"
                                   : "must begin with / and have 107 octets at most");
    return ERR_CONFIG;
}

static enum err unix_open(const struct sink_how *how, void **ret_state, char *ret_message,
                          size_t size)
{
    const struct unix_options *options = how->options;
    struct unix_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return ERR_MEMORY;
    const struct wire_options wire = {
        .kind = kind_of(options),
        .address = options->path,
        .connect_time = options->connect_time,
        .answer_time = options->answer_time,
    };
    enum err err = wire_carrier_open(&state->carrier, &wire, ret_message, size);
    if (err != ERR_NONE) {
        free(state);
        return err;
    }
    *ret_state = state;
    return ERR_NONE;
}

static enum err unix_close(void *arg)
{
    struct unix_state *state = arg;
    wire_carrier_close(&state->carrier);
    free(state);
    return ERR_NONE;
}

static bool make_frame(void *arg, const struct parcel *parcel, struct buf *frames, char *answer)
{
    const struct unix_state *state = arg;
    (void)answer;
    buf_add(frames, parcel->record.octets);
    if (!state->carrier.datagrams)
        buf_add_octet(frames, '\n');
    return true;
}

static void unix_send(void *arg, struct delivery *delivery)
{
    struct unix_state *state = arg;
    wire_carrier_send(&state->carrier, &(struct wire_frame){make_frame, state}, delivery);
}

static bool unix_alive(void *arg)
{
    return wire_carrier_alive(&((struct unix_state *)arg)->carrier);
}

const struct sink sink_unix = {
    .name = "unix",
    .summary = "a unix socket: lines on a stream, or datagrams",
    .settings = {unix_settings},
    .options_size = sizeof(struct unix_options),
    .format = "eve",
    .check = unix_check,
    .open = unix_open,
    .close = unix_close,
    .send = unix_send,
    .alive = unix_alive,
};
