/* ip.c: the few header fields that variants change, and the checksums of RFC 1071. */
#include "ip.h"

#include <stdlib.h>
#include <string.h>

#include "wire.h"

static bool ip_parse4(const struct packet *packet, struct ip *ret_ip)
{
    const uint8_t *at = packet->bytes;
    uint32_t header = (at[0] & 15u) * 4;
    if (packet->len < 20 || header < 20 || packet->len < header)
        return false;
    ret_ip->version = 4;
    ret_ip->proto = at[9];
    ret_ip->fragment = (wire_get16(at + 6) & 0x3fff) != 0;
    ret_ip->l4 = ret_ip->per_hop_end = header;
    ret_ip->next_at = 9;
    return true;
}

static bool ip_parse6(const struct packet *packet, struct ip *ret_ip)
{
    const uint8_t *at = packet->bytes;
    if (packet->len < 40)
        return false;
    struct ip ip = {.version = 6, .proto = at[6], .l4 = 40, .per_hop_end = 40, .next_at = 6};
    while (ip.proto == IP_PROTO_HOPOPTS || ip.proto == IP_PROTO_ROUTING ||
           ip.proto == IP_PROTO_DSTOPTS || ip.proto == IP_PROTO_FRAGMENT) {
        if (packet->len < ip.l4 + 8)
            return false;
        uint32_t name_at = ip.l4;
        uint32_t length = 8;
        if (ip.proto == IP_PROTO_FRAGMENT)
            ip.fragment = true;
        else
            length = (at[ip.l4 + 1] + 1u) * 8;
        bool per_hop = ip.proto == IP_PROTO_HOPOPTS || ip.proto == IP_PROTO_ROUTING;
        ip.proto = at[ip.l4];
        ip.l4 += length;
        if (per_hop) {
            ip.per_hop_end = ip.l4;
            ip.next_at = name_at;
        }
        if (ip.fragment)
            break;
    }
    *ret_ip = ip;
    return packet->len >= ip.l4;
}

bool ip_parse(const struct packet *packet, struct ip *ret_ip)
{
    if (packet->link != LINK_IP || packet->len < 1)
        return false;
    switch (packet->bytes[0] >> 4) {
    case 4: return ip_parse4(packet, ret_ip);
    case 6: return ip_parse6(packet, ret_ip);
    default: return false;
    }
}

bool tcp_parse(const struct packet *packet, struct tcp *ret_tcp)
{
    struct ip ip;
    if (!ip_parse(packet, &ip) || ip.fragment || ip.proto != IP_PROTO_TCP ||
        packet->len != packet->wire_len || packet->len < ip.l4 + 20)
        return false;
    const uint8_t *at = packet->bytes + ip.l4;
    uint32_t header = (uint32_t)(at[12] >> 4) * 4;
    if (header < 20 || packet->len < ip.l4 + header)
        return false;
    *ret_tcp = (struct tcp){.ip = ip,
                            .seq = wire_get32(at + 4),
                            .ack = wire_get32(at + 8),
                            .flags = at[13],
                            .ports = {wire_get16(at), wire_get16(at + 2)},
                            .payload = ip.l4 + header,
                            .payload_len = packet->len - ip.l4 - header};
    return true;
}

static uint64_t ip_add(uint64_t sum, const uint8_t *bytes, uint32_t n)
{
    for (uint32_t i = 0; i + 1 < n; i += 2)
        sum += wire_get16(bytes + i);
    if (n % 2 != 0)
        sum += (uint64_t)bytes[n - 1] << 8;
    return sum;
}

static uint16_t ip_fold(uint64_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

uint16_t ip_sum(const uint8_t *bytes, uint32_t n)
{
    return ip_fold(ip_add(0, bytes, n));
}

uint16_t ip_checksum(const struct packet *packet, const struct ip *ip)
{
    uint32_t n = packet->len - ip->l4;
    uint64_t sum = n + ip->proto;
    if (ip->version == 4)
        sum = ip_add(sum, packet->bytes + 12, 8);
    else
        sum = ip_add(sum, packet->bytes + 8, 32);
    return ip_fold(ip_add(sum, packet->bytes + ip->l4, n));
}

void ip_fix_header(struct packet *packet)
{
    uint8_t *at = packet->bytes;
    if (at[0] >> 4 == 6) {
        wire_put16(at + 4, packet->wire_len - 40);
        return;
    }
    wire_put16(at + 2, packet->wire_len);
    wire_put16(at + 10, 0);
    wire_put16(at + 10, ip_sum(at, (at[0] & 15u) * 4));
}

void ip_fix(struct packet *packet)
{
    struct ip ip;
    ip_fix_header(packet);
    if (!ip_parse(packet, &ip) || ip.fragment || packet->len != packet->wire_len)
        return;
    uint32_t at = ip.proto == IP_PROTO_TCP ? 16 : 6;
    if ((ip.proto != IP_PROTO_TCP && ip.proto != IP_PROTO_UDP) || packet->len < ip.l4 + at + 2)
        return;
    wire_put16(packet->bytes + ip.l4 + at, 0);
    uint16_t sum = ip_checksum(packet, &ip);
    wire_put16(packet->bytes + ip.l4 + at, sum == 0 && ip.proto == IP_PROTO_UDP ? 0xffff : sum);
}

struct packet tcp_make(const struct packet *model, const struct tcp *tcp, uint32_t seq,
                       uint8_t flags, const uint8_t *payload, uint32_t payload_len)
{
    struct packet made = *model;
    made.len = made.wire_len = tcp->payload + payload_len;
    made.bytes = capture_alloc(made.len);
    memcpy(made.bytes, model->bytes, tcp->payload);
    if (payload_len > 0)
        memcpy(made.bytes + tcp->payload, payload, payload_len);
    wire_put32(made.bytes + tcp->ip.l4 + 4, seq);
    made.bytes[tcp->ip.l4 + 13] = flags;
    ip_fix(&made);
    return made;
}

/* Walks the TCP options; adds to both ends of each SACK block (RFC 2018). */
static void tcp_shift_sack(uint8_t *options, uint32_t n, uint32_t amount)
{
    uint32_t at = 0;
    while (at < n && options[at] != 0) {
        if (options[at] == 1) {
            at++;
            continue;
        }
        if (at + 1 >= n || options[at + 1] < 2 || at + options[at + 1] > n)
            return;
        uint32_t length = options[at + 1];
        for (uint32_t i = 2; options[at] == 5 && i + 4 <= length; i += 4)
            wire_put32(options + at + i, wire_get32(options + at + i) + amount);
        at += length;
    }
}

void tcp_shift(struct packet *packet, const struct tcp *tcp, uint32_t own, uint32_t peer)
{
    uint8_t *at = packet->bytes + tcp->ip.l4;
    wire_put32(at + 4, tcp->seq + own);
    if ((tcp->flags & TCP_ACK) != 0) {
        wire_put32(at + 8, tcp->ack + peer);
        tcp_shift_sack(at + 20, tcp->payload - tcp->ip.l4 - 20, peer);
    }
    ip_fix(packet);
}

void tcp_set_flags(struct packet *packet, const struct tcp *tcp, uint8_t flags)
{
    packet->bytes[tcp->ip.l4 + 13] = flags;
    ip_fix(packet);
}
