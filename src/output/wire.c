/* wire: one connection, of whatever kind; what is common to sockets and TLS over them. */
#include "wire.h"

#include "wire_socket.h"
#include "wire_tls.h"

#include <errno.h>
#include <mxtap/clock.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define STOP_GRACE  (CLOCK_SECOND * 3 / 4)
#define FLUSH_FIRST (CLOCK_SECOND / 20000)
#define FLUSH_LAST  (CLOCK_SECOND / 100)

struct wire_file {
    ino_t inode;
    struct timespec made;
};

struct wire {
    struct wire_options options;
    struct wire_address address; /* not of a unix socket */
    struct wire_tls *tls;        /* of WIRE_TLS, or NULL */
    int socket;                  /* or -1 */
    unsigned turn;               /* of UDP: the address to begin with */
    struct wire_file file;       /* of a unix socket: that was connected to */
};

static bool is_unix(enum wire_kind kind)
{
    return kind == WIRE_UNIX_STREAM || kind == WIRE_UNIX_DATAGRAM;
}

bool wire_address_ok(enum wire_kind kind, const char *address)
{
    struct wire_address parts;
    if (is_unix(kind))
        return address[0] == '/' && strlen(address) < sizeof((struct sockaddr_un *)NULL)->sun_path;
    return wire_address_split(address, "1", &parts);
}

enum err wire_new(const struct wire_options *options, struct wire **ret_wire, char *ret_message,
                  size_t size)
{
    struct wire *wire = calloc(1, sizeof *wire);
    if (wire == NULL)
        return ERR_MEMORY;
    wire->options = *options;
    wire->socket = -1;
    enum err err = ERR_NONE;
    if (!wire_address_ok(options->kind, options->address) ||
        (!is_unix(options->kind) &&
         !wire_address_split(options->address, options->default_port, &wire->address))) {
        snprintf(ret_message, size, "address: '%.100s' cannot be connected to", options->address);
        err = ERR_CONFIG;
    }
    if (err == ERR_NONE && options->kind == WIRE_TLS)
        err = wire_tls_new(options, &wire->address, &wire->tls, ret_message, size);
    if (err != ERR_NONE) {
        free(wire);
        return err;
    }
    *ret_wire = wire;
    return ERR_NONE;
}

void wire_free(struct wire *wire)
{
    if (wire == NULL)
        return;
    wire_close(wire);
    wire_tls_free(wire->tls);
    free(wire);
}

/* Without a word to the peer. */
static void drop(struct wire *wire)
{
    if (wire->tls != NULL)
        wire_tls_end(wire->tls, false);
    close(wire->socket);
    wire->socket = -1;
    wire->turn++;
}

static void broken(struct wire *wire, const char *why, char *ret_trouble, size_t size)
{
    snprintf(ret_trouble, size, "%s: %s", wire->options.address, why);
    drop(wire);
}

/* All 0 where there is none. */
static struct wire_file file_at(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return (struct wire_file){0};
    return (struct wire_file){.inode = about.st_ino, .made = about.st_mtim};
}

bool wire_connect(struct wire *wire, int stop, char *ret_trouble, size_t size)
{
    if (wire->socket >= 0)
        return true;
    char why[256];
    int64_t deadline = clock_steady() + wire->options.connect_time;
    if (is_unix(wire->options.kind))
        wire->file = file_at(wire->options.address);
    unsigned turn = wire->options.kind == WIRE_UDP ? wire->turn : 0;
    wire->socket = wire_socket_connect(&wire->options, &wire->address, turn, stop, deadline,
                                       ret_trouble, size);
    if (wire->socket < 0)
        return false;
    if (wire->tls != NULL &&
        !wire_tls_begin(wire->tls, wire->socket, stop, deadline, why, sizeof why)) {
        broken(wire, why, ret_trouble, size);
        return false;
    }
    return true;
}

bool wire_is_connected(const struct wire *wire)
{
    return wire->socket >= 0;
}

