/* One packet for each way from a link type to TCP. */
#include "decode/helper_samples.h"

struct frame frame;

void sample_ip4(void)
{
    frame_start(&frame, SPAN_LITERAL(SAMPLE_HELLO));
    frame_tcp(&frame, 1000, false);
    frame_ipv4(&frame, 6);
}

void sample_ip6(void)
{
    frame_start(&frame, SPAN_LITERAL(SAMPLE_HELLO));
    frame_tcp(&frame, 1000, true);
    frame_ipv6(&frame, 6);
}

void sample_ethernet4(void)
{
    sample_ip4();
    frame_ethernet(&frame, 0x0800);
}

static void ethernet6(void)
{
    sample_ip6();
    frame_ethernet(&frame, 0x86dd);
}

static void padded(void)
{
    frame_start(&frame, SPAN_LITERAL(SAMPLE_HELLO));
    frame_tcp(&frame, 1000, false);
    frame_ipv4(&frame, 6);
    /* the trailer goes behind: move all forward */
    struct span span = frame_span(&frame);
    uint8_t copy[200];
    size_t len = span.len;
    memcpy(copy, span.at, len);
    frame_start(&frame, SPAN_LITERAL("\0\0\0\0\0\0\0\0"));
    frame_push(&frame, copy, len);
    frame_ethernet(&frame, 0x0800);
}

static void vlan(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0, 7, 0x08, 0x00);
    frame_ethernet(&frame, 0x8100);
}

static void qinq(void)
{
    sample_ip6();
    FRAME_PUSH(&frame, 0, 9, 0x86, 0xdd);
    FRAME_PUSH(&frame, 0, 8, 0x91, 0x00);
    FRAME_PUSH(&frame, 0xe0, 7, 0x81, 0x00);
    frame_ethernet(&frame, 0x88a8);
}

static void priority(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0xe0, 0, 0x08, 0x00);
    frame_ethernet(&frame, 0x8100);
}

static void snap(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0x00);
    frame_ethernet(&frame, (uint16_t)frame_span(&frame).len);
}

static void mpls1(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0, 1, 0x01, 64);
    frame_ethernet(&frame, 0x8847);
}

static void mpls3(void)
{
    sample_ip6();
    FRAME_PUSH(&frame, 0, 1, 0x00, 64, 0, 1, 0x00, 64, 0, 1, 0x01, 64);
    frame_ethernet(&frame, 0x8848);
}

static void pseudowire(void)
{
    sample_ethernet4();
    FRAME_PUSH(&frame, 0, 1, 0x01, 64, 0, 0, 0, 0);
    frame_ethernet(&frame, 0x8847);
}

static void pppoe(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0x11, 0, 0, 1, 0, 58, 0x00, 0x21);
    frame_ethernet(&frame, 0x8864);
}

static void pppoe_short(void)
{
    sample_ip6();
    FRAME_PUSH(&frame, 0x11, 0, 0, 1, 0, 77, 0x57);
    FRAME_PUSH(&frame, 0, 7, 0x88, 0x64);
    frame_ethernet(&frame, 0x8100);
}

static void ppp(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0xff, 0x03, 0x00, 0x21);
}

static void sll(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0x00);
}

static void sll2(void)
{
    sample_ip6();
    FRAME_PUSH(&frame, 0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0);
}

static void null_big(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0, 0, 0, 2);
}

static void null_little(void)
{
    sample_ip6();
    FRAME_PUSH(&frame, 30, 0, 0, 0);
}

static void gre4(void)
{
    sample_ip6();
    FRAME_PUSH(&frame, 0, 0, 0x86, 0xdd);
    frame_ipv4(&frame, 47);
}

static void gre_full(void)
{
    sample_ip4();
    FRAME_PUSH(&frame, 0xb0, 0, 0x08, 0x00, 1, 2, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1);
    frame_ipv6(&frame, 47);
}

