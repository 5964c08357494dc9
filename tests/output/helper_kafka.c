/* helper_kafka: a cluster within the process; the consumer asks each partition for all it has. */
#ifdef MXTAP_KAFKA

#include "helper_kafka.h"

#include "test.h"

#include <stdio.h>

#define TOPIC "records"

static rd_kafka_t *client(rd_kafka_type_t type, const char *brokers)
{
    char why[300];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *const settings[][2] = {{"bootstrap.servers", brokers},
                                       {"group.id", "test"},
                                       {"fetch.wait.max.ms", "10"},
                                       {"enable.partition.eof", "true"},
                                       {"log_level", "0"}};
    for (size_t i = brokers == NULL ? 4 : 0; i < 5; i++)
        assert_int_equal(rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof why),
                         RD_KAFKA_CONF_OK);
    rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof why);
    assert_non_null(client);
    return client;
}

void helper_kafka_init(struct helper_kafka *kafka)
{
    kafka->owner = client(RD_KAFKA_PRODUCER, NULL);
    kafka->cluster = rd_kafka_mock_cluster_new(kafka->owner, HELPER_KAFKA_BROKERS);
    assert_non_null(kafka->cluster);
    assert_int_equal(rd_kafka_mock_topic_create(kafka->cluster, TOPIC, HELPER_KAFKA_PARTS, 1),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
    snprintf(kafka->brokers, sizeof kafka->brokers, "brokers=%s",
             rd_kafka_mock_cluster_bootstraps(kafka->cluster));
}

void helper_kafka_done(struct helper_kafka *kafka)
{
    rd_kafka_mock_cluster_destroy(kafka->cluster);
    rd_kafka_destroy(kafka->owner);
}

void helper_kafka_down(struct helper_kafka *kafka)
{
    for (int32_t i = 1; i <= HELPER_KAFKA_BROKERS; i++)
        assert_int_equal(rd_kafka_mock_broker_set_down(kafka->cluster, i),
                         RD_KAFKA_RESP_ERR_NO_ERROR);
}

void helper_kafka_up(struct helper_kafka *kafka)
{
    for (int32_t i = 1; i <= HELPER_KAFKA_BROKERS; i++)
        assert_int_equal(rd_kafka_mock_broker_set_up(kafka->cluster, i),
                         RD_KAFKA_RESP_ERR_NO_ERROR);
}

void helper_kafka_delay(struct helper_kafka *kafka, int milliseconds)
{
    for (int32_t i = 1; i <= HELPER_KAFKA_BROKERS; i++)
        assert_int_equal(rd_kafka_mock_broker_set_rtt(kafka->cluster, i, milliseconds),
                         RD_KAFKA_RESP_ERR_NO_ERROR);
}

static void copy_header(const rd_kafka_message_t *message, const char *name, char *ret_text,
                        size_t size)
{
    rd_kafka_headers_t *headers = NULL;
    const void *value = NULL;
    size_t length = 0;
    assert_int_equal(rd_kafka_message_headers(message, &headers), RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(rd_kafka_header_get_last(headers, name, &value, &length),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
    snprintf(ret_text, size, "%.*s", (int)length, (const char *)value);
}

static void keep(const rd_kafka_message_t *message, struct helper_kafka_message *ret_message)
{
    *ret_message =
        (struct helper_kafka_message){.length = message->len, .part = message->partition};
    copy_header(message, "id", ret_message->id, sizeof ret_message->id);
    copy_header(message, "kind", ret_message->kind, sizeof ret_message->kind);
    copy_header(message, "format", ret_message->format, sizeof ret_message->format);
    snprintf(ret_message->key, sizeof ret_message->key, "%.*s", (int)message->key_len,
             (const char *)message->key);
    snprintf(ret_message->text, sizeof ret_message->text, "%.*s", (int)message->len,
             (const char *)message->payload);
}

size_t helper_kafka_read(struct helper_kafka *kafka, struct helper_kafka_message *ret_messages)
{
    rd_kafka_t *reader =
        client(RD_KAFKA_CONSUMER, rd_kafka_mock_cluster_bootstraps(kafka->cluster));
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(HELPER_KAFKA_PARTS);
    for (int part = 0; part < HELPER_KAFKA_PARTS; part++)
        rd_kafka_topic_partition_list_add(list, TOPIC, part)->offset = RD_KAFKA_OFFSET_BEGINNING;
    assert_int_equal(rd_kafka_assign(reader, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
    size_t count = 0;
    for (int ends = 0; ends < HELPER_KAFKA_PARTS;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader, 10000);
        assert_non_null(message);
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && count < HELPER_KAFKA_MAX)
            keep(message, &ret_messages[count++]);
        ends += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        rd_kafka_message_destroy(message);
    }
    rd_kafka_destroy(reader);
    return count;
}

#endif
