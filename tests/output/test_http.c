/* http: every octet of a request; answers whole, in pieces, cut, endless; patience; stop. */
#include "helper_http.h"
#include "http.h"
#include "test.h"

#include <mxtap/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* What the server is to answer, and what it saw. */
struct stage {
    struct helper_http *server;
    struct http_options options;
    struct http *http;
    struct http_answer answer;
    unsigned status;
    const char *fields, *body;
    size_t piece, cut; /* cut: octets of the answer that are sent */
    unsigned pause;
    bool raw, close, hold; /* raw: body is all of it */
    size_t requests, connections;
    struct buf head, got;
};

static void serve(void *arg, const struct helper_http_request *request,
                  struct helper_http_reply *reply)
{
    struct stage *stage = arg;
    stage->requests++;
    stage->connections = request->connection + 1;
    buf_clear(&stage->head);
    buf_add(&stage->head, request->head);
    buf_clear(&stage->got);
    buf_add(&stage->got, request->body);
    if (stage->raw)
        buf_add_text(&reply->octets, stage->body);
    else
        helper_http_answer(reply, stage->status, stage->fields, stage->body);
    if (stage->cut > 0)
        reply->octets.len = stage->cut;
    reply->piece = stage->piece;
    reply->pause = stage->pause;
    reply->close = stage->close || stage->cut > 0;
    reply->hold = stage->hold;
}

static void begin(struct stage *stage)
{
    *stage = (struct stage){.status = 200, .fields = "", .body = "taken"};
    buf_init(&stage->head, 1 << 20);
    buf_init(&stage->got, 1 << 20);
    stage->server = helper_http_start(&(struct helper_http_options){.serve = serve, .arg = stage});
    setting_defaults(http_settings, &stage->options);
    stage->options.url = strdup(helper_http_url(stage->server));
    http_answer_init(&stage->answer);
}

static void open_http(struct stage *stage)
{
    char message[300] = "";
    assert_int_equal(http_new(&stage->options, &stage->http, message, sizeof message), ERR_NONE);
    assert_string_equal(message, "");
}

static void end(struct stage *stage)
{
    http_free(stage->http);
    helper_http_stop(stage->server);
    http_answer_done(&stage->answer);
    setting_done(http_settings, &stage->options);
    buf_done(&stage->head);
    buf_done(&stage->got);
}

static const struct http_request plain = {
    .path = "/in", .type = "text/x-test", .body = {(const uint8_t *)"{\"a\":1}\n", 8}};

static void post(struct stage *stage)
{
    if (stage->http == NULL)
        open_http(stage);
    http_post(stage->http, &plain, -1, &stage->answer);
}

static void assert_span(struct span span, const char *text)
{
    assert_int_equal(span.len, strlen(text));
    assert_memory_equal(span.at, text, span.len);
}

static void test_octets(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    open_http(&stage);
    static const char *const fields[] = {"X-One: 1", "X-Two: 2", NULL};
    struct http_request request = plain;
    request.fields = fields;
    http_post(stage.http, &request, -1, &stage.answer);
    char expected[400];
    snprintf(expected, sizeof expected,
             "POST /in HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: mxtap/" MXTAP_VERSION
             "\r\nAccept: */*\r\nContent-Type: text/x-test\r\nX-One: 1\r\nX-Two: 2\r\n"
             "Content-Length: 8\r\n\r\n",
             helper_http_port(stage.server));
    assert_span(buf_span(&stage.head), expected);
    assert_span(buf_span(&stage.got), "{\"a\":1}\n");
    assert_int_equal(stage.answer.status, 200);
    assert_string_equal(stage.answer.trouble, "");
    assert_span(buf_span(&stage.answer.body), "taken");
    end(&stage);
}

