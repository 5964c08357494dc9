/* http_access, http_options: who we are, who they are; what is refused at the start; no secret
 * told. */
#include "helper_cert.h"
#include "helper_http.h"
#include "http.h"
#include "test.h"

#include <mxtap/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SECRET "s3cret: \"word\""

struct stage {
    struct helper_http *server;
    struct http_options options;
    struct http *http;
    struct http_answer answer;
    char message[400];
    unsigned status;
    size_t requests;
    struct buf head;
};

/* Says back what it was shown. */
static void serve(void *arg, const struct helper_http_request *request,
                  struct helper_http_reply *reply)
{
    struct stage *stage = arg;
    stage->requests++;
    buf_clear(&stage->head);
    buf_add(&stage->head, request->head);
    struct span shown = helper_http_field(request->head, "Authorization");
    char body[300];
    snprintf(body, sizeof body, "you are %.*s, and " SECRET, (int)shown.len,
             shown.len == 0 ? "" : (const char *)shown.at);
    helper_http_answer(reply, stage->status, "", body);
}

static void begin(struct stage *stage, const struct helper_cert *cert, bool want_client)
{
    *stage = (struct stage){.status = 200};
    buf_init(&stage->head, 1 << 20);
    stage->server = helper_http_start(&(struct helper_http_options){
        .serve = serve, .arg = stage, .cert = cert, .want_client = want_client});
    setting_defaults(http_settings, &stage->options);
    stage->options.url = strdup(helper_http_url(stage->server));
    stage->options.answer_time = 10 * CLOCK_SECOND;
    http_answer_init(&stage->answer);
}

static void end(struct stage *stage)
{
    http_free(stage->http);
    helper_http_stop(stage->server);
    http_answer_done(&stage->answer);
    setting_done(http_settings, &stage->options);
    buf_done(&stage->head);
}

static void post(struct stage *stage, const char *authorization)
{
    if (stage->http == NULL)
        assert_int_equal(
            http_new(&stage->options, &stage->http, stage->message, sizeof stage->message),
            ERR_NONE);
    const struct http_request request = {
        .path = "/x", .type = "a/b", .authorization = authorization, .body = SPAN_LITERAL("x")};
    http_post(stage->http, &request, -1, &stage->answer);
}

static char *secret_file(const char *text)
{
    char path[] = "/tmp/mxtap-secret-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    char *reference = NULL;
    assert_true(asprintf(&reference, "file:%s", path) > 0);
    return reference;
}

static void assert_shown(const struct stage *stage, const char *field, const char *value)
{
    struct span shown = helper_http_field(buf_span(&stage->head), field);
    assert_int_equal(shown.len, strlen(value));
    assert_memory_equal(shown.at, value, shown.len);
}

/* base64 of fred:s3cret: "word" */
#define BASIC "Basic ZnJlZDpzM2NyZXQ6ICJ3b3JkIg=="

static void test_basic(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, NULL, false);
    stage.options.user = strdup("fred");
    stage.options.password = secret_file(SECRET "\n");
    post(&stage, NULL);
    assert_shown(&stage, "Authorization", BASIC);
    assert_non_null(strstr(stage.message, "url: the password is sent in the clear to 127.0.0.1:"));
    assert_null(strstr(stage.message, "s3cret"));
    stage.status = 403;
    post(&stage, NULL);
    assert_int_equal(stage.answer.status, 403);
    assert_non_null(strstr(stage.answer.trouble, " answered 403: you are Basic ***, and ***"));
    /* A request's own takes its place, and is not told either. */
    post(&stage, "Splunk t0ken-t0ken");
    assert_shown(&stage, "Authorization", "Splunk t0ken-t0ken");
    assert_non_null(strstr(stage.answer.trouble, ": you are Splunk ***, and ***"));
    unlink(stage.options.password + 5);
    end(&stage);
}

static void test_bearer(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, NULL, false);
    setenv("MXTAP_TEST_TOKEN", SECRET, 1);
    stage.options.bearer = strdup("env:MXTAP_TEST_TOKEN");
    stage.status = 500;
    post(&stage, NULL);
    assert_shown(&stage, "Authorization", "Bearer " SECRET);
    assert_non_null(strstr(stage.answer.trouble, ": you are Bearer ***, and ***"));
    assert_non_null(strstr(stage.message, "the token is sent in the clear"));
    end(&stage);
}

