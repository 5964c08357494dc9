/* buf: growth, the ceiling, what is kept and what is given back. */
#include "test.h"

#include <mxtap/buf.h>

static void test_grows(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 100000);
    assert_null(buf.at);
    for (unsigned i = 0; i < 50000; i++)
        buf_add_octet(&buf, (uint8_t)i);
    assert_int_equal(buf.len, 50000);
    for (unsigned i = 0; i < 50000; i++)
        assert_int_equal(buf.at[i], (uint8_t)i);
    assert_false(buf.truncated);
    buf_done(&buf);
    assert_null(buf.at);
    assert_int_equal(buf.ceiling, 100000);
}

static void test_ceiling(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 5);
    buf_add_text(&buf, "abc");
    assert_false(buf.truncated);
    buf_add_text(&buf, "defg");
    assert_true(buf.truncated);
    assert_true(span_equal(buf_span(&buf), SPAN_LITERAL("abcde")));
    buf_add_octet(&buf, 'x');
    assert_int_equal(buf.len, 5);
    buf_clear(&buf);
    assert_false(buf.truncated);
    assert_int_equal(buf.len, 0);
    buf_add(&buf, SPAN_NULL);
    assert_false(buf.truncated);
    buf_done(&buf);
    buf_init(&buf, 0);
    buf_add_octet(&buf, 'x');
    assert_true(buf.truncated);
    assert_int_equal(buf.len, 0);
    buf_done(&buf);
}

static void test_extend(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 10);
    uint8_t *at = buf_extend(&buf, 4);
    assert_non_null(at);
    memset(at, 'a', 4);
    assert_null(buf_extend(&buf, 7));
    assert_true(buf.truncated);
    assert_int_equal(buf.len, 4);
    assert_non_null(buf_extend(&buf, 6));
    assert_int_equal(buf.len, 10);
    buf_done(&buf);
}

static void test_drop(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 10);
    buf_add_text(&buf, "abcdef");
    buf_drop(&buf, 0);
    buf_drop(&buf, 4);
    assert_true(span_equal(buf_span(&buf), SPAN_LITERAL("ef")));
    buf_drop(&buf, 99);
    assert_int_equal(buf.len, 0);
    buf_done(&buf);
}

static void test_printf(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 10000);
    buf_printf(&buf, "%d-%s", 42, "x");
    assert_true(span_equal(buf_span(&buf), SPAN_LITERAL("42-x")));
    buf_clear(&buf);
    buf_printf(&buf, "%2000d", 1);
    assert_true(buf.truncated);
    assert_int_equal(buf.len, 1023);
    buf_done(&buf);
}

static void test_clear_keep(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 10000);
    assert_non_null(buf_extend(&buf, 5000));
    buf_clear_keep(&buf, 8192);
    assert_true(buf.room >= 5000);
    assert_int_equal(buf.len, 0);
    assert_non_null(buf_extend(&buf, 5000));
    buf_clear_keep(&buf, 100);
    assert_int_equal(buf.room, 0);
    buf_add_text(&buf, "again");
    assert_int_equal(buf.len, 5);
    buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows),  cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_extend), cmocka_unit_test(test_drop),
        cmocka_unit_test(test_printf), cmocka_unit_test(test_clear_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
