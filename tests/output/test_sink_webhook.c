/* sink_webhook: lines and arrays, octet by octet; what is refused at the start. */
#include "helper_delivery.h"
#include "helper_http.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

struct seen {
    struct buf body;
    char type[100];
    unsigned status;
};

static void serve(void *arg, const struct helper_http_request *request,
                  struct helper_http_reply *reply)
{
    struct seen *seen = arg;
    struct span type = helper_http_field(request->head, "Content-Type");
    snprintf(seen->type, sizeof seen->type, "%.*s", (int)type.len, (const char *)type.at);
    buf_clear(&seen->body);
    buf_add(&seen->body, request->body);
    helper_http_answer(reply, seen->status, "", "");
}

static void check_body(const char *setting, size_t count, const char *type, const char *body)
{
    struct seen seen = {.status = 200};
    buf_init(&seen.body, 1 << 20);
    struct helper_http *server =
        helper_http_start(&(struct helper_http_options){.serve = serve, .arg = &seen});
    char url[100];
    snprintf(url, sizeof url, "url=%s/hook?x=y", helper_http_url(server));
    const char *const settings[] = {url, setting, NULL};
    struct helper_delivery sender;
    helper_delivery_init(&sender, sink_find("webhook"), settings, count);
    assert_string_equal(sender.opened, "");
    assert_int_equal(helper_delivery_send(&sender), 0);
    assert_string_equal(seen.type, type);
    assert_int_equal(seen.body.len, strlen(body));
    assert_memory_equal(seen.body.at, body, strlen(body));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(sender.parcels[i].state, PARCEL_DELIVERED);
    /* What waits still, in the midst of what was dealt with. */
    if (count == 3) {
        sender.parcels[1].state = PARCEL_WAITING;
        assert_int_equal(helper_delivery_send(&sender), 0);
        assert_true(span_find_span(buf_span(&seen.body), SPAN_LITERAL("{\"n\":1}")) <= 1);
        assert_true(seen.body.len <= 9);
    }
    helper_delivery_done(&sender);
    helper_http_stop(server);
    buf_done(&seen.body);
}

static void test_bodies(void **state)
{
    (void)state;
    check_body("body=lines", 1, "application/x-ndjson", "{\"n\":0}\n");
    check_body("body=lines", 3, "application/x-ndjson", "{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n");
    check_body("body=array", 1, "application/json", "[{\"n\":0}]");
    check_body("body=array", 3, "application/json", "[{\"n\":0},{\"n\":1},{\"n\":2}]");
    check_body("content_type=text/plain; charset=utf-8", 1, "text/plain; charset=utf-8",
               "{\"n\":0}\n");
}

static void refuse(const char *setting, const char *message)
{
    const char *const settings[] = {"url=http://localhost", setting, NULL};
    char said[300] = "";
    assert_int_equal(helper_delivery_try(sink_find("webhook"), settings, said, sizeof said),
                     ERR_CONFIG);
    assert_string_equal(said, message);
}

static void test_refused(void **state)
{
    (void)state;
    refuse("content_type=a/b\r\nX-Evil: 1", "content_type: has characters that cannot be sent");
    refuse("url=", "url: is missing");
    refuse("tls_cert=/x", "tls_key: is missing for tls_cert");
}

static void test_what_it_is(void **state)
{
    (void)state;
    const struct sink *sink = sink_find("webhook");
    assert_true(sink_sends(sink));
    assert_true(sink->acknowledges);
    assert_string_equal(sink->format, "eve");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_what_it_is),
    };
    return helper_http_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
