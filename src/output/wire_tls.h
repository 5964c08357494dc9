/*
 * wire_tls: TLS over a connected socket that does not block (OpenSSL, RFC 5246, RFC 8446).
 *
 * One wire_tls serves one connection after another. Verification cannot be left out. Octets go
 * through send(2) with MSG_NOSIGNAL. One thread; new and free are the main thread's.
 */
#ifndef MXTAP_WIRE_TLS_H
#define MXTAP_WIRE_TLS_H

#include "wire.h"
#include "wire_address.h"

struct wire_tls;

/* Reads the certificates. ret_message names the setting that is wrong; with ERR_NONE it may be a
 * warning. */
enum err wire_tls_new(const struct wire_options *options, const struct wire_address *address,
                      struct wire_tls **ret_tls, char *ret_message, size_t size) MXTAP_MUST_CHECK;
void wire_tls_free(struct wire_tls *tls);

/* The handshake; false with a sentence. */
bool wire_tls_begin(struct wire_tls *tls, int socket, int stop, int64_t deadline, char *ret_trouble,
                    size_t size);
/* How many octets were taken; 0: wait for *ret_events (poll); negative: broken, wire_tls_why. */
long wire_tls_write(struct wire_tls *tls, struct span octets, short *ret_events);
/* As wire_socket_drain, through TLS; false: broken, wire_tls_why. */
bool wire_tls_drain(struct wire_tls *tls);
/* Why the last call failed. */
const char *wire_tls_why(const struct wire_tls *tls);
/* Forgets the connection; orderly: says so to the peer first (close_notify). */
void wire_tls_end(struct wire_tls *tls, bool orderly);

#endif
