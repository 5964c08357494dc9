/* wire_socket: getaddrinfo, then connect(2) without blocking, address by address. */
#include "wire_socket.h"

#include <errno.h>
#include <linux/tcp.h>
#include <mxtap/clock.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MILLISECOND INT64_C(1000000)
#define DRAIN_MAX   64 /* reads at a time: a peer that never stops sending does not hold us up */

enum wire_waited wire_wait(int socket, short events, int stop, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline - clock_steady();
        if (left < 0)
            left = 0;
        const struct timespec limit = {.tv_sec = left / CLOCK_SECOND,
                                       .tv_nsec = left % CLOCK_SECOND};
        struct pollfd waits[2] = {{.fd = stop, .events = POLLIN}, {.fd = socket, .events = events}};
        int ready = ppoll(waits, 2, &limit, NULL);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready > 0 && waits[0].revents != 0)
            return WIRE_STOPPED;
        return ready > 0 ? WIRE_READY : WIRE_LATE;
    }
}

bool wire_socket_drain(int socket)
{
    char thrown[4096];
    for (int i = 0; i < DRAIN_MAX; i++) {
        ssize_t got = recv(socket, thrown, sizeof thrown, MSG_DONTWAIT);
        if (got < 0 && errno != EINTR)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        if (got == 0) {
            errno = 0;
            return false;
        }
    }
    return true;
}

bool wire_socket_acked(int socket, uint64_t *ret_acked)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return true;
    *ret_acked = info.tcpi_bytes_acked;
    return info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0;
}

/* A receiver that has vanished is noticed by the kernel: what it does not acknowledge, and silence.
 */
static void watch(int socket, int64_t answer_time)
{
    const int on = 1, idle = 15, interval = 5, probes = 3;
    const unsigned limit = (unsigned)(answer_time / MILLISECOND);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    (void)setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    /* Deliveries are written in large pieces: the end of one is not to wait for the next. */
    (void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* errno of the connection, 0: it stands. */
static int connected(int socket, const struct sockaddr *peer, socklen_t len, int stop,
                     int64_t deadline)
{
    if (connect(socket, peer, len) == 0)
        return 0;
    if (errno != EINPROGRESS && errno != EINTR)
        return errno;
    switch (wire_wait(socket, POLLOUT, stop, deadline)) {
    case WIRE_READY: break;
    case WIRE_LATE: return ETIMEDOUT;
    case WIRE_STOPPED: return ECANCELED;
    }
    int cause = 0;
    socklen_t size = sizeof cause;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &cause, &size) == 0 ? cause : errno;
}

static void complain(const char *what, const char *why, char *ret_trouble, size_t size)
{
    size_t used = strnlen(ret_trouble, size);
    if (used < size)
        snprintf(ret_trouble + used, size - used, "%s%s: %s", used == 0 ? "" : "; ", what, why);
}

/* One address; adds to ret_trouble. */
static int try_address(const struct wire_options *options, const struct addrinfo *at, int stop,
                       int64_t deadline, char *ret_trouble, size_t size)
{
    bool datagrams = options->kind == WIRE_UDP;
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int cause = errno;
    if (fd >= 0) {
        if (!datagrams)
            watch(fd, options->answer_time);
        const int fragments = IP_PMTUDISC_DONT;
        /* A router may cut a datagram into fragments rather than throw it away. */
        if (datagrams && at->ai_family == AF_INET)
            (void)setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &fragments, sizeof fragments);
        cause = connected(fd, at->ai_addr, at->ai_addrlen, stop, deadline);
        if (cause == 0)
            return fd;
        close(fd);
    }
    char host[NI_MAXHOST] = "?", port[NI_MAXSERV] = "?", text[sizeof host + sizeof port + 4];
    (void)getnameinfo(at->ai_addr, at->ai_addrlen, host, sizeof host, port, sizeof port,
                      NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(text, sizeof text, at->ai_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
    complain(text, strerror(cause), ret_trouble, size);
    return -1;
}

static int connect_inet(const struct wire_options *options, const struct wire_address *address,
                        unsigned turn, int stop, int64_t deadline, char *ret_trouble, size_t size)
{
    const struct addrinfo hints = {
        .ai_socktype = options->kind == WIRE_UDP ? SOCK_DGRAM : SOCK_STREAM,
        .ai_flags = AI_NUMERICSERV | (address->numeric ? AI_NUMERICHOST : 0),
    };
    struct addrinfo *list = NULL;
    errno = 0;
    int failed = getaddrinfo(address->host, address->port, &hints, &list);
    if (failed != 0) {
        complain(address->host, failed == EAI_SYSTEM ? strerror(errno) : gai_strerror(failed),
                 ret_trouble, size);
        return -1;
    }
    unsigned count = 0;
    for (const struct addrinfo *at = list; at != NULL; at = at->ai_next)
        count++;
    int fd = -1;
    for (unsigned i = 0; i < count && fd < 0; i++) {
        const struct addrinfo *at = list;
        for (unsigned skip = (turn + i) % count; skip > 0; skip--)
            at = at->ai_next;
        int64_t now = clock_steady();
        int64_t share = deadline > now ? (deadline - now) / (count - i) : 0;
        fd = try_address(options, at, stop, now + share, ret_trouble, size);
    }
    freeaddrinfo(list);
    return fd;
}

static int connect_unix(const struct wire_options *options, int stop, int64_t deadline,
                        char *ret_trouble, size_t size)
{
    struct sockaddr_un peer = {.sun_family = AF_UNIX};
    snprintf(peer.sun_path, sizeof peer.sun_path, "%s", options->address);
    int type = options->kind == WIRE_UNIX_STREAM ? SOCK_STREAM : SOCK_DGRAM;
    int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int cause = errno;
    if (fd >= 0) {
        cause = connected(fd, (const struct sockaddr *)&peer, sizeof peer, stop, deadline);
        if (cause == 0)
            return fd;
        close(fd);
    }
    /* A receiver whose queue of connections is full. */
    complain(options->address, cause == EAGAIN ? "it takes no connection now" : strerror(cause),
             ret_trouble, size);
    return -1;
}

int wire_socket_connect(const struct wire_options *options, const struct wire_address *address,
                        unsigned turn, int stop, int64_t deadline, char *ret_trouble, size_t size)
{
    ret_trouble[0] = '\0';
    if (options->kind == WIRE_UNIX_STREAM || options->kind == WIRE_UNIX_DATAGRAM)
        return connect_unix(options, stop, deadline, ret_trouble, size);
    return connect_inet(options, address, turn, stop, deadline, ret_trouble, size);
}
