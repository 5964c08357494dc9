/* helper_http: accept, read, answer; TLS by OpenSSL where a certificate is given. */
#include "helper_http.h"

#include "helper_cert.h"
#include "http.h"
#include "test.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#define READ_MAX (64 << 20)

struct helper_http {
    struct helper_http_options options;
    int listener, stop;
    unsigned port;
    char url[64];
    pthread_t thread;
    SSL_CTX *context;
    size_t requests, connections;
    int socket;
    SSL *ssl;
    struct buf input;
};

bool helper_http_missing(void)
{
    struct http_options options = {0};
    setting_defaults(http_settings, &options);
    char url[] = "http://127.0.0.1:9";
    options.url = url;
    char message[300] = "";
    struct http *http = NULL;
    enum err err = http_new(&options, &http, message, sizeof message);
    if (err == ERR_NONE)
        http_free(http);
    else
        fprintf(stderr, "left out: %s\n", message);
    return err == ERR_SUPPORT;
}

/* False: it is to end. */
static bool wait_for(const struct helper_http *server, int fd, int timeout)
{
    struct pollfd polled[] = {{.fd = server->stop, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    poll(polled, fd < 0 ? 1 : 2, timeout);
    return polled[0].revents == 0;
}

/* More octets into the input; false at the end of the connection or of the server. */
static bool take(struct helper_http *server)
{
    uint8_t part[16384];
    if ((server->ssl == NULL || SSL_pending(server->ssl) == 0) &&
        !wait_for(server, server->socket, -1))
        return false;
    ssize_t got = server->ssl == NULL ? read(server->socket, part, sizeof part)
                                      : SSL_read(server->ssl, part, sizeof part);
    if (got <= 0)
        return false;
    buf_add(&server->input, span_make(part, (size_t)got));
    return true;
}

static bool give(struct helper_http *server, struct span octets)
{
    if (server->ssl != NULL)
        return SSL_write(server->ssl, octets.at, (int)octets.len) == (int)octets.len;
    while (octets.len > 0) {
        ssize_t sent = send(server->socket, octets.at, octets.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        octets = span_skip(octets, (size_t)sent);
    }
    return true;
}

struct span helper_http_field(struct span head, const char *name)
{
    char line[100];
    snprintf(line, sizeof line, "\r\n%s:", name);
    struct span rest = span_skip(head, span_find_nocase(head, span_text(line)));
    rest = span_skip(rest, strlen(line));
    return span_trim(span_head(rest, span_find(rest, '\r')));
}

/* One request and its answer; false: the connection is over. */
static bool serve_request(struct helper_http *server)
{
    static const struct span end = {(const uint8_t *)"\r\n\r\n", 4};
    size_t head;
    while ((head = span_find_span(buf_span(&server->input), end)) == server->input.len) {
        if (!take(server))
            return false;
    }
    head += end.len;
    struct span field =
        helper_http_field(span_head(buf_span(&server->input), head), "content-length");
    uint64_t body = 0;
    bool has_length = field.len == 0 || span_number(field, &body);
    while (has_length && server->input.len < head + body) {
        if (!take(server))
            return false;
    }
    struct span whole = buf_span(&server->input);
    const struct helper_http_request request = {server->requests++, server->connections - 1,
                                                span_head(whole, head),
                                                span_head(span_skip(whole, head), (size_t)body)};
    struct helper_http_reply reply = {0};
    buf_init(&reply.octets, READ_MAX);
    server->options.serve(server->options.arg, &request, &reply);
    struct span rest = buf_span(&reply.octets);
    bool on = true;
    while (on && rest.len > 0) {
        size_t piece = reply.piece == 0 ? rest.len : reply.piece;
        on = give(server, span_head(rest, piece)) &&
             (reply.pause == 0 || wait_for(server, -1, (int)reply.pause));
        rest = span_skip(rest, piece);
    }
    if (reply.hold)
        wait_for(server, -1, -1);
    buf_done(&reply.octets);
    buf_drop(&server->input, head + (size_t)body);
    return on && !reply.close && !reply.hold;
}

static void serve_connection(struct helper_http *server)
{
    bool on = true;
    if (server->context != NULL) {
        server->ssl = SSL_new(server->context);
        SSL_set_fd(server->ssl, server->socket);
        on = SSL_accept(server->ssl) == 1;
    }
    server->connections += on;
    while (on)
        on = serve_request(server);
    SSL_free(server->ssl);
    server->ssl = NULL;
    close(server->socket);
    buf_clear(&server->input);
}

static void *run(void *job)
{
    struct helper_http *server = job;
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL); /* OpenSSL writes to clients that are gone */
    while (wait_for(server, server->listener, -1)) {
        server->socket = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
        if (server->socket >= 0)
            serve_connection(server);
    }
    return NULL;
}

static SSL_CTX *make_context(const struct helper_http_options *options)
{
    if (options->cert == NULL)
        return NULL;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate_chain_file(context, options->cert->cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(context, options->cert->key, SSL_FILETYPE_PEM), 1);
    if (options->want_client) {
        assert_int_equal(SSL_CTX_load_verify_locations(context, options->cert->ca, NULL), 1);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    return context;
}

struct helper_http *helper_http_start(const struct helper_http_options *options)
{
    struct helper_http *server = calloc(1, sizeof *server);
    assert_non_null(server);
    server->options = *options;
    server->context = make_context(options);
    buf_init(&server->input, READ_MAX);
    server->stop = eventfd(0, EFD_CLOEXEC);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server->listener, 16), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    snprintf(server->url, sizeof server->url, "%s:%u",
             options->cert == NULL ? "http://127.0.0.1" : "https://localhost", server->port);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
    return server;
}

void helper_http_stop(struct helper_http *server)
{
    assert_int_equal(eventfd_write(server->stop, 1), 0);
    pthread_join(server->thread, NULL);
    close(server->stop);
    close(server->listener);
    SSL_CTX_free(server->context);
    buf_done(&server->input);
    free(server);
}

unsigned helper_http_port(const struct helper_http *server)
{
    return server->port;
}

const char *helper_http_url(const struct helper_http *server)
{
    return server->url;
}

void helper_http_answer(struct helper_http_reply *reply, unsigned status, const char *fields,
                        const char *body)
{
    buf_printf(&reply->octets, "HTTP/1.1 %u X\r\n%sContent-Length: %zu\r\n\r\n", status, fields,
               strlen(body));
    buf_add_text(&reply->octets, body);
}

void helper_http_unpack(struct span packed, struct buf *ret_body)
{
    buf_init(ret_body, READ_MAX);
    z_stream stream = {.next_in = (z_const Bytef *)packed.at, .avail_in = (uInt)packed.len};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    int status = Z_OK;
    while (status == Z_OK) {
        uint8_t part[4096];
        stream.next_out = part;
        stream.avail_out = sizeof part;
        status = inflate(&stream, Z_NO_FLUSH);
        buf_add(ret_body, span_make(part, sizeof part - stream.avail_out));
    }
    assert_int_equal(status, Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    inflateEnd(&stream);
}