/* How many octets were taken; 0: wait for *ret_events; negative: errno, or of TLS its own why. */
static long write_some(struct wire *wire, struct span octets, short *ret_events)
{
    if (wire->tls != NULL)
        return wire_tls_write(wire->tls, octets, ret_events);
    *ret_events = POLLOUT;
    ssize_t wrote = send(wire->socket, octets.at, octets.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (wrote < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return 0;
    return (long)wrote;
}

enum wire_written wire_write(struct wire *wire, struct span octets, int stop, char *ret_trouble,
                             size_t size)
{
    bool datagrams = wire->options.kind == WIRE_UDP || wire->options.kind == WIRE_UNIX_DATAGRAM;
    int64_t deadline = clock_steady() + wire->options.answer_time;
    bool stopped = false;
    const char *why = NULL;
    while (octets.len > 0 && why == NULL) {
        short events = 0;
        long wrote = write_some(wire, octets, &events);
        if (wrote < 0 && datagrams && errno == EMSGSIZE)
            return WIRE_TOO_LONG;
        if (wrote != 0) {
            if (wrote < 0)
                why = wire->tls != NULL ? wire_tls_why(wire->tls) : strerror(errno);
            else
                octets = span_skip(octets, (size_t)wrote);
            if (!stopped)
                deadline = clock_steady() + wire->options.answer_time;
            continue;
        }
        enum wire_waited waited = wire_wait(wire->socket, events, stopped ? -1 : stop, deadline);
        if (waited == WIRE_LATE)
            why = stopped ? "stopped" : "it takes nothing any more";
        if (waited == WIRE_STOPPED) {
            stopped = true;
            deadline = clock_steady() + STOP_GRACE;
        }
    }
    if (why == NULL)
        return WIRE_WRITTEN;
    broken(wire, why, ret_trouble, size);
    return WIRE_BROKEN;
}

/* Nothing comes back from a datagram socket of this kind, not even an end. But its receiver, when
 * it was started again, has made another file. */
static bool is_behind_path(const struct wire *wire)
{
    char ignored[256];
    int probe = -1;
    struct wire_file now = file_at(wire->options.address);
    if (now.inode == wire->file.inode && now.made.tv_sec == wire->file.made.tv_sec &&
        now.made.tv_nsec == wire->file.made.tv_nsec)
        probe = wire_socket_connect(&wire->options, &wire->address, 0, -1, clock_steady(), ignored,
                                    sizeof ignored);
    if (probe >= 0)
        close(probe);
    return probe >= 0;
}

bool wire_is_alive(struct wire *wire, char *ret_trouble, size_t size)
{
    if (wire->socket < 0)
        return false;
    const char *why = NULL;
    if (wire->tls != NULL) {
        if (!wire_tls_drain(wire->tls))
            why = wire_tls_why(wire->tls);
    } else if (!wire_socket_drain(wire->socket)) {
        why = errno == 0 ? "the receiver closed the connection" : strerror(errno);
    } else if (wire->options.kind == WIRE_UNIX_DATAGRAM && !is_behind_path(wire)) {
        why = "the receiver has gone";
    }
    if (why != NULL)
        broken(wire, why, ret_trouble, size);
    return why == NULL;
}

/* TCP acknowledges to the kernel, which tells us only when it is asked: soon, then less often. */
bool wire_flush(struct wire *wire, int stop, char *ret_trouble, size_t size)
{
    if (wire->options.kind != WIRE_TCP && wire->options.kind != WIRE_TLS)
        return true;
    uint64_t acked = 0, before = 0;
    int64_t step = FLUSH_FIRST;
    int64_t deadline = clock_steady() + wire->options.answer_time;
    while (!wire_socket_acked(wire->socket, &acked)) {
        int64_t now = clock_steady();
        if (acked != before)
            deadline = now + wire->options.answer_time;
        before = acked;
        enum wire_waited waited = wire_wait(wire->socket, POLLRDHUP, stop, now + step);
        if (waited == WIRE_STOPPED)
            return true;
        if (waited == WIRE_READY && !wire_is_alive(wire, ret_trouble, size))
            return false;
        if (now >= deadline) {
            broken(wire, "it acknowledges nothing any more", ret_trouble, size);
            return false;
        }
        step = step * 2 < FLUSH_LAST ? step * 2 : FLUSH_LAST;
    }
    return true;
}

void wire_close(struct wire *wire)
{
    if (wire->socket < 0)
        return;
    /* What waits to be read would turn the end into a reset, which takes with it what the peer has
     * not read yet. */
    if (wire->tls != NULL) {
        (void)wire_tls_drain(wire->tls);
        wire_tls_end(wire->tls, true);
    }
    (void)shutdown(wire->socket, SHUT_WR);
    (void)wire_socket_drain(wire->socket);
    close(wire->socket);
    wire->socket = -1;
}
