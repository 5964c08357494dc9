/*
 * kafka_conf: options in the terms of librdkafka.
 *
 * For kafka.c. What it makes holds the password until it is destroyed.
 */
#ifndef MXTAP_OUTPUT_KAFKA_CONF_H
#define MXTAP_OUTPUT_KAFKA_CONF_H

#include "kafka.h"
#include "rdkafka_library.h"

/* ERR_CONFIG with a sentence: a secret or file that cannot be read, a value that the library does
 * not take. With ERR_NONE too there may be one, a warning. */
enum err kafka_conf_new(const struct rdkafka_library *library, const struct kafka_options *options,
                        rd_kafka_conf_t **ret_conf, char *ret_message,
                        size_t size) MXTAP_MUST_CHECK;

#endif