/* A line end in a secret would begin a field of its own. */
static void test_secret_with_line_end(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, NULL, false);
    setenv("MXTAP_TEST_TOKEN", "abcd\r\nX-Evil: 1", 1);
    stage.options.bearer = strdup("env:MXTAP_TEST_TOKEN");
    struct http *http = NULL;
    assert_int_equal(http_new(&stage.options, &http, stage.message, sizeof stage.message),
                     ERR_CONFIG);
    assert_string_equal(stage.message, "bearer: has characters that cannot be sent");
    end(&stage);
}

static void test_tls(void **state)
{
    (void)state;
    struct helper_cert cert, other, named;
    helper_cert_make(&cert, NULL);
    helper_cert_make(&other, NULL);
    helper_cert_make(&named, "mx.example.net");
    const struct {
        const struct helper_cert *server;
        const char *ca, *trouble;
    } rows[] = {{&cert, cert.ca, NULL},
                {&cert, other.ca, "certificate"},
                {&cert, NULL, "certificate"},
                {&named, named.ca, "no alternative certificate subject name matches"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stage stage;
        begin(&stage, rows[i].server, false);
        stage.options.tls_ca = rows[i].ca == NULL ? NULL : strdup(rows[i].ca);
        post(&stage, NULL);
        post(&stage, NULL);
        assert_int_equal(stage.answer.status, rows[i].trouble == NULL ? 200 : 0);
        assert_int_equal(stage.requests, rows[i].trouble == NULL ? 2 : 0);
        if (rows[i].trouble != NULL)
            if (strstr(stage.answer.trouble, rows[i].trouble) == NULL)
                fail_msg("%zu: %s", i, stage.answer.trouble);
        end(&stage);
    }
    helper_cert_done(&cert);
    helper_cert_done(&other);
    helper_cert_done(&named);
}

static void test_client_certificate(void **state)
{
    (void)state;
    struct helper_cert cert, other;
    helper_cert_make(&cert, NULL);
    helper_cert_make(&other, NULL);
    const struct helper_cert *const shown[] = {NULL, &cert, &other};
    for (size_t i = 0; i < 3; i++) {
        struct stage stage;
        begin(&stage, &cert, true);
        stage.options.tls_ca = strdup(cert.ca);
        if (shown[i] != NULL) {
            stage.options.tls_cert = strdup(shown[i]->cert);
            stage.options.tls_key = strdup(shown[i]->key);
        }
        post(&stage, NULL);
        assert_int_equal(stage.answer.status, i == 1 ? 200 : 0);
        end(&stage);
    }
    helper_cert_done(&cert);
    helper_cert_done(&other);
}

/* A server that speaks no TLS. */
static void test_no_tls(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, NULL, false);
    free(stage.options.url);
    assert_true(
        asprintf(&stage.options.url, "https://127.0.0.1:%u", helper_http_port(stage.server)) > 0);
    stage.options.answer_time = CLOCK_SECOND;
    post(&stage, NULL);
    assert_int_equal(stage.answer.status, 0);
    assert_int_equal(stage.requests, 0);
    end(&stage);
}

static void test_proxy(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, NULL, false);
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("no_proxy", "*", 1);
    post(&stage, NULL);
    assert_int_equal(stage.answer.status, 200);
    http_free(stage.http);
    stage.http = NULL;
    stage.options.proxy = stage.options.url;
    stage.options.url = strdup("http://receiver.invalid:81/deep");
    stage.options.proxy_user = strdup("fred");
    stage.options.proxy_password = secret_file(SECRET);
    post(&stage, NULL);
    assert_int_equal(stage.answer.status, 200);
    assert_true(span_starts(buf_span(&stage.head),
                            SPAN_LITERAL("POST http://receiver.invalid:81/deep/x HTTP/1.1\r\n")));
    assert_shown(&stage, "Proxy-Authorization", BASIC);
    unlink(stage.options.proxy_password + 5);
    end(&stage);
    unsetenv("http_proxy");
    unsetenv("no_proxy");
}

