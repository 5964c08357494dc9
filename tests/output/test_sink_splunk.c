/* sink_splunk: every octet of an event; acknowledgements early, late and never; what Splunk
 * refuses. */
#include "helper_delivery.h"
#include "helper_http.h"
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>

extern const struct sink sink_splunk;

#define TOKEN "b5a1f2c4-0000-4000-8000-0123456789ab"

struct stage {
    struct helper_http *server;
    struct helper_delivery sending;
    /* of /event */
    unsigned status;
    const char *fields, *body;
    const char *bad;      /* a request with this text in it is refused */
    const char *bad_body; /* with 400 and this; NULL: code 6 and the number of the event */
    /* of /ack */
    unsigned ack_status;
    const char *ack_body;
    size_t ack_after; /* so many times "false" before */
    size_t posts, asks;
    struct buf head, got, asked;
};

/* Which line of the body has the text, from 0. */
static size_t line_of(struct span body, struct span text)
{
    struct span before = span_head(body, span_find_span(body, text));
    size_t lines = 0;
    for (size_t i = 0; i < before.len; i++)
        lines += before.at[i] == '\n';
    return lines;
}

static void serve_event(struct stage *stage, struct span body, struct helper_http_reply *reply)
{
    stage->posts++;
    buf_clear(&stage->got);
    buf_add(&stage->got, body);
    struct span bad = span_text(stage->bad);
    if (bad.len == 0 || span_find_span(body, bad) == body.len) {
        helper_http_answer(reply, stage->status, stage->fields, stage->body);
        return;
    }
    char text[120];
    snprintf(text, sizeof text,
             "{\"text\":\"Invalid data format\",\"code\":6,\"invalid-event-number\":%zu}",
             line_of(body, bad));
    helper_http_answer(reply, 400, "", stage->bad_body == NULL ? text : stage->bad_body);
}

static void serve(void *arg, const struct helper_http_request *request,
                  struct helper_http_reply *reply)
{
    struct stage *stage = arg;
    buf_clear(&stage->head);
    buf_add(&stage->head, request->head);
    if (!span_starts(request->head, SPAN_LITERAL("POST /services/collector/ack HTTP/1.1\r\n"))) {
        serve_event(stage, request->body, reply);
        return;
    }
    stage->asks++;
    buf_clear(&stage->asked);
    buf_add(&stage->asked, request->body);
    if (stage->asks <= stage->ack_after)
        helper_http_answer(reply, 200, "", "{\"acks\":{\"7\":false}}");
    else
        helper_http_answer(reply, stage->ack_status, "", stage->ack_body);
}

static void begin(struct stage *stage, size_t count, const char *more)
{
    *stage = (struct stage){.status = 200,
                            .fields = "",
                            .body = "{\"text\":\"Success\",\"code\":0,\"ackId\":7}",
                            .ack_status = 200,
                            .ack_body = "{\"acks\":{\"7\":true}}"};
    buf_init(&stage->head, 1 << 20);
    buf_init(&stage->got, 1 << 20);
    buf_init(&stage->asked, 1 << 20);
    stage->server = helper_http_start(&(struct helper_http_options){.serve = serve, .arg = stage});
    char url[80];
    snprintf(url, sizeof url, "url=%s", helper_http_url(stage->server));
    setenv("TEST_HEC_TOKEN", TOKEN, 1);
    const char *const settings[] = {url, "token=env:TEST_HEC_TOKEN", "ack_time=1", more, NULL};
    helper_delivery_init(&stage->sending, &sink_splunk, settings, count);
}

static void end(struct stage *stage)
{
    helper_delivery_done(&stage->sending);
    helper_http_stop(stage->server);
    buf_done(&stage->head);
    buf_done(&stage->got);
    buf_done(&stage->asked);
}

