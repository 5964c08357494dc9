/*
 * What the kernel's filter does with tunnels: each form by hand, with all sorts inside, and the
 * captures with their variants, of which nothing that decode makes of them may be missing.
 */
#include "test.h"

#include <limits.h>
#include <mxtap/decode.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture/helper_files.h"
#include "capture/helper_rule.h"
#include "capture/helper_wire.h"

#define ALL (FILTER_GRE | FILTER_VXLAN | FILTER_GENEVE | FILTER_IPIP | FILTER_MPLS | FILTER_PPPOE)

#define OUTER_GRE    47
#define LINKTYPE_RAW 101

static struct wire wire;

/* Each puts its headers in front of an IP packet, down to the link. */
static void inside_gre(const void *header, size_t count, bool frame, bool v6)
{
    if (frame)
        wire_ethernet(&wire, v6 ? 0x86dd : 0x0800);
    wire_push(&wire, header, count);
    wire_ipv4(&wire, OUTER_GRE, 8, 9);
    wire_ethernet(&wire, 0x0800);
}

static void inside_udp(const void *header, size_t count, unsigned port, bool frame, bool v6)
{
    if (frame)
        wire_ethernet(&wire, v6 ? 0x86dd : 0x0800);
    wire_push(&wire, header, count);
    wire_udp(&wire, 50000, port);
    wire_ipv4(&wire, WIRE_UDP, 8, 9);
    wire_ethernet(&wire, 0x0800);
}

static void inside_link(const void *header, size_t count, unsigned type)
{
    wire_push(&wire, header, count);
    wire_ethernet(&wire, type);
}

/* For IPv4 inside; put_type says so of IPv6. */
static const uint8_t gre_ip[] = {0, 0, 8, 0};
static const uint8_t gre_key[] = {0x20, 0, 8, 0, 1, 2, 3, 4};
static const uint8_t gre_bridge[] = {0, 0, 0x65, 0x58};
static const uint8_t gre_nvgre[] = {0x20, 0, 0x65, 0x58, 0, 0, 42, 0};
static const uint8_t gre_erspan1[] = {0, 0, 0x88, 0xbe};
static const uint8_t gre_erspan2[] = {0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 1, 0, 0, 0, 1};
static const uint8_t gre_erspan3[] = {0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 1,
                                      0,    1, 0,    0,    0, 1, 0, 0, 0,    0};
static const uint8_t gre_sum[] = {0x80, 0, 8, 0, 0, 0, 0, 0};
static const uint8_t vxlan[] = {8, 0, 0, 0, 0, 0, 42, 0};
static const uint8_t geneve[] = {0, 0, 0x65, 0x58, 0, 0, 42, 0};
static const uint8_t geneve_options[] = {2, 0, 0x65, 0x58, 0, 0, 42, 0, 1, 2, 3, 0, 0, 0, 0, 0};
static const uint8_t geneve_ip[] = {1, 0, 8, 0, 0, 0, 42, 0, 1, 2, 3, 0};
static const uint8_t label[] = {0, 1, 1, 64};
static const uint8_t labels[] = {0, 1, 0, 64, 0, 2, 1, 64};
static const uint8_t labels3[] = {0, 1, 0, 64, 0, 2, 0, 64, 0, 3, 1, 64};
static const uint8_t pppoe[] = {0x11, 0, 0, 1, 0, 142, 0, 0x21};

enum form {
    FORM_GRE,
    FORM_KEY,
    FORM_BRIDGE,
    FORM_NVGRE,
    FORM_ERSPAN1,
    FORM_ERSPAN2,
    FORM_ERSPAN3,
    FORM_SUM,
    FORM_VXLAN,
    FORM_VXLAN_OLD,
    FORM_GENEVE,
    FORM_GENEVE_OPTIONS,
    FORM_GENEVE_IP,
    FORM_IP_IN_IP,
    FORM_IP_IN_IP6,
    FORM_LABEL,
    FORM_LABELS,
    FORM_LABELS3,
    FORM_PPPOE,
    FORM_COUNT
};