static void pptp(void)
{
    ppp();
    FRAME_PUSH(&frame, 0x30, 0x81, 0x88, 0x0b, 0, 68, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
    frame_ipv4(&frame, 47);
}

static void erspan1(void)
{
    vlan();
    FRAME_PUSH(&frame, 0, 0, 0x88, 0xbe);
    frame_ipv4(&frame, 47);
}

static void erspan2(void)
{
    sample_ethernet4();
    FRAME_PUSH(&frame, 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 7, 0, 1, 0, 0, 0, 1);
    frame_ipv4(&frame, 47);
}

static void erspan3(void)
{
    ethernet6();
    FRAME_PUSH(&frame, 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 7, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0);
    frame_ipv4(&frame, 47);
}

static void erspan3_platform(void)
{
    ethernet6();
    FRAME_PUSH(&frame, 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 7, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2,
               3, 4, 5, 6, 7, 8);
    frame_ipv4(&frame, 47);
}

static void erspan3_ip(void)
{
    sample_ip6();
    FRAME_PUSH(&frame, 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 7, 0, 1, 0, 0, 0, 1, 0, 0, 8, 0);
    frame_ipv4(&frame, 47);
}

static void vxlan(void)
{
    sample_ethernet4();
    FRAME_PUSH(&frame, 8, 0, 0, 0, 0, 0, 1, 0);
    frame_udp(&frame, 4789);
    frame_ipv6(&frame, 17);
}

static void geneve(void)
{
    sample_ethernet4();
    FRAME_PUSH(&frame, 2, 0, 0x65, 0x58, 0, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    frame_udp(&frame, 6081);
    frame_ipv4(&frame, 17);
}

static void geneve_ip(void)
{
    sample_ip6();
    FRAME_PUSH(&frame, 0, 0, 0x86, 0xdd, 0, 0, 1, 0);
    frame_udp(&frame, 6081);
    frame_ipv4(&frame, 17);
}

static void ip_in_ip(void)
{
    sample_ip4();
    frame_ipv4(&frame, 4);
}

static void six_in_four(void)
{
    sample_ip6();
    frame_ipv4(&frame, 41);
}

static void four_in_six(void)
{
    sample_ip4();
    frame_ipv6(&frame, 4);
}

static void six_in_six(void)
{
    sample_ip6();
    frame_ipv6(&frame, 41);
}

static void nested(void)
{
    vxlan();
    FRAME_PUSH(&frame, 0, 0, 0x86, 0xdd);
    frame_ipv4(&frame, 47);
    FRAME_PUSH(&frame, 0, 7, 0x08, 0x00);
    frame_ethernet(&frame, 0x8100);
}

static void authenticated(void)
{
    frame_start(&frame, SPAN_LITERAL(SAMPLE_HELLO));
    frame_tcp(&frame, 1000, false);
    FRAME_PUSH(&frame, 6, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    frame_ipv4(&frame, 51);
}

static void extended(void)
{
    frame_start(&frame, SPAN_LITERAL(SAMPLE_HELLO));
    frame_tcp(&frame, 1000, true);
    FRAME_PUSH(&frame, 6, 0, 1, 4, 0, 0, 0, 0);                           /* destination */
    FRAME_PUSH(&frame, 60, 0, 0, 0, 0, 0, 0, 9);                          /* atomic fragment */
    FRAME_PUSH(&frame, 44, 0, 0, 0, 0, 0, 0, 0);                          /* routing */
    FRAME_PUSH(&frame, 43, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0); /* hop-by-hop */
    frame_ipv6(&frame, 0);
}

const struct sample samples[] = {
    {"ethernet, IPv4", sample_ethernet4, 1, false, 0, 20},
    {"ethernet, IPv6", ethernet6, 1, true, 0, 40},
    {"ethernet, padding", padded, 1, false, 0, 20},
    {"one VLAN", vlan, 1, false, 1, 20},
    {"three VLANs", qinq, 1, true, 3, 40},
    {"priority tag", priority, 1, false, 0, 20},
    {"802.3 with SNAP", snap, 1, false, 0, 20},
    {"MPLS", mpls1, 1, false, 0, 20},
    {"three MPLS labels", mpls3, 1, true, 0, 40},
    {"MPLS pseudowire", pseudowire, 1, false, 0, 20},
    {"PPPoE", pppoe, 1, false, 0, 20},
    {"PPPoE in VLAN, short protocol", pppoe_short, 1, true, 1, 40},
    {"PPP", ppp, 9, false, 0, 20},
    {"SLL", sll, 113, false, 0, 20},
    {"SLL2", sll2, 276, true, 0, 40},
    {"null, big-endian", null_big, 0, false, 0, 20},
    {"null, little-endian", null_little, 0, true, 0, 40},
    {"loop", null_big, 108, false, 0, 20},
    {"raw, IPv4", sample_ip4, 101, false, 0, 20},
    {"raw, IPv6", sample_ip6, 12, true, 0, 40},
    {"raw, OpenBSD", sample_ip6, 14, true, 0, 40},
    {"IPv4", sample_ip4, 228, false, 0, 20},
    {"IPv6", sample_ip6, 229, true, 0, 40},
    {"GRE", gre4, 101, true, 0, 40},
    {"GRE, checksum, key, sequence", gre_full, 101, false, 0, 20},
    {"PPTP", pptp, 101, false, 0, 20},
    {"ERSPAN I", erspan1, 101, false, 1, 20},
    {"ERSPAN II", erspan2, 101, false, 0, 20},
    {"ERSPAN III", erspan3, 101, true, 0, 40},
    {"ERSPAN III, subheader", erspan3_platform, 101, true, 0, 40},
    {"ERSPAN III, IP", erspan3_ip, 101, true, 0, 40},
    {"VXLAN over IPv6", vxlan, 101, false, 0, 20},
    {"GENEVE, options", geneve, 101, false, 0, 20},
    {"GENEVE, IP", geneve_ip, 101, true, 0, 40},
    {"IP in IP", ip_in_ip, 101, false, 0, 20},
    {"6in4", six_in_four, 101, true, 0, 40},
    {"4in6", four_in_six, 101, false, 0, 20},
    {"IPv6 in IPv6", six_in_six, 101, true, 0, 40},
    {"VXLAN in GRE in VLAN", nested, 1, false, 1, 20},
    {"AH", authenticated, 101, false, 0, 44},
    {"IPv6 extension headers", extended, 101, true, 0, 80},
};

const size_t sample_count = sizeof samples / sizeof *samples;
