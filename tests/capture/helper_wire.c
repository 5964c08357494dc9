/*
 * Headers of Ethernet, IPv4, IPv6, TCP and UDP; the last octets of a packet are written first.
 */
#include "capture/helper_wire.h"

#include <assert.h>

void wire_start(struct wire *wire, size_t payload)
{
    assert(payload <= WIRE_ROOM);
    memset(wire->memory, 'x', WIRE_ROOM);
    wire->from = WIRE_ROOM - payload;
}

struct span wire_span(const struct wire *wire)
{
    return span_make(wire->memory + wire->from, WIRE_ROOM - wire->from);
}

void wire_push(struct wire *wire, const void *octets, size_t count)
{
    assert(count <= wire->from);
    wire->from -= count;
    memcpy(wire->memory + wire->from, octets, count);
}

static size_t wire_length(const struct wire *wire)
{
    return WIRE_ROOM - wire->from;
}

#define HIGH(value) (uint8_t)((value) >> 8 & 0xff)
#define LOW(value)  (uint8_t)((value)&0xff)

void wire_tcp(struct wire *wire, unsigned src_port, unsigned dst_port)
{
    WIRE_PUSH(wire, HIGH(src_port), LOW(src_port), HIGH(dst_port), LOW(dst_port), 0, 0, 1, 0, 0, 0,
              2, 0, 0x50, 0x18, 1, 0, 0, 0, 0, 0);
}

void wire_udp(struct wire *wire, unsigned src_port, unsigned dst_port)
{
    size_t length = wire_length(wire) + 8;
    WIRE_PUSH(wire, HIGH(src_port), LOW(src_port), HIGH(dst_port), LOW(dst_port), HIGH(length),
              LOW(length), 0, 0);
}

void wire_fragment(struct wire *wire, unsigned protocol, unsigned src, unsigned dst, size_t offset,
                   bool more)
{
    size_t length = wire_length(wire) + 20;
    size_t field = offset / 8 | (more ? 0x2000 : 0);
    WIRE_PUSH(wire, 0x45, 0, HIGH(length), LOW(length), 0x12, 0x34, HIGH(field), LOW(field), 64,
              LOW(protocol), 0, 0, 10, 0, HIGH(src), LOW(src), 10, 0, HIGH(dst), LOW(dst));
    /* the header's checksum, RFC 791 3.1: the kernel looks at it before it joins fragments */
    uint8_t *header = wire->memory + wire->from;
    uint32_t sum = 0;
    for (size_t i = 0; i < 20; i += 2)
        sum += (uint32_t)header[i] << 8 | header[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~(sum + (sum >> 16));
    header[10] = HIGH(sum);
    header[11] = LOW(sum);
}

void wire_ipv4(struct wire *wire, unsigned protocol, unsigned src, unsigned dst)
{
    wire_fragment(wire, protocol, src, dst, 0, false);
}

void wire_ipv6(struct wire *wire, unsigned next, unsigned src, unsigned dst)
{
    size_t length = wire_length(wire);
    WIRE_PUSH(wire, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, HIGH(dst), LOW(dst));
    WIRE_PUSH(wire, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, HIGH(src), LOW(src));
    WIRE_PUSH(wire, 0x60, 0, 0, 0, HIGH(length), LOW(length), LOW(next), 64);
}

void wire_ethernet(struct wire *wire, unsigned type)
{
    WIRE_PUSH(wire, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, HIGH(type), LOW(type));
}

void wire_tag(struct wire *wire, unsigned tpid, unsigned vlan)
{
    uint8_t addresses[12];
    memcpy(addresses, wire->memory + wire->from, sizeof addresses);
    wire->from += sizeof addresses;
    WIRE_PUSH(wire, HIGH(tpid), LOW(tpid), HIGH(vlan), LOW(vlan));
    wire_push(wire, addresses, sizeof addresses);
}

void wire_ip(struct wire *wire, bool v6, unsigned protocol, unsigned src_port, unsigned dst_port)
{
    wire_start(wire, 100);
    if (protocol == WIRE_TCP)
        wire_tcp(wire, src_port, dst_port);
    else if (protocol == WIRE_UDP)
        wire_udp(wire, src_port, dst_port);
    if (v6)
        wire_ipv6(wire, protocol, 1, 2);
    else
        wire_ipv4(wire, protocol, 1, 2);
}
