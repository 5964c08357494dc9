/* notify: what a service manager hears, with a socket that stands for it. */
#include "test.h"

#include <notify.h>
#include <privileges.h>
#include <sandbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int manager = -1;

/* An abstract address: no file is left behind. */
static int set_up(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t length = sizeof address;
    if (manager < 0 || bind(manager, (struct sockaddr *)&address, sizeof(sa_family_t)) != 0 ||
        getsockname(manager, (struct sockaddr *)&address, &length) != 0)
        return -1;
    char name[64];
    snprintf(name, sizeof name, "@%.*s", (int)(length - sizeof(sa_family_t) - 1),
             address.sun_path + 1);
    return setenv("NOTIFY_SOCKET", name, 1);
}

static int tear_down(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    return close(manager);
}

/* The next message; empty where there is none. */
static const char *heard(void)
{
    static char text[1024];
    ssize_t got = recv(manager, text, sizeof text - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    return text;
}

static bool is_built(void)
{
    notify_alive();
    return strcmp(heard(), "WATCHDOG=1") == 0;
}

static void test_states(void **state)
{
    (void)state;
    if (!is_built())
        skip();
    notify_ready();
    assert_string_equal(heard(), "READY=1");
    notify_stopping();
    assert_string_equal(heard(), "STOPPING=1");
    notify_alive();
    assert_string_equal(heard(), "WATCHDOG=1");
    assert_string_equal(heard(), "");
}

static void test_reloading(void **state)
{
    (void)state;
    if (!is_built())
        skip();
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    notify_reloading();
    long long at = 0;
    assert_int_equal(sscanf(heard(), "RELOADING=1\nMONOTONIC_USEC=%lld", &at), 1);
    long long wanted = (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    assert_in_range(at, wanted, wanted + 60000000);
}

/* Nothing in a text makes another assignment of it. */
static void test_status(void **state)
{
    (void)state;
    if (!is_built())
        skip();
    notify_status("12 alerts, eth1 is down");
    assert_string_equal(heard(), "STATUS=12 alerts, eth1 is down");
    notify_status("a\nSTOPPING=1\tb");
    assert_string_equal(heard(), "STATUS=a STOPPING=1 b");
}

static void test_watchdog(void **state)
{
    (void)state;
    if (!is_built())
        skip();
    assert_int_equal(notify_start(), 0);
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(notify_start(), 15000000000);
    setenv("WATCHDOG_PID", "1", 1); /* somebody else's */
    assert_int_equal(notify_start(), 0);
}

static void test_nobody(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    notify_ready();
    notify_reloading();
    notify_stopping();
    notify_alive();
    notify_status("x");
    assert_int_equal(notify_start(), 0);
    assert_string_equal(heard(), "");
}

/* Without privileges, and with the calls of the main thread only. */
static void test_confined(void **state)
{
    (void)state;
    if (!is_built())
        skip();
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char message[CONFIG_MESSAGE];
        if (sandbox_start(SANDBOX_ON, message) != ERR_NONE ||
            privileges_drop("nobody", message) != ERR_NONE)
            _exit(1);
        sandbox_enter(ROLE_correlator);
        notify_ready();
        notify_reloading();
        notify_status("confined");
        _exit(sandbox_refusals() == 0 ? 0 : 2);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_string_equal(heard(), "READY=1");
    assert_memory_equal(heard(), "RELOADING=1\n", 12);
    assert_string_equal(heard(), "STATUS=confined");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_states),   TEST(test_reloading), TEST(test_status),
        TEST(test_watchdog), TEST(test_nobody),    TEST(test_confined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
