/* sink_kafka: against the mock cluster of librdkafka; what arrives, in which order, and what does
 * not. */
#include "test.h"

#include "helper_delivery.h"
#include "helper_kafka.h"

#include <mxtap/clock.h>
#include <mxtap/output.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The thread sanitizer does not know the threads of librdkafka, which are C11's, and crashes. */
#if defined MXTAP_KAFKA && !defined __SANITIZE_THREAD__

#define COUNT 60

struct stage {
    struct helper_kafka kafka;
    struct helper_delivery sender;
    struct helper_kafka_message *messages; /* HELPER_KAFKA_MAX */
};

/* Records of three keys. more: "name=value" settings, or NULL. */
static void begin(struct stage *stage, size_t count, const char *more, const char *other)
{
    helper_kafka_init(&stage->kafka);
    const char *const settings[] = {
        stage->kafka.brokers, "topic=records", "connect_time=1", "answer_time=2", more, other, NULL,
    };
    helper_delivery_init(&stage->sender, sink_find("kafka"), settings, count);
    for (size_t i = 0; i < count; i++)
        stage->sender.parcels[i].record.key = 0xabc0 + i % 3;
    stage->messages = calloc(HELPER_KAFKA_MAX, sizeof *stage->messages);
    assert_non_null(stage->messages);
}

static void end(struct stage *stage)
{
    helper_delivery_done(&stage->sender);
    helper_kafka_done(&stage->kafka);
    free(stage->messages);
}

static const struct helper_kafka_message *find(const struct stage *stage, size_t count, size_t n)
{
    char id[RECORD_ID];
    snprintf(id, sizeof id, "%032zx", n);
    for (size_t i = 0; i < count; i++)
        if (strcmp(stage->messages[i].id, id) == 0)
            return &stage->messages[i];
    return NULL;
}

/* All are there but the one that is left out; the first ones of each id in order within a key. How
 * many repeats there are. */
static size_t check_all(struct stage *stage, size_t left_out)
{
    size_t count = helper_kafka_read(&stage->kafka, stage->messages);
    size_t total = stage->sender.delivery.count;
    const struct helper_kafka_message *last[3] = {NULL, NULL, NULL};
    for (size_t i = 0; i < total; i++) {
        const struct helper_kafka_message *message = find(stage, count, i);
        if (i == left_out) {
            assert_null(message);
            continue;
        }
        assert_non_null(message);
        if (last[i % 3] != NULL) {
            assert_int_equal(last[i % 3]->part, message->part);
            assert_true(last[i % 3] < message);
        }
        last[i % 3] = message;
    }
    return count - (total - (left_out < total));
}

static void test_delivered(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, COUNT, NULL, NULL);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(stage.sender.parcels[i].state, PARCEL_DELIVERED);
    assert_int_equal(check_all(&stage, SIZE_MAX), 0);
    for (size_t i = 0; i < COUNT; i++) {
        const struct helper_kafka_message *message = find(&stage, COUNT, i);
        char key[24];
        snprintf(key, sizeof key, "%016zx", 0xabc0 + i % 3);
        assert_string_equal(message->key, key);
        assert_string_equal(message->text, stage.sender.texts[i]);
        assert_int_equal(message->length, strlen(stage.sender.texts[i]));
        assert_string_equal(message->kind, "alert");
        assert_string_equal(message->format, "eve");
    }
    end(&stage);
}

/* What the library tries again by itself is no trouble. */
static void test_passing_errors(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, COUNT, "compression=zstd", NULL);
    rd_kafka_mock_push_request_errors(
        stage.kafka.cluster, HELPER_KAFKA_PRODUCE, 4, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
        RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    (void)check_all(&stage, SIZE_MAX);
    end(&stage);
}

/* By our own limit: it does not leave. */
static void test_too_large(void **state)
{
    (void)state;
    struct stage stage;
    char *large = calloc(1, 3000);
    begin(&stage, COUNT, "message_max=2000", NULL);
    stage.sender.parcels[7].record.octets = span_make(large, 3000);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_int_equal(stage.sender.parcels[7].state, PARCEL_REFUSED);
    assert_non_null(strstr(stage.sender.parcels[7].answer, "too large"));
    assert_int_equal(check_all(&stage, 7), 0);
    free(large);
    end(&stage);
}

