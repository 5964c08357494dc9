/* backscatter-source: a server that accepts first and bounces later; servers that tell their own
 * users stay silent. */
#include "helper_reports.h"
#include "test.h"

#include <stdio.h>

#define HOME  "192.0.2.0/24"
#define OURS  "192.0.2.30"
#define OUTER "mx.example.net"
#define OK    "250 2.0.0 Ok"

static const struct report failure = {
    .action = "failed",
    .status = "5.1.1",
    .failed = "nobody@example.net",
    .mta = OUTER,
    .lines = {"from pc (unknown [91.122.24.126]) by mx.example.net (Postfix) with SMTP id 1"},
};

/* Everything goes to the outside server that the stage has, which is made one by home. */
static struct scene *bounce(const char *home, const char *client, const struct report *report,
                            unsigned count, unsigned domains)
{
    struct scene *scene = scene_new_at("backscatter-source", home, "example.net");
    for (unsigned i = 0; i < count; i++) {
        char rcpt[60];
        snprintf(rcpt, sizeof rcpt, "jo%u@forged%u.example", i, i % domains);
        report_send(scene, client, OUTER, rcpt, OK, report);
        scene_wait(scene, 30);
    }
    scene_end(scene);
    return scene;
}

static size_t alerts_of(const char *home, const char *client, const struct report *report,
                        unsigned count, unsigned domains)
{
    struct scene *scene = bounce(home, client, report, count, domains);
    size_t alerts = scene_count(scene, CASE_NEW);
    scene_free(scene);
    return alerts;
}

#define OUR_NET "198.51.100.0/24"
#define OUR_MX  "198.51.100.25"

static void test_thresholds(void **state)
{
    (void)state;
    assert_int_equal(alerts_of(OUR_NET, OUR_MX, &failure, 10, 10), 1);
    assert_int_equal(alerts_of(NULL, OUR_MX, &failure, 10, 10), 1);
    assert_int_equal(alerts_of(OUR_NET, OUR_MX, &failure, 40, 9), 0);
    /* Somebody else's server, and a report that stays at home. */
    assert_int_equal(alerts_of(OUR_NET, "203.0.113.25", &failure, 40, 20), 0);
    assert_int_equal(alerts_of(HOME, OURS, &failure, 40, 20), 0);
}

static void test_slow(void **state)
{
    (void)state;
    struct scene *scene = scene_new_at("backscatter-source", OUR_NET, NULL);
    for (unsigned i = 0; i < 20; i++) {
        char rcpt[60];
        snprintf(rcpt, sizeof rcpt, "jo@forged%u.example", i);
        report_send(scene, OUR_MX, OUTER, rcpt, OK, &failure);
        scene_wait(scene, 600);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_evidence(void **state)
{
    (void)state;
    struct scene *scene = bounce(OUR_NET, OUR_MX, &failure, 25, 25);
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    const char *evidence = scene->alerts[0].evidence;
    assert_non_null(strstr(evidence, "\"server\":\"198.51.100.25\",\"reports\":10"));
    assert_non_null(strstr(evidence, "\"domains\":[\"forged0.example\",\"forged1.example\""));
    assert_non_null(strstr(evidence, "\"failures\":[\"5.1.1 nobody@example.net\"]"));
    scene_free(scene);
}

/* Own users' mail, mail of home's hosts, other reports, local recipients. */
static void test_honest(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "by mx.example.net (Postfix, from userid 33) id 2",
        "from ws4 (ws4.example.net [10.1.2.4]) by mx.example.net (Postfix) with ESMTP id 3",
        "from road ([91.122.24.126]) by mx.example.net (Postfix) with ESMTPSA id 4",
        "from shop ([198.51.100.80]) by mx.example.net (Postfix) with ESMTP id 5",
    };
    struct report report = failure;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        report.lines[0] = lines[i];
        if (alerts_of(OUR_NET, OUR_MX, &report, 30, 30) != 0)
            fail_msg("%s", lines[i]);
    }
    report = failure;
    report.action = "delayed";
    assert_int_equal(alerts_of(OUR_NET, OUR_MX, &report, 30, 30), 0);
    report = (struct report){.plain = true, .subject = "I am on holiday"};
    assert_int_equal(alerts_of(OUR_NET, OUR_MX, &report, 30, 30), 0);
    struct scene *scene = scene_new_at("backscatter-source", NULL, "example.net");
    for (unsigned i = 0; i < 30; i++)
        report_send(scene, OUR_MX, OUTER, "jo@example.net", OK, &failure);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_honest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
