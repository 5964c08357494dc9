/*
 * Interfaces that go down and up, and that are removed and made anew, for a process that has given
 * up all its capabilities: each test is a child, and the parent, root, pulls the cables.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/helper_net.h"
#include "capture/helper_wire.h"

#define LIVES 2

static struct wire wire;
static int ask_pipe[2], answer_pipe[2];

/* In the child: a failure is told by the line where it was seen. */
#define CHECK(what)                                                                                \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            printf("child: line %d: %s\n", __LINE__, #what);                                       \
            fflush(stdout);                                                                        \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

static void send_mail(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        wire_ip(&wire, false, WIRE_TCP, 1025 + i, 25);
        wire_ethernet(&wire, 0x0800);
        net_send("wire0", wire_span(&wire));
    }
}

/* In the parent: does as the child says. */
static void serve(void)
{
    char what;
    while (read(ask_pipe[0], &what, 1) == 1) {
        switch (what) {
        case 'd': net_run("ip link set tap0 down"); break;
        case 'u': net_run("ip link set tap0 up"); break;
        case 'r': net_run("ip link del wire0"); break;
        case 'm': net_cable(); break;
        case 's': send_mail(10); break;
        default: abort();
        }
        assert_int_equal(write(answer_pipe[1], &what, 1), 1);
    }
}

static void ask(char what)
{
    char answer;
    CHECK(write(ask_pipe[1], &what, 1) == 1);
    CHECK(read(answer_pipe[0], &answer, 1) == 1);
}

static void with_child(void (*body)(void))
{
    int status;
    assert_int_equal(pipe(ask_pipe), 0);
    assert_int_equal(pipe(answer_pipe), 0);
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ask_pipe[0]);
        body();
        fflush(stdout);
        _exit(0);
    }
    close(ask_pipe[1]);
    serve();
    close(ask_pipe[0]);
    close(answer_pipe[0]);
    close(answer_pipe[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Opens as many as share, and gives up everything if wanted. */
static void open_lives(struct live *lives[LIVES], unsigned count, bool drop)
{
    char message[200];
    struct live_options options = net_options("tcp port 25");
    options.shares = count;
    for (unsigned i = 0; i < count; i++)
        CHECK(live_open(&options, &lives[i], message, sizeof message) == ERR_NONE);
    CHECK(!drop || net_drop_capabilities());
    struct live *more;
    CHECK(!drop || live_open(&options, &more, message, sizeof message) == ERR_SYSTEM);
    CHECK(!drop || strstr(message, "tap0: no permission") != NULL);
}

/* Looks until it is up, or not, for at most five seconds; the error if there is one. */
static int wait_until(struct live *live, bool up)
{
    struct packet packet;
    int64_t end = net_now() + 5 * CLOCK_SECOND;
    int got = 0;
    while (got >= 0 && live_is_up(live) != up && net_now() < end)
        got = live_next(live, &packet);
    CHECK(got < 0 || live_is_up(live) == up);
    return got < 0 ? got : 0;
}

static unsigned receive_all(struct live *lives[LIVES], unsigned count)
{
    unsigned got = 0;
    for (unsigned i = 0; i < count; i++)
        got += net_drain(lives[i], NULL, NULL);
    return got;
}

static void down_and_up(struct live *lives[LIVES], unsigned count)
{
    struct packet packet;
    ask('d');
    for (unsigned i = 0; i < count; i++)
        CHECK(wait_until(lives[i], false) == 0);
    int64_t reached = live_reached(lives[0]);
    for (unsigned i = 0; i < 20; i++)
        CHECK(live_next(lives[0], &packet) == 0);
    CHECK(live_reached(lives[0]) >= reached + 100 * NET_MILLISECOND);
    ask('u');
    for (unsigned i = 0; i < count; i++)
        CHECK(wait_until(lives[i], true) == 0);
    ask('s');
    CHECK(receive_all(lives, count) == 10);
}

static void child_alone(void)
{
    struct live *lives[LIVES];
    struct capture_stats stats;
    open_lives(lives, 1, true);
    ask('s');
    CHECK(receive_all(lives, 1) == 10);
    down_and_up(lives, 1);
    for (unsigned i = 0; i < 2; i++) {
        ask('r');
        CHECK(wait_until(lives[0], false) == 0);
        ask('m');
        CHECK(wait_until(lives[0], true) == 0);
        ask('s');
        CHECK(receive_all(lives, 1) == 10);
        down_and_up(lives, 1);
    }
    live_stats(lives[0], &stats);
    CHECK(stats.packets == 60 && stats.kernel_drops == 0);
    live_close(lives[0]);
}

static void child_shared(void)
{
    struct live *lives[LIVES];
    open_lives(lives, LIVES, true);
    ask('s');
    CHECK(receive_all(lives, LIVES) == 10);
    down_and_up(lives, LIVES);
    ask('r');
    for (unsigned i = 0; i < LIVES; i++)
        CHECK(wait_until(lives[i], false) == 0);
    ask('m');
    for (unsigned i = 0; i < LIVES; i++)
        CHECK(wait_until(lives[i], true) == ERR_SYSTEM);
    for (unsigned i = 0; i < LIVES; i++)
        live_close(lives[i]);
}

/* All of a group open again together, each when it sees what has happened. */
static void child_shared_root(void)
{
    struct live *lives[LIVES];
    struct packet packet;
    open_lives(lives, LIVES, false);
    ask('r');
    for (unsigned i = 0; i < LIVES; i++)
        CHECK(wait_until(lives[i], false) == 0);
    ask('m');
    int64_t end = net_now() + 5 * CLOCK_SECOND;
    while (!(live_is_up(lives[0]) && live_is_up(lives[1])) && net_now() < end)
        for (unsigned i = 0; i < LIVES; i++)
            CHECK(live_next(lives[i], &packet) == 0);
    CHECK(live_is_up(lives[0]) && live_is_up(lives[1]));
    ask('s');
    CHECK(receive_all(lives, LIVES) == 10);
    for (unsigned i = 0; i < LIVES; i++)
        live_close(lives[i]);
}

static void test_alone(void **state)
{
    (void)state;
    with_child(child_alone);
}

static void test_shared(void **state)
{
    (void)state;
    with_child(child_shared);
}

static void test_shared_root(void **state)
{
    (void)state;
    with_child(child_shared_root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_shared_root),
    };
    if (!net_start())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
