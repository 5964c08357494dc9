/*
 * helper_wire: the other end of a wire, in a thread of its own: TCP, TLS, UDP on loopback, or a
 * unix socket in a folder of its own. It keeps all that it gets.
 */
#ifndef MXTAP_HELPER_WIRE_H
#define MXTAP_HELPER_WIRE_H

#include "wire.h"

struct receiver_options {
    enum wire_kind kind;
    bool ipv6;
    const char *cert, *key; /* TLS: files (PEM) */
    const char *client_ca;  /* TLS: a certificate signed by this one is asked for, or NULL */
    int version;            /* TLS: this one only (TLS1_2_VERSION), or 0 */
    bool deaf;              /* reads nothing */
    bool silent;            /* TLS: makes no handshake */
    size_t close_after;     /* ends each connection after so many octets; 0: never */
    const char *path;       /* unix: of one before it; NULL: a new one */
};

struct receiver;

struct receiver *receiver_new(const struct receiver_options *options);
void receiver_free(struct receiver *receiver); /* as if it had been killed */
/* "127.0.0.1:12345", "[::1]:12345", "/tmp/..."; lives as long as the receiver. */
const char *receiver_address(const struct receiver *receiver);
/* Only the port, as text. */
const char *receiver_port(const struct receiver *receiver);
/* Waits until so many octets have come in all, for some seconds at most; how many there are. */
size_t receiver_wait(struct receiver *receiver, size_t octets);
/* Waits until so many connections have ended in order (EOF, close_notify), for a second. */
unsigned receiver_ended(struct receiver *receiver, unsigned wanted);
/* All that came, one after the other; with datagrams, '\n' after each. Lent: no more may come. */
struct span receiver_octets(struct receiver *receiver);
/* From now on it reads. */
void receiver_hear(struct receiver *receiver);
/* The name in the last handshake (SNI), or "". */
const char *receiver_sni(struct receiver *receiver);

#endif