/* One slash between them, and a query stays. */
static void test_path(void **state)
{
    (void)state;
    static const struct {
        const char *tail, *path, *line;
    } rows[] = {{"", "", "POST / HTTP/1.1\r\n"},
                {"/", "", "POST / HTTP/1.1\r\n"},
                {"/", "/x?y=z", "POST /x?y=z HTTP/1.1\r\n"},
                {"/base//", "/x", "POST /base/x HTTP/1.1\r\n"},
                {"/base?k=v", "", "POST /base?k=v HTTP/1.1\r\n"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stage stage;
        begin(&stage);
        free(stage.options.url);
        assert_true(
            asprintf(&stage.options.url, "%s%s", helper_http_url(stage.server), rows[i].tail) > 0);
        open_http(&stage);
        struct http_request request = plain;
        request.path = rows[i].path;
        http_post(stage.http, &request, -1, &stage.answer);
        assert_int_equal(stage.answer.status, 200);
        assert_true(span_starts(buf_span(&stage.head), span_text(rows[i].line)));
        end(&stage);
    }
}

static void test_kept_alive(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    for (size_t i = 0; i < 5; i++) {
        post(&stage);
        assert_int_equal(stage.answer.status, 200);
        assert_int_equal(stage.connections, i < 4 ? 1 : 2);
        stage.close = i >= 2; /* from then on each answer ends its connection */
    }
    assert_int_equal(stage.requests, 5);
    end(&stage);
}

static void test_pieces(void **state)
{
    (void)state;
    static const char chunked[] = "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "3\r\ntak\r\n2;x=y\r\nen\r\n0\r\nA: b\r\n\r\n";
    static const char continued[] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 X\r\n"
                                    "Content-Length: 5\r\n\r\ntaken";
    static const char until_end[] = "HTTP/1.0 200 X\r\n\r\ntaken";
    const char *const answers[] = {NULL, chunked, continued, until_end};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        for (size_t piece = 0; piece < 3; piece++) {
            struct stage stage;
            begin(&stage);
            stage.raw = answers[i] != NULL;
            stage.body = stage.raw ? answers[i] : stage.body;
            stage.close = answers[i] == until_end;
            stage.piece = piece;
            stage.pause = piece == 2 ? 1 : 0;
            post(&stage);
            assert_int_equal(stage.answer.status, 200);
            assert_span(buf_span(&stage.answer.body), "taken");
            end(&stage);
        }
    }
}

/* An answer of which an octet is missing is none. */
static void test_cut(void **state)
{
    (void)state;
    size_t whole = strlen("HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\ntaken");
    for (size_t cut = 1; cut < whole; cut++) {
        struct stage stage;
        begin(&stage);
        stage.cut = cut;
        post(&stage);
        assert_int_equal(stage.answer.status, 0);
        assert_true(strncmp(stage.answer.trouble, "127.0.0.1:", 10) == 0);
        stage.cut = 0; /* and the next one is not hurt by it */
        post(&stage);
        assert_int_equal(stage.answer.status, 200);
        assert_string_equal(stage.answer.trouble, "");
        end(&stage);
    }
}

static void test_nonsense(void **state)
{
    (void)state;
    static const char *const answers[] = {"hello\r\n\r\n", "HTTP/7.1 200 X\r\n\r\n",
                                          "HTTP/1.1 20\r\n\r\n", "\1\2\3\r\n\r\n",
                                          "HTTP/1.1 200 X\r\nContent-Length: x\r\n\r\n"};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct stage stage;
        begin(&stage);
        stage.raw = stage.close = true;
        stage.body = answers[i];
        post(&stage);
        assert_int_equal(stage.answer.status, 0);
        assert_true(strlen(stage.answer.trouble) > 10);
        end(&stage);
    }
}

/* The status of a giant answer counts, and no more of it is kept than may be. */
static void test_giant(void **state)
{
    (void)state;
    size_t size = HTTP_BODY_MAX + 100000;
    char *giant = malloc(size + 1);
    assert_non_null(giant);
    memset(giant, 'x', size);
    giant[size] = '\0';
    struct stage stage;
    begin(&stage);
    stage.body = giant;
    post(&stage);
    assert_int_equal(stage.answer.status, 200);
    assert_true(stage.answer.body.truncated);
    assert_int_equal(stage.answer.body.len, HTTP_BODY_MAX);
    stage.body = "small";
    post(&stage);
    assert_int_equal(stage.answer.status, 200);
    assert_false(stage.answer.body.truncated);
    assert_span(buf_span(&stage.answer.body), "small");
    end(&stage);
    free(giant);
}

