/*
 * The program's own filter on interfaces: where the kernel takes tags off and has its own limits,
 * and on links that are no Ethernet cables.
 */
#include "test.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <mxtap/decode.h>
#include <mxtap/filter.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "capture/helper_net.h"
#include "capture/helper_wire.h"

static struct wire wire;

static struct live *open_live(const struct live_options *options)
{
    char message[200];
    struct live *live = NULL;
    enum err err = live_open(options, &live, message, sizeof message);
    if (err != ERR_NONE)
        print_error("%s\n", message);
    assert_int_equal(err, ERR_NONE);
    return live;
}

struct tags {
    struct decode *decode;
    unsigned segments, count;
    uint16_t vlan[DECODE_VLANS];
};

static void take_tags(void *arg, const struct segment *segment)
{
    struct tags *tags = arg;
    if (segment->ip.dst_port != 25)
        return;
    tags->segments++;
    tags->count = segment->ip.vlan_count;
    memcpy(tags->vlan, segment->ip.vlan, sizeof tags->vlan);
}

static void decode_each(void *arg, const struct packet *packet)
{
    struct tags *tags = arg;
    decode_packet(tags->decode, packet);
}

static char *make_filter(unsigned vlans, unsigned tunnels)
{
    struct filter_options options = {
        .ports = {25},
        .dns = true,
        .vlans = vlans,
        .tunnels = tunnels,
    };
    struct buf text;
    buf_init(&text, FILTER_LENGTH);
    filter_make(&options, &text);
    char *copy = strndup((const char *)text.at, text.len);
    buf_done(&text);
    return copy;
}

static struct tags tags;

static void start_tags(void)
{
    struct decode_options options;
    struct decode_sink sink = {.on_segment = take_tags, .arg = &tags};
    decode_defaults(&options);
    tags = (struct tags){.segments = 0};
    assert_int_equal(decode_new(&options, &sink, NULL, &tags.decode), 0);
}

static void send_tagged(unsigned port, unsigned count)
{
    wire_ip(&wire, count == 1, WIRE_TCP, 1025, port);
    wire_ethernet(&wire, count == 1 ? 0x86dd : 0x0800);
    for (unsigned i = 0; i < count; i++)
        wire_tag(&wire, i == 1 ? 0x88a8 : 0x8100, 100 + i);
    net_send("wire0", wire_span(&wire));
}

static void test_tags(void **state)
{
    (void)state;
    char *filter = make_filter(2, FILTER_VXLAN | FILTER_GRE);
    struct live_options options = net_options(filter);
    struct live *live = open_live(&options);
    start_tags();
    for (unsigned count = 0; count <= 2; count++) {
        tags.segments = 0;
        send_tagged(80, count);
        send_tagged(25, count);
        assert_int_equal(net_receive(live, 1, decode_each, &tags), 1);
        assert_int_equal(tags.segments, 1);
        assert_int_equal(tags.count, count);
        for (unsigned i = 0; i < count; i++)
            assert_int_equal(tags.vlan[i], 100 + count - 1 - i);
    }
    send_tagged(80, 2);
    assert_int_equal(net_drain(live, NULL, NULL), 0);
    decode_free(tags.decode);
    live_close(live);
    free(filter);
}

/* A tunnel in a tag: looked into, as the tag is off. */
static void test_tunnel_in_tag(void **state)
{
    (void)state;
    char *filter = make_filter(2, FILTER_VXLAN);
    struct live_options options = net_options(filter);
    struct live *live = open_live(&options);
    static const unsigned ports[] = {80, 25};
    for (size_t i = 0; i < 2; i++) {
        wire_ip(&wire, false, WIRE_TCP, 1025, ports[i]);
        wire_ethernet(&wire, 0x0800);
        WIRE_PUSH(&wire, 8, 0, 0, 0, 0, 0, 42, 0);
        wire_udp(&wire, 50000, 4789);
        wire_ipv4(&wire, WIRE_UDP, 8, 9);
        wire_ethernet(&wire, 0x0800);
        wire_tag(&wire, 0x8100, 7);
        net_send("wire0", wire_span(&wire));
    }
    assert_int_equal(net_drain(live, NULL, NULL), 1); /* not port 80 */
    live_close(live);
    free(filter);
}

