/*
 * wire_socket: a connected socket that does not block, and waiting for it.
 *
 * Deadlines are of clock_steady. stop: a descriptor that is readable once the thread is to end, or
 * -1. Any thread.
 */
#ifndef MXTAP_WIRE_SOCKET_H
#define MXTAP_WIRE_SOCKET_H

#include "wire.h"
#include "wire_address.h"

enum wire_waited { WIRE_READY, WIRE_STOPPED, WIRE_LATE };

/* For these events of poll(2) on the socket; errors of it are readiness too. */
enum wire_waited wire_wait(int socket, short events, int stop, int64_t deadline);

/* Tries all addresses of the host from number turn on; the time that is left is shared among those
 * not tried yet. -1 with a sentence that says of each what was wrong. */
int wire_socket_connect(const struct wire_options *options, const struct wire_address *address,
                        unsigned turn, int stop, int64_t deadline, char *ret_trouble, size_t size);

/* What waits to be read is thrown away. False: the peer has closed (errno 0), or there was an error
 * (errno). */
bool wire_socket_drain(int socket);
/* TCP: has the peer's kernel acknowledged all that was written? ret_acked grows as it does. */
bool wire_socket_acked(int socket, uint64_t *ret_acked);

#endif
