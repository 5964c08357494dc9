/*
 * What the kernel's filter passes and refuses: packets by hand in every form. Captures and their
 * variants: test_filter_variants.c.
 */
#include "test.h"

#include <pcap/pcap.h>
#include <stdio.h>

#include "capture/helper_rule.h"
#include "capture/helper_wire.h"

#define ALL (FILTER_GRE | FILTER_VXLAN | FILTER_GENEVE | FILTER_IPIP | FILTER_MPLS | FILTER_PPPOE)

static const struct filter_options usual = {.ports = {25}, .dns = true, .vlans = 2};
static struct wire wire;

/* An Ethernet frame with whatever stands in wire. */
static bool frame_passes(const struct rule *rule, unsigned type)
{
    wire_ethernet(&wire, type);
    return rule_passes(rule, wire_span(&wire));
}

static bool ip_passes(const struct rule *rule, bool v6, unsigned protocol, unsigned src,
                      unsigned dst)
{
    wire_ip(&wire, v6, protocol, src, dst);
    return frame_passes(rule, v6 ? 0x86dd : 0x0800);
}

static void test_names(void **state)
{
    (void)state;
    assert_int_equal(filter_tunnel_find(SPAN_LITERAL("gre")), FILTER_GRE);
    assert_int_equal(filter_tunnel_find(SPAN_LITERAL("PPPoE")), FILTER_PPPOE);
    assert_int_equal(filter_tunnel_find(SPAN_LITERAL("gr")), 0);
    assert_int_equal(filter_tunnel_find(SPAN_NULL), 0);
    assert_non_null(strstr(filter_tunnel_names(), "geneve"));
}

static void test_ports(void **state)
{
    (void)state;
    struct rule rule;
    struct filter_options options = usual;
    options.ports[1] = 587;
    for (unsigned dns = 0; dns < 2; dns++) {
        options.dns = dns;
        rule_make(&rule, &options, DLT_EN10MB);
        for (unsigned v6 = 0; v6 < 2; v6++) {
            assert_true(ip_passes(&rule, v6, WIRE_TCP, 1025, 25));
            assert_true(ip_passes(&rule, v6, WIRE_TCP, 25, 1025));
            assert_true(ip_passes(&rule, v6, WIRE_TCP, 1025, 587));
            assert_int_equal(ip_passes(&rule, v6, WIRE_UDP, 1025, 53), dns);
            assert_int_equal(ip_passes(&rule, v6, WIRE_UDP, 53, 1025), dns);
            assert_int_equal(ip_passes(&rule, v6, WIRE_TCP, 53, 1025), dns);
            assert_false(ip_passes(&rule, v6, WIRE_UDP, 25, 1025));
            assert_false(ip_passes(&rule, v6, WIRE_TCP, 1025, 80));
            assert_false(ip_passes(&rule, v6, WIRE_UDP, 123, 123));
            assert_false(ip_passes(&rule, v6, v6 ? WIRE_ICMP6 : WIRE_ICMP, 0, 0));
        }
        wire_start(&wire, 28);
        assert_false(frame_passes(&rule, 0x0806)); /* ARP */
        wire_start(&wire, 40);
        assert_false(frame_passes(&rule, 0x88cc)); /* LLDP */
        rule_done(&rule);
    }
}

static bool fragment_passes(const struct rule *rule, unsigned protocol, size_t offset, bool more)
{
    wire_start(&wire, 48);
    wire_fragment(&wire, protocol, 1, 2, offset, more);
    return frame_passes(rule, 0x0800);
}

/* An IPv6 packet with a header before what follows; the payload of a first fragment is cut. */
static bool extended_passes(const struct rule *rule, unsigned header, unsigned next)
{
    wire_start(&wire, 16);
    WIRE_PUSH(&wire, (uint8_t)next, 0, 0, 0, 0, 0, 0, 0);
    wire_ipv6(&wire, header, 1, 2);
    return frame_passes(rule, 0x86dd);
}

