/*
 * listen: the socket on loopback, and who may be meant by a Host header.
 *
 * A page in somebody's browser may make a name of its own lead to 127.0.0.1 and read what is there
 * (DNS rebinding). Its requests carry that name in Host, so only names and addresses of loopback
 * are answered.
 */
#ifndef MXTAP_HEALTH_LISTEN_H
#define MXTAP_HEALTH_LISTEN_H

#include <mxtap/addr.h>
#include <stdint.h>

/* text: "127.0.0.1:9465", "[::1]:9465". The socket is the caller's. ERR_CONFIG: no address of
 * loopback with a port; ERR_SYSTEM: errno. */
enum err listen_open(const char *text, int *ret_socket, uint16_t *ret_port) MXTAP_MUST_CHECK;
/* host: the value of a Host header, with a port or without. */
bool listen_is_loopback(struct span host);

#endif
