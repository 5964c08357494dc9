/* wire: octets over TCP, UDP and unix sockets; peers that close, never read, are not there; being
 * stopped. TLS has a test of its own. */
#include "test.h"

#include "helper_wire.h"

#include <mxtap/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define LARGE ((size_t)24 << 20) /* more than the kernel keeps for a peer that does not read */

static char trouble[256];

static struct wire *patient_wire(enum wire_kind kind, const char *address, int64_t answer_time)
{
    const struct wire_options options = {.kind = kind,
                                         .address = address,
                                         .default_port = "514",
                                         .connect_time = 3 * CLOCK_SECOND,
                                         .answer_time = answer_time};
    struct wire *wire = NULL;
    assert_int_equal(wire_new(&options, &wire, trouble, sizeof trouble), ERR_NONE);
    return wire;
}

static struct wire *wire_to(enum wire_kind kind, const char *address)
{
    return patient_wire(kind, address, CLOCK_SECOND / 5);
}

static enum wire_written put(struct wire *wire, const char *text, int stop)
{
    return wire_write(wire, span_text(text), stop, trouble, sizeof trouble);
}

static void expect_octets(struct receiver *receiver, const char *text)
{
    assert_int_equal(receiver_wait(receiver, strlen(text)), strlen(text));
    assert_memory_equal(receiver_octets(receiver).at, text, strlen(text));
}

/* All kinds, IPv4 and IPv6: octets arrive, in order. */
static void carry(struct receiver_options options, const char *expected)
{
    struct receiver *receiver = receiver_new(&options);
    struct wire *wire = wire_to(options.kind, receiver_address(receiver));
    assert_false(wire_is_connected(wire));
    assert_false(wire_is_alive(wire, trouble, sizeof trouble));
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(put(wire, "one ", -1), WIRE_WRITTEN);
    assert_int_equal(put(wire, "two", -1), WIRE_WRITTEN);
    assert_true(wire_flush(wire, -1, trouble, sizeof trouble));
    assert_true(wire_is_alive(wire, trouble, sizeof trouble));
    expect_octets(receiver, expected);
    wire_close(wire);
    assert_false(wire_is_connected(wire));
    wire_free(wire);
    if (options.kind == WIRE_TCP || options.kind == WIRE_UNIX_STREAM)
        assert_int_equal(receiver_ended(receiver, 1), 1);
    receiver_free(receiver);
}

static void test_kinds(void **state)
{
    (void)state;
    carry((struct receiver_options){.kind = WIRE_TCP}, "one two");
    carry((struct receiver_options){.kind = WIRE_UDP}, "one \ntwo\n");
    carry((struct receiver_options){.kind = WIRE_UNIX_STREAM}, "one two");
    carry((struct receiver_options){.kind = WIRE_UNIX_DATAGRAM}, "one \ntwo\n");
}

static void test_ipv6(void **state)
{
    (void)state;
    int probe = socket(AF_INET6, SOCK_STREAM, 0);
    if (probe < 0 || access("/proc/net/if_inet6", R_OK) != 0)
        skip();
    close(probe);
    carry((struct receiver_options){.kind = WIRE_TCP, .ipv6 = true}, "one two");
    carry((struct receiver_options){.kind = WIRE_UDP, .ipv6 = true}, "one \ntwo\n");
}

/* A name is looked up, and its addresses are tried in order: localhost may have ::1 first. */
static void test_name(void **state)
{
    (void)state;
    struct receiver *receiver = receiver_new(&(struct receiver_options){.kind = WIRE_TCP});
    char address[64];
    snprintf(address, sizeof address, "localhost:%s", receiver_port(receiver));
    struct wire *wire = wire_to(WIRE_TCP, address);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(put(wire, "text", -1), WIRE_WRITTEN);
    expect_octets(receiver, "text");
    wire_free(wire);
    receiver_free(receiver);
}

