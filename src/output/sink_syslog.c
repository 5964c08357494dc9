/*
 * syslog: RFC 5424 messages over UDP (RFC 5426), TCP with octet counting (RFC 6587 3.4.1) or TLS
 * (RFC 5425).
 *
 * A message that is longer than max_octets is refused rather than cut: half a JSON object is none.
 */
#include "syslog.h"
#include "wire_carrier.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_TLS };

#define UDP_OCTETS     8192 /* where max_octets is not set */
#define MAX_OCTETS_MIN 480  /* RFC 5426 3.2: every receiver takes so much */

struct syslog_options {
    unsigned transport;
    char *address;
    unsigned facility;
    char *app_name, *sd_id;
    unsigned bom;
    uint64_t max_octets, rate;
    char *tls_ca, *tls_cert, *tls_key, *tls_name;
    int64_t connect_time, answer_time;
};

#define FACILITIES                                                                                 \
    "kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|ntp|audit|console|clock|"   \
    "local0|local1|local2|local3|local4|local5|local6|local7"
#define AT(field) offsetof(struct syslog_options, field)

static const struct setting syslog_settings[] = {
    {"transport", SETTING_CHOICE, "udp", "", 0, 0, "udp|tcp|tls", "how messages travel",
     AT(transport)},
    {"address", SETTING_TEXT, "", "", 0, 0, NULL,
     "host:port of the receiver; without a port 514, with tls 6514", AT(address)},
    {"facility", SETTING_CHOICE, "local0", "", 0, 0, FACILITIES, "facility of all messages",
     AT(facility)},
    {"app_name", SETTING_TEXT, "mxtap", "", 0, 0, NULL, "APP-NAME of all messages", AT(app_name)},
    {"sd_id", SETTING_TEXT, "mxtap@32473", "", 0, 0, NULL,
     "name of the structured data, with your enterprise number (32473 stands for none)", AT(sd_id)},
    {"bom", SETTING_CHOICE, "auto", "", 0, 0, "auto|never|always",
     "does a byte order mark stand before the record? auto: where it is text beyond ASCII, not "
     "JSON",
     AT(bom)},
    {"max_octets", SETTING_OCTETS, "0", "octets", 0, 16777216, NULL,
     "longest message; longer ones become dead letters; 0: 8k over udp, none otherwise",
     AT(max_octets)},
    {"rate", SETTING_COUNT, "1000", "messages a second", 0, 1000000, NULL,
     "at most, over udp, which cannot be held back; 0: as they come", AT(rate)},
    {"tls_ca", SETTING_TEXT, "", "file", 0, 0, NULL,
     "certificates that the receiver's must be signed by (PEM); none: those of the system",
     AT(tls_ca)},
    {"tls_cert", SETTING_TEXT, "", "file", 0, 0, NULL,
     "certificate of ours, with its chain (PEM), where the receiver wants one", AT(tls_cert)},
    {"tls_key", SETTING_TEXT, "", "file", 0, 0, NULL, "its key (PEM)", AT(tls_key)},
    {"tls_name", SETTING_TEXT, "", "", 0, 0, NULL,
     "name that the receiver's certificate must have; none: that of the address", AT(tls_name)},
    {"connect_time", SETTING_SECONDS, "10", "seconds", 0.1, 600, NULL,
     "limit of connecting, with the TLS handshake", AT(connect_time)},
    {"answer_time", SETTING_SECONDS, "20", "seconds", 0.1, 600, NULL,
     "a receiver that takes nothing for so long is given up, and connected to again",
     AT(answer_time)},
    SETTING_END,
};

struct syslog {
    struct wire_carrier carrier;
    struct syslog_style style;
    size_t max_octets; /* 0: any number */
    bool counted;      /* octet counting */
    struct buf message;
};

static enum err refuse(const char *text, char *ret_message, size_t size)
{
    snprintf(ret_message, size, "%s", text);
    return ERR_CONFIG;
}

static enum wire_kind kind_of(const struct syslog_options *options)
{
    static const enum wire_kind kinds[] = {WIRE_UDP, WIRE_TCP, WIRE_TLS};
    return kinds[options->transport];
}

