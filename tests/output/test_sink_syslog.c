/* sink_syslog: frames of all transports as their RFCs have them; records that are too long;
 * connections that end, and what is told of it; settings that cannot be. */
#include "test.h"

#include "helper_cert.h"
#include "helper_delivery.h"
#include "helper_wire.h"

#include <mxtap/clock.h>
#include <mxtap/output.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define COUNT 20

static struct helper_delivery delivery;
static char long_text[70000];

static const struct sink *syslog_sink(void)
{
    return sink_find("syslog");
}

static void begin(const char *transport, const char *address, const char *more)
{
    char first[50], second[200];
    snprintf(first, sizeof first, "transport=%s", transport);
    snprintf(second, sizeof second, "address=%s", address);
    const char *const settings[] = {first, second, "answer_time=1", more, NULL};
    helper_delivery_init(&delivery, syslog_sink(), settings, COUNT);
}

/* Detectors stand in the order of their numbers, which are not without gaps. */
static const char *msgid(size_t n)
{
    for (size_t i = 0; i < detect_count(); i++)
        if (detect_at(i)->id == 1000 + n)
            return detect_at(i)->name;
    return "alert";
}

/* What record n is on the wire, without framing. */
static void message(size_t n, struct buf *out)
{
    buf_clear(out);
    buf_printf(out,
               "<132>1 2020-09-13T12:26:%02zu.123456Z sensor-1 mxtap %ld %s [mxtap@32473 "
               "id=\"%032zx\" case=\"0000000000000000\"] {\"n\":%zu}",
               40 + n, (long)getpid(), msgid(n), n, n);
}

static void expect_all(struct receiver *receiver, bool counted)
{
    struct buf one, all;
    buf_init(&one, 10000);
    buf_init(&all, 100000);
    for (size_t n = 0; n < COUNT; n++) {
        message(n, &one);
        if (counted)
            buf_printf(&all, "%zu ", one.len);
        buf_add(&all, buf_span(&one));
        if (!counted)
            buf_add_octet(&all, '\n');
    }
    assert_int_equal(receiver_wait(receiver, all.len), all.len);
    assert_memory_equal(receiver_octets(receiver).at, all.at, all.len);
    buf_done(&one);
    buf_done(&all);
}

static void expect_states(enum parcel_state wanted)
{
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(delivery.parcels[i].state, wanted);
}

static void carry(struct receiver_options options, const char *transport, const char *more)
{
    struct receiver *receiver = receiver_new(&options);
    begin(transport, receiver_address(receiver), more);
    assert_int_equal(helper_delivery_send(&delivery), 0);
    assert_false(delivery.delivery.lost);
    expect_states(PARCEL_SENT);
    assert_true(syslog_sink()->alive(delivery.state));
    expect_all(receiver, options.kind != WIRE_UDP);
    helper_delivery_done(&delivery);
    receiver_free(receiver);
}

static void test_transports(void **state)
{
    (void)state;
    carry((struct receiver_options){.kind = WIRE_UDP}, "udp", NULL);
    carry((struct receiver_options){.kind = WIRE_TCP}, "tcp", NULL);
    struct helper_cert cert;
    char ca[100];
    helper_cert_make(&cert, NULL);
    snprintf(ca, sizeof ca, "tls_ca=%s", cert.ca);
    carry((struct receiver_options){.kind = WIRE_TLS, .cert = cert.cert, .key = cert.key}, "tls",
          ca);
    helper_cert_done(&cert);
}

/* A record that would have to be cut becomes a dead letter; those around it go out. */
static void too_long(struct receiver_options options, const char *transport, const char *more,
                     size_t octets, const char *answer)
{
    struct receiver *receiver = receiver_new(&options);
    begin(transport, receiver_address(receiver), more);
    memset(long_text, 'x', sizeof long_text);
    delivery.parcels[1].record.octets = span_make(long_text, octets);
    assert_int_equal(helper_delivery_send(&delivery), 0);
    assert_int_equal(delivery.parcels[0].state, PARCEL_SENT);
    assert_int_equal(delivery.parcels[1].state, answer == NULL ? PARCEL_SENT : PARCEL_REFUSED);
    assert_int_equal(delivery.parcels[2].state, PARCEL_SENT);
    if (answer != NULL)
        assert_non_null(strstr(delivery.parcels[1].answer, answer));
    helper_delivery_done(&delivery);
    receiver_free(receiver);
}

static void test_too_long(void **state)
{
    (void)state;
    const struct receiver_options udp = {.kind = WIRE_UDP}, tcp = {.kind = WIRE_TCP};
    too_long(udp, "udp", NULL, 8192, "are more than max_octets (8192)");
    too_long(udp, "udp", NULL, 8000, NULL);
    too_long(udp, "udp", "max_octets=480", 480, "are more than max_octets (480)");
    too_long(udp, "udp", "max_octets=1M", 66000, "are more than a datagram");
    too_long(tcp, "tcp", NULL, 66000, NULL);
    too_long(tcp, "tcp", "max_octets=1k", 1024, "are more than max_octets (1024)");
}