/* Instructions of the filter in the kernel. */
static unsigned installed(void)
{
    for (int fd = 3; fd < 64; fd++) {
        int version = -1;
        socklen_t size = sizeof version, length = 0;
        if (getsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, &size) == 0 &&
            version == TPACKET_V3 && getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &length) == 0)
            return length;
    }
    return 0;
}

/* Where a socket may have little memory, tunnels are not looked into, but the kernel filters. */
static void test_long_filter(void **state)
{
    (void)state;
    char *filter = make_filter(2, FILTER_GRE | FILTER_VXLAN | FILTER_GENEVE | FILTER_IPIP |
                                      FILTER_MPLS | FILTER_PPPOE);
    struct live_options options = net_options(filter);
    struct live *live = open_live(&options);
    unsigned most = installed();
    live_close(live);
    FILE *limit = fopen("/proc/sys/net/core/optmem_max", "r+");
    if (limit != NULL) {
        fputs("20480", limit);
        fclose(limit);
    }
    live = open_live(&options);
    print_message("instructions in the kernel: %u, with little memory %u\n", most, installed());
    assert_in_range(most, 1, 4096);
    assert_in_range(installed(), 1, most);
    assert_true(limit == NULL || installed() < most);
    live_close(live);
    free(filter);
}

/* ---- links that are not Ethernet cables ---- */

static void test_any(void **state)
{
    (void)state;
    char *filter = make_filter(2, 0);
    struct live_options options = net_options(filter);
    options.interface = "any";
    struct live *live = open_live(&options);
    start_tags();
    /* Cooked packets lose a tag on the way, and with two of them, newer kernels misplace one. */
    for (unsigned count = 0; count <= 1; count++) {
        tags.segments = 0;
        send_tagged(80, count);
        send_tagged(25, count);
        net_drain(live, decode_each, &tags);
        assert_int_equal(tags.segments, 2); /* as it leaves wire0, and as it comes to tap0 */
    }
    assert_true(live_is_up(live));
    decode_free(tags.decode);
    live_close(live);
    free(filter);
}

static void test_loopback(void **state)
{
    (void)state;
    char *filter = make_filter(2, 0);
    struct live_options options = net_options(filter);
    options.interface = "lo";
    struct live *live = open_live(&options);
    start_tags();
    for (unsigned i = 0; i < 5; i++) {
        wire_ip(&wire, false, WIRE_TCP, 1025, 25);
        wire_ethernet(&wire, 0x0800);
        net_send("lo", wire_span(&wire));
    }
    assert_int_equal(net_drain(live, decode_each, &tags), 5); /* not what goes out too */
    assert_int_equal(tags.segments, 5);
    assert_true(net_now() - live_reached(live) < CLOCK_SECOND);
    decode_free(tags.decode);
    live_close(live);
    free(filter);
}

/* Raw IP, as VPNs have it. */
static void test_tun(void **state)
{
    (void)state;
    struct ifreq tun = {.ifr_name = "tun0"};
    tun.ifr_flags = IFF_TUN | IFF_NO_PI;
    int fd = open("/dev/net/tun", O_RDWR);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &tun) != 0)
        skip();
    net_run("ip link set tun0 up");
    char *filter = make_filter(2, FILTER_GRE);
    struct live_options options = net_options(filter);
    options.interface = "tun0";
    struct live *live = open_live(&options);
    start_tags();
    for (unsigned port = 25; port <= 80; port += 55) {
        wire_ip(&wire, port == 80, WIRE_TCP, 1025, port);
        struct span packet = wire_span(&wire);
        assert_int_equal(write(fd, packet.at, packet.len), packet.len);
    }
    assert_int_equal(net_drain(live, decode_each, &tags), 1);
    assert_int_equal(tags.segments, 1);
    decode_free(tags.decode);
    live_close(live);
    free(filter);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tags),        cmocka_unit_test(test_tunnel_in_tag),
        cmocka_unit_test(test_long_filter), cmocka_unit_test(test_any),
        cmocka_unit_test(test_loopback),    cmocka_unit_test(test_tun),
    };
    if (!net_start())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
