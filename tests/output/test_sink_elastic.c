/* sink_elastic: every octet of a _bulk request; partial failures; bodies that are too large. */
#include "helper_delivery.h"
#include "helper_http.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

/* An index that takes a record of an id once. */
struct index {
    bool there[HELPER_DELIVERY_MAX];
    size_t most; /* records of a request; 0: any */
    size_t requests;
    bool moody; /* refuses every fourth record for now, and each that has a 7 for good */
    unsigned status;
    char line[200], authorization[100];
    struct buf body;
};

static unsigned take(struct index *index, size_t n)
{
    if (index->there[n])
        return 409;
    if (index->moody && n % 10 == 7)
        return 400;
    if (index->moody && (n + index->requests) % 4 == 0)
        return 429;
    index->there[n] = true;
    return 201;
}

static void serve(void *arg, const struct helper_http_request *request,
                  struct helper_http_reply *reply)
{
    struct index *index = arg;
    index->requests++;
    struct span line = span_head(request->head, span_find(request->head, '\r'));
    snprintf(index->line, sizeof index->line, "%.*s", (int)line.len, (const char *)line.at);
    struct span shown = helper_http_field(request->head, "Authorization");
    snprintf(index->authorization, sizeof index->authorization, "%.*s", (int)shown.len,
             shown.len == 0 ? "" : (const char *)shown.at);
    assert_memory_equal(helper_http_field(request->head, "Content-Type").at, "application/x-ndjson",
                        20);
    buf_clear(&index->body);
    buf_add(&index->body, request->body);
    struct buf answer;
    buf_init(&answer, 1 << 20);
    size_t count = 0;
    buf_add_text(&answer, "{\"errors\":true,\"items\":[");
    struct span rest = request->body;
    while (rest.len > 0) {
        char text[200] = "";
        char expected[200];
        size_t n;
        size_t end = span_find(rest, '\n') + 1;
        end += span_find(span_skip(rest, end), '\n') + 1;
        assert_true(end < sizeof text && end <= rest.len);
        memcpy(text, rest.at, end);
        assert_int_equal(sscanf(text, "{\"create\":{\"_id\":\"%zx\"}}", &n), 1);
        snprintf(expected, sizeof expected, "{\"create\":{\"_id\":\"%032zx\"}}\n{\"n\":%zu}\n", n,
                 n);
        assert_string_equal(text, expected);
        bool fits = index->most == 0 || count < index->most;
        buf_printf(&answer, "%s{\"create\":{\"status\":%u}}", count++ == 0 ? "" : ",",
                   fits ? take(index, n) : 0);
        rest = span_skip(rest, end);
    }
    buf_add_text(&answer, "]}");
    buf_add_octet(&answer, '\0');
    if (index->most > 0 && count > index->most)
        memset(index->there, 0, sizeof index->there); /* none of them was taken */
    if (index->most > 0 && count > index->most)
        helper_http_answer(reply, 413, "", "");
    else
        helper_http_answer(reply, index->status, "", (const char *)answer.at);
    buf_done(&answer);
}

struct stage {
    struct index index;
    struct helper_http *server;
    struct helper_delivery sender;
};

static void begin(struct stage *stage, size_t count, const char *setting, const char *setting_too)
{
    *stage = (struct stage){.index = {.status = 200}};
    buf_init(&stage->index.body, 1 << 20);
    stage->server =
        helper_http_start(&(struct helper_http_options){.serve = serve, .arg = &stage->index});
    char url[100];
    snprintf(url, sizeof url, "url=%s/", helper_http_url(stage->server));
    const char *const settings[] = {url, setting, setting_too, NULL};
    helper_delivery_init(&stage->sender, sink_find("elastic"), settings, count);
}

static void end(struct stage *stage)
{
    helper_delivery_done(&stage->sender);
    helper_http_stop(stage->server);
    buf_done(&stage->index.body);
}

#define ASKED "_bulk?filter_path=errors,items.*.status,items.*.error"

