/* hosts: names of addresses from PTR answers, their confirmation, their time, and their eviction.
 */
#include "helper_learn.h"
#include "test.h"

#include <stdio.h>

#define CLIENT "203.0.113.5"
#define POOL   "5-113-0-203.dsl.example.net"

static struct learn *learn;

static int set_up(void **state)
{
    (void)state;
    learn = learn_new(NULL, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    learn_free(learn);
    return 0;
}

static void is_host(const char *addr, const char *expected)
{
    struct know_host host = learn_find(learn, addr);
    assert_string_equal(learn_text(&host), expected);
}

static void test_ptr(void **state)
{
    (void)state;
    is_host(CLIENT, "unknown");
    learn_ptr(learn, CLIENT, 300, POOL);
    is_host(CLIENT, POOL " dynamic dns unseen");
    is_host("203.0.113.6", "unknown");
    learn_ptr(learn, CLIENT, 300, "mx.example.com");
    is_host(CLIENT, "mx.example.com mail dns unseen");
}

/* For its TTL, but at least a minute and at most a day. */
static void test_time(void **state)
{
    (void)state;
    learn_ptr(learn, CLIENT, 300, POOL);
    learn_wait(learn, 299);
    is_host(CLIENT, POOL " dynamic dns unseen");
    learn_wait(learn, 1);
    is_host(CLIENT, "unknown");
    learn_ptr(learn, CLIENT, 0, POOL);
    learn_wait(learn, 59);
    is_host(CLIENT, POOL " dynamic dns unseen");
    learn_wait(learn, 1);
    is_host(CLIENT, "unknown");
    learn_ptr(learn, CLIENT, 0x7fffffff, POOL);
    learn_wait(learn, 86399);
    is_host(CLIENT, POOL " dynamic dns unseen");
    learn_wait(learn, 1);
    is_host(CLIENT, "unknown");
    learn_ptr(learn, CLIENT, 0xffffffff, POOL); /* RFC 2181 8 */
    learn_wait(learn, 60);
    is_host(CLIENT, "unknown");
}

static void test_nameless(void **state)
{
    (void)state;
    learn_ptr(learn, CLIENT, 120, NULL);
    assert_true(learn_find(learn, CLIENT).nameless);
    is_host(CLIENT, "nameless");
    learn_wait(learn, 120);
    is_host(CLIENT, "unknown");
    learn_asked(learn, DNS_PTR, learn_reverse(CLIENT), DNS_NOERROR); /* nothing there */
    learn_answer(learn);
    is_host(CLIENT, "nameless");
    learn_ptr(learn, CLIENT, 300, POOL);
    is_host(CLIENT, POOL " dynamic dns unseen");
}

/* What says nothing about the name: a failure, a referral, an alias into another zone. */
static void test_no_answer(void **state)
{
    (void)state;
    learn_asked(learn, DNS_PTR, learn_reverse(CLIENT), DNS_SERVFAIL);
    learn_answer(learn);
    is_host(CLIENT, "unknown");
    learn_asked(learn, DNS_PTR, learn_reverse(CLIENT), DNS_NOERROR);
    learn_host(learn, DNS_NS, "113.0.203.in-addr.arpa", 300, "ns.example.net");
    learn_answer(learn);
    is_host(CLIENT, "unknown");
    learn_asked(learn, DNS_PTR, learn_reverse(CLIENT), DNS_NOERROR);
    learn_host(learn, DNS_CNAME, NULL, 300, "5.0-25.113.0.203.in-addr.arpa");
    learn_answer(learn);
    is_host(CLIENT, "unknown");
}

/* RFC 2317: the least TTL of the chain counts; strangers in the answer do not. */
static void test_alias(void **state)
{
    (void)state;
    learn_asked(learn, DNS_PTR, learn_reverse(CLIENT), DNS_NOERROR);
    learn_host(learn, DNS_PTR, "9.9.9.9.in-addr.arpa", 300, "mx.stranger.example");
    learn_host(learn, DNS_PTR, "5.0-25.113.0.203.in-addr.arpa", 300, "mx.example.com");
    learn_host(learn, DNS_CNAME, NULL, 100, "5.0-25.113.0.203.in-addr.arpa");
    learn_answer(learn);
    is_host(CLIENT, "mx.example.com mail dns unseen");
    learn_wait(learn, 100);
    is_host(CLIENT, "unknown");
    learn_asked(learn, DNS_PTR, learn_reverse(CLIENT), DNS_NOERROR);
    learn_host(learn, DNS_CNAME, NULL, 100, "a.example");
    learn_host(learn, DNS_CNAME, "a.example", 100, learn_reverse(CLIENT)); /* a circle */
    learn_answer(learn);
    is_host(CLIENT, "unknown");
}

static void test_odd_questions(void **state)
{
    (void)state;
    static const char *const names[] = {
        "113.0.203.in-addr.arpa",
        "5.5.113.0.203.in-addr.arpa",
        "256.113.0.203.in-addr.arpa",
        "x.113.0.203.in-addr.arpa",
        ".in-addr.arpa",
        "5..113.0.203.in-addr.arpa",
        "0005.113.0.203.in-addr.arpa",
        "in-addr.arpa",
        "1.ip6.arpa",
        "host.example",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        learn_asked(learn, DNS_PTR, names[i], DNS_NOERROR);
        learn_host(learn, DNS_PTR, NULL, 300, POOL);
        learn_answer(learn);
    }
    struct know_stats stats;
    know_stats(learn->know, &stats);
    assert_int_equal(stats.hosts, 0);
}

static void test_ipv6(void **state)
{
    (void)state;
    learn_asked(learn, DNS_PTR,
                "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                DNS_NOERROR);
    learn_host(learn, DNS_PTR, NULL, 300, "mx.example.com");
    learn_answer(learn);
    is_host("2001:db8::25", "mx.example.com mail dns unseen");
    learn_asked(learn, DNS_AAAA, "mx.example.com", DNS_NOERROR);
    learn_addr(learn, NULL, 300, "2001:db8::25");
    learn_answer(learn);
    is_host("2001:db8::25", "mx.example.com mail dns confirmed");
}

/* ---- the way back ---- */

static void test_confirmed(void **state)
{
    (void)state;
    learn_ptr(learn, CLIENT, 300, "mx.example.com");
    learn_a(learn, "mx.example.com", 100, CLIENT);
    is_host(CLIENT, "mx.example.com mail dns confirmed");
    learn_wait(learn, 100);
    is_host(CLIENT, "mx.example.com mail dns unseen");
    learn_a(learn, "mx.example.com", 100, CLIENT); /* before the name itself */
    learn_ptr(learn, CLIENT, 300, "MX.example.com");
    is_host(CLIENT, "mx.example.com mail dns confirmed");
    learn_ptr(learn, CLIENT, 300, "mx.example.com"); /* once more */
    is_host(CLIENT, "mx.example.com mail dns confirmed");
}

static void test_refuted(void **state)
{
    (void)state;
    learn_ptr(learn, CLIENT, 300, "mx.example.com");
    learn_a(learn, "mx.example.com", 100, "192.0.2.99");
    is_host(CLIENT, "mx.example.com mail dns refuted");
    learn_a(learn, "mx.example.com", 100, CLIENT);
    is_host(CLIENT, "mx.example.com mail dns confirmed");
    learn_ptr(learn, "203.0.113.6", 300, "no.example.com");
    learn_a(learn, "no.example.com", 300, NULL);
    is_host("203.0.113.6", "no.example.com unknown dns refuted");
}

/* AAAA says nothing about an IPv4 address, and a name with very many addresses is not refuted. */
static void test_unseen(void **state)
{
    (void)state;
    learn_ptr(learn, CLIENT, 300, "mx.example.com");
    learn_asked(learn, DNS_AAAA, "mx.example.com", DNS_NOERROR);
    learn_addr(learn, NULL, 300, "2001:db8::25");
    learn_answer(learn);
    is_host(CLIENT, "mx.example.com mail dns unseen");
    learn_asked(learn, DNS_AAAA, "mx.example.com", DNS_NOERROR);
    learn_answer(learn);
    is_host(CLIENT, "mx.example.com mail dns unseen");
    learn_asked(learn, DNS_A, "mx.example.com", DNS_NOERROR);
    for (unsigned i = 1; i < 20; i++) {
        char text[20];
        snprintf(text, sizeof text, "192.0.2.%u", i);
        learn_addr(learn, NULL, 300, text);
    }
    learn_answer(learn);
    is_host(CLIENT, "mx.example.com mail dns unseen");
}

/* The addresses of a pool come in turns, more than are kept; each that was seen stays confirmed. */
static void test_pool(void **state)
{
    (void)state;
    char text[20];
    for (unsigned i = 1; i < 30; i++) {
        snprintf(text, sizeof text, "192.0.2.%u", i);
        learn_ptr(learn, text, 300, "out.example.com");
        learn_a(learn, "out.example.com", 300, text);
    }
    for (unsigned i = 1; i < 30; i++) {
        snprintf(text, sizeof text, "192.0.2.%u", i);
        is_host(text, "out.example.com mail dns confirmed");
    }
}

/* An alias belongs to the name that was asked for, and to no other. */
static void test_foreign_alias(void **state)
{
    (void)state;
    learn_ptr(learn, CLIENT, 300, "mx.bank.example");
    learn_asked(learn, DNS_A, "evil.example", DNS_NOERROR);
    learn_host(learn, DNS_CNAME, NULL, 300, "mx.bank.example");
    learn_addr(learn, "mx.bank.example", 300, CLIENT);
    learn_answer(learn);
    is_host(CLIENT, "mx.bank.example mail dns unseen");
    learn_ptr(learn, CLIENT, 300, "evil.example");
    is_host(CLIENT, "evil.example unknown dns confirmed");
}

static void test_several_names(void **state)
{
    (void)state;
    learn_asked(learn, DNS_PTR, learn_reverse(CLIENT), DNS_NOERROR);
    learn_host(learn, DNS_PTR, NULL, 300, "www.example.com");
    learn_host(learn, DNS_PTR, NULL, 300, "mx.example.com");
    learn_host(learn, DNS_PTR, NULL, 300, "third.example.com");
    learn_answer(learn);
    is_host(CLIENT, "www.example.com unknown dns unseen");
    learn_a(learn, "mx.example.com", 300, CLIENT);
    is_host(CLIENT, "mx.example.com mail dns confirmed");
}

/* ---- ceilings ---- */

static void test_eviction(void **state)
{
    (void)state;
    const size_t memory = 256 * 1024;
    learn_free(learn);
    learn = learn_new(NULL, NULL, memory);
    char text[20], name[40];
    for (unsigned i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "10.1.%u.%u", i / 256, i % 256);
        snprintf(name, sizeof name, "host-%u.example.net", i);
        learn_ptr(learn, text, 3600, i % 3 == 0 ? NULL : name);
        learn_a(learn, name, 3600, text);
        learn_asked(learn, DNS_MX, name, DNS_NOERROR);
        learn_host(learn, DNS_MX, NULL, 3600, name);
        learn_answer(learn);
    }
    struct know_stats stats;
    know_stats(learn->know, &stats);
    assert_true(stats.evicted > 10000);
    assert_true(stats.memory <= memory && stats.memory_peak <= memory);
    assert_true(stats.hosts > 100 && stats.names > 50 && stats.domains > 20);
    is_host("10.1.0.1", "unknown");
    is_host(text, "host-19999.example.net dynamic dns confirmed");
    learn_wait(learn, 86400);
    know_stats(learn->know, &stats);
    assert_int_equal(stats.hosts + stats.names + stats.domains, 0);
    assert_true(stats.memory < memory / 8); /* what is kept for the next ones */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ptr),           TEST(test_time),      TEST(test_nameless),
        TEST(test_no_answer),     TEST(test_alias),     TEST(test_odd_questions),
        TEST(test_ipv6),          TEST(test_confirmed), TEST(test_refuted),
        TEST(test_unseen),        TEST(test_pool),      TEST(test_foreign_alias),
        TEST(test_several_names), TEST(test_eviction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
