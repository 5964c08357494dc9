/* span: comparing, searching, cutting. */
#include "test.h"

#include <mxtap/span.h>

#define S(text) SPAN_LITERAL(text)

static void test_cutting(void **state)
{
    (void)state;
    assert_true(span_equal(span_skip(S("abcd"), 2), S("cd")));
    assert_int_equal(span_skip(S("abcd"), 4).len, 0);
    assert_int_equal(span_skip(S("abcd"), 99).len, 0);
    assert_true(span_equal(span_head(S("abcd"), 2), S("ab")));
    assert_true(span_equal(span_head(S("abcd"), 99), S("abcd")));
    assert_int_equal(span_skip(SPAN_NULL, 3).len, 0);
    assert_int_equal(span_head(SPAN_NULL, 3).len, 0);
    assert_int_equal(span_text(NULL).len, 0);
    assert_int_equal(span_text("").len, 0);
}

static void test_comparing(void **state)
{
    (void)state;
    assert_true(span_equal(SPAN_NULL, S("")));
    assert_false(span_equal(S("a"), S("A")));
    assert_true(span_equal_nocase(S("MAIL From"), S("mail fROM")));
    assert_false(span_equal_nocase(S("mail"), S("mails")));
    /* ASCII letters only: '@' and '`', '[' and '{' differ by the same bit; so do octets over 127.
     */
    assert_false(span_equal_nocase(S("@["), S("`{")));
    assert_false(span_equal_nocase(S("\xc4"), S("\xe4")));
    assert_true(span_equal_nocase(SPAN_NULL, SPAN_NULL));
}

static void test_starts_and_ends(void **state)
{
    (void)state;
    assert_true(span_starts(S("250-mx"), S("250")));
    assert_false(span_starts(S("25"), S("250")));
    assert_true(span_starts(S("x"), SPAN_NULL));
    assert_true(span_starts_nocase(S("rcpt to:"), S("RCPT")));
    assert_true(span_ends_nocase(S("a@Example.ORG"), S("example.org")));
    assert_false(span_ends_nocase(S("org"), S("example.org")));
}

static void test_finding(void **state)
{
    (void)state;
    assert_int_equal(span_find(S("a@b@c"), '@'), 1);
    assert_int_equal(span_find(S("abc"), '@'), 3);
    assert_int_equal(span_find(SPAN_NULL, '@'), 0);
    assert_int_equal(span_find(S("a\0b"), 0), 1);
    assert_int_equal(span_find_span(S("xx\r\n.\r\n"), S("\r\n")), 2);
    assert_int_equal(span_find_span(S("abc"), S("abcd")), 3);
    assert_int_equal(span_find_span(S("abc"), SPAN_NULL), 0);
    assert_int_equal(span_find_span(SPAN_NULL, S("a")), 0);
    assert_int_equal(span_find_nocase(S("X-Mailer: The BAT"), S("the bat")), 10);
    assert_int_equal(span_find_nocase(S("abc"), S("d")), 3);
    assert_int_equal(span_find_nocase(S("aab"), S("AB")), 1);
}

static void test_trim_and_words(void **state)
{
    (void)state;
    assert_true(span_equal(span_trim(S(" \t\r\n a b \r\n")), S("a b")));
    assert_int_equal(span_trim(S(" \t ")).len, 0);
    assert_int_equal(span_trim(SPAN_NULL).len, 0);
    struct span rest = S("  MAIL\tFROM:<a>  SIZE=1 ");
    assert_true(span_equal(span_word(&rest), S("MAIL")));
    assert_true(span_equal(span_word(&rest), S("FROM:<a>")));
    assert_true(span_equal(span_word(&rest), S("SIZE=1")));
    assert_int_equal(span_word(&rest).len, 0);
    assert_int_equal(span_word(&rest).len, 0);
}

static void test_numbers(void **state)
{
    (void)state;
    uint64_t value = 7;
    assert_true(span_number(S("0"), &value));
    assert_int_equal(value, 0);
    assert_true(span_number(S("00550"), &value));
    assert_int_equal(value, 550);
    assert_true(span_number(S("9999999999999999999"), &value));
    assert_true(value == UINT64_C(9999999999999999999));
    static const char *const wrong[] = {"",   "-1",  "+1",  " 1",
                                        "1 ", "0x1", "1.0", "12345678901234567890"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        value = 7;
        assert_false(span_number(span_text(wrong[i]), &value));
        assert_int_equal(value, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cutting),         cmocka_unit_test(test_comparing),
        cmocka_unit_test(test_starts_and_ends), cmocka_unit_test(test_finding),
        cmocka_unit_test(test_trim_and_words),  cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
