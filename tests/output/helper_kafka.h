/*
 * helper_kafka: librdkafka's mock cluster, and a consumer that reads back what a topic has.
 *
 * The cluster has two brokers and the topic "records" with four partitions.
 */
#ifndef MXTAP_HELPER_KAFKA_H
#define MXTAP_HELPER_KAFKA_H

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stddef.h>

#define HELPER_KAFKA_BROKERS 2
#define HELPER_KAFKA_PARTS   4
#define HELPER_KAFKA_MAX     4096
#define HELPER_KAFKA_PRODUCE 0  /* ApiKeys of the protocol */
#define HELPER_KAFKA_INIT    22 /* InitProducerId */

struct helper_kafka {
    rd_kafka_t *owner;
    rd_kafka_mock_cluster_t *cluster;
    char brokers[200]; /* setting "brokers=..." */
};

struct helper_kafka_message {
    char id[40], kind[16], format[16], key[24];
    char text[64];
    size_t length;
    int part;
};

void helper_kafka_init(struct helper_kafka *kafka);
void helper_kafka_done(struct helper_kafka *kafka);
void helper_kafka_down(struct helper_kafka *kafka);
void helper_kafka_up(struct helper_kafka *kafka);
void helper_kafka_delay(struct helper_kafka *kafka, int milliseconds);
/* All messages of the topic, those of a partition in order; at most HELPER_KAFKA_MAX. */
size_t helper_kafka_read(struct helper_kafka *kafka, struct helper_kafka_message *ret_messages);

#endif