/* The tunnel that each form needs, and whether what is inside is looked at. */
static const struct {
    enum filter_tunnel tunnel;
    bool looks;
} forms[FORM_COUNT] = {
    [FORM_GRE] = {FILTER_GRE, true},          [FORM_KEY] = {FILTER_GRE, true},
    [FORM_BRIDGE] = {FILTER_GRE, true},       [FORM_NVGRE] = {FILTER_GRE, true},
    [FORM_ERSPAN1] = {FILTER_GRE, true},      [FORM_ERSPAN2] = {FILTER_GRE, true},
    [FORM_ERSPAN3] = {FILTER_GRE, true},      [FORM_SUM] = {FILTER_GRE, false},
    [FORM_VXLAN] = {FILTER_VXLAN, true},      [FORM_VXLAN_OLD] = {FILTER_VXLAN, true},
    [FORM_GENEVE] = {FILTER_GENEVE, true},    [FORM_GENEVE_OPTIONS] = {FILTER_GENEVE, true},
    [FORM_GENEVE_IP] = {FILTER_GENEVE, true}, [FORM_IP_IN_IP] = {FILTER_IPIP, true},
    [FORM_IP_IN_IP6] = {FILTER_IPIP, true},   [FORM_LABEL] = {FILTER_MPLS, true},
    [FORM_LABELS] = {FILTER_MPLS, true},      [FORM_LABELS3] = {FILTER_MPLS, false},
    [FORM_PPPOE] = {FILTER_PPPOE, true},
};

#define GRE(header, frame)       inside_gre(header, sizeof(header), frame, v6)
#define UDP(header, port, frame) inside_udp(header, sizeof(header), port, frame, v6)

static void put_inside(enum form form, bool v6)
{
    switch (form) {
    case FORM_GRE: GRE(gre_ip, false); break;
    case FORM_KEY: GRE(gre_key, false); break;
    case FORM_BRIDGE: GRE(gre_bridge, true); break;
    case FORM_NVGRE: GRE(gre_nvgre, true); break;
    case FORM_ERSPAN1: GRE(gre_erspan1, true); break;
    case FORM_ERSPAN2: GRE(gre_erspan2, true); break;
    case FORM_ERSPAN3: GRE(gre_erspan3, true); break;
    case FORM_SUM: GRE(gre_sum, false); break;
    case FORM_VXLAN: UDP(vxlan, 4789, true); break;
    case FORM_VXLAN_OLD: UDP(vxlan, 8472, true); break;
    case FORM_GENEVE: UDP(geneve, 6081, true); break;
    case FORM_GENEVE_OPTIONS: UDP(geneve_options, 6081, true); break;
    case FORM_GENEVE_IP: UDP(geneve_ip, 6081, false); break;
    case FORM_IP_IN_IP:
        wire_ipv4(&wire, v6 ? 41 : 4, 8, 9);
        wire_ethernet(&wire, 0x0800);
        break;
    case FORM_IP_IN_IP6:
        wire_ipv6(&wire, v6 ? 41 : 4, 8, 9);
        wire_ethernet(&wire, 0x86dd);
        break;
    case FORM_LABEL: inside_link(label, sizeof label, 0x8847); break;
    case FORM_LABELS: inside_link(labels, sizeof labels, 0x8847); break;
    case FORM_LABELS3: inside_link(labels3, sizeof labels3, 0x8847); break;
    case FORM_PPPOE: inside_link(pppoe, sizeof pppoe, 0x8864); break;
    case FORM_COUNT: break;
    }
}

/* The form's own type of what is inside, at so many octets from the start of the frame. */
static void put_type(enum form form)
{
    static const size_t at[FORM_COUNT] = {
        [FORM_GRE] = 36, [FORM_KEY] = 36, [FORM_SUM] = 36, [FORM_GENEVE_IP] = 44, [FORM_PPPOE] = 20,
    };
    uint8_t *type = wire.memory + wire.from + at[form];
    if (at[form] == 0)
        return;
    type[0] = form == FORM_PPPOE ? 0x00 : 0x86;
    type[1] = form == FORM_PPPOE ? 0x57 : 0xdd;
}

static bool carried_passes(const struct rule *rule, enum form form, bool v6, unsigned protocol,
                           unsigned src_port, unsigned dst_port)
{
    wire_ip(&wire, v6, protocol, src_port, dst_port);
    put_inside(form, v6);
    if (v6)
        put_type(form);
    return rule_passes(rule, wire_span(&wire));
}

static void test_inside(void **state)
{
    (void)state;
    for (enum form form = 0; form < FORM_COUNT; form++) {
        struct filter_options options = {
            .ports = {25, 587},
            .dns = true,
            .vlans = 2,
            .tunnels = forms[form].tunnel,
        };
        struct rule rule;
        rule_make(&rule, &options, DLT_EN10MB);
        for (unsigned v6 = 0; v6 < 2; v6++) {
            bool other = !forms[form].looks;
            assert_true(carried_passes(&rule, form, v6, WIRE_TCP, 1025, 25));
            assert_true(carried_passes(&rule, form, v6, WIRE_TCP, 25, 1025));
            assert_true(carried_passes(&rule, form, v6, WIRE_TCP, 587, 1025));
            assert_true(carried_passes(&rule, form, v6, WIRE_UDP, 53, 1025));
            assert_int_equal(carried_passes(&rule, form, v6, WIRE_TCP, 1025, 80), other);
            assert_int_equal(carried_passes(&rule, form, v6, WIRE_UDP, 123, 123), other);
            unsigned icmp = v6 ? WIRE_ICMP6 : WIRE_ICMP;
            assert_int_equal(carried_passes(&rule, form, v6, icmp, 0, 0), other);
        }
        rule_done(&rule);
    }
}

