/*
 * The expression, from the inside out, in the language of pcap-filter(7), where "and" and "or" bind
 * alike, from left to right.
 *
 * An offset beyond the end of a packet refuses the packet, so what lies inside a tunnel is looked
 * at only where the outside is whole. A tag that the kernel has taken off is not seen by any of
 * this, which is as it should be; one that stands in the packet is tagged.c's.
 *
 * There are lines for Ethernet, where offsets in the frame are known, and for other links; and for
 * each, one that looks into tunnels and a shorter one that does not.
 */
#include <mxtap/filter.h>

#include "refuse.h"
#include "tagged.h"

#define FILTER_DNS   53
#define FILTER_FIRST "ip[6:2] & 0x3fff = 0" /* not a fragment: neither offset nor more to come */

#define FILTER_VXLAN_PORTS  "4789 or 8472"
#define FILTER_GENEVE_PORTS "6081"

/* Always true, and an error on other links. */
#define FILTER_ETHERNET "(ether multicast or not ether multicast)"

/* The link's own frame, which "ether" counts from. */
#define FILTER_LINK_HEADER 14

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

static void filter_tcp(const struct filter_options *options, struct buf *out)
{
    buf_add_text(out, "tcp port (");
    for (size_t i = 0; i < REFUSE_PORTS && options->ports[i] != 0; i++)
        buf_printf(out, "%u or ", options->ports[i]);
    if (options->dns)
        buf_printf(out, "%u) or udp port %u", FILTER_DNS, FILTER_DNS);
    else
        buf_add_text(out, "0)");
}

/* Fragments behind the first have no ports. */
static void filter_fragments(const struct filter_options *options, struct buf *out)
{
    bool udp = options->dns || options->tunnels & (FILTER_VXLAN | FILTER_GENEVE);
    buf_printf(out, " or (ip[6:2] & 0x1fff != 0 and (ip[9] = 6%s))", udp ? " or ip[9] = 17" : "");
}

/* Headers that stand between IP and TCP: AH, and IPv6 extensions, all of which begin with the
 * number of what follows; IPv6 has ICMP behind them most often. */
static void filter_between(struct buf *out)
{
    static const unsigned headers[] = {0, 43, 44, 51, 60, 135, 139, 140};
    buf_add_text(out, " or ip proto 51 or (ip6[40] != 58 and (");
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        buf_printf(out, "%sip6[6] = %u", i == 0 ? "" : " or ", headers[i]);
    buf_add_text(out, "))");
}

/* GRE in IPv4 without options: which flags and type, and where the inner packet begins. */
static void filter_gre(struct refuse *refuse)
{
    static const char ip[] = "(ip[22:2] = 0x0800 or ip[22:2] = 0x86dd)";
    static const char bridge[] = "ip[22:2] = 0x6558";
    static const struct {
        const char *type;
        unsigned flags, at;
        bool ethernet;
    } forms[] = {
        {ip, 0x0000, 24, false},
        {ip, 0x2000, 28, false},
        {bridge, 0x0000, 24, true},
        {bridge, 0x2000, 28, true}, /* NVGRE */
        {"ip[22:2] = 0x88be", 0x0000, 24, true},
        {"ip[22:2] = 0x88be", 0x1000, 36, true},
        /* ERSPAN III without its subheader */
        {"ip[22:2] = 0x22eb and ip[39] & 1 = 0", 0x1000, 40, true},
    };
    struct buf *out = refuse->out;
    buf_add_text(out, " or ip6 proto 47 or (ip proto 47 and not (ip[0] = 0x45 and " FILTER_FIRST
                      " and (");
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        buf_printf(out, "%s(ip[20:2] = %u and %s and ", i == 0 ? "" : " or ", forms[i].flags,
                   forms[i].type);
        if (forms[i].ethernet)
            refuse_ethernet(refuse, "ip", "", forms[i].at);
        else
            refuse_ip(refuse, "ip", "", forms[i].at);
        buf_add_text(out, ")");
    }
    buf_add_text(out, ")))");
}

static void filter_vxlan(struct refuse *refuse)
{
    buf_add_text(refuse->out,
                 " or (udp dst port (" FILTER_VXLAN_PORTS ") and not (" FILTER_FIRST " and ");
    refuse_ethernet(refuse, "udp", "", 16);
    buf_add_text(refuse->out, "))");
}

/* The inner packet begins behind options, whose length in words is in the first octet. */
static void filter_geneve(struct refuse *refuse)
{
    static const char at[] = "(udp[8] & 0x3f) * 4 + ";
    buf_add_text(refuse->out, " or (udp dst port " FILTER_GENEVE_PORTS " and not (" FILTER_FIRST
                              " and ((udp[10:2] = 0x6558 and ");
    refuse_ethernet(refuse, "udp", at, 16);
    buf_add_text(refuse->out, ") or ((udp[10:2] = 0x0800 or udp[10:2] = 0x86dd) and ");
    refuse_ip(refuse, "udp", at, 16);
    buf_add_text(refuse->out, "))))");
}

