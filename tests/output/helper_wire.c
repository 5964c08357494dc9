/* helper_wire: blocking sockets, one connection at a time; a pipe ends it. */
#include "helper_wire.h"

#include "test.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct receiver {
    struct receiver_options options;
    int socket;
    int stop[2];
    SSL_CTX *context;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct buf octets;
    unsigned ended;
    bool deaf;
    char address[128], port[16], sni[128];
    char folder[64];
};

static bool is_unix(const struct receiver *receiver)
{
    enum wire_kind kind = receiver->options.kind;
    return kind == WIRE_UNIX_STREAM || kind == WIRE_UNIX_DATAGRAM;
}

static bool has_datagrams(const struct receiver *receiver)
{
    enum wire_kind kind = receiver->options.kind;
    return kind == WIRE_UDP || kind == WIRE_UNIX_DATAGRAM;
}

/* ---- the thread ---- */

/* Until it is readable; false: the end. */
static bool wait_readable(struct receiver *receiver, int fd)
{
    struct pollfd waits[] = {{.fd = receiver->stop[0], .events = POLLIN},
                             {.fd = fd, .events = POLLIN}};
    while (poll(waits, 2, -1) < 0)
        assert(errno == EINTR);
    return waits[0].revents == 0;
}

/* False: the end. */
static bool wait_to_hear(struct receiver *receiver)
{
    struct pollfd stop = {.fd = receiver->stop[0], .events = POLLIN};
    for (;;) {
        pthread_mutex_lock(&receiver->mutex);
        bool deaf = receiver->deaf;
        pthread_mutex_unlock(&receiver->mutex);
        if (!deaf || poll(&stop, 1, 10) > 0)
            return !deaf;
    }
}

static void keep(struct receiver *receiver, const char *octets, size_t count)
{
    pthread_mutex_lock(&receiver->mutex);
    buf_add(&receiver->octets, span_make(octets, count));
    assert(!receiver->octets.truncated);
    pthread_cond_broadcast(&receiver->changed);
    pthread_mutex_unlock(&receiver->mutex);
}

static void serve_datagrams(struct receiver *receiver)
{
    char octets[70000];
    while (wait_to_hear(receiver) && wait_readable(receiver, receiver->socket)) {
        ssize_t got = recv(receiver->socket, octets, sizeof octets - 1, 0);
        if (got < 0)
            continue;
        octets[got] = '\n';
        keep(receiver, octets, (size_t)got + 1);
    }
}

static SSL *shake(struct receiver *receiver, int fd)
{
    SSL *ssl = SSL_new(receiver->context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) != 1) {
        SSL_free(ssl);
        return NULL;
    }
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    pthread_mutex_lock(&receiver->mutex);
    snprintf(receiver->sni, sizeof receiver->sni, "%s", name == NULL ? "" : name);
    pthread_mutex_unlock(&receiver->mutex);
    return ssl;
}

/* True where the peer ended it in order. */
static bool serve_stream(struct receiver *receiver, int fd, SSL *ssl)
{
    char octets[4096];
    size_t total = 0;
    size_t most = receiver->options.close_after;
    while (most == 0 || total < most) {
        if (!wait_to_hear(receiver) ||
            ((ssl == NULL || SSL_pending(ssl) == 0) && !wait_readable(receiver, fd)))
            return false;
        size_t room = most == 0 || most - total > sizeof octets ? sizeof octets : most - total;
        ssize_t got = ssl != NULL ? SSL_read(ssl, octets, (int)room) : recv(fd, octets, room, 0);
        if (got <= 0)
            return ssl != NULL ? SSL_get_error(ssl, (int)got) == SSL_ERROR_ZERO_RETURN : got == 0;
        keep(receiver, octets, (size_t)got);
        total += (size_t)got;
    }
    if (ssl != NULL)
        (void)SSL_shutdown(ssl);
    return false;
}

static void serve_connection(struct receiver *receiver, int fd)
{
    SSL *ssl = NULL;
    bool tls = receiver->options.kind == WIRE_TLS;
    if (tls && receiver->options.silent) {
        (void)wait_readable(receiver, -1);
        return;
    }
    if (tls)
        ssl = shake(receiver, fd);
    if ((!tls || ssl != NULL) && serve_stream(receiver, fd, ssl)) {
        pthread_mutex_lock(&receiver->mutex);
        receiver->ended++;
        pthread_cond_broadcast(&receiver->changed);
        pthread_mutex_unlock(&receiver->mutex);
    }
    SSL_free(ssl);
}

static void *serve(void *arg)
{
    struct receiver *receiver = arg;
    /* Here only: that the wire raises none is a part of the test. */
    sigset_t pipe_signal;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
    if (has_datagrams(receiver)) {
        serve_datagrams(receiver);
        return NULL;
    }
    while (wait_readable(receiver, receiver->socket)) {
        int fd = accept4(receiver->socket, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        serve_connection(receiver, fd);
        close(fd);
    }
    return NULL;
}

/* ---- its making ---- */

static void bind_inet(struct receiver *receiver, int type)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    bool ipv6 = receiver->options.ipv6;
    struct sockaddr *own = ipv6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    socklen_t size = ipv6 ? sizeof v6 : sizeof v4;
    receiver->socket = socket(own->sa_family, type | SOCK_CLOEXEC, 0);
    assert_true(receiver->socket >= 0);
    assert_int_equal(bind(receiver->socket, own, size), 0);
    assert_int_equal(getsockname(receiver->socket, own, &size), 0);
    unsigned port = ntohs(ipv6 ? v6.sin6_port : v4.sin_port);
    snprintf(receiver->port, sizeof receiver->port, "%u", port);
    snprintf(receiver->address, sizeof receiver->address, "%s:%u", ipv6 ? "[::1]" : "127.0.0.1",
             port);
}

