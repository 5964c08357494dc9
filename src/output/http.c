/*
 * http: libcurl's multi interface, so that one poll waits for the receiver and for stop.
 *
 * HTTP/1.1 (RFC 9112): one request at a time gains nothing from HTTP/2. Redirects are not followed:
 * records go where the configuration says. Expect: 100-continue is left out, it costs a round trip.
 */
#ifdef MXTAP_HTTP

#include "http.h"

#include "curl_library.h"
#include "http_access.h"
#include "http_gzip.h"

#include <mxtap/clock.h>
#include <stdio.h>
#include <stdlib.h>

#define PACKED_MAX (256u << 20) /* octets of a packed body; what is sent has its own ceilings */
#define KEEP       (1u << 20)   /* octets of memory that a buffer keeps for the next request */
#define POLL_MAX   1000         /* milliseconds */
#define WAIT_MAX   3600         /* seconds that a receiver may ask for */

struct http {
    const struct http_options *options;
    struct curl_library curl;
    CURLM *multi;
    CURL *easy;
    struct http_access access;
    struct http_gzip gzip;
    struct buf packed;
    bool has_fields;             /* the answer's fields came whole */
    const char *extra;           /* the last request's own Authorization, or NULL */
    char where[91];              /* "elastic.example.com:9200" */
    char error[CURL_ERROR_SIZE]; /* of libcurl: names hosts and files, no secrets */
};

static size_t take_body(char *octets, size_t size, size_t count, void *arg)
{
    struct http_answer *answer = arg;
    buf_add(&answer->body, span_make(octets, size * count));
    return answer->body.truncated ? 0 : size * count;
}

/* libcurl takes a connection that ends amid the fields for the end of an answer: it is a cut one.
 */
static size_t take_field(char *octets, size_t size, size_t count, void *arg)
{
    struct http *http = arg;
    struct span line = span_make(octets, size * count);
    if (span_starts(line, SPAN_LITERAL("HTTP/")))
        http->has_fields = false;
    else if (span_trim(line).len == 0)
        http->has_fields = true;
    return line.len;
}

static bool set_blob(struct http *http, CURLoption option, const struct buf *pem)
{
    struct curl_blob blob = {pem->at, pem->len, CURL_BLOB_NOCOPY};
    return pem->len == 0 || http->curl.easy_setopt(http->easy, option, &blob) == CURLE_OK;
}

static long milliseconds(int64_t nanoseconds)
{
    return (long)(nanoseconds / (CLOCK_SECOND / 1000));
}

/* What is the same for all requests. False: a library too old for us. */
static bool set_options(struct http *http)
{
    const struct http_options *options = http->options;
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_POST, 1},
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_QUICK_EXIT, 1}, /* a resolver that hangs holds nobody up */
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_HEADEROPT, CURLHEADER_SEPARATE}, /* a proxy is not shown our Authorization */
        {CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC},
        {CURLOPT_TCP_KEEPALIVE, 1},
        {CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options->connect_time)},
        {CURLOPT_TIMEOUT_MS, milliseconds(options->answer_time)},
    };
    const struct {
        CURLoption option;
        const char *text;
    } texts[] = {
        {CURLOPT_USERAGENT, "mxtap/" MXTAP_VERSION},
        {CURLOPT_PROTOCOLS_STR, "http,https"},
        {CURLOPT_KEYPASSWD, ""},
        {CURLOPT_PROXY, options->proxy == NULL ? "" : options->proxy},
        {CURLOPT_NOPROXY, ""}, /* in place of the environment's no_proxy */
        {CURLOPT_PROXYUSERNAME, options->proxy_user},
        {CURLOPT_PROXYPASSWORD, http->access.proxy_password},
        {CURLOPT_ACCEPT_ENCODING, options->gzip ? "gzip" : NULL},
    };
    bool ok = true;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        ok = http->curl.easy_setopt(http->easy, numbers[i].option, numbers[i].value) == CURLE_OK &&
             ok;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ok = http->curl.easy_setopt(http->easy, texts[i].option, texts[i].text) == CURLE_OK && ok;
    ok = http->curl.easy_setopt(http->easy, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK && ok;
    ok = http->curl.easy_setopt(http->easy, CURLOPT_HEADERFUNCTION, take_field) == CURLE_OK && ok;
    ok = http->curl.easy_setopt(http->easy, CURLOPT_HEADERDATA, http) == CURLE_OK && ok;
    ok = http->curl.easy_setopt(http->easy, CURLOPT_ERRORBUFFER, http->error) == CURLE_OK && ok;
    return set_blob(http, CURLOPT_CAINFO_BLOB, &http->access.ca) &&
           set_blob(http, CURLOPT_SSLCERT_BLOB, &http->access.cert) &&
           set_blob(http, CURLOPT_SSLKEY_BLOB, &http->access.key) && ok;
}

