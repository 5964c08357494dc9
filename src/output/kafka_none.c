/* kafka: a program that was built without librdkafka. */
#ifndef MXTAP_KAFKA

#include "kafka.h"

#include <stdio.h>

enum err kafka_new(const struct kafka_options *options, const char *format,
                   struct kafka **ret_kafka, char *ret_message, size_t size)
{
    (void)options;
    (void)format;
    (void)ret_kafka;
    snprintf(ret_message, size, "Kafka is not built into this program");
    return ERR_SUPPORT;
}

void kafka_free(struct kafka *kafka)
{
    (void)kafka;
}

void kafka_send(struct kafka *kafka, struct delivery *delivery)
{
    (void)kafka;
    (void)delivery;
}

#endif
