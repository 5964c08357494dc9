/* Name classes: the committed names, notations of addresses, and octets that are no name. */
#include <mxtap/names.h>

#include "labelled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

static void own_names(void **state)
{
    (void)state;
    struct labelled labelled;
    assert_true(labelled_open(&labelled, "MXTAP_SOURCE", "tests/know/names-own.tsv"));
    unsigned rows = 0;
    while (labelled_next(&labelled)) {
        const char *class = names_class_name(names_class(span_text(labelled.fields[0])));
        if (strcmp(class, labelled.fields[1]) != 0)
            fail_msg("%s, not %s: %s", class, labelled.fields[1], labelled.fields[0]);
        rows++;
    }
    labelled_close(&labelled);
    assert_true(rows >= 180);
}

static enum name_class class_at(const char *name, const char *address)
{
    struct addr addr;
    assert_true(addr_parse(span_text(address), &addr));
    return names_class_of(span_text(name), &addr);
}

/* The same name tells more when its host's address is known. */
static void address_known(void **state)
{
    (void)state;
    static const char *const dynamic[] = {"203000113077.example.net", "xcb00714d.example.net",
                                          "113-77.cable.example.net", "113x77.dyn.example.net",
                                          "host113-77.example.net"};
    for (size_t i = 0; i < sizeof(dynamic) / sizeof(dynamic[0]); i++)
        assert_int_equal(class_at(dynamic[i], "203.0.113.77"), NAME_DYNAMIC);
    assert_int_equal(class_at("203-0-113-77.example.net", "203.0.113.77"), NAME_STATIC);
    assert_int_equal(class_at("77.113.0.203.example.net", "203.0.113.77"), NAME_STATIC);
    assert_int_equal(class_at("a7-1.example.net", "203.0.1.7"), NAME_STATIC);
    assert_int_equal(class_at("a7-1.cable.example.net", "203.0.1.7"), NAME_DYNAMIC);
    assert_int_equal(class_at("a7-1.example.net", "198.51.100.1"), NAME_UNKNOWN);
    assert_int_equal(class_at("node-c-714d.example.net", "203.0.113.77"), NAME_DYNAMIC);
    assert_int_equal(class_at("node-c-714d.example.net", "203.0.113.78"), NAME_UNKNOWN);
    assert_int_equal(class_at("mx77.example.net", "203.0.113.77"), NAME_MAIL);
    assert_int_equal(class_at("www.example.net", "203.0.113.77"), NAME_UNKNOWN);
    assert_int_equal(class_at("www.example.net", "2001:db8::1"), NAME_UNKNOWN);
    assert_int_equal(class_at("abcd-efab-cdef-abcd.example.net", "2001:db8::abcd:efab:cdef:abcd"),
                     NAME_STATIC);
    assert_int_equal(class_at("abcd-efab-cdef-abcd.example.net", "2001:db8::1"), NAME_UNKNOWN);
    assert_int_equal(names_class_of(SPAN_LITERAL("www.example.net"), NULL), NAME_UNKNOWN);
}

/* A known address never takes a class away: the names of the labelled file, each with an address
 * that it may hold. */
static void address_never_harms(void **state)
{
    (void)state;
    struct addr addr = addr_v4(0xcb007105);
    struct labelled labelled;
    assert_true(labelled_open(&labelled, "MXTAP_SOURCE", "tests/know/names-own.tsv"));
    while (labelled_next(&labelled)) {
        struct span name = span_text(labelled.fields[0]);
        enum name_class class = names_class(name);
        if (class != NAME_UNKNOWN && names_class_of(name, &addr) != class)
            fail_msg("%s", labelled.fields[0]);
    }
    labelled_close(&labelled);
}

static void no_names(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        ".",
                                        "localhost",
                                        "adsl-1-2-3-4",
                                        "[192.0.2.1]",
                                        "a b.example.net",
                                        "adsl\xff.example.net",
                                        "b\xc3.example.net",
                                        "b\xc3\xc3.example.net",
                                        "adsl-1-2-3-4.example.\xe2\x82",
                                        "\xf5\x80\x80\x80.example.net"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(names_class(span_text(wrong[i])), NAME_UNKNOWN);
    assert_int_equal(names_class(SPAN_NULL), NAME_UNKNOWN);
    assert_string_equal(names_class_name((enum name_class)99), "unknown");
}

static void every_cut(void **state)
{
    (void)state;
    static const char whole[] =
        "p200300ec.cpe-1-22-333-444.001002003004.0x50a4.x-y_z.xn--80ak6aa92e.b\303\274.co.uk.";
    char dots[300];
    memset(dots, '.', sizeof(dots));
    for (size_t len = 0; len <= sizeof(dots); len++)
        (void)names_class(span_make(dots, len));
    memset(dots, '1', sizeof(dots));
    for (size_t i = 1; i < sizeof(dots); i += 2)
        dots[i] = 'x';
    dots[100] = '.';
    assert_int_equal(names_class(span_make(dots, sizeof(dots))), NAME_UNKNOWN);
    (void)names_class(span_make(dots, 255));
    struct addr addr = addr_v4(0x01020304);
    for (size_t from = 0; from < sizeof(whole); from++) {
        for (size_t len = 0; from + len < sizeof(whole); len++) {
            uint8_t *copy = malloc(len + 1);
            assert_non_null(copy);
            memcpy(copy, whole + from, len);
            (void)names_class_of(span_make(copy, len), &addr);
            free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_names),           cmocka_unit_test(address_known),
        cmocka_unit_test(address_never_harms), cmocka_unit_test(no_names),
        cmocka_unit_test(every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
