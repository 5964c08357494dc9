/* What a flow keeps of its client's SYN. */
#include "flow.h"
#include "test.h"

static struct flow_live live;
static struct flow flow = {.live = &live};

/* flags: of the TCP header, with its reserved bits above; options: octets, in words. */
struct headers {
    uint8_t tos, ip_flags;
    uint32_t flow_label, seq, ack;
    uint16_t flags, urgent;
    unsigned words;
};

static void put32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static const struct stream_syn *syn_of(const struct headers *headers, bool v4, size_t captured)
{
    static const char addresses[2][16] = {"\x20\x01\x0d\xb8", "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0"};
    uint8_t packet[128] = {0};
    size_t ip = v4 ? 20 : 40, tcp = 20 + headers->words * 4;
    if (v4) {
        packet[1] = headers->tos;
        packet[6] = headers->ip_flags;
    } else {
        put32(packet, 6U << 28 | (uint32_t)headers->tos << 20 | headers->flow_label);
    }
    put32(packet + ip + 4, headers->seq);
    put32(packet + ip + 8, headers->ack);
    put32(packet + ip + 12, (uint32_t)(tcp / 4) << 28 | (uint32_t)headers->flags << 16);
    packet[ip + 18] = (uint8_t)(headers->urgent >> 8);
    packet[ip + 19] = (uint8_t)headers->urgent;
    size_t len = captured < ip + tcp ? captured : ip + tcp;
    struct segment segment = {.packet = span_make(packet, len)};
    memcpy(segment.ip.src.octets, addresses[v4], 16);
    segment.ip.ip_header = (uint16_t)ip;
    if (len > ip + 20)
        segment.options = span_make(packet + ip + 20, len - ip - 20);
    flow_info_syn(&flow, &segment);
    return &live.info.syn;
}

static void quirks_are(struct headers headers, bool v4, unsigned wanted)
{
    if (headers.seq == 0)
        headers.seq = 1;
    headers.flags |= TCP_SYN;
    assert_int_equal(syn_of(&headers, v4, SIZE_MAX)->quirks, wanted);
}

static void quirks(void **state)
{
    (void)state;
    for (int v4 = 0; v4 <= 1; v4++) {
        quirks_are((struct headers){0}, v4, 0);
        quirks_are((struct headers){.tos = 0xfc}, v4, 0);
        quirks_are((struct headers){.tos = 2}, v4, SYN_ECN);
        quirks_are((struct headers){.tos = 1}, v4, SYN_ECN);
        quirks_are((struct headers){.flags = 0x40}, v4, SYN_ECN);
        quirks_are((struct headers){.flags = 0x80}, v4, SYN_ECN);
        quirks_are((struct headers){.flags = 0x100}, v4, SYN_ECN);
        quirks_are((struct headers){.ack = 5}, v4, SYN_ACK_NUMBER);
        quirks_are((struct headers){.urgent = 5}, v4, SYN_URGENT_POINTER);
        quirks_are((struct headers){.flags = TCP_URG, .urgent = 5}, v4, SYN_URGENT_FLAG);
        quirks_are((struct headers){.flags = TCP_PSH}, v4, SYN_PUSH_FLAG);
    }
    quirks_are((struct headers){.ip_flags = 0x80}, true, SYN_RESERVED);
    quirks_are((struct headers){.ip_flags = 0x40}, true, 0);
    quirks_are((struct headers){.flow_label = 0x80001}, false, SYN_FLOW_LABEL);
    struct headers zero = {.flags = TCP_SYN};
    assert_int_equal(syn_of(&zero, true, SIZE_MAX)->quirks, SYN_ZERO_SEQ);
}

static void cut(void **state)
{
    (void)state;
    struct headers headers = {.seq = 1, .flags = TCP_SYN, .words = 5};
    assert_false(syn_of(&headers, true, SIZE_MAX)->options_cut);
    assert_int_equal(live.info.syn.option_len, 20);
    assert_true(syn_of(&headers, true, 54)->options_cut);
    assert_int_equal(live.info.syn.option_len, 14);
    /* Nothing is known of headers that are not there. */
    for (size_t captured = 0; captured < 40; captured++)
        assert_false(syn_of(&headers, true, captured)->options_cut);
    assert_int_equal(live.info.syn.quirks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quirks),
        cmocka_unit_test(cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