static void test_octets(void **state)
{
    (void)state;
    static const char body[] = "{\"create\":{\"_id\":\"00000000000000000000000000000000\"}}\n"
                               "{\"n\":0}\n"
                               "{\"create\":{\"_id\":\"00000000000000000000000000000001\"}}\n"
                               "{\"n\":1}\n";
    struct stage stage;
    begin(&stage, 2, "index=mail-2026.11", "pipeline=Mail_1");
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_string_equal(stage.index.line, "POST /mail-2026.11/" ASKED "&pipeline=Mail_1 HTTP/1.1");
    assert_int_equal(stage.index.body.len, sizeof body - 1);
    assert_memory_equal(stage.index.body.at, body, sizeof body - 1);
    end(&stage);
    begin(&stage, 1, NULL, NULL);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_string_equal(stage.index.line, "POST /mxtap/" ASKED " HTTP/1.1");
    end(&stage);
}

/* Items are dealt with one by one until none waits; then all again, as after a kill: none twice. */
static void test_partial(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 40, NULL, NULL);
    stage.index.moody = true;
    size_t left = 40;
    for (size_t tries = 0; left > 0; tries++) {
        assert_true(tries < 10);
        size_t now = helper_delivery_send(&stage.sender);
        assert_true(now < left);
        left = now;
    }
    for (size_t n = 0; n < 40; n++) {
        assert_int_equal(stage.index.there[n], n % 10 != 7);
        assert_int_equal(stage.sender.parcels[n].state,
                         n % 10 == 7 ? PARCEL_REFUSED : PARCEL_DELIVERED);
    }
    helper_delivery_again(&stage.sender);
    while (helper_delivery_send(&stage.sender) > 0)
        assert_true(stage.index.requests < 40);
    end(&stage);
}

static void test_too_large(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 4, NULL, NULL);
    stage.index.most = 3;
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_int_equal(stage.index.requests, 3);
    for (size_t n = 0; n < 4; n++)
        assert_int_equal(stage.sender.parcels[n].state, PARCEL_DELIVERED);
    end(&stage);
}

static void test_whole_answers(void **state)
{
    (void)state;
    static const unsigned statuses[] = {401, 404, 429, 503, 307};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct stage stage;
        begin(&stage, 5, NULL, NULL);
        stage.index.status = statuses[i];
        assert_int_equal(helper_delivery_send(&stage.sender), 5);
        assert_int_equal(stage.index.requests, 1);
        end(&stage);
    }
}

/* An API key is shown to the receiver, and to nobody else. */
static void test_api_key(void **state)
{
    (void)state;
    setenv("MXTAP_TEST_KEY", "a2V5OnNlY3JldA==", 1);
    struct stage stage;
    begin(&stage, 1, "api_key=env:MXTAP_TEST_KEY", NULL);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_string_equal(stage.index.authorization, "ApiKey a2V5OnNlY3JldA==");
    assert_null(strstr(stage.sender.opened, "a2V5"));
    end(&stage);
    static const char *const settings[] = {"url=http://localhost", "api_key=env:MXTAP_TEST_KEY",
                                           "user=fred", NULL};
    char said[300] = "";
    assert_int_equal(helper_delivery_try(sink_find("elastic"), settings, said, sizeof said),
                     ERR_CONFIG);
    assert_memory_equal(said, "api_key: ", 9);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"index=",      "index=Mail", "index=-mail",   "index=_mail",
                                      "index=a/b",   "index=a b",  "index=..",      "index=a,b",
                                      "index=a%2fb", "index=a*",   "pipeline=a&b",  "pipeline=_x",
                                      "url=",        "url=x",      "url=http://x?y"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *const settings[] = {"url=http://localhost", bad[i], NULL};
        char said[300] = "";
        assert_int_equal(helper_delivery_try(sink_find("elastic"), settings, said, sizeof said),
                         ERR_CONFIG);
        size_t name = strcspn(bad[i], "=");
        assert_memory_equal(said, bad[i], name);
        assert_int_equal(said[name], ':');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets),    cmocka_unit_test(test_partial),
        cmocka_unit_test(test_too_large), cmocka_unit_test(test_whole_answers),
        cmocka_unit_test(test_api_key),   cmocka_unit_test(test_refused),
    };
    return helper_http_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
