/*
 * Ports lie at fixed offsets where IPv4 has no options (RFC 791 3.1) and IPv6 no extension headers
 * (RFC 8200 3). Of two ports none may be ours: a question goes to a port, its answer comes from it.
 */
#include "refuse.h"

#include <stdio.h>

static void refuse_add(uint16_t *ports, size_t *count, uint16_t port)
{
    ports[(*count)++] = port;
}

void refuse_init(struct refuse *refuse, const struct filter_options *options, struct buf *out)
{
    *refuse = (struct refuse){.out = out};
    for (size_t i = 0; i < REFUSE_PORTS && options->ports[i] != 0; i++)
        refuse_add(refuse->tcp, &refuse->tcp_count, options->ports[i]);
    if (options->dns) {
        refuse_add(refuse->tcp, &refuse->tcp_count, 53);
        refuse_add(refuse->udp, &refuse->udp_count, 53);
    }
    if (options->tunnels & FILTER_VXLAN) {
        refuse_add(refuse->udp, &refuse->udp_count, 4789);
        refuse_add(refuse->udp, &refuse->udp_count, 8472);
    }
    if (options->tunnels & FILTER_GENEVE)
        refuse_add(refuse->udp, &refuse->udp_count, 6081);
}

static void refuse_ports(struct refuse *refuse, const char *where, unsigned at,
                         const uint16_t *ports, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(refuse->out, " and %s%u:2] != %u and %s%u:2] != %u", where, at, ports[i], where,
                   at + 2, ports[i]);
}

/* protocol: where the number of what follows stands; at: where it begins. */
static void refuse_transport(struct refuse *refuse, const char *where, unsigned protocol,
                             unsigned at, unsigned icmp)
{
    buf_printf(refuse->out, "(%s%u] = %u or (%s%u] = 6", where, protocol, icmp, where, protocol);
    refuse_ports(refuse, where, at, refuse->tcp, refuse->tcp_count);
    buf_printf(refuse->out, ") or (%s%u] = 17", where, protocol);
    refuse_ports(refuse, where, at, refuse->udp, refuse->udp_count);
    buf_add_text(refuse->out, "))");
}

static void refuse_where(char ret_where[64], const char *accessor, const char *base)
{
    snprintf(ret_where, 64, "%s[%s", accessor, base);
}

static void refuse_ipv4(struct refuse *refuse, const char *where, unsigned at)
{
    buf_printf(refuse->out, "%s%u] = 0x45 and %s%u:2] & 0x3fff = 0 and ", where, at, where, at + 6);
    refuse_transport(refuse, where, at + 9, at + 20, 1);
}

static void refuse_ipv6(struct refuse *refuse, const char *where, unsigned at)
{
    buf_printf(refuse->out, "%s%u] & 0xf0 = 0x60 and ", where, at);
    refuse_transport(refuse, where, at + 6, at + 40, 58);
}

void refuse_ip(struct refuse *refuse, const char *accessor, const char *base, unsigned at)
{
    char where[64];
    refuse_where(where, accessor, base);
    buf_add_text(refuse->out, "((");
    refuse_ipv4(refuse, where, at);
    buf_add_text(refuse->out, ") or (");
    refuse_ipv6(refuse, where, at);
    buf_add_text(refuse->out, "))");
}

void refuse_ethernet(struct refuse *refuse, const char *accessor, const char *base, unsigned at)
{
    char where[64];
    refuse_where(where, accessor, base);
    buf_printf(refuse->out, "(%s%u:2] = 0x0806 or (%s%u:2] = 0x0800 and ", where, at + 12, where,
               at + 12);
    refuse_ipv4(refuse, where, at + 14);
    buf_printf(refuse->out, ") or (%s%u:2] = 0x86dd and ", where, at + 12);
    refuse_ipv6(refuse, where, at + 14);
    buf_add_text(refuse->out, "))");
}
