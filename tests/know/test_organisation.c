/* Same organisation or not: suffixes of countries, private suffixes, internationalised names, and
 * what has no organisation. */
#include <mxtap/know.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct pair {
    const char *a, *b;
};

static int set_up(void **state)
{
    static const struct know_options options = {.replies_file = NULL};
    struct know *know = NULL;
    enum err err = know_new(&options, &know, NULL, 0);
    *state = know;
    return err == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    know_free(*state);
    return 0;
}

static void check(const struct know *know, const struct pair *pairs, size_t count, bool same)
{
    for (size_t i = 0; i < count; i++) {
        struct span a = span_text(pairs[i].a), b = span_text(pairs[i].b);
        if (know_same_organisation(know, a, b) != same ||
            know_same_organisation(know, b, a) != same)
            fail_msg("%s and %s: %s", pairs[i].a, pairs[i].b, same ? "not same" : "same");
    }
}

static void same(void **state)
{
    static const struct pair pairs[] = {
        {"mx.example.com", "example.com"},
        {"mx.example.com", "a.b.c.example.com"},
        {"MX.Example.COM", "www.example.com"},
        {"mx.example.com.", "example.com"},
        {"mx1.example.co.uk", "mx2.example.co.uk"},
        {"mx.example.com.br", "pool.example.com.br"},
        {"www.alice.github.io", "alice.github.io"},
        {"mx_1.example.net", "example.net"},
        {"mx.b\303\274cher.example", "www.b\303\274cher.example"},
        {"mx.b\303\274cher.example", "xn--bcher-kva.example"},
        {"mx.B\303\234CHER.example", "mx.XN--BCHER-KVA.example"},
        {"mail.xn--e1afmkfd.xn--p1ai",
         "\320\277\321\200\320\270\320\274\320\265\321\200.\321\200\321\204"},
        {"mx.\344\276\213\345\255\220.\345\205\254\345\217\270.cn", "mx.xn--fsqu00a.xn--55qx5d.cn"},
    };
    check(*state, pairs, sizeof(pairs) / sizeof(pairs[0]), true);
}

static void different(void **state)
{
    static const struct pair pairs[] = {
        {"mx.example.com", "mx.example.net"},
        {"one.co.uk", "two.co.uk"},
        {"mx.one.com.br", "mx.two.com.br"},
        {"alice.github.io", "bob.github.io"},
        {"mx.b\303\274cher.example", "mx.bucher.example"},
        {"mx.a.\345\205\254\345\217\270.cn", "mx.b.\345\205\254\345\217\270.cn"},
    };
    check(*state, pairs, sizeof(pairs) / sizeof(pairs[0]), false);
}

/* What has no organisation is not even its own. */
static void none(void **state)
{
    static const char *const names[] = {
        "",
        ".",
        "localhost",
        "com",
        "co.uk",
        "co.uk.",
        "github.io",
        "xn--p1ai",
        "192.0.2.1",
        "[192.0.2.1]",
        "2001:db8::1",
        "[IPv6:2001:db8::1]",
        ".example.com",
        "mx..example.com",
        ("b\xff"
         "cher.example"),
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (know_same_organisation(*state, span_text(names[i]), span_text(names[i])))
            fail_msg("%s", names[i]);
    assert_false(know_same_organisation(*state, SPAN_NULL, SPAN_NULL));
    assert_false(
        know_same_organisation(*state, span_make("a\0.example.com", 14), span_text("example.com")));
}

static void long_names(void **state)
{
    char name[300];
    memset(name, 'a', sizeof(name));
    for (size_t i = 40; i < sizeof(name); i += 41)
        name[i] = '.';
    memcpy(name + 255 - 12, ".example.com", 12);
    struct span whole = span_make(name, 255);
    assert_true(know_same_organisation(*state, whole, span_text("example.com")));
    memcpy(name + 256 - 12, ".example.com", 12);
    whole.len = 256;
    assert_false(know_same_organisation(*state, whole, span_text("example.com")));
}

static void registrable_domain(void **state)
{
    static const struct pair pairs[] = {
        {"A.MX.Example.co.uk.", "example.co.uk"},
        {"mx.b\303\274cher.example", "xn--bcher-kva.example"},
        {"192.0.2.1", ""},
    };
    char text[KNOW_NAME_MAX + 1];
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        assert_true(span_equal(know_organisation(*state, span_text(pairs[i].a), text),
                               span_text(pairs[i].b)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same),       cmocka_unit_test(different),          cmocka_unit_test(none),
        cmocka_unit_test(long_names), cmocka_unit_test(registrable_domain),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
