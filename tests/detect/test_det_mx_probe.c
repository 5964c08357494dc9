/* mx-probe: each of its four signs, and what must stay silent. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>

static void unknown_recipients(struct scene *scene, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char address[64];
        snprintf(address, sizeof address, "dead%u@example.net", i);
        scene_rcpt(scene, address, "550 5.1.1 User unknown");
    }
}

static void test_unknown(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "probe.example.org");
    unknown_recipients(scene, 4);
    assert_int_equal(scene->alert_count, 0);
    scene_rcpt(scene, "dead4@example.net", "550 5.1.1 User unknown");
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].state, CASE_NEW);
    assert_int_equal(scene->alerts[0].severity, 2);
    unknown_recipients(scene, 9);
    assert_int_equal(scene->alert_count, 1);
    unknown_recipients(scene, 11);
    assert_int_equal(scene->alert_count, 2);
    assert_int_equal(scene->alerts[1].state, CASE_GROWING);
    assert_true(scene->alerts[0].case_id == scene->alerts[1].case_id);
    scene_close(scene);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"recipients_unknown\":5"));
    scene_free(scene);
}

/* The same dead address again and again is one address. */
static void test_distinct(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "relay.example.org");
    for (int i = 0; i < 50; i++)
        scene_rcpt(scene, "dead@example.net", "550 5.1.1 User unknown");
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* A list with stale addresses: unknown ones are fewer than half. */
static void test_share(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "lists.example.org");
    for (unsigned i = 0; i < 60; i++) {
        char address[64];
        snprintf(address, sizeof address, "live%u@example.net", i);
        scene_rcpt(scene, address, "250 2.1.5 Ok");
    }
    unknown_recipients(scene, 20);
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* Greylisted, blocked, unseen and cascading verdicts are not unknown. */
static void test_other_verdicts(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "450 4.2.0 Greylisted, see http://postgrey.example/", "554 5.7.1 Access denied", NULL,
        "503 5.5.1 Error: no valid recipients", "452 4.5.3 Too many recipients"};
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "relay.example.org");
    for (unsigned i = 0; i < 100; i++) {
        char address[64];
        snprintf(address, sizeof address, "a%u@example.net", i);
        scene_rcpt(scene, address, replies[i % 5]);
    }
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* An MX that accepts everything is probed by empty messages. */
static void test_empty(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "liturgical.com");
    scene_message(scene, "a@example.net", 0, "250 2.0.0 Ok", NULL);
    assert_int_equal(scene->alert_count, 0);
    scene_message(scene, "b@example.net", 0, "250 2.0.0 Ok", NULL);
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

static void test_abandoned(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "probe.example.org");
    scene_left(scene, "a@example.net", SMTP_RSET);
    scene_left(scene, "b@example.net", SMTP_RSET);
    assert_int_equal(scene->alert_count, 0);
    scene_left(scene, "c@example.net", SMTP_QUIT);
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

/* A transaction with a hole in it may have had its message in the hole. */
static void test_abandoned_in_a_gap(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "relay.example.org");
    for (unsigned i = 0; i < 10; i++) {
        scene->summary.gaps++;
        scene_left(scene, "a@example.net", SMTP_QUIT);
    }
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_callout(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    for (unsigned i = 0; i < 30; i++) {
        scene_session(scene, "203.0.113.9", "mx.example.org");
        scene_rcpt(scene, "a@example.net", i % 2 ? "250 2.1.5 Ok" : "550 5.1.1 User unknown");
        scene_left(scene, "a@example.net", SMTP_QUIT);
        scene_close(scene);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_vrfy(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "probe.example.org");
    scene_vrfy(scene, "root", "252 2.0.0 root");
    scene_vrfy(scene, "admin", "252 2.0.0 admin");
    assert_int_equal(scene->alert_count, 0);
    scene_vrfy(scene, "test", "502 5.5.1 VRFY command is disabled");
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

/* The verdict after the final dot is every recipient's. */
static void test_shared_verdict(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "probe.example.org");
    for (unsigned i = 0; i < 5; i++) {
        char address[64];
        snprintf(address, sizeof address, "dead%u@example.net", i);
        scene_rcpt(scene, address, "250 2.1.5 Ok");
        scene_message(scene, address, 700, "550 5.1.1 User unknown", NULL);
    }
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_distinct),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_other_verdicts),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_abandoned),
        cmocka_unit_test(test_abandoned_in_a_gap),
        cmocka_unit_test(test_callout),
        cmocka_unit_test(test_vrfy),
        cmocka_unit_test(test_shared_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
