/* domains: MX and NS hosts of domains, and the addresses of MX hosts as mail servers. */
#include "helper_learn.h"
#include "test.h"

#include <stdio.h>

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

static enum know_role role(const char *domain, const char *host)
{
    return know_domain_role(learn->know, span_text(domain), span_text(host), learn->now);
}

static bool seen(const char *domain)
{
    return know_domain_seen(learn->know, span_text(domain), learn->now);
}

static void mx(const char *domain, uint32_t ttl, const char *host)
{
    learn_asked(learn, DNS_MX, domain, DNS_NOERROR);
    learn_host(learn, DNS_MX, NULL, ttl, host);
    learn_answer(learn);
}

static void test_mx(void **state)
{
    (void)state;
    assert_false(seen("talk21.com"));
    mx("talk21.com", 300, "mx.bt.net");
    assert_true(seen("talk21.com"));
    assert_true(seen("TALK21.com."));
    assert_int_equal(role("talk21.com", "mx.bt.net"), KNOW_ROLE_MX);
    assert_int_equal(role("Talk21.COM", "MX.bt.net."), KNOW_ROLE_MX);
    assert_int_equal(role("mail.talk21.com", "mx.bt.net"), KNOW_ROLE_MX); /* by the one above */
    assert_int_equal(role("talk21.com", "ns2.bt.net"), KNOW_ROLE_NONE);
    assert_int_equal(role("talk21.com", ""), KNOW_ROLE_NONE);
    assert_int_equal(role("", "mx.bt.net"), KNOW_ROLE_NONE);
    assert_int_equal(role("bt.net", "mx.bt.net"), KNOW_ROLE_NONE);
    mx("talk21.com", 300, "mx3.bt.net"); /* a newer answer */
    assert_int_equal(role("talk21.com", "mx.bt.net"), KNOW_ROLE_NONE);
    assert_int_equal(role("talk21.com", "mx3.bt.net"), KNOW_ROLE_MX);
    learn_wait(learn, 300);
    assert_false(seen("talk21.com"));
    assert_int_equal(role("talk21.com", "mx3.bt.net"), KNOW_ROLE_NONE);
}

/* Nobody asks for NS, but servers name those of a zone on the way to it, and beside answers. */
static void test_ns(void **state)
{
    (void)state;
    learn_asked(learn, DNS_MX, "talk21.com", DNS_NOERROR);
    learn_host(learn, DNS_NS, NULL, 300, "ns1.bt.net");
    learn_host(learn, DNS_NS, NULL, 300, "ns2.bt.net");
    learn_answer(learn);
    assert_int_equal(role("talk21.com", "ns2.bt.net"), KNOW_ROLE_NS);
    mx("talk21.com", 300, "mx.bt.net");
    assert_int_equal(role("talk21.com", "ns2.bt.net"), KNOW_ROLE_NS);
    assert_int_equal(role("talk21.com", "mx.bt.net"), KNOW_ROLE_MX);
    learn_asked(learn, DNS_A, "mx.example.org", DNS_NOERROR);
    learn_addr(learn, NULL, 300, "192.0.2.25");
    learn_host(learn, DNS_NS, "example.org", 300, "ns.example.org");
    learn_answer(learn);
    assert_int_equal(role("example.org", "ns.example.org"), KNOW_ROLE_NS);
    learn_asked(learn, DNS_NS, "example.net", DNS_NOERROR);
    learn_host(learn, DNS_NS, NULL, 300, "ns.example.net");
    learn_answer(learn);
    assert_int_equal(role("example.net", "ns.example.net"), KNOW_ROLE_NS);
    learn_asked(learn, DNS_A, "mx.example.org", DNS_NOERROR);
    learn_host(learn, DNS_NS, "org", 300, "a.gtld.example"); /* of no domain's own */
    learn_answer(learn);
    assert_false(seen("org"));
}

