/*
 * Packets from an interface: what comes, when, what is counted, and what has surely not come.
 * Interfaces that come and go: test_live_link.c; several workers: test_fanout.c.
 */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <mxtap/decode.h>
#include <mxtap/filter.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "capture/helper_net.h"
#include "capture/helper_wire.h"

static struct wire wire;
static char message[200];

static struct live *open_live(const struct live_options *options)
{
    struct live *live = NULL;
    enum err err = live_open(options, &live, message, sizeof message);
    if (err != ERR_NONE)
        print_error("%s\n", message);
    assert_int_equal(err, ERR_NONE);
    return live;
}

static void send_tcp(unsigned src_port, unsigned dst_port)
{
    wire_ip(&wire, false, WIRE_TCP, src_port, dst_port);
    wire_ethernet(&wire, 0x0800);
    net_send("wire0", wire_span(&wire));
}

static void test_refused(void **state)
{
    (void)state;
    struct live *live = NULL;
    struct live_options options = net_options("tcp port 25");
    options.interface = "nosuch0";
    assert_int_equal(live_open(&options, &live, message, sizeof message), ERR_SYSTEM);
    assert_non_null(strstr(message, "nosuch0: no such interface"));
    options = net_options("tcp prt 25");
    assert_int_equal(live_open(&options, &live, message, sizeof message), ERR_CONFIG);
    assert_non_null(strstr(message, "tap0: filter: "));
    net_run("ip link add down0 type veth peer name down1");
    options = net_options("tcp port 25");
    options.interface = "down0";
    assert_int_equal(live_open(&options, &live, message, sizeof message), ERR_SYSTEM);
    assert_non_null(strstr(message, "down0: the interface is down"));
    assert_null(live);
    live_close(NULL);
}

/* Rings of this process, of the version that gathers packets in blocks. */
static unsigned count_rings(void)
{
    unsigned rings = 0;
    for (int fd = 3; fd < 64; fd++) {
        int version = -1;
        socklen_t size = sizeof version;
        if (getsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, &size) == 0)
            rings += version == TPACKET_V3;
    }
    return rings;
}

static void check_packet(void *arg, const struct packet *packet)
{
    int64_t *times = arg; /* sent, the longest way so far */
    int64_t late = net_now() - packet->time;
    assert_true(packet->time >= times[0] && late >= 0);
    assert_int_equal(packet->data.len, wire_span(&wire).len);
    assert_memory_equal(packet->data.at, wire_span(&wire).at, packet->data.len);
    assert_int_equal(packet->wire_len, packet->data.len);
    assert_int_equal(packet->linktype, DLT_EN10MB);
    assert_string_equal(packet->source, "tap0");
    times[1] = late > times[1] ? late : times[1];
}

static void test_packets(void **state)
{
    (void)state;
    struct live_options options = net_options("tcp port 25");
    struct live *live = open_live(&options);
    struct capture_stats stats;
    assert_int_equal(count_rings(), 1);
    assert_true(live_is_up(live));
    int64_t times[2] = {net_now(), 0};
    for (unsigned i = 0; i < 20; i++) {
        send_tcp(1025, 80);
        send_tcp(1025, 25);
        assert_int_equal(net_receive(live, 1, check_packet, times), 1);
    }
    print_message("a packet was handed over after %.1f ms at most\n", (double)times[1] / 1e6);
    live_stats(live, &stats);
    assert_int_equal(stats.packets, 20);
    assert_int_equal(stats.octets, 20 * wire_span(&wire).len);
    assert_int_equal(stats.kernel_drops, 0);
    assert_int_equal(stats.interface_drops, 0);
    live_close(live);
}

