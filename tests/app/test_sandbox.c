/* sandbox: a refused call fails with EPERM, is told once by name, and the program goes on. Each
 * test works in a child, as there is no way out of a role. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <mxtap/log.h>
#include <poll.h>
#include <pthread.h>
#include <sandbox.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPECT(condition)                                                                          \
    (void)((condition) ||                                                                          \
           (fprintf(stderr, "%d: %s: %s\n", __LINE__, #condition, strerror(errno)), _exit(1), 0))

#define NOT_BUILT 77

/* The address sanitizer's runtime makes a process that traces ours: sandbox_calls.def. */
#ifdef __SANITIZE_ADDRESS__
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

static char message[CONFIG_MESSAGE];

static void start(enum sandbox_mode mode)
{
    EXPECT(sandbox_start(mode, message) == ERR_NONE);
    if (sandbox_refused(message)) {
        EXPECT(strstr(message, "built without libseccomp") && !sandbox_refused(message));
        _exit(NOT_BUILT);
    }
}

/* The next line for the log is of this role and call. */
static void expect_told(const char *role, const char *call)
{
    char wanted[100];
    snprintf(wanted, sizeof wanted, "sandbox: the %s thread called %s (", role, call);
    EXPECT(sandbox_refused(message));
    EXPECT(strncmp(message, wanted, strlen(wanted)) == 0 || !fprintf(stderr, "%s\n", message));
    EXPECT(!strchr(message, '\n'));
}

static int refused_exec(void)
{
    char *const arguments[] = {"true", NULL};
    return execve("/bin/true", arguments, NULL);
}

static void *nothing(void *arg)
{
    return arg;
}

/* What no thread has any business to do. */
static void expect_confined(void)
{
    uint64_t before = sandbox_refusals();
    EXPECT(refused_exec() < 0 && errno == EPERM);
    EXPECT(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
    EXPECT(socket(AF_INET6, SOCK_DGRAM, 0) < 0 && errno == EPERM);
    EXPECT(syscall(SYS_setuid, 0) < 0 && errno == EPERM);
    EXPECT(kill(1, 0) < 0 && errno == EPERM);
    EXPECT(chroot("/") < 0 && errno == EPERM);
    EXPECT(chmod("/", 0755) < 0 && errno == EPERM);
    EXPECT(mprotect(NULL, 4096, PROT_READ | PROT_EXEC) < 0 && errno == EPERM);
    EXPECT(sandbox_refusals() == before + 8);
    EXPECT(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
}

/* Neither processes nor threads, and no other process is looked into. */
static void expect_alone(void)
{
    pid_t child;
    pthread_t thread;
    char *const arguments[] = {"true", NULL};
    EXPECT(fork() < 0 && errno == EPERM);
    EXPECT(posix_spawn(&child, "/bin/true", NULL, NULL, arguments, NULL) == EPERM);
    EXPECT(pthread_create(&thread, NULL, nothing, NULL) == EPERM);
    EXPECT(ptrace(PTRACE_ATTACH, 1, NULL, NULL) < 0 && errno == EPERM);
}

static void *confined(void *arg)
{
    enum sandbox_role role = *(enum sandbox_role *)arg;
    sandbox_enter(role);
    expect_confined();
    if (!sanitized)
        expect_alone();
    bool opens = role == ROLE_correlator || role == ROLE_past;
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    EXPECT(opens ? fd >= 0 : fd < 0 && errno == EPERM);
    void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(code == MAP_FAILED && errno == (role == ROLE_correlator ? ENOMEM : EPERM));
    return NULL;
}

static void each_role(void)
{
    start(SANDBOX_ON);
    enum sandbox_role roles[] = {ROLE_capture, ROLE_past, ROLE_health, ROLE_correlator};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        pthread_t thread;
        EXPECT(pthread_create(&thread, NULL, confined, &roles[i]) == 0);
        EXPECT(pthread_join(thread, NULL) == 0);
    }
    /* This thread is free still, and hears of each call of each role once. */
    int told = 0;
    while (sandbox_refused(message))
        told++;
    EXPECT(told == 4 * (7 + !sanitized) + 2 + 3);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd >= 0 && close(fd) == 0);
}

static void *listens(void *arg)
{
    (void)arg;
    sandbox_enter(ROLE_health);
    return socket(AF_INET, SOCK_STREAM, 0) < 0 ? NULL : NULL;
}

