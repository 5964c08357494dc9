/*
 * The expression, from the inside out (pcap-filter(7)).
 */
#include <mxtap/filter.h>

#include <mxtap/span.h>

static const struct {
    const char *name;
    enum filter_tunnel tunnel;
} filter_tunnels[] = {
    {"gre", FILTER_GRE},   {"vxlan", FILTER_VXLAN}, {"geneve", FILTER_GENEVE},
    {"ipip", FILTER_IPIP}, {"mpls", FILTER_MPLS},   {"pppoe", FILTER_PPPOE},
};

enum filter_tunnel filter_tunnel_find(struct span name)
{
    for (size_t i = 0; i < sizeof filter_tunnels / sizeof *filter_tunnels; i++)
        if (span_equal_nocase(name, span_text(filter_tunnels[i].name)))
            return filter_tunnels[i].tunnel;
    return 0;
}

const char *filter_tunnel_names(void)
{
    return "gre, vxlan, geneve, ipip, mpls, pppoe";
}

void filter_make(const struct filter_options *options, struct buf *ret_expression)
{
    buf_add_text(ret_expression, "(ip[6:2] & 0x1fff != 0 or ip6[6] == 44");
    for (size_t i = 0; i < sizeof options->ports / sizeof *options->ports && options->ports[i]; i++)
        buf_printf(ret_expression, " or tcp port %u", options->ports[i]);
    if (options->dns)
        buf_add_text(ret_expression, " or udp port 53 or tcp port 53");
    buf_add_text(ret_expression, ")");
}
