/*
 * refuse: the part of a filter that is true of what surely is something else, inside a tunnel.
 *
 * Whole IPv4 packets without options and IPv6 packets without extension headers that hold ICMP, or
 * TCP or UDP between other ports; of Ethernet frames also ARP. Called by filter.c. Each piece is
 * one expression in brackets; accessor, base and at together say where the inner packet begins:
 * "udp", "", 16 is udp[16]; base is an expression that ends in a plus.
 */
#ifndef REFUSE_H
#define REFUSE_H

#include <mxtap/filter.h>

#define REFUSE_PORTS (sizeof((struct filter_options *)0)->ports / sizeof(uint16_t))

struct refuse {
    struct buf *out;
    uint16_t tcp[sizeof((struct filter_options *)0)->ports / sizeof(uint16_t) + 1];
    uint16_t udp[4];
    size_t tcp_count, udp_count;
};

void refuse_init(struct refuse *refuse, const struct filter_options *options, struct buf *out);
void refuse_ip(struct refuse *refuse, const char *accessor, const char *base, unsigned at);
void refuse_ethernet(struct refuse *refuse, const char *accessor, const char *base, unsigned at);

#endif
