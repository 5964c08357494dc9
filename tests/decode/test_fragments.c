/*
 * Fragments of both versions: sizes, orders, copies, overlaps, snapped pieces, ceilings, nesting.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "decode/helper_frame.h"

#define PAYLOAD_MAX 65000
#define SECOND      CLOCK_SECOND

static struct frame frame;
static struct seen seen;
static uint8_t body[PAYLOAD_MAX]; /* what the TCP segment carries */
static uint8_t whole[FRAME_ROOM]; /* TCP header and body */
static size_t whole_len;

static void make_whole(size_t payload, bool v6)
{
    for (size_t i = 0; i < payload; i++)
        body[i] = (uint8_t)(i * 7 + (i >> 8));
    frame_start(&frame, span_make(body, payload));
    frame_tcp(&frame, 77, v6);
    struct span span = frame_span(&frame);
    whole_len = span.len;
    memcpy(whole, span.at, span.len);
}

/* One piece of whole as a packet. */
static void give(struct decode *decode, bool v6, unsigned id, size_t at, size_t len, int64_t time)
{
    if (at + len > whole_len)
        len = whole_len - at;
    bool more = at + len < whole_len;
    frame_start(&frame, span_make(whole + at, len));
    if (v6) {
        FRAME_PUSH(&frame, 6, 0, (uint8_t)(at >> 8), (uint8_t)(at | more), 0, 0, (uint8_t)(id >> 8),
                   (uint8_t)id);
        FRAME_PUSH(&frame, 44, 0, 1, 4, 0, 0, 0, 0);
        frame_ipv6(&frame, 60);
    } else {
        frame_ipv4_fragment(&frame, 6, (uint16_t)id, at, more);
    }
    seen_packet(decode, frame_span(&frame), 0, 101, time);
}

static void check_whole(size_t payload, bool v6)
{
    assert_int_equal(seen.segments, 1);
    assert_true(seen.segment.ip.fragmented);
    assert_int_equal(seen.segment.seq, 77);
    assert_int_equal(seen.segment.payload.len, payload);
    assert_int_equal(seen.segment.payload_len, payload);
    assert_memory_equal(seen.payload, body, payload);
    assert_int_equal(seen.segment.ip.ip_header, v6 ? 48 : 20);
    /* The packet stands alone: decoded once more, with checksums, it gives the same segment. */
    struct seen *again = malloc(sizeof *again);
    assert_non_null(again);
    struct decode_options options;
    decode_defaults(&options);
    options.verify_checksums = true;
    struct decode *decode = seen_decode(again, &options, NULL);
    seen_packet(decode, span_make(seen.packet, seen.segment.packet.len), 0, 101, 0);
    assert_int_equal(again->segments, 1);
    assert_false(again->segment.ip.fragmented);
    assert_int_equal(again->segment.payload.len, payload);
    assert_memory_equal(again->payload, body, payload);
    decode_free(decode);
    free(again);
}

enum order { FORWARD, BACKWARD, SHUFFLED, TWICE, ORDERS };

/* Gives the pieces of whole in an order of its own. */
static void give_all(struct decode *decode, bool v6, size_t size, enum order order)
{
    size_t count = (whole_len + size - 1) / size;
    for (size_t i = 0; i < count; i++) {
        size_t piece = i;
        if (order == BACKWARD)
            piece = count - 1 - i;
        if (order == SHUFFLED) /* a prime step visits each once */
            piece = i * 65537 % count;
        give(decode, v6, 1, piece * size, size, SECOND);
        if (order == TWICE)
            give(decode, v6, 1, piece * size, size, SECOND);
    }
}

static void test_orders(void **state)
{
    (void)state;
    static const size_t sizes[] = {8, 16, 24, 64, 1480};
    static const size_t payloads[] = {1, 8, 100, 1400, 2999, 65000};
    for (size_t p = 0; p < sizeof payloads / sizeof *payloads; p++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (unsigned variant = 0; variant < ORDERS * 2; variant++) {
                bool v6 = variant % 2;
                make_whole(payloads[p], v6);
                if (whole_len <= sizes[s])
                    continue;
                struct decode *decode = seen_decode(&seen, NULL, NULL);
                give_all(decode, v6, sizes[s], (enum order)(variant / 2));
                check_whole(payloads[p], v6);
                assert_int_equal(decode_stats(decode)->fragments_done, 1);
                assert_int_equal(decode_stats(decode)->fragments_overlaps, 0);
                assert_int_equal(decode_stats(decode)->fragments_dropped, 0);
                decode_free(decode);
            }
        }
    }
}

/* The same identification used again at once, after copies of the first packet's pieces. */
static void test_reuse(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    make_whole(100, false);
    give_all(decode, false, 64, TWICE);
    check_whole(100, false);
    make_whole(101, false);
    seen.segments = 0;
    give_all(decode, false, 64, FORWARD);
    check_whole(101, false);
    decode_free(decode);
}

static void test_overlap(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    make_whole(100, false);
    give(decode, false, 1, 0, 64, SECOND);
    whole[40] ^= 0xff; /* other octets for a place that is taken */
    give(decode, false, 1, 32, 32, SECOND);
    whole[40] ^= 0xff;
    assert_int_equal(decode_stats(decode)->fragments_overlaps, 1);
    give(decode, false, 1, 48, 200, SECOND);
    check_whole(100, false);
    assert_int_equal(decode_stats(decode)->fragments_overlaps, 1);
    decode_free(decode);
}