static void test_nobody(void **state)
{
    (void)state;
    struct receiver *receiver = receiver_new(&(struct receiver_options){.kind = WIRE_TCP});
    char address[64], expected[100];
    snprintf(address, sizeof address, "%s", receiver_address(receiver));
    receiver_free(receiver);
    struct wire *wire = wire_to(WIRE_TCP, address);
    assert_false(wire_connect(wire, -1, trouble, sizeof trouble));
    snprintf(expected, sizeof expected, "%s: Connection refused", address);
    assert_string_equal(trouble, expected);
    wire_free(wire);
    wire = wire_to(WIRE_TCP, "no-such-host.invalid:514");
    assert_false(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_memory_equal(trouble, "no-such-host.invalid: ", 22);
    wire_free(wire);
    wire = wire_to(WIRE_UNIX_STREAM, "/nonexistent/socket");
    assert_false(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_string_equal(trouble, "/nonexistent/socket: No such file or directory");
    wire_free(wire);
}

static void test_refused_options(void **state)
{
    (void)state;
    struct wire *wire = NULL;
    const struct wire_options bad = {.kind = WIRE_TCP, .address = "a b", .default_port = "1"};
    assert_int_equal(wire_new(&bad, &wire, trouble, sizeof trouble), ERR_CONFIG);
    const struct wire_options portless = {.kind = WIRE_TCP, .address = "host"};
    assert_int_equal(wire_new(&portless, &wire, trouble, sizeof trouble), ERR_CONFIG);
    assert_null(wire);
}

/* A write that the kernel takes in many pieces. */
static void test_split(void **state)
{
    (void)state;
    const struct receiver_options options = {.kind = WIRE_TCP, .deaf = true};
    struct receiver *receiver = receiver_new(&options);
    struct wire *wire = wire_to(WIRE_TCP, receiver_address(receiver));
    uint8_t *octets = malloc(LARGE);
    for (size_t i = 0; i < LARGE; i++)
        octets[i] = (uint8_t)(i * 2654435761U >> 24);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    receiver_hear(receiver);
    assert_int_equal(wire_write(wire, span_make(octets, LARGE), -1, trouble, sizeof trouble),
                     WIRE_WRITTEN);
    assert_true(wire_flush(wire, -1, trouble, sizeof trouble));
    assert_int_equal(receiver_wait(receiver, LARGE), LARGE);
    assert_memory_equal(receiver_octets(receiver).at, octets, LARGE);
    free(octets);
    wire_free(wire);
    receiver_free(receiver);
}

/* A peer that never reads is given up after the limit, by us or by the kernel. */
static void test_deaf(enum wire_kind kind)
{
    struct receiver *receiver =
        receiver_new(&(struct receiver_options){.kind = kind, .deaf = true});
    struct wire *wire = wire_to(kind, receiver_address(receiver));
    uint8_t *octets = calloc(1, LARGE);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(wire_write(wire, span_make(octets, LARGE), -1, trouble, sizeof trouble),
                     WIRE_BROKEN);
    assert_true(span_starts(span_text(trouble), span_text(receiver_address(receiver))));
    assert_false(wire_is_connected(wire));
    free(octets);
    wire_free(wire);
    receiver_free(receiver);
}

static void test_never_reads(void **state)
{
    (void)state;
    test_deaf(WIRE_TCP);
    test_deaf(WIRE_UNIX_STREAM);
}

/* The queue of a unix datagram socket is full: the wire waits, and goes on when there is room. */
static void test_full_queue(void **state)
{
    (void)state;
    const struct receiver_options options = {.kind = WIRE_UNIX_DATAGRAM, .deaf = true};
    struct receiver *receiver = receiver_new(&options);
    struct wire *wire = wire_to(WIRE_UNIX_DATAGRAM, receiver_address(receiver));
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    unsigned written = 0;
    enum wire_written last = WIRE_WRITTEN;
    while (written < 100000 && last == WIRE_WRITTEN) {
        last = put(wire, "x", -1);
        written += last == WIRE_WRITTEN;
    }
    assert_int_equal(last, WIRE_BROKEN);
    receiver_hear(receiver);
    assert_int_equal(receiver_wait(receiver, 2 * written), 2 * written);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(put(wire, "y", -1), WIRE_WRITTEN);
    assert_int_equal(receiver_wait(receiver, 2 * written + 2), 2 * written + 2);
    wire_free(wire);
    receiver_free(receiver);
}

/* The peer ends the connection: seen between writes, and without SIGPIPE in the midst of one. */
static void test_peer_closes(void **state)
{
    (void)state;
    const struct receiver_options options = {.kind = WIRE_TCP, .close_after = 3};
    struct receiver *receiver = receiver_new(&options);
    struct wire *wire = wire_to(WIRE_TCP, receiver_address(receiver));
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(put(wire, "abc", -1), WIRE_WRITTEN);
    for (int i = 0; i < 1000 && wire_is_alive(wire, trouble, sizeof trouble); i++)
        usleep(1000);
    assert_false(wire_is_connected(wire));
    assert_non_null(strstr(trouble, ": the receiver closed the connection"));
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    enum wire_written last = WIRE_WRITTEN;
    for (int i = 0; i < 1000 && last == WIRE_WRITTEN; i++) {
        last = put(wire, "abcdef", -1);
        usleep(1000);
    }
    assert_int_equal(last, WIRE_BROKEN);
    wire_free(wire);
    receiver_free(receiver);
}

/* Nobody behind a UDP port: the answer of ICMP is noticed, and the wire works again later. */
static void test_udp_nobody(void **state)
{
    (void)state;
    struct receiver *receiver = receiver_new(&(struct receiver_options){.kind = WIRE_UDP});
    char address[64];
    snprintf(address, sizeof address, "%s", receiver_address(receiver));
    receiver_free(receiver);
    struct wire *wire = wire_to(WIRE_UDP, address);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(put(wire, "lost", -1), WIRE_WRITTEN);
    for (int i = 0; i < 1000 && wire_is_alive(wire, trouble, sizeof trouble); i++)
        usleep(1000);
    assert_false(wire_is_connected(wire));
    assert_non_null(strstr(trouble, ": Connection refused"));
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    wire_free(wire);
}

/* Too long a datagram is no trouble of the connection. */
static void too_long(enum wire_kind kind, size_t size)
{
    struct receiver *receiver = receiver_new(&(struct receiver_options){.kind = kind});
    struct wire *wire = wire_to(kind, receiver_address(receiver));
    uint8_t *octets = calloc(1, size);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(wire_write(wire, span_make(octets, size), -1, trouble, sizeof trouble),
                     WIRE_TOO_LONG);
    assert_true(wire_is_connected(wire));
    assert_int_equal(put(wire, "short", -1), WIRE_WRITTEN);
    expect_octets(receiver, "short\n");
    free(octets);
    wire_free(wire);
    receiver_free(receiver);
}

static void test_too_long(void **state)
{
    (void)state;
    too_long(WIRE_UDP, 70000);
    too_long(WIRE_UNIX_DATAGRAM, 16 << 20);
}

/* Another receiver behind the path, or none: what the old one had not read is gone. */
static void test_unix_again(void **state)
{
    (void)state;
    const struct receiver_options options = {.kind = WIRE_UNIX_DATAGRAM};
    struct receiver *receiver = receiver_new(&options);
    struct wire *wire = wire_to(WIRE_UNIX_DATAGRAM, receiver_address(receiver));
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_true(wire_is_alive(wire, trouble, sizeof trouble));
    struct receiver_options next = options;
    next.path = receiver_address(receiver);
    struct receiver *second = receiver_new(&next);
    assert_false(wire_is_alive(wire, trouble, sizeof trouble));
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(put(wire, "text", -1), WIRE_WRITTEN);
    expect_octets(second, "text\n");
    receiver_free(second);
    assert_false(wire_is_alive(wire, trouble, sizeof trouble));
    wire_free(wire);
    receiver_free(receiver);
}

/* Stopped: a write that does not get on has most of a second left, a connection none. */
static void test_stop(void **state)
{
    (void)state;
    const struct receiver_options options = {.kind = WIRE_TCP, .deaf = true};
    struct receiver *receiver = receiver_new(&options);
    struct wire *wire = patient_wire(WIRE_TCP, receiver_address(receiver), 5 * CLOCK_SECOND);
    int stop = eventfd(1, EFD_CLOEXEC);
    uint8_t *octets = calloc(1, LARGE);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(put(wire, "whole", stop), WIRE_WRITTEN);
    int64_t began = clock_steady();
    assert_int_equal(wire_write(wire, span_make(octets, LARGE), stop, trouble, sizeof trouble),
                     WIRE_BROKEN);
    assert_non_null(strstr(trouble, ": stopped"));
    assert_true(clock_steady() - began > CLOCK_SECOND / 2);
    free(octets);
    close(stop);
    wire_free(wire);
    receiver_free(receiver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),       cmocka_unit_test(test_ipv6),
        cmocka_unit_test(test_name),        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_split),       cmocka_unit_test(test_refused_options),
        cmocka_unit_test(test_never_reads), cmocka_unit_test(test_full_queue),
        cmocka_unit_test(test_peer_closes), cmocka_unit_test(test_udp_nobody),
        cmocka_unit_test(test_too_long),    cmocka_unit_test(test_unix_again),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
