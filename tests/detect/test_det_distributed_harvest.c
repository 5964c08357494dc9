/* distributed-harvest: its limits, whose verdicts count, what is listed, and who stays silent. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>

static const char *const unknown = "550 5.1.1 User unknown";
static const char *const live = "250 2.1.5 Ok";

static void from(struct scene *scene, unsigned network)
{
    char client[32];
    snprintf(client, sizeof client, "198.18.%u.7", network);
    scene_session(scene, client, "pc.example.org");
}

static void ask(struct scene *scene, const char *word, unsigned number, const char *reply)
{
    char address[64];
    snprintf(address, sizeof address, "%s%u@example.net", word, number);
    scene_rcpt(scene, address, reply);
}

/* Each of the networks asks for its share of the unknown recipients, all at one time. */
static void harvest(struct scene *scene, unsigned networks, unsigned recipients, unsigned first)
{
    for (unsigned i = 0; i < recipients; i++) {
        from(scene, i % networks);
        ask(scene, "dead", first + i, unknown);
    }
}

static size_t cases_of(unsigned networks, unsigned recipients)
{
    struct scene *scene = scene_new("distributed-harvest");
    harvest(scene, networks, recipients, 0);
    scene_end(scene);
    size_t count = scene_count(scene, CASE_NEW);
    assert_int_equal(scene->alert_count, count);
    scene_free(scene);
    return count;
}

static void test_limits(void **state)
{
    (void)state;
    assert_int_equal(cases_of(10, 49), 0);
    assert_int_equal(cases_of(10, 50), 1);
    assert_int_equal(cases_of(9, 50), 0);
    assert_int_equal(cases_of(50, 50), 1);
}

static void test_evidence(void **state)
{
    (void)state;
    struct scene *scene = scene_new("distributed-harvest");
    harvest(scene, 10, 30, 0);
    from(scene, 3);
    ask(scene, "anna", 0, live);
    ask(scene, "anna", 0, live);
    ask(scene, "full", 0, "552 5.2.2 Mailbox full");
    harvest(scene, 10, 20, 30);
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 1);
    assert_int_equal(scene_number(scene, 0, "recipients_unknown"), 50);
    assert_int_equal(scene_number(scene, 0, "network_count"), 10);
    assert_int_equal(scene_list(scene, 0, "networks"), 10);
    assert_int_equal(scene_number(scene, 0, "window_seconds"), 3600);
    assert_int_equal(scene_list(scene, 0, "recipients"), 20);
    assert_int_equal(scene_number(scene, 0, "recipient_count"), 50);
    assert_true(scene_lists(scene, 0, "domains", "example.net"));
    assert_int_equal(scene_number(scene, 0, "confirmed_count"), 2);
    assert_true(scene_lists(scene, 0, "confirmed", "anna0@example.net"));
    assert_true(scene_lists(scene, 0, "confirmed", "full0@example.net"));
    assert_int_equal(scene_list(scene, 0, "contacts"), 0);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"advice\":\""));
    assert_non_null(
        strstr(scene->alerts[0].evidence, "{\"network\":\"198.18.0.0\\/24\",\"unknown\":5}"));
    scene_free(scene);
}

static void test_growing_and_ended(void **state)
{
    (void)state;
    struct scene *scene = scene_new("distributed-harvest");
    harvest(scene, 10, 99, 0);
    assert_int_equal(scene->alert_count, 1);
    harvest(scene, 10, 2, 99);
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    harvest(scene, 10, 5, 200);
    scene_wait(scene, 3700);
    scene_session(scene, "203.0.113.1", "relay.example.org");
    scene_rcpt(scene, "anna@example.com", live);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    assert_true(scene->alerts[0].case_id == scene->alerts[2].case_id);
    harvest(scene, 10, 50, 1000);
    assert_int_equal(scene_count(scene, CASE_NEW), 2);
    assert_true(scene->alerts[3].case_id != scene->alerts[0].case_id);
    assert_true(scene_lists(scene, 3, "recipients", "dead1000@example.net"));
    assert_false(scene_lists(scene, 3, "recipients", "dead0@example.net"));
    scene_free(scene);
}

/* 50 within the hour, and not quite. */
static void test_window(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        struct scene *scene = scene_new("distributed-harvest");
        harvest(scene, 5, 25, 0);
        scene_wait(scene, late ? 3601 : 3599);
        for (unsigned i = 0; i < 25; i++) {
            from(scene, 5 + i % 5);
            ask(scene, "dead", 25 + i, unknown);
        }
        scene_end(scene);
        assert_int_equal(scene->alert_count, late ? 0 : 1);
        scene_free(scene);
    }
}