static void filter_ipip(struct refuse *refuse)
{
    buf_add_text(refuse->out,
                 " or ((ip proto 4 or ip proto 41) and not (ip[0] = 0x45 and " FILTER_FIRST
                 " and ");
    refuse_ip(refuse, "ip", "", 20);
    buf_add_text(refuse->out, ")) or ((ip6 proto 4 or ip6 proto 41) and not ");
    refuse_ip(refuse, "ip6", "", 40);
    buf_add_text(refuse->out, ")");
}

/* What MPLS carries is guessed from its first octet, so its length must fit too: behind a label
 * there may stand an Ethernet frame whose address looks like IP. */
static void filter_mpls(struct refuse *refuse, bool ethernet)
{
    struct buf *out = refuse->out;
    buf_add_text(out, " or ip proto 137 or ((ether proto 0x8847 or ether proto 0x8848)");
    for (unsigned labels = 1; ethernet && labels <= 2; labels++) {
        unsigned at = FILTER_LINK_HEADER + 4 * labels;
        buf_printf(out, " and not (ether[12:2] = 0x8847 and ether[%u] & 1 = 1 and ", at - 2);
        if (labels == 2)
            buf_printf(out, "ether[%u] & 1 = 0 and ", at - 6);
        buf_printf(out, "(ether[%u:2] + %u = len or ether[%u:2] + %u = len) and ", at + 2, at,
                   at + 4, at + 40);
        refuse_ip(refuse, "ether", "", at);
        buf_add_text(out, ")");
    }
    buf_add_text(out, ")");
}

static void filter_pppoe(struct refuse *refuse, bool ethernet)
{
    unsigned at = FILTER_LINK_HEADER + 8;
    buf_add_text(refuse->out, " or (ether proto 0x8864");
    if (ethernet) {
        buf_printf(refuse->out,
                   " and not (ether[12:2] = 0x8864 and (ether[%u:2] = 0x0021 or "
                   "ether[%u:2] = 0x0057) and ",
                   at - 2, at - 2);
        refuse_ip(refuse, "ether", "", at);
        buf_add_text(refuse->out, ")");
    }
    buf_add_text(refuse->out, ")");
}

/* What has ports of ours, or may belong to it. */
static void filter_plain(const struct filter_options *options, struct buf *out)
{
    filter_tcp(options, out);
    filter_fragments(options, out);
    filter_between(out);
}

/* ethernet: offsets of the link may be used. */
static void filter_looking(const struct filter_options *options, bool ethernet, struct buf *out)
{
    struct refuse refuse;
    refuse_init(&refuse, options, out);
    if (options->tunnels & FILTER_GRE)
        filter_gre(&refuse);
    if (options->tunnels & FILTER_VXLAN)
        filter_vxlan(&refuse);
    if (options->tunnels & FILTER_GENEVE)
        filter_geneve(&refuse);
    if (options->tunnels & FILTER_IPIP)
        filter_ipip(&refuse);
    if (options->tunnels & FILTER_MPLS)
        filter_mpls(&refuse, ethernet);
    if (options->tunnels & FILTER_PPPOE)
        filter_pppoe(&refuse, ethernet);
}

static void filter_whole(const struct filter_options *options, struct buf *out)
{
    static const struct {
        enum filter_tunnel tunnel;
        const char *whole;
    } tunnels[] = {
        {FILTER_GRE, "ip proto 47 or ip6 proto 47"},
        {FILTER_VXLAN, "udp dst port (" FILTER_VXLAN_PORTS ")"},
        {FILTER_GENEVE, "udp dst port " FILTER_GENEVE_PORTS},
        {FILTER_IPIP, "ip proto 4 or ip proto 41 or ip6 proto 4 or ip6 proto 41"},
        {FILTER_MPLS, "ip proto 137 or ether proto 0x8847 or ether proto 0x8848"},
        {FILTER_PPPOE, "ether proto 0x8864"},
    };
    for (size_t i = 0; i < sizeof tunnels / sizeof *tunnels; i++)
        if (options->tunnels & tunnels[i].tunnel)
            buf_printf(out, " or %s", tunnels[i].whole);
}

/* ethernet: for that link only; look: into tunnels. */
static void filter_line(const struct filter_options *options, bool ethernet, bool look,
                        struct buf *out)
{
    if (out->len > 0)
        buf_add_text(out, "\n");
    buf_add_text(out, ethernet ? FILTER_ETHERNET " and (" : "(");
    filter_plain(options, out);
    if (look)
        filter_looking(options, ethernet, out);
    else
        filter_whole(options, out);
    if (ethernet)
        tagged_add(options, out);
    else if (options->vlans > 0)
        buf_add_text(out, " or ether proto 0x8100 or ether proto 0x88a8");
    buf_add_text(out, ")");
}

void filter_make(const struct filter_options *options, struct buf *ret_expression)
{
    for (int ethernet = 1; ethernet >= 0; ethernet--)
        for (int look = options->tunnels != 0; look >= 0; look--)
            filter_line(options, ethernet, look, ret_expression);
}
