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

static void live_recipients(struct scene *scene, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char address[64];
        snprintf(address, sizeof address, "live%u@example.net", i);
        scene_rcpt(scene, address, "250 2.1.5 Ok");
    }
}

/* Twice as many before the end of the session as at its end. */
static void test_unknown(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "probe.example.org");
    unknown_recipients(scene, 9);
    assert_int_equal(scene->alert_count, 0);
    unknown_recipients(scene, 10);
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].state, CASE_NEW);
    assert_int_equal(scene->alerts[0].severity, 2);
    unknown_recipients(scene, 19);
    assert_int_equal(scene->alert_count, 1);
    unknown_recipients(scene, 21);
    assert_int_equal(scene->alert_count, 2);
    assert_int_equal(scene->alerts[1].state, CASE_GROWING);
    assert_true(scene->alerts[0].case_id == scene->alerts[1].case_id);
    scene_close(scene);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"recipients_unknown\":10"));
    scene_free(scene);
}

/* One session of unknown and live recipients; the number of cases when it has ended. */
static size_t cases_of(unsigned unknown, unsigned live)
{
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "probe.example.org");
    live_recipients(scene, live);
    unknown_recipients(scene, unknown);
    scene_close(scene);
    scene_end(scene);
    size_t count = scene_count(scene, CASE_NEW);
    assert_int_equal(scene->alert_count, count);
    scene_free(scene);
    return count;
}

static void test_limits(void **state)
{
    (void)state;
    assert_int_equal(cases_of(4, 0), 0);
    assert_int_equal(cases_of(5, 0), 1);
    assert_int_equal(cases_of(5, 5), 1);
    assert_int_equal(cases_of(5, 6), 0);
    assert_int_equal(cases_of(30, 31), 0);
}

/* A queue whose list begins with its stale addresses: the share is that of the whole session. */
static void test_unlucky_order(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "lists.example.org");
    live_recipients(scene, 4);
    unknown_recipients(scene, 5);
    live_recipients(scene, 15);
    unknown_recipients(scene, 7);
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* Without an end that was seen: forgotten after an hour, or the capture ends. */
static void test_no_close(void **state)
{
    (void)state;
    for (int ends = 0; ends < 2; ends++) {
        struct scene *scene = scene_new("mx-probe");
        scene_session(scene, "203.0.113.9", "probe.example.org");
        unknown_recipients(scene, 5);
        if (ends) {
            scene_end(scene);
        } else {
            scene_wait(scene, 3601);
            scene_session(scene, "198.51.100.1", "relay.example.org");
            scene_rcpt(scene, "anna@example.net", "250 2.1.5 Ok");
        }
        assert_int_equal(scene->alert_count, 1);
        assert_int_equal(scene->alerts[0].state, CASE_NEW);
        assert_non_null(strstr(scene->alerts[0].reason, "203.0.113.9 tested recipients"));
        scene_free(scene);
    }
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
    live_recipients(scene, 60);
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

static void empty_message(struct scene *scene, const char *recipients, bool bdat)
{
    struct smtp_transaction made = {
        .data_command = !bdat,
        .data_reply = scene_reply(bdat ? NULL : "354 go ahead"),
        .content = true,
        .complete = true,
        .bdat = bdat,
        .content_reply = scene_reply("250 2.0.0 Ok"),
        .ended_by = bdat ? SMTP_BDAT : SMTP_CONTENT,
    };
    scene_transaction(scene, &made, recipients, NULL);
}

/* An MX that accepts everything is probed by empty messages, without a single refusal. */
static void test_empty(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene *scene = scene_new("mx-probe");
        scene_session(scene, "203.0.113.9", "liturgical.com");
        scene_rcpt(scene, "a@example.net", "250 2.1.5 Ok");
        empty_message(scene, "a@example.net", kind == 1);
        assert_int_equal(scene->alert_count, 0);
        scene_rcpt(scene, "b@example.net", "250 2.1.5 Ok");
        empty_message(scene, "b@example.net", kind > 0);
        assert_int_equal(scene->alert_count, 1);
        const char *evidence = scene->alerts[0].evidence;
        assert_non_null(strstr(evidence, "\"methods\":[\"RCPT\",\"empty message\"]"));
        assert_non_null(strstr(evidence, "\"confirmed\":[\"a@example.net\",\"b@example.net\"]"));
        assert_non_null(strstr(evidence, "\"recipients_unknown\":0"));
        scene_free(scene);
    }
}

/* One empty message to many is one test; the same address twice is one address; one with a hole and
 * one with an octet in it are none. */
static void test_not_empty(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    scene_session(scene, "203.0.113.9", "relay.example.org");
    empty_message(scene, "a@example.net b@example.net c@example.net", false);
    empty_message(scene, "a@example.net", false);
    scene_message(scene, "d@example.net", 1, "250 2.0.0 Ok", NULL);
    struct smtp_transaction holed = {
        .data_command = true,
        .data_reply = scene_reply("354 go ahead"),
        .content = true,
        .complete = true,
        .holes = true,
        .content_reply = scene_reply("250 2.0.0 Ok"),
        .ended_by = SMTP_CONTENT,
    };
    scene_transaction(scene, &holed, "e@example.net", NULL);
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
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
    assert_int_equal(scene->alert_count, 0);
    scene_close(scene);
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_unlucky_order),
        cmocka_unit_test(test_no_close),
        cmocka_unit_test(test_distinct),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_other_verdicts),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_not_empty),
        cmocka_unit_test(test_abandoned),
        cmocka_unit_test(test_abandoned_in_a_gap),
        cmocka_unit_test(test_callout),
        cmocka_unit_test(test_vrfy),
        cmocka_unit_test(test_shared_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
