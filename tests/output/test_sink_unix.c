/* sink_unix: lines on a stream, one record a datagram; receivers that come late, go, and come
 * again. */
#include "test.h"

#include "helper_delivery.h"
#include "helper_wire.h"

#include <mxtap/output.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT 20

static struct helper_delivery delivery;

static void begin(const char *kind, const char *path)
{
    char first[50], second[200];
    snprintf(first, sizeof first, "kind=%s", kind);
    snprintf(second, sizeof second, "path=%s", path);
    const char *const settings[] = {first, second, "answer_time=1", NULL};
    helper_delivery_init(&delivery, sink_find("unix"), settings, COUNT);
}

static void expect_lines(struct receiver *receiver)
{
    struct buf all;
    buf_init(&all, 10000);
    for (size_t n = 0; n < COUNT; n++)
        buf_printf(&all, "{\"n\":%zu}\n", n);
    assert_int_equal(receiver_wait(receiver, all.len), all.len);
    assert_memory_equal(receiver_octets(receiver).at, all.at, all.len);
    buf_done(&all);
}

static void carry(const char *name, enum wire_kind kind)
{
    struct receiver *receiver = receiver_new(&(struct receiver_options){.kind = kind});
    begin(name, receiver_address(receiver));
    assert_int_equal(helper_delivery_send(&delivery), 0);
    assert_false(delivery.delivery.lost);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(delivery.parcels[i].state, PARCEL_SENT);
    assert_true(delivery.sink->alive(delivery.state));
    expect_lines(receiver);
    helper_delivery_done(&delivery);
    receiver_free(receiver);
}

static void test_kinds(void **state)
{
    (void)state;
    carry("stream", WIRE_UNIX_STREAM);
    carry("datagram", WIRE_UNIX_DATAGRAM);
}

static void late(const char *name, enum wire_kind kind)
{
    char folder[] = "/tmp/mxtap-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    begin(name, path);
    assert_int_equal(helper_delivery_send(&delivery), COUNT);
    assert_non_null(strstr(delivery.delivery.trouble, "No such file or directory"));
    assert_false(delivery.delivery.lost);
    assert_true(delivery.sink->alive(delivery.state));
    struct receiver *receiver =
        receiver_new(&(struct receiver_options){.kind = kind, .path = path});
    assert_int_equal(helper_delivery_send(&delivery), 0);
    expect_lines(receiver);
    /* It goes, and another one comes: what was sent to the first may be lost, once. */
    receiver_free(receiver);
    receiver = receiver_new(&(struct receiver_options){.kind = kind, .path = path});
    assert_false(delivery.sink->alive(delivery.state));
    assert_true(delivery.sink->alive(delivery.state));
    helper_delivery_again(&delivery);
    assert_int_equal(helper_delivery_send(&delivery), 0);
    assert_false(delivery.delivery.lost);
    expect_lines(receiver);
    helper_delivery_done(&delivery);
    receiver_free(receiver);
    unlink(path);
    rmdir(folder);
}

static void test_late(void **state)
{
    (void)state;
    late("stream", WIRE_UNIX_STREAM);
    late("datagram", WIRE_UNIX_DATAGRAM);
}

static void test_too_long(void **state)
{
    (void)state;
    struct receiver *receiver =
        receiver_new(&(struct receiver_options){.kind = WIRE_UNIX_DATAGRAM});
    begin("datagram", receiver_address(receiver));
    const size_t size = 16 << 20;
    uint8_t *octets = calloc(1, size);
    delivery.parcels[1].record.octets = span_make(octets, size);
    assert_int_equal(helper_delivery_send(&delivery), 0);
    assert_int_equal(delivery.parcels[0].state, PARCEL_SENT);
    assert_int_equal(delivery.parcels[1].state, PARCEL_REFUSED);
    assert_string_equal(delivery.parcels[1].answer,
                        "16777216 octets are more than a datagram of this socket can have");
    assert_int_equal(delivery.parcels[2].state, PARCEL_SENT);
    free(octets);
    helper_delivery_done(&delivery);
    receiver_free(receiver);
}

/* A receiver of datagrams that does not read: its queue fills, the rest waits. */
static void test_full(void **state)
{
    (void)state;
    struct receiver *receiver =
        receiver_new(&(struct receiver_options){.kind = WIRE_UNIX_DATAGRAM, .deaf = true});
    begin("datagram", receiver_address(receiver));
    bool waits = false;
    for (unsigned i = 0; i < 1000 && !waits; i++) {
        helper_delivery_again(&delivery);
        waits = helper_delivery_send(&delivery) > 0;
    }
    assert_true(waits);
    assert_non_null(strstr(delivery.delivery.trouble, "it takes nothing any more"));
    helper_delivery_done(&delivery);
    receiver_free(receiver);
}

static void test_settings(void **state)
{
    (void)state;
    const struct sink *sink = sink_find("unix");
    char said[300] = "";
    const char *const none[] = {NULL};
    assert_int_equal(helper_delivery_try(sink, none, said, sizeof said), ERR_CONFIG);
    assert_string_equal(said, "path: is missing");
    const char *const relative[] = {"path=socket", NULL};
    assert_int_equal(helper_delivery_try(sink, relative, said, sizeof said), ERR_CONFIG);
    assert_string_equal(said, "path: must begin with / and have 107 octets at most");
    const char *const fine[] = {"path=/nonexistent/socket", NULL};
    assert_int_equal(helper_delivery_try(sink, fine, said, sizeof said), ERR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),    cmocka_unit_test(test_late),
        cmocka_unit_test(test_too_long), cmocka_unit_test(test_full),
        cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
