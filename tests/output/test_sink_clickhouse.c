/* sink_clickhouse: every octet of an INSERT; what its answers mean, of 18.16 and of today's. */
#include "helper_delivery.h"
#include "helper_http.h"
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <time.h>

extern const struct sink sink_clickhouse;

#define QUERY                                                                                      \
    "/?query=INSERT%20INTO%20mxtap.records%20FORMAT%20JSONEachRow"                                 \
    "&input_format_skip_unknown_fields=1&wait_end_of_query=1"

struct stage {
    struct helper_http *server;
    struct helper_delivery sending;
    unsigned status;
    const char *fields, *body;
    const char *bad; /* a body with this text in it is answered with bad_status, bad_body */
    unsigned bad_status;
    const char *bad_body;
    size_t piece, cut;
    bool hold;
    size_t requests;
    struct buf head, got;
};

static void serve(void *arg, const struct helper_http_request *request,
                  struct helper_http_reply *reply)
{
    struct stage *stage = arg;
    stage->requests++;
    buf_clear(&stage->head);
    buf_add(&stage->head, request->head);
    buf_clear(&stage->got);
    buf_add(&stage->got, request->body);
    if (stage->bad != NULL &&
        span_find_span(request->body, span_text(stage->bad)) < request->body.len)
        helper_http_answer(reply, stage->bad_status, "", stage->bad_body);
    else
        helper_http_answer(reply, stage->status, stage->fields, stage->body);
    if (stage->cut > 0)
        reply->octets.len -= stage->cut;
    reply->close = stage->cut > 0;
    reply->piece = stage->piece;
    reply->pause = stage->piece > 0 ? 1 : 0;
    reply->hold = stage->hold;
}

static void begin(struct stage *stage, size_t count)
{
    *stage = (struct stage){.status = 200, .fields = "", .body = ""};
    buf_init(&stage->head, 1 << 20);
    buf_init(&stage->got, 1 << 20);
    stage->server = helper_http_start(&(struct helper_http_options){.serve = serve, .arg = stage});
    char url[80];
    snprintf(url, sizeof url, "url=%s", helper_http_url(stage->server));
    const char *const settings[] = {url, NULL};
    helper_delivery_init(&stage->sending, &sink_clickhouse, settings, count);
}

static void end(struct stage *stage)
{
    helper_delivery_done(&stage->sending);
    helper_http_stop(stage->server);
    buf_done(&stage->head);
    buf_done(&stage->got);
}

static void test_every_octet(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 2);
    stage.sending.parcels[1].record.octets =
        SPAN_LITERAL("{\"subject\":\"\xc3\xa4/\\\"\\u0001\\\\\"}");
    stage.sending.parcels[1].record.kind = RECORD_SMTP;
    stage.sending.parcels[1].record.severity = 0;
    stage.sending.parcels[1].record.detector = 0;
    assert_int_equal(helper_delivery_send(&stage.sending), 0);
    assert_int_equal(stage.requests, 1);
    const char *line = "POST " QUERY " HTTP/1.1\r\n";
    assert_true(span_starts(buf_span(&stage.head), span_text(line)));
    helper_delivery_expect(
        buf_span(&stage.got),
        "{\"id\":\"00000000000000000000000000000000\",\"time\":1600000000,"
        "\"nanosecond\":123456789,\"sensor\":\"sensor-1\",\"kind\":\"alert\",\"severity\":2,"
        "\"signature_id\":1000,\"record\":\"{\\\"n\\\":0}\"}\n"
        "{\"id\":\"00000000000000000000000000000001\",\"time\":1600000001,"
        "\"nanosecond\":123456789,\"sensor\":\"sensor-1\",\"kind\":\"smtp\",\"severity\":0,"
        "\"signature_id\":0,\"record\":"
        "\"{\\\"subject\\\":\\\"\xc3\xa4/\\\\\\\"\\\\u0001\\\\\\\\\\\"}\"}\n");
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(stage.sending.parcels[i].state, PARCEL_DELIVERED);
    end(&stage);
}

