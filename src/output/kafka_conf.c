/* kafka_conf: one property after the other (librdkafka's CONFIGURATION.md). */
#ifdef MXTAP_KAFKA

#include "kafka_conf.h"

#include <errno.h>
#include <inttypes.h>
#include <mxtap/clock.h>
#include <mxtap/secret.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MILLISECOND (1000 * CLOCK_MICROSECOND)

/* A conf that is being filled; the first fault ends it. */
struct filling {
    const struct rdkafka_library *library;
    rd_kafka_conf_t *conf;
    enum err err;
    char *message;
    size_t size;
};

/* NULL: the library's default. */
static void set(struct filling *filling, const char *property, const char *value)
{
    char why[200] = "";
    if (value == NULL || filling->err != ERR_NONE)
        return;
    if (filling->library->conf_set(filling->conf, property, value, why, sizeof why) ==
        RD_KAFKA_CONF_OK)
        return;
    filling->err = ERR_CONFIG;
    snprintf(filling->message, filling->size, "librdkafka: %s", why);
}

static void set_number(struct filling *filling, const char *property, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    set(filling, property, text);
}

/* It is read when a producer is made, which is too late to tell. */
static void set_file(struct filling *filling, const char *setting, const char *property,
                     const char *path)
{
    if (path != NULL && filling->err == ERR_NONE && access(path, R_OK) != 0) {
        filling->err = ERR_CONFIG;
        snprintf(filling->message, filling->size, "%s: %s: %s", setting, path, strerror(errno));
    }
    set(filling, property, path);
}

static void set_choice(struct filling *filling, const char *property, const char *choices,
                       unsigned index)
{
    char text[32];
    for (; index > 0; index--)
        choices += strcspn(choices, "|") + 1;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(choices, "|"), choices);
    set(filling, property, text);
}

static void set_password(struct filling *filling, const char *reference)
{
    char *password = NULL;
    char why[300] = "";
    if (filling->err != ERR_NONE)
        return;
    filling->err = secret_read(reference, &password, why, sizeof why);
    if (why[0] != '\0')
        snprintf(filling->message, filling->size, "password: %s", why);
    set(filling, "sasl.password", password);
    secret_free(password);
}

static void set_security(struct filling *filling, const struct kafka_options *options)
{
    static const char *const mechanisms[] = {
        [KAFKA_SASL_PLAIN] = "PLAIN",
        [KAFKA_SASL_SCRAM_256] = "SCRAM-SHA-256",
        [KAFKA_SASL_SCRAM_512] = "SCRAM-SHA-512",
    };
    bool sasl = options->security >= KAFKA_SASL_PLAIN;
    if (options->security == KAFKA_PLAINTEXT)
        return;
    set(filling, "security.protocol", sasl ? "sasl_ssl" : "ssl");
    set(filling, "ssl.endpoint.identification.algorithm", "https");
    set_file(filling, "tls_ca", "ssl.ca.location", options->tls_ca);
    set_file(filling, "tls_cert", "ssl.certificate.location", options->tls_cert);
    set_file(filling, "tls_key", "ssl.key.location", options->tls_key);
    if (!sasl)
        return;
    set(filling, "sasl.mechanisms", mechanisms[options->security]);
    set(filling, "sasl.username", options->user);
    set_password(filling, options->password);
}

/* Messages have no time limit of their own: kafka.c gives up all at once, so that none overtakes
 * one that is sent again. */
static void set_delivery(struct filling *filling, const struct kafka_options *options)
{
    set(filling, "enable.idempotence", "true");
    set(filling, "acks", "all");
    set(filling, "message.timeout.ms", "0");
    set(filling, "partitioner", "murmur2_random"); /* as the clients of Java */
    set(filling, "queue.buffering.max.ms", "1");
    set_number(filling, "message.max.bytes", (int64_t)options->message_max);
    set_choice(filling, "compression.type", KAFKA_COMPRESSIONS, options->compression);
}

enum err kafka_conf_new(const struct rdkafka_library *library, const struct kafka_options *options,
                        rd_kafka_conf_t **ret_conf, char *ret_message, size_t size)
{
    struct filling filling = {
        .library = library, .conf = library->conf_new(), .message = ret_message, .size = size};
    set(&filling, "client.id", "mxtap");
    set(&filling, "bootstrap.servers", options->brokers);
    set_delivery(&filling, options);
    set_security(&filling, options);
    set_number(&filling, "socket.connection.setup.timeout.ms", options->connect_time / MILLISECOND);
    set_number(&filling, "socket.timeout.ms", options->answer_time / MILLISECOND);
    set(&filling, "reconnect.backoff.max.ms", "1000");
    set(&filling, "socket.keepalive.enable", "true");
    if (filling.err != ERR_NONE) {
        library->conf_destroy(filling.conf);
        return filling.err;
    }
    *ret_conf = filling.conf;
    return ERR_NONE;
}

#endif