/* The main thread logs what it and others are refused, once, and works on. */
static void goes_on(void)
{
    start(SANDBOX_ON);
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, listens, NULL) == 0 && pthread_join(thread, NULL) == 0);
    sandbox_enter(ROLE_correlator);
    EXPECT(refused_exec() < 0 && refused_exec() < 0);
    expect_told("correlator", "execve");
    EXPECT(strstr(message, " 2 times so far") && strstr(message, ": refused;"));
    expect_told("health", "socket");
    EXPECT(!sandbox_refused(message));
    EXPECT(refused_exec() < 0 && sandbox_refusals() == 4);
    EXPECT(!sandbox_refused(message));
    FILE *file = fopen("/dev/null", "w");
    EXPECT(file && fprintf(file, "%d", 1) == 1 && fclose(file) == 0);
    if (sanitized)
        exit(0); /* leaks are looked for in this role */
}

/* While a signal is handled, and in a thread that was made with all signals blocked. */
static void on_alarm(int number)
{
    (void)number;
    int kept = errno;
    EXPECT(refused_exec() < 0 && errno == EPERM);
    errno = kept;
}

static void in_handler(void)
{
    start(SANDBOX_ON);
    struct sigaction action = {.sa_handler = on_alarm};
    sigfillset(&action.sa_mask);
    sigdelset(&action.sa_mask, SIGSYS);
    EXPECT(sigaction(SIGALRM, &action, NULL) == 0);
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGALRM);
    EXPECT(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0); /* SIGSYS too, as threads have it */
    alarm(1);
    sandbox_enter(ROLE_capture);
    EXPECT(poll(NULL, 0, 5000) < 0 && errno == EINTR);
    expect_told("capture", "execve");
    EXPECT(raise(SIGSYS) == 0); /* of nobody's filter: nothing to it */
    EXPECT(sandbox_refusals() == 1);
}

/* Mail in any character set can be read: what that takes has been loaded before. */
static void charsets(void)
{
    static const char *const names[] = {"KOI8-R", "CP1251", "GB18030", "ISO-2022-JP", "EUC-KR"};
    start(SANDBOX_ON);
    sandbox_enter(ROLE_capture);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char in[] = "a\xd0", out[8];
        char *from = in, *to = out;
        size_t left = 1, room = sizeof out;
        iconv_t converter = iconv_open("UTF-8", names[i]);
        EXPECT(converter != (iconv_t)-1);
        EXPECT(iconv(converter, &from, &left, &to, &room) == 0 && out[0] == 'a');
        EXPECT(iconv_close(converter) == 0);
    }
    EXPECT(sandbox_refusals() == 0);
}

/* Mode log makes the calls, and tells of them as well. */
static void only_logged(void)
{
    start(SANDBOX_LOG);
    sandbox_enter(ROLE_capture);
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    EXPECT(fd >= 0);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(page != MAP_FAILED);
    EXPECT(open("/nowhere/at/all", O_WRONLY | O_CLOEXEC) < 0 && errno == ENOENT);
    expect_told("capture", "mmap");
    EXPECT(strstr(message, "service.sandbox: on would refuse it"));
    expect_told("capture", "openat");
    EXPECT(sandbox_refusals() == 3 && !sandbox_refused(message));
    EXPECT(sanitized || (fork() < 0 && errno == EPERM)); /* sandbox.h */
}

static void off(void)
{
    EXPECT(sandbox_start(SANDBOX_OFF, message) == ERR_NONE);
    sandbox_enter(ROLE_capture);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd >= 0 && close(fd) == 0);
    EXPECT(!sandbox_refused(message) && sandbox_refusals() == 0);
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
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_BUILT)
        skip();
    assert_int_equal(status, 0);
}

#define CHILD_TEST(work)                                                                           \
    static void test_##work(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        in_child(work);                                                                            \
    }

CHILD_TEST(each_role)
CHILD_TEST(goes_on)
#ifdef __SANITIZE_THREAD__
/* The thread sanitizer calls handlers of signals later, with all signals blocked. */
static void test_in_handler(void **state)
{
    (void)state;
    (void)in_handler;
    skip();
}
#else
CHILD_TEST(in_handler)
#endif
CHILD_TEST(charsets)
CHILD_TEST(only_logged)
CHILD_TEST(off)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_role),   cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_in_handler),  cmocka_unit_test(test_charsets),
        cmocka_unit_test(test_only_logged), cmocka_unit_test(test_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