/* Other tunnels than this one: nothing of it passes. */
static void test_not_wanted(void **state)
{
    (void)state;
    for (enum form form = 0; form < FORM_COUNT; form++) {
        struct filter_options options = {.ports = {25}, .vlans = 2};
        options.tunnels = ALL & ~(unsigned)forms[form].tunnel;
        struct rule rule;
        rule_make(&rule, &options, DLT_EN10MB);
        assert_false(carried_passes(&rule, form, false, WIRE_TCP, 1025, 25));
        rule_done(&rule);
    }
}

/* What is not understood passes: fragments, options, tags and tunnels inside. */
static void test_unsure(void **state)
{
    (void)state;
    struct filter_options options = {.ports = {25}, .vlans = 2, .tunnels = ALL};
    struct rule rule;
    rule_make(&rule, &options, DLT_EN10MB);
    for (enum form form = 0; form < FORM_COUNT; form++) {
        for (unsigned first = 0; first < 2; first++) {
            wire_start(&wire, 64);
            wire_tcp(&wire, 80, 1025);
            wire_fragment(&wire, WIRE_TCP, 1, 2, first ? 0 : 64, first);
            put_inside(form, false);
            assert_true(rule_passes(&rule, wire_span(&wire)));
        }
        wire_ip(&wire, false, WIRE_TCP, 80, 1025);
        wire.memory[wire.from] = 0x46; /* options */
        put_inside(form, false);
        assert_true(rule_passes(&rule, wire_span(&wire)));
        wire_ip(&wire, false, WIRE_TCP, 80, 1025);
        wire_ethernet(&wire, 0x0800);
        wire_push(&wire, vxlan, sizeof vxlan);
        wire_udp(&wire, 50000, 4789);
        wire_ipv4(&wire, WIRE_UDP, 3, 4);
        put_inside(form, false);
        assert_true(rule_passes(&rule, wire_span(&wire)));
    }
    wire_ip(&wire, false, WIRE_TCP, 80, 1025);
    wire_ethernet(&wire, 0x0800);
    wire_tag(&wire, 0x8100, 5);
    wire_push(&wire, vxlan, sizeof vxlan);
    wire_udp(&wire, 50000, 4789);
    wire_ipv4(&wire, WIRE_UDP, 8, 9);
    wire_ethernet(&wire, 0x0800);
    assert_true(rule_passes(&rule, wire_span(&wire)));
    rule_done(&rule);
}

/* ---- captures ---- */

struct tally {
    uint64_t mail, mail_octets, dns; /* segments, their payload, datagrams */
    uint64_t packets, passed;
};

static void tally_segment(void *arg, const struct segment *segment)
{
    struct tally *tally = arg;
    if (segment->ip.src_port != 25 && segment->ip.dst_port != 25)
        return;
    tally->mail++;
    tally->mail_octets += segment->payload_len;
}

static void tally_datagram(void *arg, const struct datagram *datagram)
{
    struct tally *tally = arg;
    tally->dns += datagram->ip.src_port == 53 || datagram->ip.dst_port == 53;
}

/* Decodes what passes; options NULL: everything. */
static void tally_file(const char *path, const struct filter_options *options,
                       struct tally *ret_tally)
{
    struct rule rules[512];
    bool made[512] = {false};
    struct decode_options decode_options;
    struct capture_options capture_options = {.inputs = &path, .input_count = 1};
    struct decode_sink sink = {tally_segment, tally_datagram, ret_tally};
    struct capture *capture;
    struct decode *decode;
    struct packet packet;
    *ret_tally = (struct tally){.mail = 0};
    decode_defaults(&decode_options);
    assert_int_equal(decode_new(&decode_options, &sink, NULL, &decode), 0);
    assert_int_equal(capture_open(&capture_options, &capture, NULL, 0), 0);
    while (capture_next(capture, &packet) == 1) {
        int type = packet.linktype == LINKTYPE_RAW ? DLT_RAW : packet.linktype;
        assert_in_range(type, 0, 511);
        if (options != NULL && !made[type])
            rule_make(&rules[type], options, type);
        made[type] |= options != NULL;
        ret_tally->packets++;
        if (options != NULL && !rule_passes(&rules[type], packet.data))
            continue;
        ret_tally->passed++;
        decode_packet(decode, &packet);
    }
    capture_close(capture);
    decode_free(decode);
    for (size_t i = 0; i < 512; i++)
        if (made[i])
            rule_done(&rules[i]);
}

