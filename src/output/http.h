/*
 * http: requests to one receiver over HTTP or HTTPS, for the sinks that speak it (libcurl).
 *
 * libcurl is loaded when the first such sink is opened (as libmicrohttpd is, health's mhd.h): it
 * brings some thirty libraries. One connection is kept alive; bodies are gzipped where the settings
 * say so; user and password, bearer token, client certificate and proxies by settings. Certificates
 * are always checked. A stop descriptor ends a request at once. One thread for each http; new and
 * free are the main thread's.
 */
#ifndef MXTAP_HTTP_H
#define MXTAP_HTTP_H

#include <mxtap/buf.h>
#include <mxtap/err.h>
#include <mxtap/setting.h>
#include <mxtap/sink.h>

/* The first member of the options of every sink that uses http; http_settings is its table. */
struct http_options {
    char *url; /* http:// or https://, without user or password in it */
    char *user;
    char *password, *bearer;           /* references of secrets */
    char *tls_ca, *tls_cert, *tls_key; /* files (PEM) */
    char *proxy; /* "http://proxy:3128", or NULL: none, whatever the environment says */
    char *proxy_user;
    char *proxy_password; /* reference of a secret */
    bool gzip;
    int64_t connect_time, answer_time; /* nanoseconds: limits of connecting and of one request */
};

extern const struct setting http_settings[];

#define HTTP_BODY_MAX (8 << 20) /* octets of an answer that are kept */

struct http;

/* What sink.check and sink.open have to say about these options. */
enum err http_check(const struct http_options *options, char *ret_message,
                    size_t size) MXTAP_MUST_CHECK;
/* Lends the options. User-Agent of the requests: mxtap and its version. */
enum err http_new(const struct http_options *options, struct http **ret_http, char *ret_message,
                  size_t size) MXTAP_MUST_CHECK;
void http_free(struct http *http);

/* "SCHEME SECRET" for http_request.authorization, of a sink's own setting; secret_free. *ret_value
 * is NULL where there is no reference. ret_message as sink.open. */
enum err http_authorization(const char *scheme, const char *setting, const char *reference,
                            char **ret_value, char *ret_message, size_t size) MXTAP_MUST_CHECK;

struct http_request {
    const char *path;          /* appended to the url, with its query: "/_bulk"; or "" */
    const char *type;          /* of the content: "application/x-ndjson" */
    const char *const *fields; /* further header fields "Name: value", ends with NULL; or NULL */
    /* Value of Authorization in place of the settings' own, or NULL; lives as long as the http. */
    const char *authorization;
    struct span body; /* POST */
};

struct http_answer {
    long status;       /* 0: there was none, trouble says why. nginx's 400 for a certificate of ours
                          is 495 to 497, as it counts them itself */
    struct buf body;   /* as it was decoded; truncated over HTTP_BODY_MAX; http_answer_done */
    int64_t wait;      /* Retry-After (RFC 9110 10.2.3), nanoseconds; 0: not said */
    char trouble[256]; /* one sentence where status is not 2xx; never a secret */
};

void http_answer_init(struct http_answer *answer);
void http_answer_done(struct http_answer *answer);
/* Returns when there is an answer, after the limits, or at once when stopped. */
void http_post(struct http *http, const struct http_request *request, int stop,
               struct http_answer *ret_answer);

/* What a receiver said, as it may be shown: printable, one line, without our secrets. */
void http_quote(const struct http *http, struct span text, char *ret_text, size_t size);

/* What a status means for what was sent (RFC 9110 15). */
enum http_verdict {
    HTTP_TAKEN, /* 2xx */
    HTTP_LATER, /* no answer, 3xx, 401 to 405, 407, 408, 421, 425, 429, 495 to 497, 5xx: operator or
                   time may mend it */
    HTTP_NEVER, /* 400, 413, 415, 422 and other 4xx: this body will never be taken */
};
enum http_verdict http_judge(long status);

/*
 * For receivers that judge a body as a whole: posts what waits in the delivery; a body that is
 * never taken is sent again in halves until the records to blame are found, and those become
 * PARCEL_REFUSED with the answer. make appends one parcel to the body.
 */
void http_deliver(struct http *http, const struct http_request *request,
                  void (*make)(void *arg, const struct parcel *parcel, struct buf *body), void *arg,
                  struct delivery *delivery);

/* For receivers that judge each record of a body that they take. */
struct http_items {
    void (*make)(void *arg, const struct parcel *parcel, struct buf *body);
    /* Reads a 2xx answer to those of count parcels that wait, and sets their states. Where some
     * wait still, or the answer makes no sense, delivery->trouble says why. NULL: all are
     * delivered. */
    void (*read)(void *arg, const struct http_answer *answer, struct parcel *parcels, size_t count,
                 struct delivery *delivery);
    void *arg;
};
void http_deliver_items(struct http *http, const struct http_request *request,
                        const struct http_items *items, struct delivery *delivery);

#endif