/* A DateTime ends in 2106; the record itself has the time too. */
static void test_far_future(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 1);
    stage.sending.parcels[0].record.time = INT64_C(8000000000000000000);
    assert_int_equal(helper_delivery_send(&stage.sending), 0);
    assert_true(span_find_span(buf_span(&stage.got), SPAN_LITERAL("\"time\":4294967295,")) <
                stage.got.len);
    end(&stage);
}

/* A row that cannot be parsed: 18.16 says 500, later ones 400. */
static void test_bad_rows(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *body;
    } answers[] = {
        {500, "Code: 27, e.displayText() = DB::Exception: Cannot parse input: expected \" before: "
              "5}\\n: (at row 1)\n, e.what() = DB::Exception"},
        {400, "Code: 27. DB::Exception: Cannot parse input: expected '\"' before: '5}'. "
              "(CANNOT_PARSE_INPUT_ASSERTION_FAILED) (version 24.8.4.13 (official build))\n"},
        {500, "Code: 117. DB::Exception: x. (INCORRECT_DATA)"},
        {500, "Code: 469. DB::Exception: Constraint `c` is violated. (VIOLATED_CONSTRAINT)"},
        {200, "\r\nCode: 41. DB::Exception: Cannot parse DateTime. (CANNOT_PARSE_DATETIME)"},
        {413, "<html>too large</html>"},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct stage stage;
        begin(&stage, 8);
        stage.bad = "\\\"n\\\":5}";
        stage.bad_status = answers[i].status;
        stage.bad_body = answers[i].body;
        assert_int_equal(helper_delivery_send(&stage.sending), 0);
        for (size_t k = 0; k < 8; k++)
            assert_int_equal(stage.sending.parcels[k].state,
                             k == 5 ? PARCEL_REFUSED : PARCEL_DELIVERED);
        const char *answer = stage.sending.parcels[5].answer;
        assert_memory_equal(answer, span_trim(span_text(answers[i].body)).at, 10);
        for (; *answer != '\0'; answer++)
            assert_in_range(*answer, ' ', '~');
        end(&stage);
    }
}

/* What somebody may mend: nothing is refused, nothing is lost. */
static void test_later(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *fields, *body, *trouble;
    } answers[] = {
        {404, "", "Code: 60. DB::Exception: Table mxtap.records does not exist. (UNKNOWN_TABLE)",
         "UNKNOWN_TABLE"},
        {500, "", "Code: 60, e.displayText() = DB::Exception: Table mxtap.records doesn't exist.",
         "doesn't exist"},
        {404, "", "Code: 81. DB::Exception: Database mxtap does not exist. (UNKNOWN_DATABASE)",
         "81"},
        {500, "", "Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)",
         "241"},
        {500, "", "Code: 252. DB::Exception: Too many parts (300). (TOO_MANY_PARTS)", "252"},
        {400, "", "Code: 62. DB::Exception: Syntax error (SYNTAX_ERROR)", "62"},
        {500, "", "Code: 242. DB::Exception: Table is in readonly mode. (TABLE_IS_READ_ONLY)",
         "242"},
        {500, "", "Code: 164. DB::Exception: default: Cannot execute query in readonly mode.",
         "164"},
        {403, "", "Code: 516. DB::Exception: mxtap: Authentication failed",
         "Authentication failed"},
        {401, "", "Code: 193, e.displayText() = DB::Exception: Wrong password for user mxtap",
         "193"},
        {200, "", "Code: 241. DB::Exception: Memory limit (for query) exceeded", "241"},
        {200, "", "DB::Exception: without a number", "without a number"},
        {200, "", "<html>Welcome to nginx!</html>", "answers as ClickHouse does not"},
        {502, "", "<html>Bad Gateway</html>", "502"},
        {503, "Retry-After: 7\r\n", "", "503"},
        {302, "Location: http://127.0.0.1:1/\r\n", "", "302"},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct stage stage;
        begin(&stage, 3);
        stage.status = answers[i].status;
        stage.fields = answers[i].fields;
        stage.body = answers[i].body;
        assert_int_equal(helper_delivery_send(&stage.sending), 3);
        assert_int_equal(stage.requests, 1);
        assert_non_null(strstr(stage.sending.delivery.trouble, answers[i].trouble));
        assert_int_equal(stage.sending.delivery.wait,
                         answers[i].fields[0] == 'R' ? INT64_C(7000000000) : 0);
        stage.status = 200;
        stage.fields = stage.body = "";
        assert_int_equal(helper_delivery_send(&stage.sending), 0);
        assert_int_equal(stage.sending.parcels[2].state, PARCEL_DELIVERED);
        end(&stage);
    }
}