static const struct {
    const char *chain;
    unsigned tunnels;
} variants[] = {
    {"ethernet", 0},
    {"vlan", 0},
    {"qinq", 0},
    {"pad", 0},
    {"sll", 0},
    {"sll2", 0},
    {"raw", 0},
    {"raw-family", 0},
    {"ng-mixed", 0},
    {"ipopt", 0},
    {"v6ext", 0},
    {"v6frag", 0},
    {"frag8", 0},
    {"frag-back", 0},
    {"frag,qinq", 0},
    {"frag:48,sll", 0},
    {"mpls", FILTER_MPLS},
    {"mpls3", FILTER_MPLS},
    {"mpls-vlan", FILTER_MPLS},
    {"pppoe", FILTER_PPPOE},
    {"pppoe-vlan", FILTER_PPPOE},
    {"gre", FILTER_GRE},
    {"gre-full", FILTER_GRE},
    {"gre-bridge", FILTER_GRE},
    {"gre-vlan", FILTER_GRE},
    {"gre,qinq", FILTER_GRE},
    {"erspan1", FILTER_GRE},
    {"erspan2", FILTER_GRE},
    {"erspan3", FILTER_GRE},
    {"erspan3-sub", FILTER_GRE},
    {"erspan2-vlan", FILTER_GRE},
    {"frag-gre", FILTER_GRE},
    {"vxlan", FILTER_VXLAN},
    {"vxlan6", FILTER_VXLAN},
    {"vxlan-frag", FILTER_VXLAN},
    {"vxlan,sll", FILTER_VXLAN},
    {"vxlan,frag:16", FILTER_VXLAN},
    {"v6,ipopt,vxlan", FILTER_VXLAN},
    {"geneve", FILTER_GENEVE},
    {"geneve-ip", FILTER_GENEVE},
    {"frag:64,geneve", FILTER_GENEVE},
    {"geneve,frag:16", FILTER_GENEVE},
    {"ipip", FILTER_IPIP},
    {"in6", FILTER_IPIP},
    {"6in4", FILTER_IPIP},
    {"v6in6", FILTER_IPIP},
    {"ipip,ipopt", FILTER_IPIP},
    {"nested", FILTER_VXLAN | FILTER_GRE},
    {"nested-deep", FILTER_VXLAN | FILTER_GRE},
};

/* The tool stands beside this program in the build; NULL where it was not built. */
static const char *variant_tool(void)
{
    static char path[PATH_MAX + 32];
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    char *name = strrchr(path, '/');
    snprintf(name, sizeof path - (size_t)(name - path), "/variant/variant");
    return access(path, X_OK) == 0 ? path : NULL;
}

static void check_variant(const char *tool, const char *capture, size_t which)
{
    char command[3 * PATH_MAX];
    const char *out = files_path("variant");
    struct filter_options options = {
        .ports = {25},
        .dns = true,
        .vlans = 2,
        .tunnels = variants[which].tunnels,
    };
    struct tally all, passed;
    snprintf(command, sizeof command, "%s %s %s/%s %s", tool, variants[which].chain,
             getenv("MXTAP_PCAPS"), capture, out);
    assert_int_equal(system(command), 0);
    tally_file(out, NULL, &all);
    tally_file(out, &options, &passed);
    if (passed.mail != all.mail || passed.mail_octets != all.mail_octets || passed.dns != all.dns)
        print_error("%s: %s\n", capture, variants[which].chain);
    assert_true(all.mail > 0);
    assert_int_equal(passed.mail, all.mail);
    assert_int_equal(passed.mail_octets, all.mail_octets);
    assert_int_equal(passed.dns, all.dns);
}

static void test_variants(void **state)
{
    (void)state;
    const char *tool = variant_tool();
    if (tool == NULL || getenv("MXTAP_PCAPS") == NULL)
        skip();
    static const char *const captures[] = {"01-queue-mail.pcap", "29-prober-ipv6.pcapng"};
    for (size_t i = 0; i < sizeof captures / sizeof *captures; i++)
        for (size_t which = 0; which < sizeof variants / sizeof *variants; which++)
            check_variant(tool, captures[i], which);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inside),
        cmocka_unit_test(test_not_wanted),
        cmocka_unit_test(test_unsure),
        cmocka_unit_test(test_variants),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
