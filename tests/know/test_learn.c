/* learn: what sessions and messages tell, and which source is believed. */
#include "helper_learn.h"
#include "test.h"

#define CLIENT "203.0.113.5"
#define RELAY  "192.0.2.30"
#define HELLO  "mx Hello mx.example.com [203.0.113.5], pleased to meet you"

static struct learn *learn;

static int set_up(void **state)
{
    (void)state;
    learn = learn_new("192.0.2.0/24", NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    learn_free(learn);
    return 0;
}

static void is_host(const char *addr, const char *expected)
{
    struct know_host host = learn_find(learn, addr);
    assert_string_equal(learn_text(&host), expected);
}

static void is_client(const char *expected)
{
    struct know_host host = learn_client(learn);
    assert_string_equal(learn_text(&host), expected);
}

static void session(const char *server, const char *helo_reply)
{
    learn_session(learn, CLIENT, server, "helo.example", "mx.example.org ESMTP", helo_reply);
}

/* The server's words count in their session at once, and for others when it is over. */
static void test_words(void **state)
{
    (void)state;
    session(LEARN_SERVER, HELLO);
    is_client("mx.example.com mail server unseen");
    is_host(CLIENT, "unknown");
    learn_close(learn);
    is_host(CLIENT, "mx.example.com mail server unseen");
    learn_a(learn, "mx.example.com", 300, CLIENT);
    is_host(CLIENT, "mx.example.com mail server confirmed");
    is_client("mx.example.com mail server confirmed");
    learn_wait(learn, 3600);
    is_host(CLIENT, "unknown");
}

static void test_dns_first(void **state)
{
    (void)state;
    learn_ptr(learn, CLIENT, 7200, "5-113-0-203.dsl.example.net");
    session(LEARN_SERVER, HELLO);
    is_client("5-113-0-203.dsl.example.net dynamic dns unseen");
    learn_close(learn);
    is_host(CLIENT, "5-113-0-203.dsl.example.net dynamic dns unseen");
    learn_ptr(learn, CLIENT, 7200, NULL);
    session(LEARN_SERVER, HELLO);
    is_client("nameless");
    learn_close(learn);
    is_host(CLIENT, "nameless");
}

static void test_words_then_dns(void **state)
{
    (void)state;
    session(LEARN_SERVER, HELLO);
    learn_close(learn);
    learn_ptr(learn, CLIENT, 60, "5-113-0-203.dsl.example.net");
    is_host(CLIENT, "5-113-0-203.dsl.example.net dynamic dns unseen");
}

/* A server outside may say what it likes of its clients. */
static void test_foreign_words(void **state)
{
    (void)state;
    session("198.51.100.25", HELLO);
    learn_close(learn);
    is_host(CLIENT, "unknown");
}

/* What was known when a session began is known until it ends. */
static void test_long_session(void **state)
{
    (void)state;
    learn_ptr(learn, CLIENT, 60, "mx.example.com");
    learn_a(learn, "mx.example.com", 60, CLIENT);
    session(LEARN_SERVER, NULL);
    learn_wait(learn, 600);
    is_client("mx.example.com mail dns confirmed");
    is_host(CLIENT, "unknown");
    session(LEARN_SERVER, NULL);
    is_client("unknown");
}

/* ---- servers ---- */

static void test_servers(void **state)
{
    (void)state;
    session("192.0.2.1", NULL); /* greets, and does not answer HELO */
    learn_close(learn);
    assert_false(learn_is_server(learn, "192.0.2.1"));
    session("192.0.2.2", "mx.example.org");
    learn_close(learn);
    assert_true(learn_is_server(learn, "192.0.2.2"));
    assert_false(learn_is_server(learn, CLIENT));
    session("192.0.2.4", NULL); /* the same, but half of it was not seen */
    learn->summary.facts |= SMTP_BIT(SMTP_FACT_CLIENT_SEEN);
    learn_close(learn);
    assert_true(learn_is_server(learn, "192.0.2.4"));
    session("192.0.2.3", NULL);
    learn_message(learn, 550, 503, NULL, 0);
    assert_false(learn_is_server(learn, "192.0.2.3"));
    learn_message(learn, 0, 250, NULL, 0);
    assert_true(learn_is_server(learn, "192.0.2.3"));
    learn_wait(learn, 86400);
    assert_false(learn_is_server(learn, "192.0.2.3"));
}

/* ---- Received ---- */

static void relayed(const char *client, const char *const *received, size_t count)
{
    learn_session(learn, client, LEARN_SERVER, "gw.example.org", "mx ESMTP", "mx.example.org");
    learn_message(learn, 250, 250, received, count);
}

static void test_received(void **state)
{
    (void)state;
    const char *const lines[] = {
        "from pc (mx.example.com [203.0.113.5]) by gw.example.org (Postfix) with SMTP id 1; date",
        "from x (mx.forged.example [203.0.113.6]) by gw.example.org with SMTP; date",
    };
    relayed(RELAY, lines, 2);
    is_host(CLIENT, "mx.example.com mail received unseen");
    is_host("203.0.113.6", "unknown"); /* what stands below may be anybody's */
    session(LEARN_SERVER, "mx Hello out.example.com [203.0.113.5]");
    learn_close(learn);
    is_host(CLIENT, "out.example.com mail server unseen");
    relayed(RELAY, lines, 2);
    is_host(CLIENT, "out.example.com mail server unseen");
}

/* A message that went through a filter of the same host. */
static void test_received_filter(void **state)
{
    (void)state;
    const char *const lines[] = {
        "from localhost (localhost [127.0.0.1]) by gw.example.org (Postfix) with ESMTP id 2; date",
        "from pc (mx.example.com [203.0.113.5]) by gw.example.org (Postfix) with SMTP id 1; date",
    };
    relayed(RELAY, lines, 2);
    is_host(CLIENT, "mx.example.com mail received unseen");
}

static void test_received_untrusted(void **state)
{
    (void)state;
    const char *const lines[] = {
        "from pc (mx.example.com [203.0.113.5]) by gw.example.org (Postfix) with SMTP id 1; date",
    };
    const char *const other[] = {
        "from pc (mx.example.com [203.0.113.5]) by elsewhere.example (Postfix) with SMTP; date",
    };
    const char *const unknown[] = {
        "from pc (unknown [203.0.113.5]) by gw.example.org (Postfix) with SMTP id 1; date",
    };
    relayed("198.51.100.7", lines, 1); /* a stranger */
    relayed(RELAY, other, 1);          /* another host wrote it */
    relayed(RELAY, unknown, 1);        /* no name */
    is_host(CLIENT, "unknown");
    learn_session(learn, "192.0.2.2", "198.51.100.7", "gw", "mx ESMTP", "250 hello");
    learn_close(learn);
    relayed("198.51.100.7", lines, 1); /* takes mail itself: a mail server */
    is_host(CLIENT, "mx.example.com mail received unseen");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_words),         TEST(test_dns_first),       TEST(test_words_then_dns),
        TEST(test_foreign_words), TEST(test_long_session),    TEST(test_servers),
        TEST(test_received),      TEST(test_received_filter), TEST(test_received_untrusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