static void test_every_octet(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 2, "index=mail");
    stage.sending.parcels[1].record.octets = SPAN_LITERAL("CEF:0|a\\|b \"c\" \xc3\xa4/");
    assert_int_equal(helper_delivery_send(&stage.sending), 0);
    helper_delivery_expect(buf_span(&stage.got),
                           "{\"time\":1600000000.123456,\"host\":\"sensor-1\",\"source\":\"mxtap\","
                           "\"sourcetype\":\"mxtap:eve\",\"index\":\"mail\","
                           "\"fields\":{\"mxtap_id\":\"00000000000000000000000000000000\"},"
                           "\"event\":{\"n\":0}}\n"
                           "{\"time\":1600000001.123456,\"host\":\"sensor-1\",\"source\":\"mxtap\","
                           "\"sourcetype\":\"mxtap:eve\",\"index\":\"mail\","
                           "\"fields\":{\"mxtap_id\":\"00000000000000000000000000000001\"},"
                           "\"event\":\"CEF:0|a\\\\|b \\\"c\\\" \xc3\xa4/\"}\n");
    helper_delivery_expect(buf_span(&stage.asked), "{\"acks\":[7]}");
    struct span head = buf_span(&stage.head);
    helper_delivery_expect(helper_http_field(head, "authorization"), "Splunk " TOKEN);
    struct span channel = helper_http_field(head, "x-splunk-request-channel");
    assert_int_equal(channel.len, 36);
    for (size_t i = 0; i < channel.len; i++)
        assert_non_null(memchr("0123456789abcdef-", channel.at[i], 17));
    assert_int_equal(channel.at[14], '4');
    assert_int_equal(stage.sending.parcels[1].state, PARCEL_DELIVERED);
    end(&stage);
}

static void test_late_acknowledgement(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 3, NULL);
    stage.ack_after = 2;
    assert_int_equal(helper_delivery_send(&stage.sending), 0);
    assert_int_equal(stage.posts, 1);
    assert_int_equal(stage.asks, 3);
    end(&stage);
}

/* Never acknowledged, or by an answer that does not say so: sent again, and then it is. */
static void test_no_acknowledgement(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *body;
    } answers[] = {
        {200, "{\"acks\":{\"7\":false}}"},
        {200, "{\"acks\":{\"8\":true}}"},
        {503, "{\"text\":\"Server is busy\",\"code\":9}"},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct stage stage;
        begin(&stage, 2, NULL);
        stage.ack_status = answers[i].status;
        stage.ack_body = answers[i].body;
        assert_int_equal(helper_delivery_send(&stage.sending), 2);
        assert_non_null(strstr(stage.sending.delivery.trouble, "did not acknowledge"));
        assert_true(stage.asks >= 2);
        stage.ack_status = 200;
        stage.ack_body = "{\"acks\":{\"7\":true}}";
        assert_int_equal(helper_delivery_send(&stage.sending), 0);
        assert_int_equal(stage.posts, 2);
        end(&stage);
    }
}

/* A token without acknowledgement: taken is all that it can say. */
static void test_token_without_acknowledgement(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 2, NULL);
    stage.body = "{\"text\":\"Success\",\"code\":0}";
    assert_int_equal(helper_delivery_send(&stage.sending), 0);
    assert_int_equal(stage.asks, 0);
    helper_delivery_again(&stage.sending);
    stage.body = "{\"text\":\"Success\",\"code\":0,\"ackId\":7}";
    stage.ack_status = 400;
    stage.ack_body = "{\"text\":\"ACK is disabled\",\"code\":14}";
    assert_int_equal(helper_delivery_send(&stage.sending), 0);
    assert_int_equal(stage.asks, 1);
    end(&stage);
    begin(&stage, 2, "ack=false");
    assert_int_equal(helper_delivery_send(&stage.sending), 0);
    assert_int_equal(stage.asks, 0);
    end(&stage);
}

/* Exactly the event that Splunk names is refused; without a name it is searched. */
static void test_bad_events(void **state)
{
    (void)state;
    static const char *const answers[] = {
        NULL,
        "{\"text\":\"Invalid data format\",\"code\":6}",
        "{\"text\":\"Event field cannot be blank\",\"code\":13,\"invalid-event-number\":99}",
        "{\"text\":\"Error in handling indexed fields\",\"code\":15}",
        "<html>this a proxy does not like</html>",
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        for (size_t bad = 0; bad < 8; bad++) {
            char text[20];
            snprintf(text, sizeof text, "{\"n\":%zu}", bad);
            struct stage stage;
            begin(&stage, 8, "ack=false");
            stage.bad = text;
            stage.bad_body = answers[i];
            assert_int_equal(helper_delivery_send(&stage.sending), 0);
            for (size_t k = 0; k < 8; k++)
                assert_int_equal(stage.sending.parcels[k].state,
                                 k == bad ? PARCEL_REFUSED : PARCEL_DELIVERED);
            assert_non_null(strstr(stage.sending.parcels[bad].answer, "answered 400"));
            if (answers[i] == NULL)
                assert_int_equal(stage.posts, 2);
            end(&stage);
        }
    }
}

