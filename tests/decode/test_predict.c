/*
 * What predict_tcp takes it gives as the links would; what it leaves it does not touch. Every octet
 * of both headers takes every value, at several captured lengths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "decode/helper_samples.h"
#include "predict.h"

#define HEADERS 44 /* octets of IPv4 and TCP headers in the sample */

struct given {
    unsigned count;
    struct segment segment;
};

static void on_segment(void *arg, const struct segment *segment)
{
    struct given *given = arg;
    given->count++;
    given->segment = *segment;
}

static struct walk walk_over(struct span span, const struct decode_sink *sink,
                             const struct decode_options *options, struct decode_stats *stats)
{
    struct walk walk;
    memset(&walk, 0, sizeof walk);
    walk.at = span.at;
    walk.end = span.at + span.len;
    walk.stats = stats;
    walk.options = options;
    walk.sink = sink;
    return walk;
}

static bool same_span(struct span a, struct span b)
{
    return a.at == b.at && a.len == b.len;
}

static void check_same(const struct segment *a, const struct segment *b)
{
    assert_memory_equal(&a->ip, &b->ip, sizeof a->ip);
    assert_int_equal(a->seq, b->seq);
    assert_int_equal(a->ack, b->ack);
    assert_int_equal(a->window, b->window);
    assert_int_equal(a->flags, b->flags);
    assert_int_equal(a->payload_len, b->payload_len);
    assert_true(same_span(a->options, b->options));
    assert_true(same_span(a->payload, b->payload));
    assert_true(same_span(a->packet, b->packet));
}

/* True where the prediction held. */
static bool check_both(struct span span)
{
    struct decode_options options;
    decode_defaults(&options);
    struct given quick = {0}, slow = {0};
    struct decode_stats quick_stats = {0}, slow_stats = {0};
    struct decode_sink quick_sink = {.on_segment = on_segment, .arg = &quick};
    struct decode_sink slow_sink = {.on_segment = on_segment, .arg = &slow};
    struct walk walk = walk_over(span, &quick_sink, &options, &quick_stats);
    struct walk before;
    memcpy(&before, &walk, sizeof before);
    if (!predict_tcp(&walk)) {
        assert_memory_equal(&walk, &before, sizeof walk);
        assert_int_equal(quick.count + quick_stats.segments, 0);
        return false;
    }
    walk = walk_over(span, &slow_sink, &options, &slow_stats);
    assert_int_equal(link_ipv4(&walk), LINK_tcp);
    assert_int_equal(link_tcp(&walk), LINK_DONE);
    assert_int_equal(quick.count, 1);
    assert_int_equal(slow.count, 1);
    check_same(&quick.segment, &slow.segment);
    assert_memory_equal(&quick_stats, &slow_stats, sizeof quick_stats);
    return true;
}

static void test_octets(void **state)
{
    (void)state;
    sample_ip4();
    struct span whole = frame_span(&frame);
    uint8_t *octets = frame.memory + frame.from;
    assert_true(check_both(whole));
    unsigned held = 0;
    for (size_t i = 0; i < HEADERS; i++) {
        uint8_t kept = octets[i];
        for (unsigned value = 0; value < 256; value++) {
            octets[i] = (uint8_t)value;
            held += check_both(whole);
        }
        octets[i] = kept;
    }
    assert_true(held > 256 * HEADERS / 2);
    assert_true(held < 256 * HEADERS);
}

static void test_lengths(void **state)
{
    (void)state;
    sample_ip4();
    struct span whole = frame_span(&frame);
    for (size_t len = 0; len < whole.len; len++)
        assert_false(check_both(span_head(whole, len)));
}

static void test_left_alone(void **state)
{
    (void)state;
    struct decode_options options;
    decode_defaults(&options);
    struct given given = {0};
    struct decode_stats stats = {0};
    struct decode_sink sink = {.on_segment = on_segment, .arg = &given};
    sample_ip4();
    struct walk walk = walk_over(frame_span(&frame), &sink, &options, &stats);
    walk.depth = DECODE_DEPTH;
    assert_false(predict_tcp(&walk));
    walk.depth = DECODE_DEPTH - 1;
    options.verify_checksums = true;
    assert_false(predict_tcp(&walk));
    options.verify_checksums = false;
    assert_true(predict_tcp(&walk));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