/* To https:// the proxy is asked for a tunnel, and sees nothing that is not its own. */
static void test_tunnel(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, NULL, false);
    stage.options.proxy = stage.options.url;
    stage.options.url = strdup("https://receiver.invalid/deep");
    setenv("MXTAP_TEST_TOKEN", SECRET, 1);
    stage.options.bearer = strdup("env:MXTAP_TEST_TOKEN");
    stage.status = 502;
    post(&stage, NULL);
    assert_string_equal(stage.message, "");
    assert_int_equal(stage.answer.status, 0);
    assert_non_null(strstr(stage.answer.trouble, "502"));
    assert_true(span_starts(buf_span(&stage.head),
                            SPAN_LITERAL("CONNECT receiver.invalid:443 HTTP/1.1\r\n")));
    assert_shown(&stage, "Authorization", "");
    end(&stage);
}

static void refuse(const char *setting, const char *value, const char *setting_too,
                   const char *value_too, const char *message)
{
    struct http_options options = {0};
    char said[300] = "";
    setting_defaults(http_settings, &options);
    const char *const pairs[][2] = {
        {"url", "https://localhost"}, {setting, value}, {setting_too, value_too}};
    for (size_t i = 0; i < 3; i++) {
        if (pairs[i][0] != NULL)
            assert_int_equal(setting_set(setting_find(http_settings, span_text(pairs[i][0])),
                                         &options, span_text(pairs[i][1]), said, sizeof said),
                             ERR_NONE);
    }
    struct http *http = NULL;
    assert_int_equal(http_new(&options, &http, said, sizeof said), ERR_CONFIG);
    if (strncmp(said, message, strlen(message)) != 0)
        fail_msg("'%s' rather than '%s'", said, message);
    setting_done(http_settings, &options);
}

static void test_refused(void **state)
{
    (void)state;
    struct helper_cert cert, other;
    helper_cert_make(&cert, NULL);
    helper_cert_make(&other, NULL);
    refuse("url", "", NULL, NULL, "url: is missing");
    refuse("url", "ftp://x", NULL, NULL, "url: does not begin with http:// or https://");
    refuse("url", "x:9200", NULL, NULL, "url: does not begin");
    refuse("url", "http://u:p@x/", NULL, NULL, "url: has a user in it");
    refuse("url", "http://u@x?a", NULL, NULL, "url: has a user in it");
    refuse("url", "http://", NULL, NULL, "url: has no host");
    refuse("url", "http:///x", NULL, NULL, "url: has no host");
    refuse("url", "http://:80/x", NULL, NULL, "url: has no host");
    refuse("url", "http://x/ y", NULL, NULL, "url: has a character");
    refuse("url", "http://x/#y", NULL, NULL, "url: has a character");
    refuse("password", "env:X", NULL, NULL, "password: there is no user");
    refuse("user", "a", "bearer", "env:X", "bearer: there is a user already");
    refuse("user", "a:b", NULL, NULL, "user: has a colon");
    refuse("user", "a", "password", "env:MXTAP_TEST_NONE", "password: ");
    refuse("tls_cert", cert.cert, NULL, NULL, "tls_key: is missing");
    refuse("tls_key", cert.key, NULL, NULL, "tls_cert: is missing");
    refuse("tls_ca", cert.ca, "url", "http://x", "tls_ca: is for a url with https://");
    refuse("tls_ca", "/nowhere/ca.pem", NULL, NULL, "tls_ca: /nowhere/ca.pem cannot be read: No");
    refuse("tls_ca", cert.key, NULL, NULL, "tls_ca: holds no certificates");
    refuse("tls_cert", cert.key, "tls_key", cert.key, "tls_cert: holds no certificate");
    refuse("tls_cert", cert.cert, "tls_key", cert.cert, "tls_key: holds no key");
    refuse("tls_cert", cert.cert, "tls_key", other.key, "tls_key: holds no key");
    refuse("proxy", "https://x", NULL, NULL, "proxy: does not begin with http://");
    refuse("proxy", "http://a:b@x", NULL, NULL, "proxy: has a user in it");
    refuse("proxy_user", "x", NULL, NULL, "proxy: is missing");
    refuse("proxy", "http://x", "proxy_password", "env:X",
           "proxy_password: there is no proxy_user");
    helper_cert_done(&cert);
    helper_cert_done(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_basic),
        cmocka_unit_test(test_bearer),
        cmocka_unit_test(test_secret_with_line_end),
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_client_certificate),
        cmocka_unit_test(test_no_tls),
        cmocka_unit_test(test_proxy),
        cmocka_unit_test(test_tunnel),
        cmocka_unit_test(test_refused),
    };
    return helper_http_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
