/*
 * wire: packets for the tests of filters and live captures, made from the inside out.
 *
 * A packet starts as a payload at the end of its memory; each wire_ function puts one header in
 * front. Hosts are numbers: 10.0.0.N or 2001:db8::N. Checksums are left out.
 */
#ifndef HELPER_WIRE_H
#define HELPER_WIRE_H

#include <mxtap/span.h>

#define WIRE_ROOM 4096

enum { WIRE_ICMP = 1, WIRE_TCP = 6, WIRE_UDP = 17, WIRE_ICMP6 = 58 };

struct wire {
    uint8_t memory[WIRE_ROOM];
    size_t from; /* first octet in use */
};

void wire_start(struct wire *wire, size_t payload);
struct span wire_span(const struct wire *wire);

void wire_push(struct wire *wire, const void *octets, size_t count);
#define WIRE_PUSH(wire, ...)                                                                       \
    wire_push(wire, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

void wire_tcp(struct wire *wire, unsigned src_port, unsigned dst_port);
void wire_udp(struct wire *wire, unsigned src_port, unsigned dst_port);
void wire_ipv4(struct wire *wire, unsigned protocol, unsigned src, unsigned dst);
/* offset in octets */
void wire_fragment(struct wire *wire, unsigned protocol, unsigned src, unsigned dst, size_t offset,
                   bool more);
void wire_ipv6(struct wire *wire, unsigned next, unsigned src, unsigned dst);
void wire_ethernet(struct wire *wire, unsigned type);
/* A tag between the addresses of the frame and its type. */
void wire_tag(struct wire *wire, unsigned tpid, unsigned vlan);

/* A whole IP packet from host 1 to host 2: TCP or UDP between these ports. */
void wire_ip(struct wire *wire, bool v6, unsigned protocol, unsigned src_port, unsigned dst_port);

#endif