/* Whether an answer comes whole, octet by octet or cut: cut, nobody knows what it would have said.
 */
static void test_pieces_and_cuts(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 3);
    stage.piece = 1;
    assert_int_equal(helper_delivery_send(&stage.sending), 0);
    helper_delivery_again(&stage.sending);
    stage.status = 500;
    stage.body = "Code: 27, e.displayText() = DB::Exception: Cannot parse";
    stage.piece = 0;
    for (stage.cut = 1; stage.cut < 70; stage.cut += 3) {
        assert_int_equal(helper_delivery_send(&stage.sending), 3);
        assert_int_equal(stage.sending.parcels[0].state, PARCEL_WAITING);
    }
    end(&stage);
}

static void *stop_soon(void *job)
{
    const struct helper_delivery *sending = job;
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    assert_int_equal(eventfd_write(sending->stop, 1), 0);
    return NULL;
}

static void test_stop(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 3);
    stage.hold = true;
    stage.cut = 1;
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, &stage.sending), 0);
    assert_int_equal(helper_delivery_send(&stage.sending), 3);
    pthread_join(thread, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_true(after.tv_sec - before.tv_sec < 2);
    assert_int_equal(stage.requests, 1);
    end(&stage);
}

static void test_nobody_there(void **state)
{
    (void)state;
    struct helper_delivery sending;
    const char *const settings[] = {"url=http://127.0.0.1:1/", NULL};
    helper_delivery_init(&sending, &sink_clickhouse, settings, 2);
    assert_int_equal(helper_delivery_send(&sending), 2);
    assert_non_null(strstr(sending.delivery.trouble, "127.0.0.1:1"));
    helper_delivery_done(&sending);
}

static void test_settings(void **state)
{
    (void)state;
    static const struct {
        const char *setting, *words;
    } faults[] = {
        {"url=", "url: is missing"},
        {"url=http://127.0.0.1:1/?user=x", "url: has a query"},
        {"database=", "database: is no name"},
        {"database=a.b", "database: is no name"},
        {"table=x y", "table: is no name"},
        {"table=1x", "table: is no name"},
        {"table=x;drop", "table: is no name"},
        {"table=`x`", "table: is no name"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        char message[300] = "";
        const char *const settings[] = {"url=http://127.0.0.1:1", faults[i].setting, NULL};
        assert_int_equal(helper_delivery_try(&sink_clickhouse, settings, message, sizeof message),
                         ERR_CONFIG);
        assert_non_null(strstr(message, faults[i].words));
    }
    char message[300] = "";
    const char *const good[] = {"url=http://127.0.0.1:1", "database=_a1", "table=Z_9", NULL};
    assert_int_equal(helper_delivery_try(&sink_clickhouse, good, message, sizeof message),
                     ERR_NONE);
}

int main(void)
{
    if (helper_http_missing())
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_octet),     cmocka_unit_test(test_far_future),
        cmocka_unit_test(test_bad_rows),        cmocka_unit_test(test_later),
        cmocka_unit_test(test_pieces_and_cuts), cmocka_unit_test(test_stop),
        cmocka_unit_test(test_nobody_there),    cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
