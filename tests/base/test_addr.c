/* addr: text in and out, networks and their borders. */
#include "test.h"

#include <mxtap/addr.h>

static struct addr parsed(const char *text)
{
    struct addr addr;
    assert_true(addr_parse(span_text(text), &addr));
    return addr;
}

static struct addr_net net_of(const char *text)
{
    struct addr_net net;
    assert_true(addr_net_parse(span_text(text), &net));
    return net;
}

static void test_round_trip(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"fe80::1:0:0:1", "fe80::1:0:0:1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct addr addr = parsed(texts[i][0]);
        char text[ADDR_TEXT_SIZE];
        addr_text(&addr, text);
        assert_string_equal(text, texts[i][1]);
    }
    struct addr v4 = addr_v4(0xc0000201);
    struct addr same = parsed("192.0.2.1");
    assert_true(addr_equal(&v4, &same));
    assert_true(addr_is_v4(&v4));
    struct addr v6 = parsed("2001:db8::1");
    assert_false(addr_is_v4(&v6));
    assert_false(addr_equal(&v4, &v6));
}

static void test_no_addresses(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.4 ",
        " 1.2.3.4",
        "500.202.999.352",
        "000.000.000",
        "1:2:3",
        ":::",
        "12345::",
        "example.org",
        "[192.0.2.1]",
        "fe80::1%eth0",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct addr addr = addr_v4(7);
        assert_false(addr_parse(span_text(wrong[i]), &addr));
        const struct addr untouched = addr_v4(7);
        assert_true(addr_equal(&addr, &untouched));
    }
    struct addr addr;
    assert_false(addr_parse(SPAN_LITERAL("1.2.3.4\0"), &addr));
    assert_false(addr_parse(SPAN_LITERAL("1.2\0.3.4"), &addr));
}

static void expect_net(const char *net_text, const char *addr_text_of, bool inside)
{
    struct addr_net net = net_of(net_text);
    struct addr addr = parsed(addr_text_of);
    assert_int_equal(addr_net_has(&net, &addr), inside);
}

static void test_networks(void **state)
{
    (void)state;
    expect_net("192.0.2.0/24", "192.0.2.255", true);
    expect_net("192.0.2.0/24", "192.0.3.0", false);
    expect_net("192.0.2.77/24", "192.0.2.1", true);
    expect_net("192.0.2.128/25", "192.0.2.127", false);
    expect_net("192.0.2.1", "192.0.2.1", true);
    expect_net("192.0.2.1", "192.0.2.2", false);
    expect_net("0.0.0.0/0", "203.0.113.9", true);
    expect_net("0.0.0.0/0", "2001:db8::1", false);
    expect_net("::/0", "2001:db8::1", true);
    expect_net("2001:db8::/32", "2001:db8:ffff::1", true);
    expect_net("2001:db8::/32", "2001:db9::1", false);
    expect_net("2001:db8::/33", "2001:db8:8000::", false);
}

static void test_no_networks(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "/24",
        "192.0.2.0/",
        "192.0.2.0/33",
        "192.0.2.0/-1",
        "192.0.2.0/24/24",
        "192.0.2.0/ 24",
        "2001:db8::/129",
        "example.org/24",
        "192.0.2/24",
    };
    struct addr_net net;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(addr_net_parse(span_text(wrong[i]), &net));
}

static void expect_source(const char *addr_text_of, const char *net_text)
{
    struct addr addr = parsed(addr_text_of);
    struct addr_net net = addr_network(&addr);
    char text[ADDR_TEXT_SIZE];
    addr_net_text(&net, text);
    assert_string_equal(text, net_text);
}

static void test_net_of(void **state)
{
    (void)state;
    struct addr inside = parsed("60.60.7.2");
    struct addr outside = parsed("60.61.0.1");
    struct addr address = parsed("60.60.255.1");
    struct addr_net net = addr_net_of(&address, 96 + 16);
    assert_true(addr_net_has(&net, &inside));
    assert_false(addr_net_has(&net, &outside));
}

static void test_literals(void **state)
{
    (void)state;
    static const char *const same[] = {"[2001:db8::1]", "[IPv6:2001:db8::1]", "IPv6:2001:db8::1",
                                       "[ipv6:2001:DB8:0::1]", "2001:db8::1"};
    static const char *const none[] = {"",           "[]",
                                       "[",          "IPv6:",
                                       "[IPv6:]",    "[192.0.2.1 ]",
                                       "[192.0.2.1", "[[192.0.2.1]]",
                                       "[x]",        "[IPv6 2001:db8::1]"};
    struct addr addr;
    struct addr expected = parsed("2001:db8::1");
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_true(addr_literal_parse(span_text(same[i]), &addr));
        assert_true(addr_equal(&addr, &expected));
    }
    expected = parsed("192.0.2.1");
    assert_true(addr_literal_parse(span_text("[192.0.2.1]"), &addr));
    assert_true(addr_equal(&addr, &expected));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(addr_literal_parse(span_text(none[i]), &addr));
}

static void test_source_network(void **state)
{
    (void)state;
    expect_source("203.0.113.9", "203.0.113.0/24");
    expect_source("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
    char text[ADDR_TEXT_SIZE];
    struct addr_net net = net_of("192.0.2.1");
    addr_net_text(&net, text);
    assert_string_equal(text, "192.0.2.1/32");
    net = net_of("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
    addr_net_text(&net, text);
    assert_string_equal(text, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),     cmocka_unit_test(test_no_addresses),
        cmocka_unit_test(test_networks),       cmocka_unit_test(test_no_networks),
        cmocka_unit_test(test_source_network), cmocka_unit_test(test_net_of),
        cmocka_unit_test(test_literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
