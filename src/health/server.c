/*
 * server: libmicrohttpd with epoll, polled by a thread of ours, so that the thread can be prepared
 * (signals, sandbox) before it reads a stranger's octet.
 *
 * libmicrohttpd ends a connection on which nothing moves; we end one that is still there after
 * LIFE_TIME, however its client trickles: its socket is shut down, and libmicrohttpd finds it at
 * its end.
 */
#include "server.h"

#include <unistd.h>

#ifdef MXTAP_HEALTH

#include "listen.h"
#include "mhd.h"

#include <mxtap/clock.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>

#define CONNECTIONS 16
#define IDLE_TIME   3 /* seconds */
#define LIFE_TIME   (5 * CLOCK_SECOND)
#define MEMORY      (16 * 1024) /* octets of a connection: its request's line and header */
#define PAUSE_MAX   1000        /* milliseconds */

struct connection {
    bool used;
    int socket;
    int64_t since; /* of the monotonic clock */
};

struct server {
    struct server_options options;
    struct mhd mhd;
    struct MHD_Daemon *daemon;
    int epoll, stop;
    pthread_t thread;
    struct connection connections[CONNECTIONS];
};

/* ---- requests ---- */

/* One request a connection; what it shows is of this moment and for nobody else's page. */
static void add_headers(const struct mhd *mhd, struct MHD_Response *response, const char *type)
{
    static const struct {
        const char *name, *value;
    } headers[] = {
        {"Connection", "close"},
        {"Cache-Control", "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; "
                                    "base-uri 'none'; form-action 'none'; "
                                    "frame-ancestors 'none'"},
        {"Allow", "GET, HEAD"},
    };
    mhd->add_response_header(response, "Content-Type", type);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        mhd->add_response_header(response, headers[i].name, headers[i].value);
}

/* The body is the response's from here on. */
static enum MHD_Result send_answer(const struct mhd *mhd, struct MHD_Connection *connection,
                                   struct server_answer *answer)
{
    struct MHD_Response *response =
        mhd->create_response_from_buffer(answer->body.len, answer->body.at, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        buf_done(&answer->body);
        return MHD_NO;
    }
    add_headers(mhd, response, answer->type);
    enum MHD_Result result = mhd->queue_response(connection, answer->status, response);
    mhd->destroy_response(response);
    return result;
}

static void refuse(struct server_answer *answer, unsigned status, const char *text)
{
    answer->status = status;
    answer->type = "text/plain; charset=utf-8";
    buf_clear(&answer->body);
    buf_add_text(&answer->body, text);
}

static bool has_loopback_host(const struct mhd *mhd, struct MHD_Connection *connection)
{
    const char *host =
        mhd->lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    return host != NULL && listen_is_loopback(span_text(host));
}

/* libmicrohttpd calls it once for the header and once more for the end of the request. What is
 * refused is refused at once, so that no body is read. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_size, void **request)
{
    (void)version;
    (void)data;
    (void)data_size;
    struct server *server = arg;
    struct server_answer answer = {0};
    buf_init(&answer.body, SERVER_BODY_MAX);
    bool read_only =
        strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (!has_loopback_host(&server->mhd, connection)) {
        refuse(&answer, MHD_HTTP_MISDIRECTED_REQUEST, "only names of loopback are answered\n");
    } else if (!read_only) {
        refuse(&answer, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    } else if (*request == NULL) {
        *request = server;
        return MHD_YES;
    } else {
        server->options.answer(server->options.arg, url, &answer);
        if (answer.body.truncated)
            refuse(&answer, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory\n");
    }
    return send_answer(&server->mhd, connection, &answer);
}

/* ---- connections ---- */

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *server = arg;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        struct connection *closed = *context;
        if (closed != NULL)
            closed->used = false;
        return;
    }
    const union MHD_ConnectionInfo *info =
        server->mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    for (size_t i = 0; i < CONNECTIONS && info != NULL; i++) {
        if (server->connections[i].used)
            continue;
        server->connections[i] = (struct connection){true, info->connect_fd, clock_steady()};
        *context = &server->connections[i];
        return;
    }
}

static void end_old(struct server *server)
{
    int64_t now = clock_steady();
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (server->connections[i].used && now - server->connections[i].since > LIFE_TIME)
            shutdown(server->connections[i].socket, SHUT_RDWR);
}

/* ---- the thread ---- */

static int pause_time(struct server *server)
{
    MHD_UNSIGNED_LONG_LONG wanted;
    if (server->mhd.get_timeout(server->daemon, &wanted) != MHD_YES || wanted > PAUSE_MAX)
        return PAUSE_MAX;
    return (int)wanted;
}

static void *serve(void *arg)
{
    struct server *server = arg;
    if (server->options.on_thread != NULL)
        server->options.on_thread(server->options.thread_arg);
    struct pollfd files[] = {
        {.fd = server->epoll, .events = POLLIN},
        {.fd = server->stop, .events = POLLIN},
    };
    while (files[1].revents == 0) {
        (void)poll(files, 2, pause_time(server));
        server->mhd.run(server->daemon);
        end_old(server);
    }
    server->mhd.stop_daemon(server->daemon);
    return NULL;
}

static bool start_daemon(struct server *server)
{
    server->daemon = server->mhd.start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET,
        server->options.socket, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIME, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)MEMORY, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (server->daemon == NULL) {
        close(server->options.socket);
        return false;
    }
    const union MHD_DaemonInfo *info =
        server->mhd.get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info != NULL)
        server->epoll = info->epoll_fd;
    return info != NULL;
}

/* A new thread has the signal mask of the one that makes it. */
static bool start_thread(struct server *server)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    bool started = pthread_create(&server->thread, NULL, serve, server) == 0;
    return pthread_sigmask(SIG_SETMASK, &before, NULL) == 0 && started;
}

enum err server_new(const struct server_options *options, struct server **ret_server)
{
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        close(options->socket);
        return ERR_MEMORY;
    }
    server->options = *options;
    if (mhd_load(&server->mhd) != ERR_NONE) {
        close(options->socket);
        free(server);
        return ERR_SUPPORT;
    }
    tzset(); /* reads a file, which the thread may not: the date in an answer would do it */
    server->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (start_daemon(server) && server->stop >= 0 && start_thread(server)) {
        *ret_server = server;
        return ERR_NONE;
    }
    if (server->daemon != NULL)
        server->mhd.stop_daemon(server->daemon);
    if (server->stop >= 0)
        close(server->stop);
    free(server);
    return ERR_SYSTEM;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    (void)eventfd_write(server->stop, 1);
    pthread_join(server->thread, NULL);
    close(server->stop);
    free(server);
}

#else

enum err server_new(const struct server_options *options, struct server **ret_server)
{
    (void)ret_server;
    close(options->socket);
    return ERR_SUPPORT;
}

void server_free(struct server *server)
{
    (void)server;
}

#endif
