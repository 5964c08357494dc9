/* dns: which answers count, and what is handed out of them. */
#include "helper_wire.h"
#include "test.h"

#define NAME "5.113.0.203.in-addr.arpa"
#define NOW  (1000 * CLOCK_SECOND)

static struct wire wire;
static struct dns *dns;
static struct dns_answer answer;

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(dns_new(&dns), ERR_NONE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dns_free(dns);
    return 0;
}

static void question(unsigned id, const char *name, unsigned type)
{
    wire_header(&wire, id, WIRE_QUESTION, (const unsigned[]){1, 0, 0, 0});
    wire_asked(&wire, name, type);
}

static void begin(unsigned id, const char *name, unsigned type, unsigned answers,
                  unsigned authorities, unsigned additionals)
{
    wire_header(&wire, id, WIRE_ANSWER, (const unsigned[]){1, answers, authorities, additionals});
    wire_asked(&wire, name, type);
}

static void ptr(unsigned id)
{
    begin(id, NAME, DNS_PTR, 1, 0, 0);
    wire_host(&wire, NULL, DNS_PTR, 300, "Host-5.Pool.Example.NET");
}

static bool send(int64_t time)
{
    return wire_send(dns, &wire, time, &answer);
}

static void ask(unsigned id, const char *name, unsigned type, int64_t time)
{
    struct wire *kept = &wire;
    static struct wire saved;
    saved = *kept;
    question(id, name, type);
    assert_false(send(time));
    *kept = saved;
}

static void is_text(struct span text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.at, expected, text.len);
}

static void is_addr(const struct addr *addr, const char *expected)
{
    char text[ADDR_TEXT_SIZE];
    addr_text(addr, text);
    assert_string_equal(text, expected);
}

static void test_ptr(void **state)
{
    (void)state;
    question(1, NAME, DNS_PTR);
    assert_false(send(NOW));
    ptr(1);
    assert_true(send(NOW + 1));
    assert_int_equal(answer.time, NOW + 1);
    assert_int_equal(answer.number, 7);
    assert_int_equal(answer.qtype, DNS_PTR);
    assert_int_equal(answer.rcode, DNS_NOERROR);
    is_text(answer.qname, NAME);
    assert_int_equal(answer.count, 1);
    assert_int_equal(answer.total, 1);
    assert_int_equal(answer.records[0].type, DNS_PTR);
    assert_int_equal(answer.records[0].ttl, 300);
    is_text(answer.records[0].owner, NAME);
    is_text(answer.records[0].name, "host-5.pool.example.net");
    assert_int_equal(dns_stats(dns)->messages, 2);
    assert_int_equal(dns_stats(dns)->answers, 1);
}

static void test_types(void **state)
{
    (void)state;
    begin(1, "Example.ORG", DNS_MX, 2, 1, 2);
    wire_host(&wire, NULL, DNS_MX, 60, "mx.example.org");
    wire_host(&wire, NULL, DNS_CNAME, 70, "other.example");
    wire_host(&wire, "example.org", DNS_NS, 80, "ns.example.org");
    wire_addr(&wire, "mx.example.org", 90, "192.0.2.25");
    wire_addr(&wire, "mx.example.org", 100, "2001:db8::25");
    assert_true(send(NOW));
    is_text(answer.qname, "example.org");
    assert_int_equal(answer.count, 5);
    assert_int_equal(answer.records[0].preference, 10);
    is_text(answer.records[0].name, "mx.example.org");
    is_text(answer.records[1].name, "other.example");
    assert_int_equal(answer.records[2].type, DNS_NS);
    assert_int_equal(answer.records[3].type, DNS_A);
    is_addr(&answer.records[3].addr, "192.0.2.25");
    is_addr(&answer.records[4].addr, "2001:db8::25");
    assert_int_equal(answer.records[4].ttl, 100);
}

/* NS records of the authority section count where the zone is on the way to the question. */
static void test_referral(void **state)
{
    (void)state;
    begin(1, "mx.example.org", DNS_A, 0, 4, 1);
    wire_host(&wire, "example.org", DNS_NS, 80, "ns.example.net");
    wire_host(&wire, "ample.org", DNS_NS, 80, "ns.example.net");
    wire_host(&wire, "bank.example", DNS_NS, 80, "ns.evil.example");
    wire_host(&wire, "x.mx.example.org", DNS_NS, 80, "ns.evil.example");
    wire_record(&wire, "", 41, 0); /* OPT */
    wire_end(&wire);
    assert_true(send(NOW));
    assert_int_equal(answer.count, 1);
    assert_int_equal(answer.total, 1);
    is_text(answer.records[0].owner, "example.org");
    assert_int_equal(answer.negative_ttl, 0);
}

