/*
 * pcapng: byte orders, resolutions, block types, sections, interfaces that differ, damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/helper_files.h"
#include "pcapng.h"

static struct given given;

static void read_made(const struct made *made, size_t len, bool gzip)
{
    files_put("one.pcapng", &made->buf, len, gzip);
    assert_int_equal(files_read_one(files_path("one.pcapng"), &given), 0);
}

static void check(size_t i, int64_t time, size_t len, uint32_t wire, int linktype)
{
    assert_true(i < given.count);
    assert_int_equal(given.packets[i].time, time);
    assert_int_equal(given.packets[i].data.len, len);
    assert_int_equal(given.packets[i].wire_len, wire);
    assert_int_equal(given.packets[i].linktype, linktype);
}

static void make_all_blocks(struct made *made)
{
    made_section(made);
    made_interface(made, 1, 0, -1, 0);
    made_enhanced(made, 0, 1000000, 30);
    made_unknown(made, 4, 300); /* name resolution */
    made_interface(made, 101, 40, 9, 0);
    made_enhanced(made, 1, 2000000001, 31);
    made_simple(made, 32);
    made_unknown(made, 0x0bad, 0);
    made_obsolete(made, 0, 3000000, 33);
    made_unknown(made, 5, 20); /* statistics */
    made_enhanced(made, 1, 4000000000, 0);
}

static void check_all_blocks(void)
{
    assert_int_equal(given.count, 5);
    assert_int_equal(given.damaged, 0);
    check(0, 1 * CLOCK_SECOND, 30, 37, 1);
    check(1, 2 * CLOCK_SECOND + 1, 31, 38, 101);
    check(2, 2 * CLOCK_SECOND + 1, 32, 32, 1);
    check(3, 3 * CLOCK_SECOND, 33, 33, 1);
    check(4, 4 * CLOCK_SECOND, 0, 7, 101);
}

static void test_blocks(void **state)
{
    (void)state;
    for (unsigned variant = 0; variant < 4; variant++) {
        struct made made;
        made_init(&made, variant & 1, false);
        make_all_blocks(&made);
        read_made(&made, made.buf.len, variant & 2);
        check_all_blocks();
        made_done(&made);
    }
}

/* A second section has interfaces and a byte order of its own. */
static void test_sections(void **state)
{
    (void)state;
    for (unsigned big = 0; big < 2; big++) {
        struct made made;
        made_init(&made, big, false);
        made_section(&made);
        made_interface(&made, 1, 0, 6, 0);
        made_enhanced(&made, 0, 1000000, 10);
        made.big = !big;
        made_section(&made);
        made_interface(&made, 276, 0, 3, 0);
        made_enhanced(&made, 0, 2000, 11);
        read_made(&made, made.buf.len, false);
        assert_int_equal(given.count, 2);
        assert_int_equal(given.damaged, 0);
        check(0, CLOCK_SECOND, 10, 17, 1);
        check(1, 2 * CLOCK_SECOND, 11, 18, 276);
        made_done(&made);
    }
}

static void test_cut(void **state)
{
    (void)state;
    for (unsigned big = 0; big < 2; big++) {
        struct made made;
        size_t starts[200], count = 0;
        made_init(&made, big, false);
        make_all_blocks(&made);
        for (size_t at = 0; at < made.buf.len; count++) { /* where blocks start */
            const uint8_t *length = made.buf.at + at + 4;
            starts[count] = at;
            at += big ? (size_t)length[2] << 8 | length[3] : (size_t)length[1] << 8 | length[0];
        }
        size_t block = 0;
        for (size_t len = 0; len < made.buf.len; len++) {
            while (block + 1 < count && starts[block + 1] <= len)
                block++;
            read_made(&made, len, false);
            bool boundary = len > 0 && len == starts[block];
            assert_int_equal(given.damaged, !boundary);
            if (!boundary)
                assert_int_equal(given.damage_at, starts[block]);
        }
        made_done(&made);
    }
}

static void test_broken(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, false, false);
    make_all_blocks(&made);
    for (size_t at = 0; at < made.buf.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            made.buf.at[at] ^= (uint8_t)(1u << bit);
            files_put("one.pcapng", &made.buf, made.buf.len, false);
            struct capture *capture;
            const char *input = files_path("one.pcapng");
            struct capture_options options = {&input, 1, NULL, NULL};
            assert_int_equal(capture_open(&options, &capture, NULL, 0), 0);
            struct packet packet;
            unsigned count = 0;
            while (capture_next(capture, &packet) == 1)
                count++;
            assert_true(count <= 5);
            capture_close(capture);
            made.buf.at[at] ^= (uint8_t)(1u << bit);
        }
    }
    made_done(&made);
}

