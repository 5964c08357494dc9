/*
 * Which ring a packet goes to: all of a flow, of both directions and in fragments, come to one, and
 * different flows to different ones.
 */
#include "test.h"

#include <mxtap/decode.h>
#include <stdio.h>

#include "capture/helper_net.h"
#include "capture/helper_wire.h"

#define RINGS 4
#define FLOWS 32
#define CLOSE 200 /* the host that all speak with */

static struct wire wire;
static struct live *lives[RINGS];

static void open_rings(enum live_fanout fanout)
{
    char message[200];
    struct live_options options = net_options("");
    options.shares = RINGS;
    options.fanout = fanout;
    for (size_t i = 0; i < RINGS; i++) {
        enum err err = live_open(&options, &lives[i], message, sizeof message);
        if (err != ERR_NONE)
            print_error("%s\n", message);
        assert_int_equal(err, ERR_NONE);
    }
}

static void close_rings(void)
{
    for (size_t i = 0; i < RINGS; i++)
        live_close(lives[i]);
}

/* The last octet of a packet is the number of its flow. */
static void start(unsigned flow, size_t payload)
{
    wire_start(&wire, payload);
    wire.memory[WIRE_ROOM - 1] = (uint8_t)flow;
}

static void ip(bool v6, unsigned protocol, unsigned flow, bool back)
{
    unsigned src = back ? CLOSE : flow, dst = back ? flow : CLOSE;
    if (v6)
        wire_ipv6(&wire, protocol, src, dst);
    else
        wire_ipv4(&wire, protocol, src, dst);
}

static void tcp(unsigned flow, bool back)
{
    if (back)
        wire_tcp(&wire, 25, 1025 + flow);
    else
        wire_tcp(&wire, 1025 + flow, 25);
}

static void send_out(void)
{
    net_send("wire0", wire_span(&wire));
}

/* Each sends what one direction of a flow has. */
static void put_plain(unsigned flow, bool back, bool v6)
{
    start(flow, 100);
    tcp(flow, back);
    ip(v6, WIRE_TCP, flow, back);
    wire_ethernet(&wire, v6 ? 0x86dd : 0x0800);
    send_out();
}

static void put_tagged(unsigned flow, bool back, bool v6)
{
    start(flow, 100);
    tcp(flow, back);
    ip(v6, WIRE_TCP, flow, back);
    wire_ethernet(&wire, v6 ? 0x86dd : 0x0800);
    wire_tag(&wire, 0x8100, 5);
    wire_tag(&wire, 0x88a8, back ? 7 : 6);
    send_out();
}

/* Two fragments, the first of which has the ports, then a whole packet. */
static void put_fragments(unsigned flow, bool back, bool v6)
{
    for (unsigned second = 0; second < 2; second++) {
        start(flow, second ? 80 : 100);
        if (!second)
            tcp(flow, back);
        if (v6) {
            WIRE_PUSH(&wire, WIRE_TCP, 0, 0, second ? 120 : 1, 0, 0, back, (uint8_t)flow);
            ip(true, 44, flow, back);
        } else {
            wire_fragment(&wire, WIRE_TCP, back ? CLOSE : flow, back ? flow : CLOSE,
                          second ? 120 : 0, !second);
        }
        wire_ethernet(&wire, v6 ? 0x86dd : 0x0800);
        send_out();
    }
    put_plain(flow, back, v6);
}

/* The outer source port is another in each direction, as in life. */
static void put_vxlan(unsigned flow, bool back, bool v6)
{
    start(flow, 100);
    tcp(flow, back);
    ip(!v6, WIRE_TCP, 1, back);
    wire_ethernet(&wire, v6 ? 0x0800 : 0x86dd);
    WIRE_PUSH(&wire, 8, 0, 0, 0, 0, 0, 42, 0);
    wire_udp(&wire, 50000 + flow * 2 + back, 4789);
    ip(v6, WIRE_UDP, flow, back);
    wire_ethernet(&wire, v6 ? 0x86dd : 0x0800);
    send_out();
}

static void put_pppoe(unsigned flow, bool back, bool v6)
{
    start(flow, 100);
    tcp(flow, back);
    ip(v6, WIRE_TCP, flow, back);
    WIRE_PUSH(&wire, 0x11, 0, 0, 1, 0, 162, v6 ? 0x00 : 0x00, v6 ? 0x57 : 0x21);
    wire_ethernet(&wire, 0x8864);
    send_out();
}

static void put_labels(unsigned flow, bool back, bool v6)
{
    start(flow, 100);
    tcp(flow, back);
    ip(v6, WIRE_TCP, flow, back);
    for (unsigned i = 0; i <= flow % 3; i++)
        WIRE_PUSH(&wire, 0, back, i == 0, 64);
    wire_ethernet(&wire, 0x8847);
    send_out();
}

struct rings {
    unsigned ring;
    unsigned seen[FLOWS]; /* bits of rings */
    unsigned packets[RINGS], all;
};

static void note(void *arg, const struct packet *packet)
{
    struct rings *rings = arg;
    unsigned flow = packet->data.at[packet->data.len - 1];
    assert_in_range(flow, 0, FLOWS - 1);
    rings->seen[flow] |= 1U << rings->ring;
    rings->packets[rings->ring]++;
    rings->all++;
}

/* packets: what a direction of a flow gives. */
static void check(const char *name, void (*put)(unsigned flow, bool back, bool v6), bool v6,
                  unsigned packets)
{
    struct rings rings = {.ring = 0};
    unsigned used = 0;
    for (unsigned flow = 0; flow < FLOWS; flow++)
        for (unsigned back = 0; back < 2; back++)
            put(flow, back, v6);
    int64_t end = net_now() + 5 * CLOCK_SECOND;
    while (rings.all < FLOWS * 2 * packets && net_now() < end) {
        struct packet packet;
        rings.ring = (rings.ring + 1) % RINGS;
        while (live_next(lives[rings.ring], &packet) == 1)
            note(&rings, &packet);
    }
    for (unsigned i = 0; i < RINGS; i++)
        used += rings.packets[i] > 0;
    print_message("%s, IPv%d: %u %u %u %u packets\n", name, v6 ? 6 : 4, rings.packets[0],
                  rings.packets[1], rings.packets[2], rings.packets[3]);
    assert_int_equal(rings.all, FLOWS * 2 * packets);
    for (unsigned flow = 0; flow < FLOWS; flow++)
        assert_int_equal(rings.seen[flow] & (rings.seen[flow] - 1), 0); /* one ring */
    assert_true(used >= 3);
}

static void test_flow(void **state)
{
    (void)state;
    open_rings(LIVE_FANOUT_FLOW);
    check("plain", put_plain, false, 1);
    check("plain", put_plain, true, 1);
    check("two tags", put_tagged, false, 1);
    /* the kernel joins them */
    check("fragments", put_fragments, false, 2);
    close_rings();
}

static void test_addresses(void **state)
{
    (void)state;
    open_rings(LIVE_FANOUT_ADDRESSES);
    for (unsigned v6 = 0; v6 < 2; v6++) {
        check("plain", put_plain, v6, 1);
        check("two tags", put_tagged, v6, 1);
        check("fragments", put_fragments, v6, 3);
        check("VXLAN", put_vxlan, v6, 1);
        check("PPPoE", put_pppoe, v6, 1);
        check("labels", put_labels, v6, 1);
    }
    close_rings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_addresses),
    };
    if (!net_start())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
