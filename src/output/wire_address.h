/*
 * wire_address: a receiver's address as it stands in the configuration.
 *
 * "host:port", "host", "192.0.2.1:514", "[2001:db8::1]:6514", "2001:db8::1". Ports are numbers. Any
 * thread.
 */
#ifndef MXTAP_WIRE_ADDRESS_H
#define MXTAP_WIRE_ADDRESS_H

#include <stdbool.h>

#define WIRE_HOST_MAX 256
#define WIRE_PORT_MAX 8

struct wire_address {
    char host[WIRE_HOST_MAX]; /* a name, or an address without its brackets */
    char port[WIRE_PORT_MAX]; /* digits */
    bool numeric;             /* the host is an address */
};

/* False where it is none, or has no port and there is no default. */
bool wire_address_split(const char *text, const char *default_port,
                        struct wire_address *ret_address);

#endif
