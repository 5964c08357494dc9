/*
 * iface: what an interface is doing, and taking it up again, through a packet socket.
 *
 * Nothing here needs a privilege: a packet socket may be asked about interfaces and bound to
 * another one. Called by live.
 */
#ifndef IFACE_H
#define IFACE_H

#include <stdbool.h>

enum iface_state {
    IFACE_GONE, /* no interface has that name */
    IFACE_DOWN,
    IFACE_UP,
};

/* index: of the interface that has the name now, 0 where there is none. */
enum iface_state iface_look(int fd, const char *name, int *ret_index);
bool iface_is_loopback(int fd, const char *name);
/* The interface that the socket is bound to; -1 after it was removed. */
int iface_bound(int fd);
/* Takes up another interface; false: errno says why, EINVAL in a fanout group. */
bool iface_bind(int fd, int index, bool promiscuous);

#endif
