/*
 * Every link type, tunnel and extension header of links.def: whole, snapped at every length, and
 * cut at every length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "decode/helper_samples.h"

static struct seen seen;

static void check_segment(const struct sample *sample)
{
    const struct segment *segment = &seen.segment;
    struct addr src, dst;
    assert_true(addr_parse(span_text(sample->v6 ? "2001:db8::1" : "192.0.2.1"), &src));
    assert_true(addr_parse(span_text(sample->v6 ? "2001:db8::2" : "198.51.100.2"), &dst));
    assert_true(addr_equal(&segment->ip.src, &src));
    assert_true(addr_equal(&segment->ip.dst, &dst));
    assert_int_equal(segment->ip.src_port, 1025);
    assert_int_equal(segment->ip.dst_port, 25);
    assert_int_equal(segment->ip.vlan_count, sample->vlans);
    for (unsigned i = 0; i < sample->vlans; i++)
        assert_int_equal(segment->ip.vlan[i], 7 + i);
    assert_int_equal(segment->ip.ttl, 64);
    assert_int_equal(segment->ip.ip_header, sample->ip_header);
    assert_int_equal(segment->seq, 1000);
    assert_int_equal(segment->ack, 9);
    assert_int_equal(segment->window, 0x2000);
    assert_int_equal(segment->flags, TCP_ACK | TCP_PSH);
    assert_int_equal(segment->payload_len, sizeof SAMPLE_HELLO - 1);
    assert_memory_equal(seen.payload, SAMPLE_HELLO, segment->payload.len);
}

static uint64_t reasons(const struct decode_stats *stats)
{
    return stats->segments + stats->datagrams + stats->unknown_link + stats->not_ip +
           stats->not_tcp_or_udp + stats->short_packet + stats->bad_header + stats->bad_checksum +
           stats->too_deep;
}

static void test_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        print_message("%s\n", samples[i].name);
        struct decode_options options;
        decode_defaults(&options);
        options.verify_checksums = true;
        struct decode *decode = seen_decode(&seen, &options, NULL);
        samples[i].make();
        seen_packet(decode, frame_span(&frame), 0, samples[i].linktype, 5);
        assert_int_equal(seen.segments, 1);
        check_segment(&samples[i]);
        assert_int_equal(seen.segment.payload.len, sizeof SAMPLE_HELLO - 1);
        assert_int_equal(seen.segment.options.len, 4);
        assert_int_equal(seen.segment.packet.len,
                         seen.segment.ip.ip_header + 24 + sizeof SAMPLE_HELLO - 1);
        assert_int_equal(seen.packet[0] >> 4, samples[i].v6 ? 6 : 4);
        assert_int_equal(decode_stats(decode)->snapped, 0);
        decode_free(decode);
    }
}

/* Octets in a block of their own size, so that reading past them is found out. */
static void feed(struct decode *decode, struct span span, size_t len, uint32_t wire, int linktype)
{
    uint8_t *copy = malloc(len == 0 ? 1 : len);
    assert_non_null(copy);
    memcpy(copy, span.at, len);
    seen_packet(decode, span_make(copy, len), wire, linktype, 5);
    free(copy);
}

static void test_snapped(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        samples[i].make();
        struct span span = frame_span(&frame);
        size_t needed = 0;
        for (size_t len = 1; len < span.len; len++) {
            struct decode *decode = seen_decode(&seen, NULL, NULL);
            feed(decode, span, len, (uint32_t)span.len, samples[i].linktype);
            assert_int_equal(reasons(decode_stats(decode)), 1);
            if (seen.segments == 1) {
                needed = needed == 0 ? len : needed;
                check_segment(&samples[i]);
            } else {
                assert_int_equal(needed, 0); /* more octets never give less */
            }
            decode_free(decode);
        }
        assert_true(needed > 0 && needed <= span.len - 4 - (sizeof SAMPLE_HELLO - 1));
    }
}

/* A file that does not know how long packets were: the IP header does. */
static void test_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        samples[i].make();
        struct span span = frame_span(&frame);
        for (size_t len = 1; len < span.len; len++) {
            struct decode *decode = seen_decode(&seen, NULL, NULL);
            feed(decode, span, len, 0, samples[i].linktype);
            assert_int_equal(reasons(decode_stats(decode)), 1);
            if (seen.segments == 1)
                check_segment(&samples[i]);
            decode_free(decode);
        }
    }
}