/* What an operator or time may mend. No message has the token, even where Splunk said it. */
static void test_later(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *fields, *body, *trouble;
    } answers[] = {
        {503, "Retry-After: 3\r\n", "{\"text\":\"Server is busy\",\"code\":9}", "busy"},
        {500, "", "{\"text\":\"Internal server error\",\"code\":8}", "500"},
        {403, "", "{\"text\":\"Invalid token " TOKEN "\",\"code\":4}", "Invalid token"},
        {401, "", "{\"text\":\"Token is required\",\"code\":2}", "401"},
        {400, "", "{\"text\":\"Incorrect index\",\"code\":7,\"invalid-event-number\":0}", "index"},
        {400, "", "{\"text\":\"Data channel is missing\",\"code\":10}", "channel"},
        {404, "", "<html>", "404"},
        {200, "", "<html>Welcome to nginx!</html>", "no HTTP Event Collector"},
        {200, "", "", "no HTTP Event Collector"},
        {200, "", "{\"text\":\"?\",\"code\":6}", "no HTTP Event Collector"},
        {302, "Location: http://127.0.0.1:1/\r\n", "", "302"},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct stage stage;
        begin(&stage, 3, NULL);
        stage.status = answers[i].status;
        stage.fields = answers[i].fields;
        stage.body = answers[i].body;
        assert_int_equal(helper_delivery_send(&stage.sending), 3);
        assert_int_equal(stage.posts, 1);
        assert_int_equal(stage.asks, 0);
        assert_non_null(strstr(stage.sending.delivery.trouble, answers[i].trouble));
        assert_null(strstr(stage.sending.delivery.trouble, TOKEN));
        assert_int_equal(stage.sending.delivery.wait,
                         answers[i].fields[0] == 'R' ? INT64_C(3000000000) : 0);
        end(&stage);
    }
}

static void *stop_soon(void *job)
{
    const struct helper_delivery *sending = job;
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    assert_int_equal(eventfd_write(sending->stop, 1), 0);
    return NULL;
}

/* While an acknowledgement is waited for. */
static void test_stop(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 3, "ack_time=60");
    stage.ack_body = "{\"acks\":{\"7\":false}}";
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, &stage.sending), 0);
    assert_int_equal(helper_delivery_send(&stage.sending), 3);
    pthread_join(thread, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_true(after.tv_sec - before.tv_sec < 2);
    assert_non_null(strstr(stage.sending.delivery.trouble, "stopped"));
    end(&stage);
}

static void test_settings(void **state)
{
    (void)state;
    static const struct {
        const char *url, *token, *more, *words;
    } faults[] = {
        {"url=", "token=env:TEST_HEC_TOKEN", NULL, "url: is missing"},
        {"url=https://127.0.0.1:1", "token=", NULL, "token: is missing"},
        {"url=https://127.0.0.1:1/?a", "token=env:TEST_HEC_TOKEN", NULL, "url: has a query"},
        {"url=https://127.0.0.1:1", "token=env:TEST_HEC_TOKEN", "user=x", "token: is what"},
        {"url=https://127.0.0.1:1", "token=env:TEST_HEC_NONE", NULL, "TEST_HEC_NONE"},
        {"url=https://127.0.0.1:1", "token=env:TEST_HEC_LINES", NULL, "no token has"},
    };
    setenv("TEST_HEC_TOKEN", TOKEN, 1);
    setenv("TEST_HEC_LINES", TOKEN "\r\nHost: " TOKEN, 1);
    unsetenv("TEST_HEC_NONE");
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        char message[300] = "";
        const char *const settings[] = {faults[i].url, faults[i].token, faults[i].more, NULL};
        assert_int_equal(helper_delivery_try(&sink_splunk, settings, message, sizeof message),
                         ERR_CONFIG);
        assert_non_null(strstr(message, faults[i].words));
        assert_null(strstr(message, TOKEN));
    }
    /* Over HTTP everybody on the way can read the token. */
    char message[300] = "";
    const char *const clear[] = {"url=http://127.0.0.1:1", "token=env:TEST_HEC_TOKEN", NULL};
    assert_int_equal(helper_delivery_try(&sink_splunk, clear, message, sizeof message), ERR_NONE);
    assert_non_null(strstr(message, "in the clear"));
    const char *const good[] = {"url=https://127.0.0.1:1", "token=env:TEST_HEC_TOKEN", NULL};
    message[0] = '\0';
    assert_int_equal(helper_delivery_try(&sink_splunk, good, message, sizeof message), ERR_NONE);
    assert_string_equal(message, "");
}

int main(void)
{
    if (helper_http_missing())
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_octet),
        cmocka_unit_test(test_late_acknowledgement),
        cmocka_unit_test(test_no_acknowledgement),
        cmocka_unit_test(test_token_without_acknowledgement),
        cmocka_unit_test(test_bad_events),
        cmocka_unit_test(test_later),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