static void bind_unix(struct receiver *receiver, int type)
{
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    if (receiver->options.path == NULL) {
        snprintf(receiver->folder, sizeof receiver->folder, "/tmp/mxtap-test-XXXXXX");
        assert_non_null(mkdtemp(receiver->folder));
        snprintf(receiver->address, sizeof receiver->address, "%s/socket", receiver->folder);
    } else {
        snprintf(receiver->address, sizeof receiver->address, "%s", receiver->options.path);
    }
    snprintf(own.sun_path, sizeof own.sun_path, "%.100s", receiver->address);
    (void)unlink(own.sun_path);
    receiver->socket = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    assert_true(receiver->socket >= 0);
    assert_int_equal(bind(receiver->socket, (struct sockaddr *)&own, sizeof own), 0);
}

static void prepare_tls(struct receiver *receiver)
{
    const struct receiver_options *options = &receiver->options;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    assert_non_null(context);
    receiver->context = context;
    assert_int_equal(SSL_CTX_use_certificate_file(context, options->cert, SSL_FILETYPE_PEM), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(context, options->key, SSL_FILETYPE_PEM), 1);
    if (options->version != 0) {
        SSL_CTX_set_min_proto_version(context, options->version);
        SSL_CTX_set_max_proto_version(context, options->version);
    }
    if (options->version == TLS1_1_VERSION)
        SSL_CTX_set_security_level(context, 0);
    if (options->client_ca != NULL) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        assert_int_equal(SSL_CTX_load_verify_file(context, options->client_ca), 1);
    }
}

struct receiver *receiver_new(const struct receiver_options *options)
{
    struct receiver *receiver = calloc(1, sizeof *receiver);
    assert_non_null(receiver);
    receiver->options = *options;
    receiver->deaf = options->deaf;
    int type = has_datagrams(receiver) ? SOCK_DGRAM : SOCK_STREAM;
    if (is_unix(receiver))
        bind_unix(receiver, type);
    else
        bind_inet(receiver, type);
    if (type == SOCK_STREAM)
        assert_int_equal(listen(receiver->socket, 5), 0);
    if (options->kind == WIRE_TLS)
        prepare_tls(receiver);
    buf_init(&receiver->octets, 256 << 20);
    pthread_mutex_init(&receiver->mutex, NULL);
    pthread_cond_init(&receiver->changed, NULL);
    assert_int_equal(pipe(receiver->stop), 0);
    assert_int_equal(pthread_create(&receiver->thread, NULL, serve, receiver), 0);
    return receiver;
}

void receiver_free(struct receiver *receiver)
{
    close(receiver->stop[1]);
    pthread_join(receiver->thread, NULL);
    close(receiver->stop[0]);
    close(receiver->socket);
    if (receiver->folder[0] != '\0') {
        unlink(receiver->address);
        rmdir(receiver->folder);
    }
    SSL_CTX_free(receiver->context);
    buf_done(&receiver->octets);
    pthread_mutex_destroy(&receiver->mutex);
    pthread_cond_destroy(&receiver->changed);
    free(receiver);
}

/* ---- what it got ---- */

const char *receiver_address(const struct receiver *receiver)
{
    return receiver->address;
}

const char *receiver_port(const struct receiver *receiver)
{
    return receiver->port;
}

/* Waits for a change; false: too long. */
static bool wait_change(struct receiver *receiver, time_t seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    return pthread_cond_timedwait(&receiver->changed, &receiver->mutex, &until) == 0;
}

size_t receiver_wait(struct receiver *receiver, size_t octets)
{
    pthread_mutex_lock(&receiver->mutex);
    while (receiver->octets.len < octets && wait_change(receiver, 10))
        continue;
    size_t got = receiver->octets.len;
    pthread_mutex_unlock(&receiver->mutex);
    return got;
}

unsigned receiver_ended(struct receiver *receiver, unsigned wanted)
{
    pthread_mutex_lock(&receiver->mutex);
    while (receiver->ended < wanted && wait_change(receiver, 1))
        continue;
    unsigned ended = receiver->ended;
    pthread_mutex_unlock(&receiver->mutex);
    return ended;
}

struct span receiver_octets(struct receiver *receiver)
{
    pthread_mutex_lock(&receiver->mutex);
    struct span octets = buf_span(&receiver->octets);
    pthread_mutex_unlock(&receiver->mutex);
    return octets;
}

void receiver_hear(struct receiver *receiver)
{
    pthread_mutex_lock(&receiver->mutex);
    receiver->deaf = false;
    pthread_mutex_unlock(&receiver->mutex);
}

const char *receiver_sni(struct receiver *receiver)
{
    pthread_mutex_lock(&receiver->mutex);
    const char *name = receiver->sni;
    pthread_mutex_unlock(&receiver->mutex);
    return name;
}