/* Hosts over the ceiling are left out; "no mail here" (RFC 7505) is an answer too. */
static void test_many(void **state)
{
    (void)state;
    char names[20][20];
    learn_asked(learn, DNS_MX, "example.com", DNS_NOERROR);
    for (unsigned i = 0; i < 20; i++) {
        snprintf(names[i], sizeof names[i], "mx%u.example.com", i);
        learn_host(learn, DNS_MX, NULL, 300, names[i]);
    }
    learn_answer(learn);
    assert_int_equal(role("example.com", "mx7.example.com"), KNOW_ROLE_MX);
    assert_int_equal(role("example.com", "mx8.example.com"), KNOW_ROLE_NONE);
    mx("example.org", 300, "");
    assert_true(seen("example.org"));
    assert_int_equal(role("example.org", "example.org"), KNOW_ROLE_NONE);
    assert_string_equal(know_role_name(KNOW_ROLE_MX), "MX");
    assert_string_equal(know_role_name(KNOW_ROLE_NS), "NS");
    assert_string_equal(know_role_name(KNOW_ROLE_NONE), "none");
}

/* ---- mail servers ---- */

static void test_mx_then_address(void **state)
{
    (void)state;
    learn_a(learn, "www.example.com", 300, "192.0.2.80");
    mx("example.com", 300, "mx.example.com");
    assert_false(learn_is_server(learn, "192.0.2.25"));
    learn_a(learn, "mx.example.com", 200, "192.0.2.25");
    assert_true(learn_is_server(learn, "192.0.2.25"));
    assert_false(learn_is_server(learn, "192.0.2.80"));
    learn_wait(learn, 200);
    assert_false(learn_is_server(learn, "192.0.2.25"));
}

static void test_address_then_mx(void **state)
{
    (void)state;
    learn_a(learn, "mx.example.com", 300, "192.0.2.25");
    mx("example.com", 100, "mx.example.com");
    assert_true(learn_is_server(learn, "192.0.2.25"));
    learn_wait(learn, 100);
    assert_false(learn_is_server(learn, "192.0.2.25"));
}

/* Addresses that come with the MX answer: of its own organisation only. */
static void test_added(void **state)
{
    (void)state;
    learn_asked(learn, DNS_MX, "example.com", DNS_NOERROR);
    learn_host(learn, DNS_MX, NULL, 300, "mx.example.com");
    learn_host(learn, DNS_MX, NULL, 300, "mx.bank.example.net");
    learn_addr(learn, "mx.example.com", 300, "192.0.2.25");
    learn_addr(learn, "mx.bank.example.net", 300, "192.0.2.66");
    learn_addr(learn, "other.example.com", 300, "192.0.2.67");
    learn_answer(learn);
    assert_true(learn_is_server(learn, "192.0.2.25"));
    assert_false(learn_is_server(learn, "192.0.2.66"));
    assert_false(learn_is_server(learn, "192.0.2.67"));
    learn_ptr(learn, "192.0.2.25", 300, "mx.example.com");
    assert_int_equal(learn_find(learn, "192.0.2.25").confirmed, KNOW_CONFIRMED);
    learn_ptr(learn, "192.0.2.26", 300, "mx.example.com"); /* there may be others */
    assert_int_equal(learn_find(learn, "192.0.2.26").confirmed, KNOW_UNSEEN);
    learn_ptr(learn, "192.0.2.66", 300, "mx.bank.example.net");
    assert_int_equal(learn_find(learn, "192.0.2.66").confirmed, KNOW_UNSEEN);
}

static bool is_domain_of(const char *address, const char *domain)
{
    return know_is_domain_of(span_text(address), span_text(domain));
}

static void test_domain_of(void **state)
{
    (void)state;
    assert_true(is_domain_of("joe@example.com", "Example.COM"));
    assert_true(is_domain_of("\"a@b\"@example.com", "example.com"));
    assert_true(is_domain_of("@example.com", "example.com"));
    assert_false(is_domain_of("joe@mx.example.com", "example.com"));
    assert_false(is_domain_of("joe@example.com", "mx.example.com"));
    assert_false(is_domain_of("joe@example.com", "joe@example.com"));
    assert_false(is_domain_of("a@joe@example.com", "joe@example.com"));
    assert_false(is_domain_of("example.com", "example.com"));
    assert_false(is_domain_of("", "example.com"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_mx),
        TEST(test_ns),
        TEST(test_many),
        TEST(test_mx_then_address),
        TEST(test_address_then_mx),
        TEST(test_added),
        TEST(test_domain_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
