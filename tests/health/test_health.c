/* health: answers over a socket while counters come in; what a start says when it cannot. The rest
 * of HTTP is in check_health.py. */
#include "helper_sample.h"
#include "test.h"

#include <arpa/inet.h>
#include <mxtap/health.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct health *health;
static atomic_int threads;

static void on_thread(void *arg)
{
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (sigismember(&blocked, SIGTERM) == 1 && arg == &threads)
        atomic_fetch_add(&threads, 1);
}

static enum err start(const char *listen, int64_t stale, char message[200])
{
    const struct health_options options = {
        .listen = listen, .stale = stale, .on_thread = on_thread, .arg = &threads};
    return health_new(&options, &health, message, 200);
}

/* The whole answer to one request, in text of size octets. */
static void ask(const char *path, char *text, size_t size)
{
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons(health_port(health)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    assert_int_equal(connect(file, (const struct sockaddr *)&at, sizeof at), 0);
    char request[200];
    int len = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    assert_int_equal(send(file, request, (size_t)len, MSG_NOSIGNAL), len);
    size_t got = 0;
    for (;;) {
        ssize_t more = recv(file, text + got, size - 1 - got, 0);
        if (more <= 0)
            break;
        got += (size_t)more;
    }
    assert_true(got < size - 1);
    text[got] = '\0';
    close(file);
}

static void test_answers(void **state)
{
    (void)state;
    static char text[200000];
    char message[200];
    struct stats stats = sample_stats();
    atomic_store(&threads, 0);
    assert_int_equal(start("127.0.0.1:0", 3600 * CLOCK_SECOND, message), ERR_NONE);
    ask("/health", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 503 "));
    assert_non_null(strstr(text, "there are no counters yet"));
    assert_int_equal(atomic_load(&threads), 1);
    ask("/", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 200 "));
    health_update(health, &stats);
    ask("/health", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 200 "));
    ask("/metrics", text, sizeof text);
    assert_non_null(strstr(text, "\nmxtap_healthy 1\n"));
    ask("/", text, sizeof text);
    assert_non_null(strstr(text, "All is well."));
    health_free(health);
}

/* An output that has lost records is failing for a minute, whatever it lost before the start. */
static void test_drops_grow(void **state)
{
    (void)state;
    static char text[200000];
    char message[200];
    struct stats stats = sample_stats();
    stats.outputs[0].dropped = 0;
    assert_int_equal(start("127.0.0.1:0", 3600 * CLOCK_SECOND, message), ERR_NONE);
    health_update(health, &stats);
    ask("/health", text, sizeof text);
    assert_non_null(strstr(text, "\"healthy\":true"));
    stats.outputs[0].dropped = 2;
    health_update(health, &stats);
    health_update(health, &stats);
    ask("/health", text, sizeof text);
    assert_non_null(strstr(text, "output file does not take records, 2 are lost"));
    health_free(health);
}

static void test_stale(void **state)
{
    (void)state;
    static char text[200000];
    char message[200];
    const struct stats stats = sample_stats();
    assert_int_equal(start("127.0.0.1:0", 1, message), ERR_NONE);
    health_update(health, &stats);
    ask("/health", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 503 "));
    assert_non_null(strstr(text, "the detectors do not get on"));
    ask("/metrics", text, sizeof text);
    assert_non_null(strstr(text, "\nmxtap_healthy 0\n"));
    health_free(health);
}

static void *update(void *arg)
{
    struct stats stats = sample_stats();
    atomic_bool *over = arg;
    while (!atomic_load(over)) {
        stats.sessions++;
        stats.messages = stats.sessions;
        health_update(health, &stats);
        usleep(50);
    }
    return NULL;
}

static uint64_t number_of(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    assert_non_null(at);
    struct span line = span_text(at + strlen(name));
    uint64_t number = 0;
    assert_true(span_number(span_head(line, span_find(line, '\n')), &number));
    return number;
}

/* What is read is one update, never parts of two. */
static void test_together(void **state)
{
    (void)state;
    static char text[200000];
    char message[200];
    struct stats stats = sample_stats();
    atomic_bool over = false;
    pthread_t thread;
    stats.messages = stats.sessions;
    assert_int_equal(start("127.0.0.1:0", 3600 * CLOCK_SECOND, message), ERR_NONE);
    health_update(health, &stats);
    assert_int_equal(pthread_create(&thread, NULL, update, &over), 0);
    for (int i = 0; i < 60; i++) {
        ask(i % 3 == 0 ? "/" : "/metrics", text, sizeof text);
        if (i % 3 != 0)
            assert_int_equal(number_of(text, "\nmxtap_sessions_total "),
                             number_of(text, "\nmxtap_messages_total "));
    }
    atomic_store(&over, true);
    pthread_join(thread, NULL);
    health_free(health);
}

static void test_refused(void **state)
{
    (void)state;
    char message[200];
    struct health *none = health = NULL;
    assert_int_equal(start("0.0.0.0:9465", 1, message), ERR_CONFIG);
    assert_ptr_equal(health, none);
    assert_string_equal(message, "health.listen: '0.0.0.0:9465' is no address of loopback with a "
                                 "port, such as 127.0.0.1:9465 or [::1]:9465");
    assert_int_equal(start("127.0.0.1:0", 1, message), ERR_NONE);
    char taken[40];
    struct health *first = health;
    snprintf(taken, sizeof taken, "127.0.0.1:%u", health_port(first));
    assert_int_equal(start(taken, 1, message), ERR_SYSTEM);
    assert_non_null(strstr(message, "Address already in use"));
    health_free(first);
    health_free(NULL);
}

int main(void)
{
    char message[200];
    if (start("127.0.0.1:0", 1, message) == ERR_SUPPORT)
        return 77;
    health_free(health);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers), cmocka_unit_test(test_drops_grow),
        cmocka_unit_test(test_stale),   cmocka_unit_test(test_together),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