static void test_patience(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    stage.status = 429;
    stage.body = "";
    char date[100];
    time_t soon = time(NULL) + 100;
    struct tm broken;
    strftime(date, sizeof date, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
             gmtime_r(&soon, &broken));
    const struct {
        const char *fields;
        int64_t min, max; /* seconds */
    } rows[] = {{"", 0, 0},
                {"Retry-After: 7\r\n", 7, 7},
                {"Retry-After: 0\r\n", 0, 0},
                {date, 95, 100},
                {"Retry-After: Mon, 01 Jan 2001 00:00:00 GMT\r\n", 0, 0},
                {"Retry-After: 99999999999999999999\r\n", 0, 3600},
                {"Retry-After: 90000\r\n", 3600, 3600},
                {"Retry-After: soon\r\n", 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        stage.fields = rows[i].fields;
        post(&stage);
        assert_int_equal(stage.answer.status, 429);
        assert_in_range(stage.answer.wait / CLOCK_SECOND, rows[i].min, rows[i].max);
    }
    end(&stage);
}

/* A redirect is an answer like others: nothing is sent to where it points. */
static void test_redirect(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    char fields[100];
    snprintf(fields, sizeof fields, "Location: %s/there\r\n", helper_http_url(stage.server));
    stage.status = 307;
    stage.fields = fields;
    stage.body = "go\x01\xfftherè\r\n\r\nnow";
    post(&stage);
    assert_int_equal(stage.answer.status, 307);
    assert_int_equal(stage.requests, 1);
    char expected[100];
    snprintf(expected, sizeof expected, "127.0.0.1:%u answered 307: go ?ther?? now",
             helper_http_port(stage.server));
    assert_string_equal(stage.answer.trouble, expected);
    end(&stage);
}

/* As nginx writes them. */
static void test_front(void **state)
{
    (void)state;
    static const struct {
        const char *title;
        long status;
    } rows[] = {{"400 Bad Request", 400},
                {"400 The SSL certificate error", 495},
                {"400 No required SSL certificate was sent", 496},
                {"400 The plain HTTP request was sent to HTTPS port", 497}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stage stage;
        begin(&stage);
        char body[200];
        snprintf(body, sizeof body, "<html>\r\n<head><title>%s</title></head>\r\n<body>",
                 rows[i].title);
        stage.status = 400;
        stage.body = body;
        post(&stage);
        assert_int_equal(stage.answer.status, rows[i].status);
        const char *said = strstr(stage.answer.trouble, " answered 4");
        assert_non_null(said);
        assert_string_equal(strchr(said, ':') + 2, rows[i].title);
        end(&stage);
    }
}

static void test_gzip(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    stage.options.gzip = true;
    for (int i = 0; i < 3; i++) {
        post(&stage);
        assert_int_equal(stage.answer.status, 200);
        assert_span(helper_http_field(buf_span(&stage.head), "Content-Encoding"), "gzip");
        struct buf body;
        helper_http_unpack(buf_span(&stage.got), &body);
        assert_span(buf_span(&body), "{\"a\":1}\n");
        buf_done(&body);
    }
    end(&stage);
}

/* A receiver that never answers: by the limit, and at once when stopped. */
static void test_silence(void **state)
{
    (void)state;
    static const char *const bodies[] = {"", "HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\nta"};
    for (size_t i = 0; i < 4; i++) {
        struct stage stage;
        begin(&stage);
        stage.raw = stage.hold = true;
        stage.body = bodies[i / 2];
        bool stopped = i % 2 == 1;
        stage.options.answer_time = stopped ? 60 * CLOCK_SECOND : CLOCK_SECOND / 10;
        open_http(&stage);
        int stop = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
        const struct itimerspec when = {.it_value = {.tv_nsec = 50000000}};
        if (stopped)
            timerfd_settime(stop, 0, &when, NULL);
        int64_t before = clock_steady();
        http_post(stage.http, &plain, stop, &stage.answer);
        assert_true(clock_steady() - before < 30 * CLOCK_SECOND);
        assert_int_equal(stage.answer.status, 0);
        assert_true((strstr(stage.answer.trouble, "stopped") != NULL) == stopped);
        close(stop);
        end(&stage);
    }
}

static void test_nobody(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    open_http(&stage);
    helper_http_stop(stage.server);
    post(&stage);
    assert_int_equal(stage.answer.status, 0);
    assert_non_null(strstr(stage.answer.trouble, "connect"));
    stage.server = helper_http_start(&(struct helper_http_options){.serve = serve, .arg = &stage});
    end(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets),     cmocka_unit_test(test_path),
        cmocka_unit_test(test_kept_alive), cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_cut),        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_giant),      cmocka_unit_test(test_patience),
        cmocka_unit_test(test_redirect),   cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_front),      cmocka_unit_test(test_silence),
        cmocka_unit_test(test_nobody),
    };
    return helper_http_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