static void test_negative(void **state)
{
    (void)state;
    wire_header(&wire, 1, WIRE_ANSWER | DNS_NXDOMAIN, (const unsigned[]){1, 0, 1, 0});
    wire_asked(&wire, NAME, DNS_PTR);
    wire_soa(&wire, "113.0.203.in-addr.arpa", 3600, 900);
    assert_true(send(NOW));
    assert_int_equal(answer.rcode, DNS_NXDOMAIN);
    assert_int_equal(answer.count, 0);
    assert_int_equal(answer.negative_ttl, 900);
    wire_header(&wire, 2, WIRE_ANSWER | DNS_SERVFAIL, (const unsigned[]){1, 0, 0, 0});
    wire_asked(&wire, NAME, DNS_PTR);
    assert_true(send(NOW));
    assert_int_equal(answer.rcode, DNS_SERVFAIL);
}

static void test_odd_names(void **state)
{
    (void)state;
    begin(1, NAME, DNS_PTR, 2, 0, 0);
    wire_record(&wire, NULL, DNS_PTR, 1);
    const uint8_t odd[] = {3, 'a', '.', 0xff, 1, 'B', 0};
    memcpy(wire.octets + wire.len, odd, sizeof odd);
    wire.len += sizeof odd;
    wire_end(&wire);
    wire_host(&wire, NULL, DNS_PTR, 1, "");
    assert_true(send(NOW));
    is_text(answer.records[0].name, "a\\.\\255.b");
    assert_int_equal(answer.records[1].name.len, 0);
}

static void test_many_records(void **state)
{
    (void)state;
    begin(1, "a.example", DNS_A, 400, 0, 0);
    for (size_t i = 0; i < 400; i++)
        wire_addr(&wire, NULL, 5, "192.0.2.1");
    assert_true(send(NOW));
    assert_int_equal(answer.count, DNS_RECORDS_MAX);
    assert_int_equal(answer.total, 400);
}

/* ---- which answers count ---- */

static void test_unasked(void **state)
{
    (void)state;
    ask(1, NAME, DNS_PTR, NOW);
    ptr(1);
    assert_true(send(NOW));
    assert_false(send(NOW)); /* once more */
    assert_int_equal(dns_stats(dns)->uninteresting, 1);
    ptr(2); /* another id */
    assert_false(send(NOW));
    assert_int_equal(dns_stats(dns)->unasked, 1);
    ask(3, "6.113.0.203.in-addr.arpa", DNS_PTR, NOW);
    ptr(3); /* another name */
    assert_false(send(NOW));
    ask(4, NAME, DNS_A, NOW);
    ptr(4); /* another type */
    assert_false(send(NOW));
    ask(5, NAME, DNS_PTR, NOW);
    ptr(5); /* too late */
    assert_false(send(NOW + 11 * CLOCK_SECOND));
    assert_int_equal(dns_stats(dns)->unasked, 4);
    assert_int_equal(dns_stats(dns)->answers, 1);
    ask(6, "5.113.0.203.IN-ADDR.ARPA", DNS_PTR, NOW + 11 * CLOCK_SECOND);
    ptr(6); /* letters of another case */
    assert_true(send(NOW + 12 * CLOCK_SECOND));
}

static void test_other_host(void **state)
{
    (void)state;
    ask(1, NAME, DNS_PTR, NOW);
    ptr(1);
    assert_true(send(NOW));
    ask(2, NAME, DNS_PTR, NOW);
    ptr(2);
    struct datagram datagram = {
        .ip = {.time = NOW, .src_port = DNS_PORT, .dst_port = 4000},
        .payload = span_make(wire.octets, wire.len),
        .payload_len = (uint32_t)wire.len,
    };
    assert_true(addr_parse(SPAN_LITERAL("203.0.113.66"), &datagram.ip.src));
    assert_true(addr_parse(SPAN_LITERAL(WIRE_CLIENT), &datagram.ip.dst));
    assert_false(dns_datagram(dns, &datagram, &answer));
    assert_true(addr_parse(SPAN_LITERAL(WIRE_SERVER), &datagram.ip.src));
    datagram.ip.dst_port = 4001;
    assert_false(dns_datagram(dns, &datagram, &answer));
    assert_int_equal(dns_stats(dns)->unasked, 2);
    assert_true(send(NOW));
}

/* A tap that sees the answers alone, even with a stray question. */
static void test_one_sided(void **state)
{
    (void)state;
    ask(99, "www.example", DNS_A, NOW);
    for (unsigned id = 1; id < 5; id++) {
        ptr(id);
        assert_true(send(NOW));
    }
    assert_int_equal(dns_stats(dns)->unasked, 0);
}

