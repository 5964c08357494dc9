/*
 * kafka: records as messages of a topic, through librdkafka (KIP-98: an idempotent producer).
 *
 * For sink_kafka.c. The library has threads of its own, which the producer makes: so it is made by
 * the first kafka_send, and again after an error that it does not get over. Messages of one key go
 * to one partition, in order. A message counts as delivered when all replicas that are in sync have
 * it. Where that did not become known (time, the end) it stays waiting and is sent again: its
 * header field id is the same.
 *
 * new and free: the main thread; send: the output's own. The library logs into what becomes the
 * delivery's trouble, and nowhere else. Without librdkafka (MXTAP_KAFKA off) kafka_new gives
 * ERR_SUPPORT.
 */
#ifndef MXTAP_OUTPUT_KAFKA_H
#define MXTAP_OUTPUT_KAFKA_H

#include <mxtap/err.h>
#include <mxtap/sink.h>

enum kafka_security {
    KAFKA_PLAINTEXT,
    KAFKA_TLS,
    KAFKA_SASL_PLAIN, /* this and what follows: over TLS */
    KAFKA_SASL_SCRAM_256,
    KAFKA_SASL_SCRAM_512,
};

struct kafka_options {
    char *brokers; /* "kafka1:9092, kafka2:9092" */
    char *topic;
    unsigned security; /* enum kafka_security */
    char *tls_ca, *tls_cert, *tls_key;
    char *user;
    char *password;       /* reference of a secret */
    unsigned compression; /* index into KAFKA_COMPRESSIONS */
    uint64_t message_max; /* octets */
    int64_t connect_time; /* nanoseconds: without a broker */
    int64_t answer_time;  /* and: with one that does not acknowledge */
};

#define KAFKA_SECURITIES   "plaintext|tls|sasl-plain|sasl-scram-256|sasl-scram-512"
#define KAFKA_COMPRESSIONS "none|gzip|snappy|lz4|zstd"

struct kafka;

/* Keeps none of the options. format: its name, for a header field. ret_message as sink.open. */
enum err kafka_new(const struct kafka_options *options, const char *format,
                   struct kafka **ret_kafka, char *ret_message, size_t size) MXTAP_MUST_CHECK;
void kafka_free(struct kafka *kafka);
/* As sink.send. */
void kafka_send(struct kafka *kafka, struct delivery *delivery);

#endif
