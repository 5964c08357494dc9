/*
 * wire: a connection to a receiver: TCP, TLS over it, UDP, or a unix socket; for sinks that write
 * octets themselves.
 *
 * All calls wait with poll(2) on the connection and on a stop descriptor, within a time limit; but
 * the look-up of a name, made for every connection (getaddrinfo), has the limits of the system's
 * resolver. Addresses are tried in order. No SIGPIPE comes of it. TLS
 * (OpenSSL, 1.2 at least): the certificate of the receiver must be good for its name (RFC 5425 5.2,
 * RFC 6125), by the CA file or the system's; there is no switch to leave that out. Troubles are one
 * sentence with the address; never a secret. One thread.
 */
#ifndef MXTAP_WIRE_H
#define MXTAP_WIRE_H

#include <mxtap/buf.h>
#include <mxtap/err.h>

enum wire_kind { WIRE_TCP, WIRE_TLS, WIRE_UDP, WIRE_UNIX_STREAM, WIRE_UNIX_DATAGRAM };

struct wire_options {
    enum wire_kind kind;
    const char *address;            /* "host:port", "192.0.2.1:514", "[2001:db8::1]:6514"; a path */
    const char *default_port;       /* where the address has none */
    const char *tls_ca;             /* file (PEM), or NULL: the system's */
    const char *tls_cert, *tls_key; /* files (PEM) of ours, or NULL */
    const char *tls_name;           /* that the certificate must have; NULL: the address's host */
    int64_t connect_time;           /* nanoseconds: limit of connecting, TLS with it */
    int64_t answer_time;            /* of standing still: no octet is taken or acknowledged */
};

enum wire_written {
    WIRE_WRITTEN,
    WIRE_TOO_LONG, /* a datagram that can never be sent; the connection is as it was */
    WIRE_BROKEN,   /* the connection is closed, how much of it went out is not known */
};

struct wire;

/* Reads the certificates; connects nothing. Lends the options' texts. */
enum err wire_new(const struct wire_options *options, struct wire **ret_wire, char *ret_message,
                  size_t size) MXTAP_MUST_CHECK;
void wire_free(struct wire *wire); /* closes too */
/* Is the address one that can be connected to, as text? For sink.check. */
bool wire_address_ok(enum wire_kind kind, const char *address);

/* False with a sentence. Connected already: true at once. */
bool wire_connect(struct wire *wire, int stop, char *ret_trouble, size_t size);
bool wire_is_connected(const struct wire *wire);
/* All octets, or a sentence; on a datagram socket they are one datagram. Once stopped it has most
 * of a second left, so that a receiver that takes what it gets sees no half of a record. */
enum wire_written wire_write(struct wire *wire, struct span octets, int stop, char *ret_trouble,
                             size_t size);
/* TCP, TLS: waits until the peer's kernel has acknowledged all that was written, or until stopped;
 * other kinds: does nothing. False with a sentence: it never will, the connection is closed. */
bool wire_flush(struct wire *wire, int stop, char *ret_trouble, size_t size);
/* Has the peer closed it, or an error come (ICMP's too)? Closes it then, with a sentence. Octets
 * that the peer sends are thrown away. A connection that is not there is not alive. */
bool wire_is_alive(struct wire *wire, char *ret_trouble, size_t size);
/* TCP, TLS: orderly (close_notify, FIN). */
void wire_close(struct wire *wire);

#endif
