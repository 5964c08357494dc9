/*
 * Packets from an interface: what comes, when, what is counted, and what has surely not come.
 * The program's own filter: test_live_filter.c; interfaces that come and go: test_live_link.c;
 * several workers: test_fanout.c.
 */
#include "test.h"

#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <sys/socket.h>
#include <time.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused), cmocka_unit_test(test_packets),
        cmocka_unit_test(test_reached), cmocka_unit_test(test_waits),
        cmocka_unit_test(test_drops),   cmocka_unit_test(test_filter),
    };
    if (!net_start())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