static enum err syslog_check(const void *all, char *ret_message, size_t size)
{
    const struct syslog_options *options = all;
    bool tls = options->transport == TRANSPORT_TLS;
    if (options->address == NULL)
        return refuse("address: is missing", ret_message, size);
    if (!wire_address_ok(kind_of(options), options->address))
        return refuse("address: must be host:port, as siem.example.com:514 or [2001:db8::1]:514",
                      ret_message, size);
    if (options->app_name == NULL || !syslog_is_name(options->app_name, SYSLOG_APP_MAX))
        return refuse("app_name: must be 1 to 48 printable octets without spaces", ret_message,
                      size);
    if (options->sd_id == NULL || !syslog_is_sd_id(options->sd_id))
        return refuse("sd_id: must be name@number, 32 octets at most", ret_message, size);
    if (options->max_octets != 0 && options->max_octets < MAX_OCTETS_MIN)
        return refuse("max_octets: must be 480 at least", ret_message, size);
    if (!tls && (options->tls_ca != NULL || options->tls_cert != NULL || options->tls_key != NULL ||
                 options->tls_name != NULL))
        return refuse("tls_ca, tls_cert, tls_key and tls_name: only with transport tls",
                      ret_message, size);
    if ((options->tls_cert == NULL) != (options->tls_key == NULL))
        return refuse("tls_cert and tls_key: one needs the other", ret_message, size);
    return ERR_NONE;
}

static enum err syslog_open(const struct sink_how *how, void **ret_state, char *ret_message,
                            size_t size)
{
    const struct syslog_options *options = how->options;
    struct syslog *syslog = calloc(1, sizeof *syslog);
    if (syslog == NULL)
        return ERR_MEMORY;
    const struct wire_options wire = {
        .kind = kind_of(options),
        .address = options->address,
        .default_port = options->transport == TRANSPORT_TLS ? "6514" : "514",
        .tls_ca = options->tls_ca,
        .tls_cert = options->tls_cert,
        .tls_key = options->tls_key,
        .tls_name = options->tls_name,
        .connect_time = options->connect_time,
        .answer_time = options->answer_time,
    };
    enum err err = wire_carrier_open(&syslog->carrier, &wire, ret_message, size);
    if (err != ERR_NONE) {
        free(syslog);
        return err;
    }
    syslog->style = (struct syslog_style){.facility = options->facility,
                                          .app_name = options->app_name,
                                          .sd_id = options->sd_id,
                                          .bom = options->bom,
                                          .process = getpid()};
    syslog_host(how->host, syslog->style.host);
    syslog->counted = options->transport != TRANSPORT_UDP;
    syslog->max_octets = (size_t)options->max_octets;
    if (!syslog->counted && syslog->max_octets == 0)
        syslog->max_octets = UDP_OCTETS;
    syslog->carrier.rate = options->rate;
    buf_init(&syslog->message, syslog->carrier.frames.ceiling);
    *ret_state = syslog;
    return ERR_NONE;
}

static enum err syslog_close(void *state)
{
    struct syslog *syslog = state;
    wire_carrier_close(&syslog->carrier);
    buf_done(&syslog->message);
    free(syslog);
    return ERR_NONE;
}

static bool make_frame(void *arg, const struct parcel *parcel, struct buf *frames, char *answer)
{
    struct syslog *syslog = arg;
    buf_clear(&syslog->message);
    syslog_message(&syslog->style, &parcel->record, &syslog->message);
    if (syslog->max_octets != 0 && syslog->message.len > syslog->max_octets) {
        snprintf(answer, PARCEL_ANSWER, "%zu octets with the header are more than max_octets (%zu)",
                 syslog->message.len, syslog->max_octets);
        return false;
    }
    frames->truncated = frames->truncated || syslog->message.truncated;
    if (syslog->counted)
        buf_printf(frames, "%zu ", syslog->message.len);
    buf_add(frames, buf_span(&syslog->message));
    return true;
}

static void syslog_send(void *state, struct delivery *delivery)
{
    struct syslog *syslog = state;
    wire_carrier_send(&syslog->carrier, &(struct wire_frame){make_frame, syslog}, delivery);
}

static bool syslog_alive(void *state)
{
    return wire_carrier_alive(&((struct syslog *)state)->carrier);
}

const struct sink sink_syslog = {
    .name = "syslog",
    .summary = "syslog over UDP, TCP or TLS (RFC 5424)",
    .settings = {syslog_settings},
    .options_size = sizeof(struct syslog_options),
    .format = "eve",
    .check = syslog_check,
    .open = syslog_open,
    .close = syslog_close,
    .send = syslog_send,
    .alive = syslog_alive,
};