static void test_fragments(void **state)
{
    (void)state;
    struct rule rule;
    struct filter_options options = usual;
    for (unsigned udp = 0; udp < 3; udp++) {
        options.dns = udp == 1;
        options.tunnels = udp == 2 ? FILTER_VXLAN : 0;
        rule_make(&rule, &options, DLT_EN10MB);
        assert_true(fragment_passes(&rule, WIRE_TCP, 48, true));
        assert_true(fragment_passes(&rule, WIRE_TCP, 96, false));
        assert_int_equal(fragment_passes(&rule, WIRE_UDP, 48, false), udp > 0);
        assert_false(fragment_passes(&rule, WIRE_ICMP, 48, false));
        assert_false(fragment_passes(&rule, WIRE_TCP, 0, true)); /* ports xxxx */
        static const unsigned headers[] = {0, 43, 44, 51, 60};
        for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
            assert_true(extended_passes(&rule, headers[i], WIRE_TCP));
            assert_false(extended_passes(&rule, headers[i], WIRE_ICMP6));
        }
        rule_done(&rule);
    }
}

static void test_tags(void **state)
{
    (void)state;
    static const unsigned types[] = {0x8100, 0x88a8, 0x9100};
    struct filter_options options = usual;
    for (options.vlans = 0; options.vlans <= 2; options.vlans++) {
        struct rule rule;
        rule_make(&rule, &options, DLT_EN10MB);
        for (unsigned tags = 0; tags <= 3; tags++) {
            for (unsigned port = 25; port <= 80; port += 55) {
                wire_ip(&wire, tags == 1, WIRE_TCP, port, 1025);
                wire_ethernet(&wire, tags == 1 ? 0x86dd : 0x0800);
                for (unsigned tag = 0; tag < tags; tag++)
                    wire_tag(&wire, types[tag], 100 + tag);
                assert_int_equal(rule_passes(&rule, wire_span(&wire)),
                                 port == 25 && tags <= options.vlans);
            }
        }
        rule_done(&rule);
    }
}

/* Links other than Ethernet, with what stands before IP there. */
static void test_links(void **state)
{
    (void)state;
    static const struct {
        int linktype;
        size_t header;
        uint8_t octets[20];
    } links[] = {
        {DLT_RAW, 0, {0}},
        {DLT_NULL, 4, {2}}, /* AF_INET of a little-endian host */
        {DLT_LINUX_SLL, 16, {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}},
        {DLT_LINUX_SLL2, 20, {8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1}},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct filter_options options = usual;
        options.tunnels = ALL;
        struct rule rule;
        rule_make(&rule, &options, links[i].linktype);
        for (unsigned port = 25; port <= 80; port += 55) {
            wire_ip(&wire, false, WIRE_TCP, port, 1025);
            wire_push(&wire, links[i].octets, links[i].header);
            assert_int_equal(rule_passes(&rule, wire_span(&wire)), port == 25);
        }
        rule_done(&rule);
    }
}

/* A tag that a cooked link has left in the packet. */
static void test_cooked_tag(void **state)
{
    (void)state;
    struct rule rule;
    rule_make(&rule, &usual, DLT_LINUX_SLL);
    wire_ip(&wire, false, WIRE_TCP, 25, 1025);
    WIRE_PUSH(&wire, 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x81, 0, 0, 100, 8, 0);
    assert_true(rule_passes(&rule, wire_span(&wire)));
    rule_done(&rule);
}

/* Numbers of instructions are told, so that a change of libpcap or of ours is seen. */
static void test_size(void **state)
{
    (void)state;
    struct rule rule;
    struct filter_options options = usual;
    rule_make(&rule, &options, DLT_EN10MB);
    print_message("default settings: %u instructions\n", rule.program.bf_len);
    assert_true(rule.program.bf_len <= 200);
    rule_done(&rule);
    options.tunnels = ALL;
    rule_make(&rule, &options, DLT_EN10MB);
    print_message("all tunnels: %u instructions\n", rule.program.bf_len);
    assert_true(rule.program.bf_len <= 2000);
    rule_done(&rule);
    for (unsigned i = 0; i < 16; i++)
        options.ports[i] = (uint16_t)(60000 + i);
    rule_make(&rule, &options, DLT_EN10MB);
    print_message("all tunnels, 16 ports: %u instructions, %zu octets of text\n",
                  rule.program.bf_len, rule.length);
    assert_true(rule.program.bf_len <= 4096);
    rule_done(&rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),     cmocka_unit_test(test_ports),
        cmocka_unit_test(test_fragments), cmocka_unit_test(test_tags),
        cmocka_unit_test(test_links),     cmocka_unit_test(test_cooked_tag),
        cmocka_unit_test(test_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