/* Pieces that contradict the length are dropped, whichever came first. */
static void test_contradiction(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    make_whole(100, false);
    give(decode, false, 1, 64, 200, SECOND);
    size_t right = whole_len;
    whole_len = right + 40;
    give(decode, false, 1, 64, 200, SECOND);
    whole_len = 88;
    give(decode, false, 1, 64, 200, SECOND);
    assert_int_equal(decode_stats(decode)->fragments_dropped, 2);
    whole_len = right;
    give(decode, false, 1, 0, 64, SECOND);
    check_whole(100, false);
    decode_free(decode);
}

static void test_snapped(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    make_whole(200, false); /* 224 octets in two pieces, the first captured to 80 octets */
    frame_start(&frame, span_make(whole, 128));
    frame_ipv4_fragment(&frame, 6, 1, 0, true);
    struct span span = frame_span(&frame);
    seen_packet(decode, span_head(span, 100), (uint32_t)span.len, 101, SECOND);
    give(decode, false, 1, 128, 200, SECOND);
    assert_int_equal(seen.segments, 1);
    assert_int_equal(seen.segment.payload.len, 80 - 24);
    assert_int_equal(seen.segment.payload_len, 200);
    assert_memory_equal(seen.payload, body, 80 - 24);
    assert_int_equal(decode_stats(decode)->snapped, 1);
    decode_free(decode);
}

static void test_age(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    make_whole(100, false);
    give(decode, false, 1, 0, 64, SECOND);
    give(decode, false, 1, 64, 200, 60 * SECOND);
    assert_int_equal(seen.segments, 0);
    assert_int_equal(decode_stats(decode)->fragments_dropped, 1);
    decode_free(decode);
}

static void test_ceiling(void **state)
{
    (void)state;
    struct decode_options options;
    decode_defaults(&options);
    options.fragment_memory = 64 * 1024;
    struct budget budget;
    budget_init(&budget, 48 * 1024);
    struct decode *decode = seen_decode(&seen, &options, &budget);
    make_whole(3000, true);
    for (unsigned id = 0; id < 1000; id++)
        give(decode, true, id, 0, 1480, SECOND);
    const struct decode_stats *stats = decode_stats(decode);
    assert_true(budget.peak <= 48 * 1024);
    assert_true(budget.used > 0);
    assert_true(stats->fragments_dropped > 900 && stats->fragments_dropped < 1000);
    /* the youngest are still there */
    give(decode, true, 999, 1480, 1480, SECOND);
    give(decode, true, 999, 2960, 1480, SECOND);
    check_whole(3000, true);
    decode_free(decode);
    assert_int_equal(budget.used, 0);
}

/* Too little for even one packet: dropped and counted, nothing else. */
static void test_no_memory(void **state)
{
    (void)state;
    struct decode_options options;
    decode_defaults(&options);
    static const size_t memories[] = {0, 100, 2000, 3000};
    for (size_t i = 0; i < 4; i++) {
        options.fragment_memory = memories[i];
        struct decode *decode = seen_decode(&seen, &options, NULL);
        make_whole(3000, false);
        give_all(decode, false, 1480, FORWARD);
        assert_int_equal(seen.segments, 0);
        assert_true(decode_stats(decode)->fragments_dropped > 0);
        decode_free(decode);
    }
}

/* A fragmented packet in a tunnel whose own packets are fragmented. */
static void test_nested(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    make_whole(1000, false);
    for (size_t at = 0; at < whole_len; at += 400) {
        size_t len = at + 400 < whole_len ? 400 : whole_len - at;
        frame_start(&frame, span_make(whole + at, len));
        frame_ipv4_fragment(&frame, 6, 5, at, at + len < whole_len);
        FRAME_PUSH(&frame, 0, 0, 0x08, 0x00);
        uint8_t inner[600];
        struct span span = frame_span(&frame);
        size_t inner_len = span.len;
        memcpy(inner, span.at, inner_len);
        for (size_t from = 0; from < inner_len; from += 104) {
            size_t count = from + 104 < inner_len ? 104 : inner_len - from;
            frame_start(&frame, span_make(inner + from, count));
            frame_ipv4_fragment(&frame, 47, (uint16_t)(100 + at), from, from + count < inner_len);
            seen_packet(decode, frame_span(&frame), 0, 101, SECOND);
        }
    }
    check_whole(1000, false);
    assert_int_equal(decode_stats(decode)->fragments_done, 4);
    decode_free(decode);
}

static void test_senseless(void **state)
{
    (void)state;
    struct decode *decode = seen_decode(&seen, NULL, NULL);
    const struct decode_stats *stats = decode_stats(decode);
    frame_start(&frame, SPAN_NULL);
    frame_ipv4_fragment(&frame, 6, 1, 64, false); /* empty */
    seen_packet(decode, frame_span(&frame), 0, 101, SECOND);
    frame_start(&frame, SPAN_LITERAL("seven!!"));
    frame_ipv4_fragment(&frame, 6, 1, 0, true); /* no multiple of eight */
    seen_packet(decode, frame_span(&frame), 0, 101, SECOND);
    frame_start(&frame, SPAN_LITERAL("the ping of death"));
    frame_ipv4_fragment(&frame, 6, 1, 65528, false);
    seen_packet(decode, frame_span(&frame), 0, 101, SECOND);
    assert_int_equal(stats->fragments, 3);
    assert_int_equal(stats->fragments_dropped, 3);
    decode_free(decode);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),  cmocka_unit_test(test_reuse),
        cmocka_unit_test(test_overlap), cmocka_unit_test(test_contradiction),
        cmocka_unit_test(test_snapped), cmocka_unit_test(test_age),
        cmocka_unit_test(test_ceiling), cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_nested),  cmocka_unit_test(test_senseless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