/* The broker refuses the batch, and then the one message that is to blame. */
static void test_batch_refused(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, COUNT, NULL, NULL);
    for (size_t i = 0; i < COUNT; i++)
        stage.sender.parcels[i].record.key = 0xabc0;
    rd_kafka_mock_push_request_errors(stage.kafka.cluster, HELPER_KAFKA_PRODUCE, 2,
                                      RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                                      RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    size_t refused = COUNT;
    for (size_t i = 0; i < COUNT; i++)
        if (stage.sender.parcels[i].state == PARCEL_REFUSED) {
            assert_int_equal(refused, COUNT);
            refused = i;
        }
    assert_int_equal(refused, 0);
    assert_non_null(strstr(stage.sender.parcels[0].answer, "too large"));
    (void)check_all(&stage, 0);
    end(&stage);
}

/* No broker: it is told who does not answer, and later everything arrives. */
static void test_down(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, COUNT, NULL, NULL);
    helper_kafka_down(&stage.kafka);
    int64_t before = clock_steady();
    assert_int_equal(helper_delivery_send(&stage.sender), COUNT);
    assert_in_range(clock_steady() - before, CLOCK_SECOND / 2, 30 * CLOCK_SECOND);
    assert_non_null(strstr(stage.sender.delivery.trouble, "127.0.0.1:"));
    helper_kafka_up(&stage.kafka);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_int_equal(check_all(&stage, SIZE_MAX), 0);
    end(&stage);
}

static void *fall_and_rise(void *arg)
{
    struct helper_kafka *kafka = arg;
    for (int i = 0; i < 3; i++) {
        usleep(150 * 1000);
        helper_kafka_down(kafka);
        usleep(150 * 1000);
        helper_kafka_up(kafka);
    }
    return NULL;
}

/* Brokers that go and come while records are under way: none is missing, and each key in order. */
static void test_restarts(void **state)
{
    (void)state;
    struct stage stage;
    pthread_t thread;
    begin(&stage, COUNT, NULL, NULL);
    helper_kafka_delay(&stage.kafka, 40);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_int_equal(pthread_create(&thread, NULL, fall_and_rise, &stage.kafka), 0);
    for (unsigned lot = 1; lot < 20; lot++) {
        for (size_t i = 0; i < COUNT; i++)
            snprintf(stage.sender.parcels[i].record.id, RECORD_ID, "%032zx", lot * COUNT + i);
        helper_delivery_again(&stage.sender);
        unsigned tries = 0;
        while (helper_delivery_send(&stage.sender) > 0 && tries < 20)
            tries++;
        assert_in_range(tries, 0, 19);
    }
    pthread_join(thread, NULL);
    stage.sender.delivery.count = 20 * (size_t)COUNT;
    (void)check_all(&stage, SIZE_MAX);
    stage.sender.delivery.count = COUNT;
    end(&stage);
}

/* An operator has to mend it: nothing is lost. */
static void test_not_allowed(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, COUNT, NULL, NULL);
    rd_kafka_mock_push_request_errors(
        stage.kafka.cluster, HELPER_KAFKA_PRODUCE, 4, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_true(helper_delivery_send(&stage.sender) > 0);
    assert_non_null(strstr(stage.sender.delivery.trouble, "authorization"));
    rd_kafka_mock_clear_request_errors(stage.kafka.cluster, HELPER_KAFKA_PRODUCE);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    (void)check_all(&stage, SIZE_MAX);
    end(&stage);
}

