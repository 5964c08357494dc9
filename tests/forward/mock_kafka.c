/*
 * mock_kafka: librdkafka's mock cluster as a program, for check_kafka.py.
 *
 * mock_kafka BROKERS PARTITIONS TOPIC prints its bootstrap servers, and obeys lines of standard
 * input, answering each with lines of which the last one is "ok":
 *   down, up       all brokers go, and come again
 *   refuse N       the next N Produce requests fail: the message is too large
 *   deny N         the next N Produce requests fail: not allowed
 *   read           "PARTITION OFFSET KEY ID KIND FORMAT VALUE" of all messages
 * It ends with its standard input.
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRODUCE  0 /* ApiKey of the protocol */
#define WAIT     20000
#define LINE_MAX 64

struct mock {
    rd_kafka_mock_cluster_t *cluster;
    int brokers, parts;
    const char *topic;
};

static void fail(const char *what)
{
    fprintf(stderr, "mock_kafka: %s\n", what);
    exit(1);
}

static rd_kafka_t *client(rd_kafka_type_t type, const char *brokers)
{
    static const char *const settings[][2] = {
        {"group.id", "check"}, {"enable.partition.eof", "true"}, {"fetch.wait.max.ms", "10"}};
    char why[300];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (brokers != NULL)
        for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
            (void)rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof why);
    (void)rd_kafka_conf_set(conf, "log_level", "0", why, sizeof why);
    if (brokers != NULL)
        (void)rd_kafka_conf_set(conf, "bootstrap.servers", brokers, why, sizeof why);
    rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof why);
    if (client == NULL)
        fail(why);
    return client;
}

static void print_header(const rd_kafka_message_t *message, const char *name)
{
    rd_kafka_headers_t *headers = NULL;
    const void *value = "-";
    size_t length = 1;
    if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        (void)rd_kafka_header_get_last(headers, name, &value, &length);
    printf(" %.*s", (int)length, (const char *)value);
}

static void print_message(const rd_kafka_message_t *message)
{
    printf("%d %lld %.*s", (int)message->partition, (long long)message->offset,
           (int)message->key_len, (const char *)message->key);
    print_header(message, "id");
    print_header(message, "kind");
    print_header(message, "format");
    printf(" %.*s\n", (int)message->len, (const char *)message->payload);
}

static void read_all(const struct mock *mock)
{
    rd_kafka_t *reader = client(RD_KAFKA_CONSUMER, rd_kafka_mock_cluster_bootstraps(mock->cluster));
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(mock->parts);
    for (int part = 0; part < mock->parts; part++)
        rd_kafka_topic_partition_list_add(list, mock->topic, part)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    (void)rd_kafka_assign(reader, list);
    rd_kafka_topic_partition_list_destroy(list);
    for (int ends = 0; ends < mock->parts;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader, WAIT);
        if (message == NULL)
            fail("nothing more can be read");
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            print_message(message);
        ends += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        rd_kafka_message_destroy(message);
    }
    rd_kafka_destroy(reader);
}

static void push(const struct mock *mock, int count, rd_kafka_resp_err_t error)
{
    for (; count > 0; count--)
        rd_kafka_mock_push_request_errors(mock->cluster, PRODUCE, 1, error);
}

static void obey(const struct mock *mock, const char *line)
{
    bool down = strcmp(line, "down\n") == 0;
    if (down || strcmp(line, "up\n") == 0) {
        for (int i = 1; i <= mock->brokers; i++)
            (void)(down ? rd_kafka_mock_broker_set_down(mock->cluster, i)
                        : rd_kafka_mock_broker_set_up(mock->cluster, i));
    } else if (strncmp(line, "refuse ", 7) == 0) {
        push(mock, (int)strtol(line + 7, NULL, 10), RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    } else if (strncmp(line, "deny ", 5) == 0) {
        push(mock, (int)strtol(line + 5, NULL, 10), RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    } else if (strcmp(line, "read\n") == 0) {
        read_all(mock);
    } else {
        fail("what is that?");
    }
}

int main(int count, char **arguments)
{
    char line[LINE_MAX];
    if (count != 4)
        fail("usage: mock_kafka BROKERS PARTITIONS TOPIC");
    struct mock mock = {.brokers = (int)strtol(arguments[1], NULL, 10),
                        .parts = (int)strtol(arguments[2], NULL, 10),
                        .topic = arguments[3]};
    rd_kafka_t *owner = client(RD_KAFKA_PRODUCER, NULL);
    mock.cluster = rd_kafka_mock_cluster_new(owner, mock.brokers);
    if (mock.cluster == NULL || rd_kafka_mock_topic_create(mock.cluster, mock.topic, mock.parts,
                                                           1) != RD_KAFKA_RESP_ERR_NO_ERROR)
        fail("no cluster");
    printf("%s\n", rd_kafka_mock_cluster_bootstraps(mock.cluster));
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        obey(&mock, line);
        printf("ok\n");
        fflush(stdout);
    }
    rd_kafka_mock_cluster_destroy(mock.cluster);
    rd_kafka_destroy(owner);
    return 0;
}