/* Each octet of each sample broken in turn: anything may come out, but only once. */
static void test_broken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample_count; i++) {
        samples[i].make();
        uint8_t copy[400];
        struct span span = frame_span(&frame);
        size_t len = span.len;
        memcpy(copy, span.at, len);
        struct decode *decode = seen_decode(&seen, NULL, NULL);
        for (size_t at = 0; at < len; at++) {
            for (unsigned bit = 0; bit < 8; bit++) {
                copy[at] ^= (uint8_t)(1u << bit);
                feed(decode, span_make(copy, len), len, 0, samples[i].linktype);
                copy[at] ^= (uint8_t)(1u << bit);
            }
        }
        const struct decode_stats *stats = decode_stats(decode);
        assert_true(reasons(stats) <= stats->packets);
        assert_true(reasons(stats) + stats->fragments >= stats->packets);
        decode_free(decode);
    }
}

static void test_refused(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    const struct decode_stats *stats = decode_stats(decode);
    sample_ethernet4();
    seen_packet(decode, frame_span(&frame), 0, 999, 5);
    assert_int_equal(stats->unknown_link, 1);
    frame_start(&frame, SPAN_LITERAL("arp"));
    frame_ethernet(&frame, 0x0806);
    seen_packet(decode, frame_span(&frame), 0, 1, 5);
    assert_int_equal(stats->not_ip, 1);
    frame_start(&frame, SPAN_LITERAL("icmp"));
    frame_ipv4(&frame, 1);
    seen_packet(decode, frame_span(&frame), 0, 101, 5);
    assert_int_equal(stats->not_tcp_or_udp, 1);
    sample_ip4();
    for (unsigned i = 0; i < DECODE_DEPTH; i++)
        frame_ipv4(&frame, 4);
    seen_packet(decode, frame_span(&frame), 0, 101, 5);
    assert_int_equal(stats->too_deep, 1);
    sample_ip4();
    for (unsigned i = 0; i < DECODE_DEPTH - 1; i++)
        frame_ipv4(&frame, 4);
    seen_packet(decode, frame_span(&frame), 0, 101, 5);
    assert_int_equal(seen.segments, 1);
    sample_ip4();
    for (unsigned i = 0; i < 1000; i++)
        FRAME_PUSH(&frame, 0, 7, 0x81, 0x00);
    frame_ethernet(&frame, 0x8100);
    seen_packet(decode, frame_span(&frame), 0, 1, 5);
    assert_int_equal(stats->too_deep, 2);
    seen_packet(decode, SPAN_NULL, 0, 1, 5);
    assert_int_equal(stats->short_packet, 1);
    decode_free(decode);
}

/* Segmentation offload: a total length of nought. */
static void test_offload(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    sample_ip4();
    frame.memory[frame.from + 2] = 0;
    frame.memory[frame.from + 3] = 0;
    frame_ethernet(&frame, 0x0800);
    seen_packet(decode, frame_span(&frame), 0, 1, 5);
    assert_int_equal(seen.segments, 1);
    assert_int_equal(seen.segment.payload_len, sizeof SAMPLE_HELLO - 1);
    decode_free(decode);
}

static void test_checksums(void **state)
{
    (void)state;
    struct decode_options options;
    decode_defaults(&options);
    options.verify_checksums = true;
    for (int v6 = 0; v6 < 2; v6++) {
        for (int verify = 0; verify < 2; verify++) {
            struct decode *decode = seen_decode(&seen, verify ? &options : NULL, NULL);
            v6 ? sample_ip6() : sample_ip4();
            frame.memory[FRAME_ROOM - 1] ^= 1;
            seen_packet(decode, frame_span(&frame), 0, 101, 5);
            assert_int_equal(seen.segments, !verify);
            assert_int_equal(decode_stats(decode)->bad_checksum, verify);
            decode_free(decode);
        }
    }
}

static void test_datagram(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    frame_start(&frame, SPAN_LITERAL("query"));
    frame_udp(&frame, 53);
    frame_ipv4(&frame, 17);
    seen_packet(decode, frame_span(&frame), 0, 101, 5);
    assert_int_equal(seen.datagrams, 1);
    assert_int_equal(seen.datagram.ip.dst_port, 53);
    assert_int_equal(seen.datagram.payload_len, 5);
    assert_memory_equal(seen.payload, "query", 5);
    /* the port of a tunnel, but no tunnel */
    frame_start(&frame, SPAN_LITERAL("\x00 not VXLAN"));
    frame_udp(&frame, 4789);
    frame_ipv4(&frame, 17);
    seen_packet(decode, frame_span(&frame), 0, 101, 5);
    assert_int_equal(seen.datagrams, 2);
    decode_free(decode);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),     cmocka_unit_test(test_snapped),
        cmocka_unit_test(test_cut),       cmocka_unit_test(test_broken),
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_offload),
        cmocka_unit_test(test_checksums), cmocka_unit_test(test_datagram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
