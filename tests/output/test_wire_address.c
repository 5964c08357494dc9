/* wire_address: what is taken for a receiver's address, and how it falls into host and port. */
#include "test.h"

#include "wire.h"
#include "wire_address.h"

static void expect(const char *text, const char *host, const char *port, bool numeric)
{
    struct wire_address address;
    assert_true(wire_address_split(text, "514", &address));
    assert_string_equal(address.host, host);
    assert_string_equal(address.port, port);
    assert_int_equal(address.numeric, numeric);
}

static void test_good(void **state)
{
    (void)state;
    expect("siem.example.com:6514", "siem.example.com", "6514", false);
    expect("siem.example.com", "siem.example.com", "514", false);
    expect("localhost:1", "localhost", "1", false);
    expect("log_host-2:65535", "log_host-2", "65535", false);
    expect("192.0.2.1:514", "192.0.2.1", "514", true);
    expect("192.0.2.1", "192.0.2.1", "514", true);
    expect("[2001:db8::1]:6514", "2001:db8::1", "6514", true);
    expect("[2001:db8::1]", "2001:db8::1", "514", true);
    expect("2001:db8::1", "2001:db8::1", "514", true);
    expect("::1", "::1", "514", true);
}

static void test_bad(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",           ":514",         "host:",         "host:0",           "host:65536",
        "host:http",  "host:-1",      "host:1 ",       " host:1",          "a b:1",
        "[host]:514", "[::1",         "::1]:514",      "[::1]514",         "[]:514",
        "1:2:3",      "host:514:514", "http://host:1", "user@host:1",      "host/path:1",
        ".host:1",    "host:000000",  "[192.0.2.1]x",  "[2001:db8::g]:514"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct wire_address address;
        if (wire_address_split(texts[i], "514", &address))
            fail_msg("'%s' was taken", texts[i]);
    }
}

/* Names of hosts end at 255 octets; without a port there must be a default. */
static void test_limits(void **state)
{
    (void)state;
    char text[WIRE_HOST_MAX + 8];
    struct wire_address address;
    memset(text, 'a', sizeof text);
    memcpy(text + WIRE_HOST_MAX - 1, ":1", 3);
    assert_true(wire_address_split(text, NULL, &address));
    assert_int_equal(strlen(address.host), WIRE_HOST_MAX - 1);
    memcpy(text + WIRE_HOST_MAX - 1, "a:1", 4);
    assert_false(wire_address_split(text, NULL, &address));
    assert_false(wire_address_split("host", NULL, &address));
}

static void test_paths(void **state)
{
    (void)state;
    char path[200];
    memset(path, 'p', sizeof path);
    path[0] = '/';
    path[107] = '\0';
    assert_true(wire_address_ok(WIRE_UNIX_STREAM, path));
    path[107] = 'p';
    path[108] = '\0';
    assert_false(wire_address_ok(WIRE_UNIX_DATAGRAM, path));
    assert_false(wire_address_ok(WIRE_UNIX_STREAM, "relative"));
    assert_false(wire_address_ok(WIRE_UNIX_STREAM, ""));
    assert_true(wire_address_ok(WIRE_TCP, "host"));
    assert_false(wire_address_ok(WIRE_TCP, "/path"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
