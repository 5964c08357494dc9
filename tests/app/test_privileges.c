/* privileges: what a process is left with, seen from a child that gives them up. */
#include "test.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <privileges.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPECT(condition)                                                                          \
    (void)((condition) ||                                                                          \
           (fprintf(stderr, "%d: %s: %s\n", __LINE__, #condition, strerror(errno)), _exit(1), 0))

static char message[CONFIG_MESSAGE];

/* What holds for everybody afterwards. */
static void expect_nothing_left(void)
{
    EXPECT(capng_get_caps_process() == 0);
    EXPECT(capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE);
    EXPECT(capng_have_capabilities(CAPNG_SELECT_AMBIENT) == CAPNG_NONE);
    EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
#ifndef __SANITIZE_ADDRESS__
    EXPECT(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
#endif
    EXPECT(!privileges_can_capture());
    EXPECT(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
    EXPECT(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) < 0);
}

static void as_nobody(void)
{
    EXPECT(privileges_can_capture() || errno == EPERM);
    EXPECT(privileges_drop("nobody", message) == ERR_NONE);
    expect_nothing_left();
    EXPECT(getuid() == 65534 && geteuid() == 65534 && getgid() == 65534);
    gid_t groups[4];
    EXPECT(getgroups(4, groups) <= 1);
    EXPECT(capng_have_capabilities(CAPNG_SELECT_BOUNDS) == CAPNG_NONE);
    EXPECT(setuid(0) < 0 && setresuid(0, 0, 0) < 0 && setgid(0) < 0 && setgroups(0, NULL) < 0);
    EXPECT(open("/etc/shadow", O_RDONLY | O_CLOEXEC) < 0);
}

static void as_root_without(void)
{
    EXPECT(privileges_drop("", message) == ERR_NONE);
    expect_nothing_left();
    EXPECT(getuid() == 0);
    EXPECT(capng_have_capabilities(CAPNG_SELECT_BOUNDS) == CAPNG_NONE);
    EXPECT(chroot("/") < 0 && errno == EPERM);
}

static void as_nobody_at_all(void)
{
    EXPECT(privileges_drop("no-such-user-here", message) == ERR_CONFIG);
    EXPECT(strstr(message, "\"no-such-user-here\"") && strstr(message, "useradd"));
    EXPECT(strstr(message, "service.user: \"\"") && !strchr(message, '\n'));
}

/* Started as the user already, as systemd does. */
static void as_ordinary_user(void)
{
    EXPECT(getuid() != 0 || (setgroups(0, NULL) == 0 && setresgid(65534, 65534, 65534) == 0 &&
                             setresuid(65534, 65534, 65534) == 0));
    uid_t me = getuid();
    EXPECT(privileges_drop("no-such-user-here", message) == ERR_NONE);
    expect_nothing_left();
    EXPECT(getuid() == me);
}

/* With one capability as the unit file gives it, which is ambient. */
static void as_service(void)
{
    EXPECT(setgroups(0, NULL) == 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0);
    EXPECT(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
    capng_clear(CAPNG_SELECT_CAPS);
    EXPECT(capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE,
                         CAP_NET_RAW, -1) == 0);
    EXPECT(capng_apply(CAPNG_SELECT_CAPS) == 0);
    EXPECT(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) == 0);
    EXPECT(privileges_can_capture());
    int before = socket(AF_PACKET, SOCK_RAW, 0);
    EXPECT(before >= 0);
    EXPECT(privileges_drop("mxtap", message) == ERR_NONE);
    expect_nothing_left();
    /* What is open stays open. */
    EXPECT(fcntl(before, F_GETFD) >= 0);
}

static void in_child(void (*work)(void))
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        work();
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void need_root(void)
{
    if (geteuid() != 0)
        skip();
}

static void test_user(void **state)
{
    (void)state;
    need_root();
    in_child(as_nobody);
}

static void test_stay(void **state)
{
    (void)state;
    need_root();
    in_child(as_root_without);
}

static void test_no_such_user(void **state)
{
    (void)state;
    need_root();
    in_child(as_nobody_at_all);
}

static void test_ordinary(void **state)
{
    (void)state;
    in_child(as_ordinary_user);
}

static void test_service(void **state)
{
    (void)state;
    need_root();
    if (!privileges_can_capture())
        skip();
    in_child(as_service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_user),         cmocka_unit_test(test_stay),
        cmocka_unit_test(test_no_such_user), cmocka_unit_test(test_ordinary),
        cmocka_unit_test(test_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
