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

#define STOP_GRACE (CLOCK_SECOND * 3 / 4)

struct wire {
    struct wire_options options;
    struct wire_address address; /* not of a unix socket */
    struct wire_tls *tls;        /* of WIRE_TLS, or NULL */
    int socket;                  /* or -1 */
    unsigned turn;               /* of UDP: the address to begin with */
    ino_t inode;                 /* of a unix socket: who was behind the path */
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

static void complain(const struct wire *wire, const char *why, char *ret_trouble, size_t size)
{
    snprintf(ret_trouble, size, "%s: %s", wire->options.address, why);
}

static ino_t inode_of(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 ? about.st_ino : 0;
}

bool wire_connect(struct wire *wire, int stop, char *ret_trouble, size_t size)
{
    if (wire->socket >= 0)
        return true;
    char why[256];
    int64_t deadline = clock_steady() + wire->options.connect_time;
    if (is_unix(wire->options.kind))
        wire->inode = inode_of(wire->options.address);
    unsigned turn = wire->options.kind == WIRE_UDP ? wire->turn : 0;
    wire->socket = wire_socket_connect(&wire->options, &wire->address, turn, stop, deadline,
                                       ret_trouble, size);
    if (wire->socket < 0)
        return false;
    if (wire->tls != NULL &&
        !wire_tls_begin(wire->tls, wire->socket, stop, deadline, why, sizeof why)) {
        complain(wire, why, ret_trouble, size);
        drop(wire);
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

static enum wire_written broken(struct wire *wire, const char *why, char *ret_trouble, size_t size)
{
    complain(wire, why, ret_trouble, size);
    drop(wire);
    return WIRE_BROKEN;
}

enum wire_written wire_write(struct wire *wire, struct span octets, int stop, char *ret_trouble,
                             size_t size)
{
    bool datagrams = wire->options.kind == WIRE_UDP || wire->options.kind == WIRE_UNIX_DATAGRAM;
    int64_t deadline = clock_steady() + wire->options.answer_time;
    bool stopped = false;
    while (octets.len > 0) {
        short events = 0;
        long wrote = write_some(wire, octets, &events);
        if (wrote < 0 && datagrams && errno == EMSGSIZE)
            return WIRE_TOO_LONG;
        if (wrote < 0)
            return broken(wire, wire->tls != NULL ? wire_tls_why(wire->tls) : strerror(errno),
                          ret_trouble, size);
        if (wrote > 0) {
            octets = span_skip(octets, (size_t)wrote);
            if (!stopped)
                deadline = clock_steady() + wire->options.answer_time;
            continue;
        }
        switch (wire_wait(wire->socket, events, stop, deadline)) {
        case WIRE_READY: break;
        case WIRE_LATE:
            return broken(wire, stopped ? "stopped" : "it takes nothing any more", ret_trouble,
                          size);
        case WIRE_STOPPED:
            stopped = true;
            stop = -1;
            deadline = clock_steady() + STOP_GRACE;
            break;
        }
    }
    return WIRE_WRITTEN;
}

/* Nothing comes back from a datagram socket of this kind, not even an end. But its receiver, when
 * it was started again, has made another file. */
static bool is_behind_path(const struct wire *wire)
{
    char ignored[256];
    int probe = -1;
    if (inode_of(wire->options.address) == wire->inode)
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
        (void)broken(wire, why, ret_trouble, size);
    return why == NULL;
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