/* What is told to be reached is never before a packet that comes later. */
static void test_reached(void **state)
{
    (void)state;
    struct live_options options = net_options("tcp port 25");
    struct live *live = open_live(&options);
    struct packet packet;
    int64_t reached = live_reached(live);
    unsigned got = 0, idle = 0;
    for (unsigned i = 0; i < 60 || (got < 40 && i < 300); i++) {
        if (i < 60 && i % 3 < 2)
            send_tcp(1025, 25);
        int one = i % 2 ? live_next(live, &packet) : live_try(live, &packet);
        assert_true(one >= 0);
        if (one == 1)
            assert_true(packet.time >= reached);
        assert_true(live_reached(live) >= reached);
        reached = live_reached(live);
        assert_true(reached <= net_now());
        got += one == 1;
        idle += one == 0;
    }
    assert_int_equal(got, 40);
    assert_true(idle > 0);
    assert_int_equal(live_next(live, &packet), 0);
    assert_int_equal(live_next(live, &packet), 0);
    print_message("idle: reached is %.1f ms ago\n", (double)(net_now() - live_reached(live)) / 1e6);
    live_close(live);
}

static void test_waits(void **state)
{
    (void)state;
    struct live_options options = net_options("tcp port 25");
    options.batch_time = 50 * NET_MILLISECOND;
    struct live *live = open_live(&options);
    struct packet packet;
    clock_t used = clock();
    int64_t start = net_now();
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(live_next(live, &packet), 0);
    print_message("6 waits of 50 ms: %.1f ms, %.2f ms of the processor\n",
                  (double)(net_now() - start) / 1e6,
                  (double)(clock() - used) * 1e3 / CLOCKS_PER_SEC);
    assert_true(net_now() - start >= 250 * NET_MILLISECOND);
    live_close(live);
}

static void test_drops(void **state)
{
    (void)state;
    struct live_options options = net_options("tcp port 25");
    options.buffer = 1 << 18; /* one block */
    struct live *live = open_live(&options);
    struct capture_stats stats;
    for (unsigned i = 0; i < 4000; i++)
        send_tcp(1025, 25);
    unsigned got = net_drain(live, NULL, NULL);
    live_stats(live, &stats);
    assert_true(got < 4000);
    assert_int_equal(stats.packets, got);
    assert_int_equal(stats.packets + stats.kernel_drops, 4000);
    live_stats(live, &stats);
    assert_int_equal(stats.packets + stats.kernel_drops, 4000);
    live_close(live);
}

static void test_filter(void **state)
{
    (void)state;
    struct live_options options = net_options("vlan and no sense\ntcp port 25");
    struct live *live = open_live(&options);
    send_tcp(1025, 25);
    assert_int_equal(net_receive(live, 1, NULL, NULL), 1);
    assert_int_equal(live_filter(live, "tcp prt 587", message, sizeof message), ERR_CONFIG);
    assert_non_null(strstr(message, "tap0: filter: "));
    send_tcp(1025, 25);
    assert_int_equal(net_receive(live, 1, NULL, NULL), 1);
    assert_int_equal(live_filter(live, "tcp port 587", message, sizeof message), ERR_NONE);
    send_tcp(1025, 25);
    send_tcp(1025, 587);
    assert_int_equal(net_receive(live, 1, NULL, NULL), 1);
    int64_t before = live_reached(live);
    assert_int_equal(net_drain(live, NULL, NULL), 0);
    assert_true(live_reached(live) > before + 100 * NET_MILLISECOND);
    live_close(live);
}

/* ---- the filter of the program, where the kernel takes tags off ---- */

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
    int64_t times[2] = {0, 0};
    assert_int_equal(net_drain(live, check_packet, times), 1);
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
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_packets),
        cmocka_unit_test(test_reached),     cmocka_unit_test(test_waits),
        cmocka_unit_test(test_drops),       cmocka_unit_test(test_filter),
        cmocka_unit_test(test_tags),        cmocka_unit_test(test_tunnel_in_tag),
        cmocka_unit_test(test_long_filter), cmocka_unit_test(test_any),
        cmocka_unit_test(test_loopback),    cmocka_unit_test(test_tun),
    };
    if (!net_start())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