/* The same recipients from everywhere are few; so are two hosts of one /24 or /64. */
static void test_distinct(void **state)
{
    (void)state;
    struct scene *scene = scene_new("distributed-harvest");
    for (unsigned i = 0; i < 400; i++) {
        from(scene, i % 20);
        ask(scene, "dead", i % 49, unknown);
    }
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
    scene = scene_new("distributed-harvest");
    for (unsigned i = 0; i < 400; i++) {
        char client[64];
        snprintf(client, sizeof client, i % 2 ? "198.18.%u.%u" : "2001:db8:0:%x::%x", i % 7 / 2,
                 i % 200 + 1);
        scene_session(scene, client, "pc.example.org");
        ask(scene, "dead", i, unknown);
    }
    assert_int_equal(scene->alert_count, 0);
    scene_session(scene, "2001:db8:ffff::1", "pc.example.org");
    ask(scene, "dead", 1000, unknown);
    scene_session(scene, "2001:db8:fffe::1", "pc.example.org");
    for (unsigned i = 0; i < 10; i++)
        ask(scene, "dead", 1001 + i, unknown);
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

/* Networks count of whose own verdicts half are unknown: a partner's stale address is none. */
static void test_partners(void **state)
{
    (void)state;
    for (unsigned good = 4; good <= 6; good++) {
        struct scene *scene = scene_new("distributed-harvest");
        for (unsigned network = 0; network < 12; network++) {
            from(scene, network);
            for (unsigned i = 0; i < good; i++)
                ask(scene, "live", i, live);
            for (unsigned i = 0; i < 5; i++)
                ask(scene, "dead", network * 5 + i, unknown);
        }
        assert_int_equal(scene->alert_count, good <= 5 ? 1 : 0);
        scene_free(scene);
    }
}

/* Newsletters with many stale addresses beside a harvest too small for the limit. */
static void test_newsletters(void **state)
{
    (void)state;
    struct scene *scene = scene_new("distributed-harvest");
    for (unsigned network = 0; network < 40; network++) {
        from(scene, network);
        for (unsigned i = 0; i < 100; i++)
            ask(scene, i % 4 ? "live" : "stale", network * 100 + i, i % 4 ? live : unknown);
    }
    for (unsigned i = 0; i < 45; i++) {
        from(scene, 100 + i % 9);
        ask(scene, "dead", i, unknown);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* Temporary, cascading, policy and unseen replies tell of no recipient; nor does VRFY of a name. */
static void test_other_verdicts(void **state)
{
    (void)state;
    static const char *const replies[] = {"450 4.2.0 Greylisted", NULL,
                                          "503 5.5.1 Error: no valid recipients",
                                          "554 5.7.1 Access denied", "451 4.3.0 Try again later"};
    struct scene *scene = scene_new("distributed-harvest");
    for (unsigned i = 0; i < 500; i++) {
        from(scene, i % 50);
        ask(scene, "dead", i, replies[i % 5]);
        char name[16];
        snprintf(name, sizeof name, "name%u", i);
        scene_vrfy(scene, name, unknown);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* The reply after the final dot is every recipient's; VRFY with a domain counts. */
static void test_other_ways(void **state)
{
    (void)state;
    struct scene *scene = scene_new("distributed-harvest");
    for (unsigned i = 0; i < 50; i++) {
        char address[64];
        from(scene, i % 10);
        snprintf(address, sizeof address, "dead%u@example.net", i);
        if (i % 2) {
            scene_vrfy(scene, address, unknown);
        } else {
            scene_rcpt(scene, address, live);
            scene_message(scene, address, 700, unknown, NULL);
        }
        assert_int_equal(scene->alert_count, i == 49);
    }
    scene_free(scene);
}

/* Two domains, 25 each. */
static void test_domains(void **state)
{
    (void)state;
    struct scene *scene = scene_new("distributed-harvest");
    for (unsigned i = 0; i < 98; i++) {
        char address[64];
        from(scene, i / 2 % 10);
        snprintf(address, sizeof address, "dead%u@%s", i, i % 2 ? "example.net" : "example.com");
        scene_rcpt(scene, address, unknown);
    }
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* A domain that sees unknown recipients all day: an attack upon it is still seen in time. */
static void test_busy_domain(void **state)
{
    (void)state;
    struct scene *scene = scene_new("distributed-harvest");
    scene_session(scene, "203.0.113.1", "relay.example.org");
    for (unsigned i = 0; i < 100000; i++) {
        if (i % 100 == 0)
            scene_wait(scene, 60);
        ask(scene, i % 3 ? "live" : "dead", i, i % 3 ? live : unknown);
    }
    assert_int_equal(scene->alert_count, 0);
    harvest(scene, 20, 50 + 4096 / 64, 200000);
    assert_int_equal(scene->alert_count, 1);
    assert_true(scene_number(scene, 0, "recipient_count") < 10000);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_growing_and_ended),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_distinct),
        cmocka_unit_test(test_partners),
        cmocka_unit_test(test_newsletters),
        cmocka_unit_test(test_other_verdicts),
        cmocka_unit_test(test_other_ways),
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_busy_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