/* Before a message leaves; mended, the next try has it. */
static void test_topic_denied(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, COUNT, NULL, NULL);
    rd_kafka_mock_topic_set_error(stage.kafka.cluster, "records",
                                  RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_int_equal(helper_delivery_send(&stage.sender), COUNT);
    rd_kafka_mock_topic_set_error(stage.kafka.cluster, "records", RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_int_equal(check_all(&stage, SIZE_MAX), 0);
    end(&stage);
}

/* An error that ends a producer: the next try has a new one. */
static void test_fatal(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, COUNT, NULL, NULL);
    rd_kafka_mock_push_request_errors(stage.kafka.cluster, HELPER_KAFKA_INIT, 1,
                                      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
    assert_int_equal(helper_delivery_send(&stage.sender), COUNT);
    assert_true(stage.sender.delivery.trouble[0] != '\0');
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_int_equal(check_all(&stage, SIZE_MAX), 0);
    end(&stage);
}

static void *stop_soon(void *arg)
{
    usleep(200 * 1000);
    uint64_t one = 1;
    assert_int_equal(write(*(int *)arg, &one, sizeof one), sizeof one);
    return NULL;
}

/* With brokers that do not answer, and with none. */
static void stop_while(bool down)
{
    struct stage stage;
    pthread_t thread;
    begin(&stage, COUNT, "answer_time=60", "connect_time=60");
    if (down)
        helper_kafka_down(&stage.kafka);
    else
        helper_kafka_delay(&stage.kafka, 20000);
    int64_t before = clock_steady();
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, &stage.sender.stop), 0);
    assert_int_equal(helper_delivery_send(&stage.sender), COUNT);
    pthread_join(thread, NULL);
    int64_t took = clock_steady() - before;
    print_message("stopped within %.2f s\n", (double)took / CLOCK_SECOND - 0.2);
    assert_in_range(took, 0, 10 * CLOCK_SECOND);
    end(&stage);
}

static void test_stop(void **state)
{
    (void)state;
    stop_while(false);
    stop_while(true);
}

/* A broker that takes connections and says nothing. */
static void test_silent(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 3, NULL, NULL);
    helper_kafka_delay(&stage.kafka, 20000);
    assert_int_equal(helper_delivery_send(&stage.sender), 3);
    helper_kafka_delay(&stage.kafka, 0);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    (void)check_all(&stage, SIZE_MAX);
    end(&stage);
}

static void refused(const char *part, const char *a, const char *b, const char *c)
{
    const char *const settings[] = {a, b, c, NULL};
    char message[300] = "";
    assert_int_equal(helper_delivery_try(sink_find("kafka"), settings, message, sizeof message),
                     ERR_CONFIG);
    if (strstr(message, part) == NULL)
        fail_msg("'%s' has no '%s'", message, part);
}

static void test_settings(void **state)
{
    (void)state;
    refused("brokers: is missing", NULL, NULL, NULL);
    refused("topic: is not", "brokers=a:1", "topic=two words", NULL);
    refused("topic: is not", "brokers=a:1", "topic=..", NULL);
    refused("SASL needs user", "brokers=a:1", "security=sasl-plain", "user=me");
    refused("are for SASL", "brokers=a:1", "security=tls", "user=me");
    refused("are for TLS", "brokers=a:1", "tls_ca=/nonexistent", NULL);
    refused("one needs the other", "brokers=a:1", "security=tls", "tls_cert=/nonexistent");
    refused("tls_ca: /nonexistent: No such file", "brokers=a:1", "security=tls",
            "tls_ca=/nonexistent");
}

/* The password is read when the sink is opened, and told to nobody. */
static void test_password(void **state)
{
    (void)state;
    const char *const settings[] = {"brokers=127.0.0.1:9", "security=sasl-scram-512", "user=me",
                                    "password=env:MXTAP_TEST_PASSWORD", NULL};
    char message[300] = "";
    unsetenv("MXTAP_TEST_PASSWORD");
    assert_int_equal(helper_delivery_try(sink_find("kafka"), settings, message, sizeof message),
                     ERR_CONFIG);
    assert_non_null(strstr(message, "MXTAP_TEST_PASSWORD"));
    setenv("MXTAP_TEST_PASSWORD", "of-nobody", 1);
    assert_int_equal(helper_delivery_try(sink_find("kafka"), settings, message, sizeof message),
                     ERR_NONE);
    assert_null(strstr(message, "of-nobody"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),     cmocka_unit_test(test_password),
        cmocka_unit_test(test_delivered),    cmocka_unit_test(test_passing_errors),
        cmocka_unit_test(test_too_large),    cmocka_unit_test(test_batch_refused),
        cmocka_unit_test(test_down),         cmocka_unit_test(test_restarts),
        cmocka_unit_test(test_not_allowed),  cmocka_unit_test(test_fatal),
        cmocka_unit_test(test_topic_denied), cmocka_unit_test(test_stop),
        cmocka_unit_test(test_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 77;
}

#endif