/* The host and port of the URL, which http_check found good. */
static void set_where(struct http *http)
{
    struct span rest = span_text(http->options->url);
    rest = span_skip(rest, span_find_span(rest, SPAN_LITERAL("://")) + 3);
    size_t len = 0;
    while (len < rest.len && rest.at[len] != '/' && rest.at[len] != '?')
        len++;
    snprintf(http->where, sizeof http->where, "%.*s", (int)len, (const char *)rest.at);
}

/* A warning: what is said over http:// can be read on the way. */
static void warn_of_clear(const struct http *http, char *ret_message, size_t size)
{
    if (http->access.authorization != NULL && strncasecmp(http->options->url, "http:", 5) == 0)
        snprintf(ret_message, size, "url: the %s is sent in the clear to %s",
                 http->access.bearer != NULL ? "token" : "password", http->where);
}

enum err http_new(const struct http_options *options, struct http **ret_http, char *ret_message,
                  size_t size)
{
    enum err err = http_check(options, ret_message, size);
    if (err != ERR_NONE)
        return err;
    struct http *http = calloc(1, sizeof *http);
    if (http == NULL)
        return ERR_MEMORY;
    http->options = options;
    buf_init(&http->packed, PACKED_MAX);
    set_where(http);
    err = http_access_init(&http->access, options, ret_message, size);
    if (err == ERR_NONE) {
        err = curl_library_load(&http->curl);
        if (err != ERR_NONE)
            snprintf(ret_message, size, "libcurl.so.4 is not installed, or not one that fits");
    }
    if (err == ERR_NONE) {
        http->multi = http->curl.multi_init();
        http->easy = http->curl.easy_init();
        err = http->multi == NULL || http->easy == NULL ? ERR_MEMORY : ERR_NONE;
    }
    if (err == ERR_NONE && !set_options(http)) {
        snprintf(ret_message, size, "this libcurl is too old, 7.87 is wanted");
        err = ERR_SUPPORT;
    }
    if (err != ERR_NONE) {
        http_free(http);
        return err;
    }
    warn_of_clear(http, ret_message, size);
    *ret_http = http;
    return ERR_NONE;
}

void http_free(struct http *http)
{
    if (http == NULL)
        return;
    if (http->easy != NULL)
        http->curl.easy_cleanup(http->easy);
    if (http->multi != NULL)
        http->curl.multi_cleanup(http->multi);
    http_access_done(&http->access);
    http_gzip_done(&http->gzip);
    buf_done(&http->packed);
    free(http);
}

void http_quote(const struct http *http, struct span text, char *ret_text, size_t size)
{
    http_access_show(&http->access, http->extra, text, ret_text, size);
}

/* Appends "name: value" where there is a value. */
static bool add_field(struct http *http, struct curl_slist **fields, const char *name,
                      const char *value)
{
    char *line = NULL;
    if (value == NULL)
        return true;
    if (asprintf(&line, "%s%s", name, value) < 0)
        return false;
    struct curl_slist *longer = http->curl.slist_append(*fields, line);
    free(line);
    if (longer != NULL)
        *fields = longer;
    return longer != NULL;
}

static bool make_fields(struct http *http, const struct http_request *request,
                        struct curl_slist **fields)
{
    const char *authorization =
        request->authorization == NULL ? http->access.authorization : request->authorization;
    bool ok = add_field(http, fields, "Content-Type: ", request->type) &&
              add_field(http, fields, "Content-Encoding: ", http->options->gzip ? "gzip" : NULL) &&
              add_field(http, fields, "Authorization: ", authorization) &&
              add_field(http, fields, "Expect:", "");
    for (size_t i = 0; ok && request->fields != NULL && request->fields[i] != NULL; i++)
        ok = add_field(http, fields, "", request->fields[i]);
    return ok;
}

/* The settings' URL and the request's path with one slash between them. */
static char *make_url(const struct http *http, const struct http_request *request)
{
    struct span url = span_text(http->options->url);
    while (request->path[0] == '/' && url.len > 0 && url.at[url.len - 1] == '/')
        url.len--;
    char *text = NULL;
    return asprintf(&text, "%.*s%s", (int)url.len, (const char *)url.at, request->path) < 0 ? NULL
                                                                                            : text;
}