/* An answer that the tap shows before its question counts with it; once, and not for long. */
static void test_early(void **state)
{
    (void)state;
    ask(1, NAME, DNS_PTR, NOW);
    ptr(1);
    assert_true(send(NOW));
    ptr(2);
    assert_false(send(NOW));
    assert_int_equal(dns_stats(dns)->unasked, 1);
    question(2, NAME, DNS_PTR);
    assert_true(send(NOW + 5));
    assert_int_equal(answer.time, NOW + 5);
    is_text(answer.records[0].name, "host-5.pool.example.net");
    assert_int_equal(dns_stats(dns)->unasked, 0);
    ptr(2);
    assert_false(send(NOW + 6)); /* has been answered */
    ptr(3);
    assert_false(send(NOW));
    question(3, NAME, DNS_PTR);
    assert_false(send(NOW + 2 * CLOCK_SECOND));
    for (unsigned id = 10; id < 40; id++) {
        ptr(id);
        assert_false(send(NOW));
    }
    question(10, NAME, DNS_PTR); /* pushed out */
    assert_false(send(NOW));
    question(39, NAME, DNS_PTR);
    assert_true(send(NOW));
}

/* A flood of questions pushes out the oldest. */
static void test_flood(void **state)
{
    (void)state;
    ask(1, NAME, DNS_PTR, NOW);
    ptr(1);
    assert_true(send(NOW));
    ask(2, NAME, DNS_PTR, NOW);
    for (unsigned id = 1000; id < 6000; id++)
        ask(id, NAME, DNS_PTR, NOW);
    ptr(2);
    assert_false(send(NOW));
    ptr(5999);
    assert_true(send(NOW));
}

/* ---- TCP ---- */

static void test_tcp(void **state)
{
    (void)state;
    question(1, NAME, DNS_PTR);
    assert_false(wire_send_tcp(dns, &wire, wire.len + 2, NOW, &answer));
    ptr(1);
    for (size_t count = 0; count < wire.len + 2; count++)
        assert_false(wire_send_tcp(dns, &wire, count, NOW, &answer));
    assert_int_equal(dns_stats(dns)->messages, 1);
    assert_true(wire_send_tcp(dns, &wire, wire.len + 2, NOW, &answer));
    is_text(answer.records[0].name, "host-5.pool.example.net");
}

/* ---- what is no answer ---- */

static void test_cut(void **state)
{
    (void)state;
    ptr(1);
    size_t full = wire.len;
    for (wire.len = 0; wire.len < full; wire.len++)
        assert_false(send(NOW));
    assert_int_equal(dns_stats(dns)->malformed, full);
    assert_true(send(NOW));
    struct datagram snapped = {.payload = span_make(wire.octets, full),
                               .payload_len = (uint32_t)full + 1};
    assert_false(dns_datagram(dns, &snapped, &answer));
    assert_int_equal(dns_stats(dns)->malformed, full + 1);
    wire.octets[2] |= WIRE_CUT >> 8;
    assert_false(send(NOW));
    assert_int_equal(dns_stats(dns)->malformed, full + 2);
}

static void test_uninteresting(void **state)
{
    (void)state;
    begin(1, "a.example", 16, 0, 0, 0); /* TXT */
    assert_false(send(NOW));
    begin(1, "a.example", DNS_A, 0, 0, 0);
    wire.octets[wire.len - 1] = 3; /* CHAOS */
    assert_false(send(NOW));
    for (unsigned count = 0; count < 3; count += 2) {
        wire_header(&wire, 1, WIRE_ANSWER, (const unsigned[]){count, 0, 0, 0});
        wire_asked(&wire, "a.example", DNS_A);
        assert_false(send(NOW));
    }
    wire_header(&wire, 1, WIRE_ANSWER | 5 << 11, (const unsigned[]){1, 0, 0, 0}); /* UPDATE */
    wire_asked(&wire, "a.example", DNS_A);
    assert_false(send(NOW));
    assert_int_equal(dns_stats(dns)->uninteresting, 5);
    assert_int_equal(dns_stats(dns)->malformed, 0);
}

/* A header that promises more records than there are, or fewer. */
static void test_wrong_counts(void **state)
{
    (void)state;
    for (size_t section = 1; section < 4; section++) {
        ptr(1);
        wire.octets[4 + 2 * section + 1]++;
        assert_false(send(NOW));
        ptr(1);
        wire.octets[4 + 2 * section] = 0xff;
        assert_false(send(NOW));
    }
    assert_int_equal(dns_stats(dns)->malformed, 6);
    ptr(1);
    wire.octets[7] = 0;
    assert_true(send(NOW));
    assert_int_equal(answer.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ptr),      TEST(test_types),         TEST(test_referral),
        TEST(test_negative), TEST(test_odd_names),     TEST(test_many_records),
        TEST(test_unasked),  TEST(test_other_host),    TEST(test_one_sided),
        TEST(test_early),    TEST(test_flood),         TEST(test_tcp),
        TEST(test_cut),      TEST(test_uninteresting), TEST(test_wrong_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
