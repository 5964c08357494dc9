/* helper_wire: see helper_wire.h. */
#include "helper_wire.h"

#include <assert.h>
#include <stdlib.h>

static size_t data_at; /* where the data of the last record begins */

static void add(struct wire *wire, const void *at, size_t len)
{
    assert(len <= sizeof wire->octets - wire->len);
    memcpy(wire->octets + wire->len, at, len);
    wire->len += len;
}

void wire_u16(struct wire *wire, unsigned value)
{
    const uint8_t octets[] = {(uint8_t)(value >> 8), (uint8_t)value};
    add(wire, octets, sizeof octets);
}

static void wire_u32(struct wire *wire, uint32_t value)
{
    wire_u16(wire, value >> 16);
    wire_u16(wire, value & 0xffff);
}

void wire_header(struct wire *wire, unsigned id, unsigned flags, const unsigned counts[4])
{
    wire->len = 0;
    wire_u16(wire, id);
    wire_u16(wire, flags);
    for (size_t i = 0; i < 4; i++)
        wire_u16(wire, counts[i]);
}

void wire_name(struct wire *wire, const char *name)
{
    struct span rest = span_text(name);
    while (rest.len > 0) {
        size_t dot = span_find(rest, '.');
        uint8_t len = (uint8_t)dot;
        add(wire, &len, 1);
        add(wire, rest.at, dot);
        rest = span_skip(rest, dot + 1);
    }
    add(wire, "", 1);
}

void wire_pointer(struct wire *wire, size_t target)
{
    wire_u16(wire, 0xc000 | (unsigned)target);
}

void wire_asked(struct wire *wire, const char *name, unsigned type)
{
    wire_name(wire, name);
    wire_u16(wire, type);
    wire_u16(wire, 1);
}

void wire_record(struct wire *wire, const char *owner, unsigned type, uint32_t ttl)
{
    if (owner == NULL)
        wire_pointer(wire, 12);
    else
        wire_name(wire, owner);
    wire_u16(wire, type);
    wire_u16(wire, 1);
    wire_u32(wire, ttl);
    wire_u16(wire, 0);
    data_at = wire->len;
}

void wire_end(struct wire *wire)
{
    size_t len = wire->len - data_at;
    wire->octets[data_at - 2] = (uint8_t)(len >> 8);
    wire->octets[data_at - 1] = (uint8_t)len;
}

void wire_host(struct wire *wire, const char *owner, unsigned type, uint32_t ttl, const char *host)
{
    wire_record(wire, owner, type, ttl);
    if (type == DNS_MX)
        wire_u16(wire, 10);
    wire_name(wire, host);
    wire_end(wire);
}

void wire_addr(struct wire *wire, const char *owner, uint32_t ttl, const char *text)
{
    struct addr addr;
    assert(addr_parse(span_text(text), &addr));
    bool v4 = addr_is_v4(&addr);
    wire_record(wire, owner, v4 ? DNS_A : DNS_AAAA, ttl);
    add(wire, addr.octets + (v4 ? 12 : 0), v4 ? 4 : 16);
    wire_end(wire);
}

void wire_soa(struct wire *wire, const char *zone, uint32_t ttl, uint32_t minimum)
{
    wire_record(wire, zone, DNS_SOA, ttl);
    wire_name(wire, "ns.example");
    wire_name(wire, "postmaster.example");
    for (size_t i = 0; i < 4; i++)
        wire_u32(wire, 1000);
    wire_u32(wire, minimum);
    wire_end(wire);
}

/* The third octet's high bit is QR: an answer goes back. */
static struct ip_info way(const struct wire *wire, int64_t time)
{
    struct ip_info ip = {.time = time, .number = 7};
    bool back = wire->len > 2 && (wire->octets[2] & 0x80) != 0;
    assert(addr_parse(span_text(back ? WIRE_SERVER : WIRE_CLIENT), &ip.src));
    assert(addr_parse(span_text(back ? WIRE_CLIENT : WIRE_SERVER), &ip.dst));
    ip.src_port = back ? DNS_PORT : 4000;
    ip.dst_port = back ? 4000 : DNS_PORT;
    return ip;
}

bool wire_send(struct dns *dns, const struct wire *wire, int64_t time,
               struct dns_answer *ret_answer)
{
    uint8_t *copy = malloc(wire->len + 1);
    assert(copy != NULL);
    memcpy(copy, wire->octets, wire->len);
    copy = realloc(copy, wire->len == 0 ? 1 : wire->len);
    const struct datagram datagram = {
        .ip = way(wire, time),
        .payload = span_make(copy, wire->len),
        .payload_len = (uint32_t)wire->len,
    };
    bool got = dns_datagram(dns, &datagram, ret_answer);
    free(copy);
    return got;
}

bool wire_send_tcp(struct dns *dns, const struct wire *wire, size_t count, int64_t time,
                   struct dns_answer *ret_answer)
{
    static struct wire prefixed;
    prefixed.len = 0;
    wire_u16(&prefixed, (unsigned)wire->len);
    add(&prefixed, wire->octets, wire->len);
    assert(count <= prefixed.len);
    const struct segment segment = {
        .ip = way(wire, time),
        .payload = span_make(prefixed.octets, count),
        .payload_len = (uint32_t)count,
    };
    return dns_segment(dns, &segment, ret_answer);
}
