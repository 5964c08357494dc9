/*
 * addr: IP addresses and networks.
 *
 * An address is 16 octets in network order; IPv4 stands as IPv4-mapped IPv6 (::ffff:a.b.c.d, RFC
 * 4291 2.5.5.2), so that both compare alike. The source network of DETECTIONS.md is the IPv4 /24 or
 * the IPv6 /64.
 */
#ifndef MXTAP_ADDR_H
#define MXTAP_ADDR_H

#include <mxtap/err.h>
#include <mxtap/span.h>

struct addr {
    uint8_t octets[16];
};

struct addr_net {
    struct addr addr;
    unsigned prefix; /* bits of the 128; an IPv4 /24 is 120 */
};

#define ADDR_TEXT_SIZE 64

bool addr_is_v4(const struct addr *addr);
bool addr_equal(const struct addr *a, const struct addr *b);
struct addr addr_v4(uint32_t host_order);
/* Text of an IPv4 or IPv6 address (RFC 4291 2.2, RFC 5952 on the way out); false where it is none.
 */
bool addr_parse(struct span text, struct addr *ret_addr);
/* The same of an address literal (RFC 5321 4.1.3), with its brackets or without: "[192.0.2.1]",
 * "[IPv6:2001:db8::1]". */
bool addr_literal_parse(struct span text, struct addr *ret_addr);
void addr_text(const struct addr *addr, char ret_text[ADDR_TEXT_SIZE]);
/* "192.0.2.0/24", "2001:db8::/32", or a bare address. */
bool addr_net_parse(struct span text, struct addr_net *ret_net);
bool addr_net_has(const struct addr_net *net, const struct addr *addr);
void addr_net_text(const struct addr_net *net, char ret_text[ADDR_TEXT_SIZE]);
/* The network of that many of the 128 bits that the address is in. */
struct addr_net addr_net_of(const struct addr *addr, unsigned prefix);
/* The source network: /24 or /64. */
struct addr_net addr_network(const struct addr *addr);

#endif
