/* kafka: records as messages of a topic (kafka.h). */
#include "kafka.h"
#include "output_private.h"

#include <stdio.h>

#define TOPIC_MAX 249 /* Kafka's limit */

#define AT(member) offsetof(struct kafka_options, member)

static const struct setting kafka_settings[] = {
    {"brokers", SETTING_TEXT, "", "host:port, ...", 0, 0, NULL,
     "brokers to begin with; they tell of the others", AT(brokers)},
    {"topic", SETTING_TEXT, "mxtap", "", 0, 0, NULL, "where the records go", AT(topic)},
    {"security", SETTING_CHOICE, "plaintext", "", 0, 0, KAFKA_SECURITIES,
     "of the connections; the SASL ones are over TLS", AT(security)},
    {"tls_ca", SETTING_TEXT, "", "path", 0, 0, NULL,
     "certificates that may have signed the brokers' (PEM); without, the system's", AT(tls_ca)},
    {"tls_cert", SETTING_TEXT, "", "path", 0, 0, NULL, "our certificate (PEM)", AT(tls_cert)},
    {"tls_key", SETTING_TEXT, "", "path", 0, 0, NULL, "its key (PEM)", AT(tls_key)},
    {"user", SETTING_TEXT, "", "", 0, 0, NULL, "of SASL", AT(user)},
    {"password", SETTING_SECRET, "", "", 0, 0, NULL,
     "of SASL: file:, env: or credential:", AT(password)},
    {"compression", SETTING_CHOICE, "lz4", "", 0, 0, KAFKA_COMPRESSIONS, "of batches",
     AT(compression)},
    {"message_max", SETTING_OCTETS, "1000000", "octets", 1000, 100000000, NULL,
     "larger records are set aside; as large as the topic's max.message.bytes at most",
     AT(message_max)},
    {"connect_time", SETTING_SECONDS, "10", "seconds", 1, 600, NULL,
     "how long a delivery waits for a broker while connections fail", AT(connect_time)},
    {"answer_time", SETTING_SECONDS, "30", "seconds", 1, 300, NULL,
     "how long it waits for the next acknowledgement", AT(answer_time)},
    SETTING_END,
};

static bool is_topic(const char *topic)
{
    size_t length =
        strspn(topic, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    return length > 0 && length <= TOPIC_MAX && topic[length] == '\0' && strcmp(topic, ".") != 0 &&
           strcmp(topic, "..") != 0;
}

/* NULL: nothing. */
static const char *wrong_with(const struct kafka_options *options)
{
    bool tls = options->security != KAFKA_PLAINTEXT;
    bool sasl = options->security >= KAFKA_SASL_PLAIN;
    if (options->brokers == NULL)
        return "brokers: is missing";
    if (options->topic == NULL || !is_topic(options->topic))
        return "topic: is not a name of a topic";
    if (sasl && (options->user == NULL || options->password == NULL))
        return "security: SASL needs user and password";
    if (!sasl && (options->user != NULL || options->password != NULL))
        return "user, password: are for SASL only, see security";
    if (!tls && (options->tls_ca != NULL || options->tls_cert != NULL || options->tls_key != NULL))
        return "tls_ca, tls_cert, tls_key: are for TLS only, see security";
    if ((options->tls_cert == NULL) != (options->tls_key == NULL))
        return "tls_cert, tls_key: one needs the other";
    return NULL;
}

static enum err kafka_check(const void *options, char *ret_message, size_t size)
{
    const char *why = wrong_with(options);
    if (why == NULL)
        return ERR_NONE;
    snprintf(ret_message, size, "%s", why);
    return ERR_CONFIG;
}

static enum err kafka_open(const struct sink_how *how, void **ret_state, char *ret_message,
                           size_t size)
{
    struct kafka *kafka = NULL;
    enum err err = kafka_new(how->options, how->format, &kafka, ret_message, size);
    if (err == ERR_NONE)
        *ret_state = kafka;
    return err;
}

static enum err kafka_close(void *state)
{
    kafka_free(state);
    return ERR_NONE;
}

static void kafka_deliver(void *state, struct delivery *delivery)
{
    kafka_send(state, delivery);
}

const struct sink sink_kafka = {
    .name = "kafka",
    .summary = "a topic of Kafka",
    .settings = {kafka_settings},
    .options_size = sizeof(struct kafka_options),
    .format = "eve",
    .acknowledges = true,
    .check = kafka_check,
    .open = kafka_open,
    .close = kafka_close,
    .send = kafka_deliver,
};