static void expect_damage(struct made *made, size_t at, size_t count, const char *cause)
{
    read_made(made, made->buf.len, false);
    assert_int_equal(given.count, count);
    assert_int_equal(given.damaged, 1);
    assert_int_equal(given.damage_at, at);
    assert_non_null(strstr(given.damage_cause, cause));
    made_done(made);
}

static size_t make_start(struct made *made)
{
    made_init(made, false, false);
    made_section(made);
    made_interface(made, 1, 50, -1, 0);
    made_enhanced(made, 0, 1, 10);
    return made->buf.len;
}

static void test_damage(void **state)
{
    (void)state;
    struct made made;
    size_t at = make_start(&made);
    made_enhanced(&made, 1, 1, 10);
    expect_damage(&made, at, 1, "interface 1");
    at = make_start(&made);
    made_enhanced(&made, 0, 1, 51);
    expect_damage(&made, at, 1, "snapshot length");
    at = make_start(&made);
    made_enhanced(&made, 0, 1, 10);
    made.buf.at[at + 20] = 200; /* captured length */
    expect_damage(&made, at, 1, "in a block of");
    at = make_start(&made);
    made_enhanced(&made, 0, 1, 10);
    made.buf.at[made.buf.len - 4] ^= 4;
    expect_damage(&made, at, 1, "two lengths differ");
    at = make_start(&made);
    made_enhanced(&made, 0, 1, 10);
    made.buf.at[at + 4] = 45;
    expect_damage(&made, at, 1, "a block of 45 octets");
    at = make_start(&made);
    made_unknown(&made, 6, 8);
    expect_damage(&made, at, 1, "too short");
    at = make_start(&made);
    made_zeros(&made, 100);
    expect_damage(&made, at, 1, "a block of 0 octets");
    made_init(&made, false, false);
    made_section(&made);
    made.buf.at[8] = 1;
    expect_damage(&made, 0, 0, "byte order");
    made_init(&made, false, false);
    made_section(&made);
    made.buf.at[12] = 9;
    expect_damage(&made, 0, 0, "version 9");
}

/* Unknown blocks may be longer than any memory set aside for blocks. */
static void test_long_unknown(void **state)
{
    (void)state;
    struct made made;
    make_start(&made);
    made_unknown(&made, 0x0bad, 3 << 20);
    made_enhanced(&made, 0, 2, 20);
    read_made(&made, made.buf.len, true);
    assert_int_equal(given.count, 2);
    assert_int_equal(given.damaged, 0);
    made_done(&made);
}

/* More octets than the window holds at once, so that it moves and grows. */
static void test_large(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, true, false);
    made_section(&made);
    made_interface(&made, 1, 0, -1, 0);
    for (unsigned i = 0; i < 100; i++)
        made_enhanced(&made, 0, i, i == 50 ? 262144 : 9000 + i);
    read_made(&made, made.buf.len, false);
    assert_int_equal(given.count, 100);
    assert_int_equal(given.damaged, 0);
    made_done(&made);
}

static int64_t time_of(uint8_t resolution, int64_t offset, uint64_t ticks)
{
    struct made made;
    made_init(&made, true, false);
    made_interface(&made, 1, 0, resolution, offset);
    struct pcapng_interface interface;
    struct span body = span_make(made.buf.at + 8, made.buf.len - 12);
    assert_true(pcapng_interface(body, false, &interface));
    made_done(&made);
    return pcapng_time(&interface, ticks);
}

static void test_times(void **state)
{
    (void)state;
    assert_int_equal(time_of(6, 0, 1150697926123456), INT64_C(1150697926123456000));
    assert_int_equal(time_of(9, 0, 1150697926123456789), INT64_C(1150697926123456789));
    assert_int_equal(time_of(0, 0, 5), 5 * CLOCK_SECOND);
    assert_int_equal(time_of(12, 0, 5000000000123), 5 * CLOCK_SECOND);
    assert_int_equal(time_of(0x80 | 10, 0, 5 * 1024 + 512), 5 * CLOCK_SECOND + CLOCK_SECOND / 2);
    assert_int_equal(time_of(0x80, 0, 7), 7 * CLOCK_SECOND);
    assert_int_equal(time_of(6, 3600, 1), 3600 * CLOCK_SECOND + 1000);
    assert_int_equal(time_of(6, -3600, 1), -3600 * CLOCK_SECOND + 1000);
    assert_int_equal(time_of(0xff, 0, UINT64_MAX), 0);
    assert_int_equal(time_of(0x7f, 0, UINT64_MAX), 0);
    assert_int_equal(time_of(0, 0, UINT64_MAX), INT64_MAX);
    assert_true(time_of(6, INT64_MIN, 0) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks), cmocka_unit_test(test_sections),
        cmocka_unit_test(test_cut),    cmocka_unit_test(test_broken),
        cmocka_unit_test(test_damage), cmocka_unit_test(test_long_unknown),
        cmocka_unit_test(test_large),  cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
