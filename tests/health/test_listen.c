/* listen: only loopback is listened on, and only loopback is meant. */
#include "listen.h"
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static void test_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        ":",
        "9465",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:x",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:9465x",
        "0.0.0.0:9465",
        "128.0.0.1:9465",
        "192.0.2.1:9465",
        "126.255.255.255:0",
        "[::]:9465",
        "[::2]:9465",
        "[2001:db8::1]:9465",
        "[::1]",
        "[::1",
        "[::1]9465",
        "::1:9465",
        "[127.0.0.1]:9465",
        "localhost:9465",
        "[]:1",
        "*:9465",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int file = -1;
        uint16_t port = 7;
        if (listen_open(texts[i], &file, &port) != ERR_CONFIG)
            fail_msg("%s is listened on", texts[i]);
        assert_int_equal(file, -1);
        assert_int_equal(port, 7);
    }
}

static void test_open(void **state)
{
    (void)state;
    static const char *const texts[] = {"127.0.0.1:0", "127.9.8.7:0", "[::1]:0"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int file = -1;
        uint16_t port = 0;
        enum err err = listen_open(texts[i], &file, &port);
        if (err == ERR_SYSTEM && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT)) {
            print_message("no %s here: skipped\n", texts[i]);
            continue;
        }
        assert_int_equal(err, ERR_NONE);
        assert_true(port > 0);
        char again[40];
        snprintf(again, sizeof again, "%.*s:%u", (int)(strlen(texts[i]) - 2), texts[i], port);
        int other = -1;
        assert_int_equal(listen_open(again, &other, &port), ERR_SYSTEM);
        assert_int_equal(errno, EADDRINUSE);
        assert_int_equal(other, -1);
        close(file);
    }
}

static void test_hosts(void **state)
{
    (void)state;
    static const char *const good[] = {
        "localhost",       "LocalHost:9465", "127.0.0.1",         "127.0.0.1:9465",
        "127.255.255.254", "[::1]",          "[0:0:0:0:0:0:0:1]", "[::1]:9465",
    };
    static const char *const bad[] = {
        "",
        ":9465",
        "evil.example",
        "evil.example:9465",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:",
        "localhost:9465:1",
        "localhost:x",
        "[localhost]",
        "[127.0.0.1]",
        "::1",
        "[::1",
        "[::1]x",
        "192.0.2.1",
        "0.0.0.0",
        "[::]",
        "127.1",
        " localhost",
        "localhost@evil.example",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!listen_is_loopback(span_text(good[i])))
            fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (listen_is_loopback(span_text(bad[i])))
            fail_msg("%s is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
