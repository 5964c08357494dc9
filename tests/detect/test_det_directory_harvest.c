/* directory-harvest: fast, slow, over several addresses of a network; lists and windows stay
 * silent. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>

static void ask(struct scene *scene, unsigned number, const char *reply)
{
    char address[64];
    snprintf(address, sizeof address, "name%u@example.net", number);
    scene_rcpt(scene, address, reply);
}

static void test_fast(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    for (unsigned i = 0; i < 20; i++) {
        char client[32];
        snprintf(client, sizeof client, "203.0.113.%u", i % 4 + 1);
        scene_session(scene, client, "probe.example.org");
        ask(scene, i, "550 5.1.1 User unknown");
        scene_close(scene);
        scene_wait(scene, 60);
        assert_int_equal(scene->alert_count, i == 19 ? 1 : 0);
    }
    assert_int_equal(scene->alerts[0].severity, 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"source_network\":\"203.0.113.0\\/24\""));
    assert_non_null(strstr(scene->alerts[0].evidence, "\"clients\":4"));
    for (unsigned i = 20; i < 40; i++)
        ask(scene, i, "550 5.1.1 User unknown");
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    ask(scene, 41, "550 5.1.1 User unknown");
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    scene_free(scene);
}

/* 19 in an hour, again and again, but never 40 in a day. */
static void test_below(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    scene_session(scene, "203.0.113.1", "probe.example.org");
    for (unsigned i = 0; i < 39; i++) {
        ask(scene, i, "550 5.1.1 User unknown");
        scene_wait(scene, 200);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_slow(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    for (unsigned i = 0; i < 40; i++) {
        scene_session(scene, "203.0.113.1", "probe.example.org");
        ask(scene, i, "550 5.1.1 User unknown");
        scene_close(scene);
        scene_wait(scene, 2000);
    }
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

/* Slower than both windows. */
static void test_too_slow(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    for (unsigned i = 0; i < 200; i++) {
        scene_session(scene, "203.0.113.1", "probe.example.org");
        ask(scene, i, "550 5.1.1 User unknown");
        scene_wait(scene, 2400);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_newsletter(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    scene_session(scene, "203.0.113.1", "lists.example.org");
    for (unsigned i = 0; i < 1000; i++)
        ask(scene, i, i % 10 == 0 ? "550 5.1.1 User unknown" : "250 2.1.5 Ok");
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_unseen(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    scene_session(scene, "203.0.113.1", "probe.example.org");
    for (unsigned i = 0; i < 500; i++)
        ask(scene, i, NULL);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_ipv6_network(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    for (unsigned i = 0; i < 20; i++) {
        char client[64];
        snprintf(client, sizeof client, "2001:db8:0:1::%x", i + 1);
        scene_session(scene, client, "probe.example.org");
        ask(scene, i, "550 5.1.1 User unknown");
    }
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

/* A quiet case ends; who comes back opens another one. */
static void test_two_cases(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    for (unsigned run = 0; run < 2; run++) {
        scene_session(scene, "203.0.113.1", "probe.example.org");
        for (unsigned i = 0; i < 30; i++)
            ask(scene, run * 100 + i, "550 5.1.1 User unknown");
        scene_close(scene);
        scene_wait(scene, 90000);
        scene_session(scene, "198.51.100.1", "relay.example.org");
        ask(scene, 999, "250 2.1.5 Ok");
        scene_close(scene);
    }
    assert_int_equal(scene_count(scene, CASE_NEW), 2);
    assert_true(scene->alerts[0].case_id != scene->alerts[scene->alert_count - 1].case_id);
    scene_free(scene);
}

/* 20 in an hour, 40 in a day; 30 % of what was tried. */
static size_t cases_of(unsigned unknown, unsigned known, unsigned apart)
{
    struct scene *scene = scene_new("directory-harvest");
    scene_session(scene, "203.0.113.1", "probe.example.org");
    for (unsigned i = 0; i < known; i++)
        ask(scene, 1000 + i, "250 2.1.5 Ok");
    for (unsigned i = 0; i < unknown; i++) {
        ask(scene, i, "550 5.1.1 User unknown");
        scene_wait(scene, apart);
    }
    scene_end(scene);
    size_t count = scene_count(scene, CASE_NEW);
    scene_free(scene);
    return count;
}

static void test_limits(void **state)
{
    (void)state;
    assert_int_equal(cases_of(19, 0, 0), 0);
    assert_int_equal(cases_of(20, 0, 0), 1);
    assert_int_equal(cases_of(20, 0, 189), 1);
    assert_int_equal(cases_of(20, 0, 190), 0);
    assert_int_equal(cases_of(21, 49, 0), 1);
    assert_int_equal(cases_of(21, 51, 0), 0);
    assert_int_equal(cases_of(39, 0, 2000), 0);
    assert_int_equal(cases_of(40, 0, 2000), 1);
    assert_int_equal(cases_of(40, 0, 2216), 0);
}

/* What was confirmed, by which way: each address once, a full mailbox too, at most 20 by name. */
static void test_confirmed(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    scene_session(scene, "203.0.113.1", "probe.example.org");
    scene_rcpt(scene, "full@example.net", "552 5.2.2 Mailbox full");
    scene_vrfy(scene, "root", "250 2.1.5 root <root@example.net>");
    scene_vrfy(scene, "nobody", "252 2.0.0 Cannot VRFY user");
    scene_expn(scene, "staff", "250 2.1.5 Anna <anna@example.net>");
    scene_expn(scene, "other", "502 5.5.1 EXPN not available");
    for (unsigned i = 0; i < 20; i++)
        ask(scene, i, "550 5.1.1 User unknown");
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene_list(scene, 0, "confirmed"), 3);
    assert_int_equal(scene_number(scene, 0, "confirmed_count"), 3);
    assert_true(scene_lists(scene, 0, "confirmed", "full@example.net"));
    assert_true(scene_lists(scene, 0, "confirmed", "root"));
    assert_int_equal(scene_number(scene, 0, "recipients_tried"), 23);
    assert_int_equal(scene_list(scene, 0, "methods"), 3);
    assert_true(scene_lists(scene, 0, "methods", "EXPN"));
    for (unsigned i = 0; i < 60; i++)
        ask(scene, 100 + i / 2, "250 2.1.5 Ok");
    scene_message(scene, "name100@example.net", 0, "250 2.0.0 Ok", NULL);
    for (unsigned i = 0; i < 20; i++)
        ask(scene, 200 + i, "550 5.1.1 User unknown");
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    assert_int_equal(scene_list(scene, 1, "confirmed"), 20);
    assert_int_equal(scene_number(scene, 1, "confirmed_count"), 33);
    assert_true(scene_lists(scene, 1, "methods", "empty message"));
    assert_true(scene_lists(scene, 1, "methods", "VRFY"));
    assert_true(scene_lists(scene, 1, "contacts", "postmaster@[203.0.113.1]"));
    scene_free(scene);
}

/* The reply after the final dot is every recipient's. */
static void test_final_dot(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    for (unsigned i = 0; i < 20; i++) {
        char address[64];
        snprintf(address, sizeof address, "name%u@example.net", i);
        scene_session(scene, "203.0.113.1", "probe.example.org");
        scene_rcpt(scene, address, "250 2.1.5 Ok");
        scene_message(scene, address, 700, "550 5.1.1 User unknown", NULL);
        assert_int_equal(scene->alert_count, i == 19);
    }
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fast),         cmocka_unit_test(test_below),
        cmocka_unit_test(test_slow),         cmocka_unit_test(test_too_slow),
        cmocka_unit_test(test_newsletter),   cmocka_unit_test(test_unseen),
        cmocka_unit_test(test_ipv6_network), cmocka_unit_test(test_two_cases),
        cmocka_unit_test(test_limits),       cmocka_unit_test(test_confirmed),
        cmocka_unit_test(test_final_dot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