/* All of a delivery go out as fast as they may. */
static void test_rate(void **state)
{
    (void)state;
    struct receiver *receiver = receiver_new(&(struct receiver_options){.kind = WIRE_UDP});
    begin("udp", receiver_address(receiver), "rate=100");
    int64_t began = clock_steady();
    assert_int_equal(helper_delivery_send(&delivery), 0);
    assert_true(clock_steady() - began >= (COUNT - 1) * CLOCK_SECOND / 100);
    expect_all(receiver, false);
    /* Stopped in the midst of them. */
    assert_int_equal(eventfd_write(delivery.stop, 1), 0);
    helper_delivery_again(&delivery);
    assert_int_equal(helper_delivery_send(&delivery), COUNT);
    assert_string_equal(delivery.delivery.trouble, "stopped");
    helper_delivery_done(&delivery);
    receiver_free(receiver);
}

static bool dies(void)
{
    for (int i = 0; i < 2000; i++) {
        if (!syslog_sink()->alive(delivery.state))
            return true;
        usleep(1000);
    }
    return false;
}

/* A connection on which something was sent has ended: alive says so once; where it is send that
 * finds out, it says so and sends nothing, for what was lost comes first. */
static void test_ends(void **state)
{
    (void)state;
    struct receiver *receiver =
        receiver_new(&(struct receiver_options){.kind = WIRE_TCP, .close_after = 100});
    begin("tcp", receiver_address(receiver), NULL);
    assert_true(syslog_sink()->alive(delivery.state));
    (void)syslog_sink()->send(delivery.state, &delivery.delivery);
    assert_true(delivery.delivery.lost || dies());
    assert_true(syslog_sink()->alive(delivery.state));
    helper_delivery_again(&delivery);
    delivery.delivery.lost = false;
    delivery.delivery.count = 1;
    assert_int_equal(helper_delivery_send(&delivery), 0);
    assert_false(delivery.delivery.lost);
    (void)receiver_wait(receiver, 200);
    delivery.delivery.count = COUNT;
    helper_delivery_again(&delivery);
    usleep(50000);
    assert_int_equal(helper_delivery_send(&delivery), COUNT);
    assert_true(delivery.delivery.lost);
    assert_non_null(strstr(delivery.delivery.trouble, receiver_address(receiver)));
    helper_delivery_done(&delivery);
    receiver_free(receiver);
}

/* A receiver that never reads: what the kernel took counts as sent, and as lost in the end. */
static void test_never_reads(void **state)
{
    (void)state;
    struct receiver *receiver =
        receiver_new(&(struct receiver_options){.kind = WIRE_TCP, .deaf = true});
    begin("tcp", receiver_address(receiver), NULL);
    const size_t size = 4 << 20;
    uint8_t *octets = calloc(1, size);
    for (size_t i = 0; i < COUNT; i++)
        delivery.parcels[i].record.octets = span_make(octets, size);
    assert_true(helper_delivery_send(&delivery) > 0);
    assert_int_equal(delivery.parcels[COUNT - 1].state, PARCEL_WAITING);
    assert_int_equal(delivery.delivery.lost, delivery.parcels[0].state == PARCEL_SENT);
    free(octets);
    helper_delivery_done(&delivery);
    receiver_free(receiver);
}

/* UDP to nobody: the second datagram hears of it. */
static void test_udp_nobody(void **state)
{
    (void)state;
    struct receiver *receiver = receiver_new(&(struct receiver_options){.kind = WIRE_UDP});
    char address[64];
    snprintf(address, sizeof address, "%s", receiver_address(receiver));
    receiver_free(receiver);
    begin("udp", address, "rate=0");
    assert_true(helper_delivery_send(&delivery) > 0);
    assert_true(delivery.delivery.lost);
    assert_non_null(strstr(delivery.delivery.trouble, "Connection refused"));
    helper_delivery_done(&delivery);
}

static void expect_refused(const char *first, const char *second, const char *third,
                           const char *why)
{
    char said[300] = "";
    const char *const settings[] = {first, second, third, NULL};
    assert_int_equal(helper_delivery_try(syslog_sink(), settings, said, sizeof said), ERR_CONFIG);
    if (!span_starts(span_text(said), span_text(why)))
        fail_msg("'%s' instead of '%s'", said, why);
}

static void test_settings(void **state)
{
    (void)state;
    const char *host = "address=siem.example.com";
    expect_refused(NULL, NULL, NULL, "address: is missing");
    expect_refused("address=a b", NULL, NULL, "address: must be host:port");
    expect_refused(host, "app_name=a b", NULL, "app_name: ");
    expect_refused(host, "app_name=", NULL, "app_name: ");
    expect_refused(host, "sd_id=mxtap", NULL, "sd_id: ");
    expect_refused(host, "max_octets=100", NULL, "max_octets: ");
    expect_refused(host, "tls_ca=/some/file", NULL, "tls_ca, tls_cert, tls_key and tls_name: only");
    expect_refused(host, "transport=tls", "tls_cert=/some/file", "tls_cert and tls_key: one");
    expect_refused(host, "transport=tls", "tls_ca=/nonexistent", "tls_ca: /nonexistent: ");
    char said[300] = "";
    const char *const fine[] = {host, "transport=tls", NULL};
    assert_int_equal(helper_delivery_try(syslog_sink(), fine, said, sizeof said), ERR_NONE);
    assert_string_equal(said, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transports),  cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_rate),        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_never_reads), cmocka_unit_test(test_udp_nobody),
        cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
