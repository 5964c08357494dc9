/* rd: integers in both orders, the sticky error, at every length that is too short. */
#include "test.h"

#include <mxtap/rd.h>

static const uint8_t octets[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static void test_integers(void **state)
{
    (void)state;
    struct rd rd = rd_make(span_make(octets, sizeof octets));
    assert_int_equal(rd_u8(&rd), 1);
    assert_int_equal(rd_u16(&rd), 0x0203);
    assert_int_equal(rd_u32(&rd), 0x04050607);
    assert_int_equal(rd_left(&rd), 9);
    assert_true(rd_u64(&rd) == UINT64_C(0x08090a0b0c0d0e0f));
    assert_int_equal(rd_u8(&rd), 16);
    assert_true(rd_ok(&rd));
    assert_int_equal(rd_left(&rd), 0);
}

static void test_little_endian(void **state)
{
    (void)state;
    struct rd rd = rd_make(span_make(octets, 6));
    assert_int_equal(rd_u16le(&rd), 0x0201);
    assert_int_equal(rd_u32le(&rd), 0x06050403);
    assert_true(rd_ok(&rd));
    assert_int_equal(rd_u16le(&rd), 0);
    assert_int_equal(rd_u32le(&rd), 0);
    assert_false(rd_ok(&rd));
}

static void test_spans(void **state)
{
    (void)state;
    struct rd rd = rd_make(span_make(octets, 8));
    rd_skip(&rd, 2);
    struct span three = rd_take(&rd, 3);
    assert_ptr_equal(three.at, octets + 2);
    assert_int_equal(three.len, 3);
    assert_int_equal(rd_rest(&rd).len, 3);
    assert_ptr_equal(rd_rest(&rd).at, octets + 5);
    assert_int_equal(rd_take(&rd, 0).len, 0);
    assert_int_equal(rd_take(&rd, 3).len, 3);
    assert_true(rd_ok(&rd));
    assert_int_equal(rd_take(&rd, 0).len, 0);
    assert_true(rd_ok(&rd));
    assert_int_equal(rd_take(&rd, 1).len, 0);
    assert_false(rd_ok(&rd));
}

/* A header of 1 + 2 + 4 + 8 + 1 octets, cut at every length. */
static void test_every_cut(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof octets; len++) {
        struct rd rd = rd_make(span_make(octets, len));
        (void)rd_u8(&rd);
        (void)rd_u16(&rd);
        (void)rd_u32(&rd);
        (void)rd_u64(&rd);
        rd_skip(&rd, 1);
        assert_false(rd_ok(&rd));
        assert_true(rd_left(&rd) <= len);
    }
}

/* After the first failure nothing is read any more, though there would be octets. */
static void test_sticky(void **state)
{
    (void)state;
    struct rd rd = rd_make(span_make(octets, 3));
    assert_int_equal(rd_u32(&rd), 0);
    assert_int_equal(rd_u8(&rd), 0);
    assert_int_equal(rd_take(&rd, 1).len, 0);
    assert_false(rd_ok(&rd));
    assert_int_equal(rd_left(&rd), 3);
}

static void test_empty(void **state)
{
    (void)state;
    struct rd rd = rd_make(SPAN_NULL);
    assert_int_equal(rd_left(&rd), 0);
    assert_int_equal(rd_rest(&rd).len, 0);
    assert_true(rd_ok(&rd));
    assert_int_equal(rd_u8(&rd), 0);
    assert_false(rd_ok(&rd));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers), cmocka_unit_test(test_little_endian),
        cmocka_unit_test(test_spans),    cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_sticky),   cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
