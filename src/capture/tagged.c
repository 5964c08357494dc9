/*
 * pcap-filter(7) has a word for tags, "vlan", but it makes programs twice as long, for it thinks of
 * tags that the kernel has taken off too. Here everything stands at its offset in the frame; IPv4
 * with options passes, as its ports do not.
 */
#include "tagged.h"

#include <stdio.h>

#define TAGGED_PORTS (sizeof((struct filter_options *)0)->ports / sizeof(uint16_t))
#define TAGGED_DNS   53

/* The first IP header behind one tag; another tag is four octets more. */
#define TAGGED_IP  18
#define TAGGED_TAG 4

struct tagged {
    const struct filter_options *options;
    struct buf *out;
    unsigned ip; /* where the IP header begins; its type is before it */
};

static void tagged_port(const struct tagged *tagged, unsigned at, unsigned port)
{
    buf_printf(tagged->out, " or ether[%u:2] = %u or ether[%u:2] = %u", at, port, at + 2, port);
}

/* What stands behind IP: protocol is where its number is, at where its header begins; always is
 * true where the ports are elsewhere. */
static void tagged_transport(const struct tagged *tagged, unsigned protocol, unsigned at,
                             const char *always)
{
    const struct filter_options *options = tagged->options;
    buf_printf(tagged->out, "((ether[%u] = 6 and (%s", protocol, always);
    for (size_t i = 0; i < TAGGED_PORTS && options->ports[i] != 0; i++)
        tagged_port(tagged, at, options->ports[i]);
    if (options->dns)
        tagged_port(tagged, at, TAGGED_DNS);
    buf_printf(tagged->out, ")) or (ether[%u] = 17 and (%s", protocol, always);
    if (options->dns)
        tagged_port(tagged, at, TAGGED_DNS);
    if (options->tunnels & FILTER_VXLAN)
        buf_printf(tagged->out, " or ether[%u:2] = 4789 or ether[%u:2] = 8472", at + 2, at + 2);
    if (options->tunnels & FILTER_GENEVE)
        buf_printf(tagged->out, " or ether[%u:2] = 6081", at + 2);
    buf_add_text(tagged->out, "))");
    if (options->tunnels & FILTER_GRE)
        buf_printf(tagged->out, " or ether[%u] = 47", protocol);
    if (options->tunnels & FILTER_IPIP)
        buf_printf(tagged->out, " or ether[%u] = 4 or ether[%u] = 41", protocol, protocol);
    if (options->tunnels & FILTER_MPLS)
        buf_printf(tagged->out, " or ether[%u] = 137", protocol);
}

static void tagged_ipv4(const struct tagged *tagged)
{
    char always[80];
    unsigned ip = tagged->ip;
    snprintf(always, sizeof always, "ether[%u] != 0x45 or ether[%u:2] & 0x1fff != 0", ip, ip + 6);
    buf_printf(tagged->out, "(ether[%u:2] = 0x0800 and ", ip - 2);
    tagged_transport(tagged, ip + 9, ip + 20, always);
    buf_printf(tagged->out, " or ether[%u] = 51))", ip + 9);
}

static void tagged_ipv6(const struct tagged *tagged)
{
    static const unsigned headers[] = {0, 43, 44, 51, 60, 135, 139, 140};
    unsigned ip = tagged->ip;
    buf_printf(tagged->out, " or (ether[%u:2] = 0x86dd and ", ip - 2);
    tagged_transport(tagged, ip + 6, ip + 40, "1 = 0");
    buf_printf(tagged->out, " or (ether[%u] != 58 and (1 = 0", ip + 40);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        buf_printf(tagged->out, " or ether[%u] = %u", ip + 6, headers[i]);
    buf_add_text(tagged->out, "))))");
}

static void tagged_frame(const struct tagged *tagged)
{
    unsigned type = tagged->ip - 2;
    tagged_ipv4(tagged);
    tagged_ipv6(tagged);
    if (tagged->options->tunnels & FILTER_MPLS)
        buf_printf(tagged->out, " or ether[%u:2] = 0x8847 or ether[%u:2] = 0x8848", type, type);
    if (tagged->options->tunnels & FILTER_PPPOE)
        buf_printf(tagged->out, " or ether[%u:2] = 0x8864", type);
}

void tagged_add(const struct filter_options *options, struct buf *out)
{
    struct tagged tagged = {.options = options, .out = out, .ip = TAGGED_IP};
    unsigned tags = options->vlans < 2 ? options->vlans : 2;
    for (unsigned tag = 0; tag < tags; tag++) {
        unsigned type = tagged.ip - 2 - TAGGED_TAG;
        buf_printf(out,
                   " or ((ether[%u:2] = 0x8100 or ether[%u:2] = 0x88a8 or ether[%u:2] = 0x9100 or "
                   "ether[%u:2] = 0x9200) and (",
                   type, type, type, type);
        tagged_frame(&tagged);
        tagged.ip += TAGGED_TAG;
    }
    for (unsigned tag = 0; tag < tags; tag++)
        buf_add_text(out, "))");
}
