/* privacy: octets of strangers come out as UTF-8 without controls; addresses as the mode says. */
#include "test.h"

#include <mxtap/privacy.h>
#include <stdlib.h>

static const struct privacy clear = {PRIVACY_CLEAR, {0, 0}};
static const struct privacy mask = {PRIVACY_MASK, {0, 0}};
static const struct privacy hash = {PRIVACY_HASH, {1, 2}};

static void expect(const struct privacy *privacy, struct span text, const char *wanted)
{
    struct buf out;
    buf_init(&out, 4096);
    privacy_addresses(privacy, &out, text);
    buf_add_octet(&out, 0);
    assert_string_equal((const char *)out.at, wanted);
    buf_done(&out);
}

static void expect_escape(struct span text, const char *wanted)
{
    struct buf out;
    buf_init(&out, 4096);
    privacy_escape(&out, text);
    buf_add_octet(&out, 0);
    assert_string_equal((const char *)out.at, wanted);
    buf_done(&out);
}

static void test_escape(void **state)
{
    (void)state;
    expect_escape(SPAN_LITERAL("plain \"text\" \\ /"), "plain \"text\" \\ /");
    expect_escape(SPAN_LITERAL("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa7"),
                  "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa7");
    expect_escape(SPAN_LITERAL("\0\x1b[31m\r\n\t\x7f"), "\\x00\\x1b[31m\\x0d\\x0a\\x09\\x7f");
    expect_escape(SPAN_LITERAL("\xfc\xff\x80"), "\\xfc\\xff\\x80");
    expect_escape(SPAN_NULL, "");
}

/* RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF, nothing cut. */
static void test_not_utf8(void **state)
{
    (void)state;
    expect_escape(SPAN_LITERAL("\xc0\xaf"), "\\xc0\\xaf");
    expect_escape(SPAN_LITERAL("\xc1\xbf"), "\\xc1\\xbf");
    expect_escape(SPAN_LITERAL("\xe0\x9f\xbf"), "\\xe0\\x9f\\xbf");
    expect_escape(SPAN_LITERAL("\xed\xa0\x80"), "\\xed\\xa0\\x80");
    expect_escape(SPAN_LITERAL("\xf0\x8f\xbf\xbf"), "\\xf0\\x8f\\xbf\\xbf");
    expect_escape(SPAN_LITERAL("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
    expect_escape(SPAN_LITERAL("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");
    expect_escape(SPAN_LITERAL("\xe2\x82"), "\\xe2\\x82");
    expect_escape(SPAN_LITERAL("\xc3"), "\\xc3");
    expect_escape(SPAN_LITERAL("\xe2\x82z"), "\\xe2\\x82z");
}

/* C1 controls, line and paragraph separators, marks that turn the direction. */
static void test_unseen_controls(void **state)
{
    (void)state;
    expect_escape(SPAN_LITERAL("\xc2\x9b"), "\\xc2\\x9b");
    expect_escape(SPAN_LITERAL("\xe2\x80\xa8"), "\\xe2\\x80\\xa8");
    expect_escape(SPAN_LITERAL("\xe2\x80\xae"), "\\xe2\\x80\\xae");
    expect_escape(SPAN_LITERAL("\xe2\x80\x8b"), "\\xe2\\x80\\x8b");
    expect_escape(SPAN_LITERAL("\xe2\x81\xa6"), "\\xe2\\x81\\xa6");
    expect_escape(SPAN_LITERAL("\xe2\x80\x94"), "\xe2\x80\x94");
}

static void test_mask(void **state)
{
    (void)state;
    expect(&clear, SPAN_LITERAL("<jo.e@example.com>"), "<jo.e@example.com>");
    expect(&mask, SPAN_LITERAL("<jo.e@example.com>"), "<j***@example.com>");
    expect(&mask, SPAN_LITERAL("a@b, Joe <c+d=e@f>"), "a***@b, Joe <c***@f>");
    expect(&mask, SPAN_LITERAL("<>"), "<>");
    expect(&mask, SPAN_LITERAL("no address"), "no address");
    expect(&mask, SPAN_LITERAL("<@relay:x@y>"), "<@relay:x***@y>");
    expect(&mask, SPAN_LITERAL("<\"j o e\"@x>"), "<\"***@x>");
    expect(&mask, SPAN_LITERAL("<\"j\\\"o\"@x>"), "<\"***@x>");
    expect(&mask, SPAN_LITERAL("o e\"@x"), "o***@x");
    expect(&mask, SPAN_LITERAL("\xc3\xbc\xc3\xbc@x"), "\xc3\xbc***@x");
    expect(&mask, SPAN_LITERAL("\xffz@x"), "\\xff***@x");
    expect(&mask, SPAN_LITERAL("@"), "@");
    expect(&mask, SPAN_LITERAL("a@b@c"), "a***@b***@c");
}

/* Where a text is cut, no beginning of a local part stays behind. */
static void test_cut(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t max;
        const char *left;
    } cases[] = {
        {"for <joe@x>", 20, "for <joe@x>"},
        {"for <joe@x>", 9, "for <joe@"},
        {"for <joe@x>", 8, "for <"},
        {"for <joe@x>", 6, "for <"},
        {"for <joe@x>", 5, "for <"},
        {"for <joe@x>", 3, "for"},
        {"for \"j d\"@x", 7, "for "},
        {"for joe, ann@x", 6, "for jo"},
        {"abcdef", 3, "abc"},
        {"joe@x", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_true(span_equal(privacy_cut(span_text(cases[i].text), cases[i].max),
                               span_text(cases[i].left)));
}

/* Equal addresses stay equal, whatever their case, and other ones differ. */
static void test_hash(void **state)
{
    (void)state;
    static const char *const texts[] = {"joe@x", "JOE@x", "jim@x"};
    struct buf out[3];
    for (size_t i = 0; i < 3; i++) {
        buf_init(&out[i], 100);
        privacy_addresses(&hash, &out[i], span_text(texts[i]));
        assert_int_equal(out[i].len, strlen("h-0123456789abcdef@x"));
        assert_memory_equal(out[i].at, "h-", 2);
    }
    assert_true(span_equal(buf_span(&out[0]), buf_span(&out[1])));
    assert_false(span_equal(buf_span(&out[0]), buf_span(&out[2])));
    struct buf other;
    buf_init(&other, 100);
    const struct privacy keyed = {PRIVACY_HASH, {1, 3}};
    privacy_addresses(&keyed, &other, span_text(texts[0]));
    assert_false(span_equal(buf_span(&out[0]), buf_span(&other)));
    for (size_t i = 0; i < 3; i++)
        buf_done(&out[i]);
    buf_done(&other);
}

/* What comes out may be fed in again and stays as it is: it is UTF-8 without controls. */
static void test_any_octets(void **state)
{
    (void)state;
    static const uint8_t likely[] = {'@', '"', '\\', '<', 0xc3, 0xbc, 0xe2, 0x80, 0xae, 0, 27, 'a'};
    unsigned short seed[3] = {7, 8, 9};
    for (unsigned round = 0; round < 5000; round++) {
        uint8_t octets[64];
        size_t len = (size_t)nrand48(seed) % sizeof octets;
        for (size_t i = 0; i < len; i++)
            octets[i] = nrand48(seed) % 4 == 0 ? (uint8_t)nrand48(seed)
                                               : likely[(size_t)nrand48(seed) % sizeof likely];
        const struct privacy *modes[] = {&clear, &mask, &hash};
        for (size_t mode = 0; mode < 3; mode++) {
            struct buf once;
            struct buf twice;
            /* Often too small, to cut at every place. */
            buf_init(&once, (size_t)nrand48(seed) % 300);
            buf_init(&twice, 1000);
            privacy_addresses(modes[mode], &once, span_make(octets, len));
            privacy_escape(&twice, buf_span(&once));
            assert_true(span_equal(buf_span(&once), buf_span(&twice)));
            buf_done(&once);
            buf_done(&twice);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_unseen_controls),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_mask),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_any_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