/* Until the request is over; false: stopped before. */
static bool run(struct http *http, int stop, CURLcode *ret_code)
{
    struct curl_waitfd extra = {.fd = stop, .events = CURL_WAIT_POLLIN};
    int running = 1;
    *ret_code = CURLE_OUT_OF_MEMORY;
    if (http->curl.multi_add_handle(http->multi, http->easy) != CURLM_OK)
        return true;
    bool stopped = false;
    while (!stopped && http->curl.multi_perform(http->multi, &running) == CURLM_OK && running > 0)
        stopped = http->curl.multi_poll(http->multi, &extra, 1, POLL_MAX, NULL) != CURLM_OK ||
                  sink_stopped(stop);
    const CURLMsg *message;
    int left;
    while ((message = http->curl.multi_info_read(http->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE)
            *ret_code = message->data.result;
    }
    http->curl.multi_remove_handle(http->multi, http->easy);
    return !stopped;
}

/* RFC 9110 10.2.3: seconds or a date; libcurl makes seconds of both. */
static int64_t asked_patience(struct http *http)
{
    curl_off_t seconds = 0;
    if (http->curl.easy_getinfo(http->easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK ||
        seconds < 0)
        return 0;
    return (seconds < WAIT_MAX ? seconds : WAIT_MAX) * CLOCK_SECOND;
}

static void fail(struct http *http, CURLcode code, struct http_answer *answer)
{
    char why[160];
    const char *text = http->error[0] != '\0' ? http->error : http->curl.easy_strerror(code);
    http_quote(http, span_text(text), why, sizeof why);
    snprintf(answer->trouble, sizeof answer->trouble, "%s: %s", http->where, why);
}

/* Of a page for people its title, of anything else all. */
static struct span title(struct span body)
{
    struct span rest = span_skip(body, span_find_nocase(body, SPAN_LITERAL("<title>")) + 7);
    size_t end = span_find_nocase(rest, SPAN_LITERAL("</title>"));
    return rest.len == 0 || end == rest.len ? body : span_head(rest, end);
}

/* nginx answers 400 to what it counts as 495 to 497 itself, which is no fault of a record. */
static long front_status(const struct buf *body)
{
    static const struct {
        const char *title;
        long status;
    } pages[] = {{"400 The SSL certificate error", 495},
                 {"400 No required SSL certificate was sent", 496},
                 {"400 The plain HTTP request was sent to HTTPS port", 497}};
    struct span head = span_head(buf_span(body), 200);
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (span_find_span(head, span_text(pages[i].title)) < head.len)
            return pages[i].status;
    }
    return 400;
}

/* An answer that was cut is none: nobody knows what it would have said. */
static void judge(struct http *http, CURLcode code, struct http_answer *answer)
{
    bool whole = code == CURLE_OK || (code == CURLE_WRITE_ERROR && answer->body.truncated);
    long status = 0;
    if (whole && !http->has_fields)
        code = CURLE_PARTIAL_FILE;
    if (!whole || !http->has_fields ||
        http->curl.easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
        status < 200) {
        fail(http, code, answer);
        return;
    }
    answer->status = status == 400 ? front_status(&answer->body) : status;
    answer->wait = asked_patience(http);
    if (status < 300)
        return;
    char said[130];
    http_quote(http, span_head(title(buf_span(&answer->body)), 1000), said, sizeof said);
    snprintf(answer->trouble, sizeof answer->trouble, "%s answered %ld%s%s", http->where, status,
             said[0] == '\0' ? "" : ": ", said);
}

/* Packs the body, sets what this request has for itself; false: no memory. */
static bool prepare(struct http *http, const struct http_request *request,
                    struct curl_slist *fields, const char *url, struct http_answer *answer)
{
    struct span body = request->body;
    buf_clear_keep(&http->packed, KEEP);
    if (http->options->gzip) {
        if (!http_gzip_pack(&http->gzip, body, &http->packed))
            return false;
        body = buf_span(&http->packed);
    }
    CURL *easy = http->easy;
    return http->curl.easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
           http->curl.easy_setopt(easy, CURLOPT_HTTPHEADER, fields) == CURLE_OK &&
           http->curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len) ==
               CURLE_OK &&
           http->curl.easy_setopt(easy, CURLOPT_POSTFIELDS,
                                  body.at == NULL ? "" : (char *)body.at) == CURLE_OK &&
           http->curl.easy_setopt(easy, CURLOPT_WRITEDATA, answer) == CURLE_OK;
}

void http_post(struct http *http, const struct http_request *request, int stop,
               struct http_answer *ret_answer)
{
    struct http_answer *answer = ret_answer;
    buf_clear_keep(&answer->body, KEEP);
    answer->status = 0;
    answer->wait = 0;
    answer->trouble[0] = '\0';
    http->error[0] = '\0';
    http->has_fields = false;
    http->extra = request->authorization;
    struct curl_slist *fields = NULL;
    char *url = make_url(http, request);
    if (url != NULL && make_fields(http, request, &fields) &&
        prepare(http, request, fields, url, answer)) {
        CURLcode code;
        if (run(http, stop, &code))
            judge(http, code, answer);
        else
            snprintf(answer->trouble, sizeof answer->trouble, "%s: stopped before it answered",
                     http->where);
    } else {
        fail(http, CURLE_OUT_OF_MEMORY, answer);
    }
    http->curl.slist_free_all(fields);
    free(url);
}

#endif
