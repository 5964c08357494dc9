/* backscatter-received: reports for mail that others forged; bounces of our own mail, warnings and
 * receipts stay silent. */
#include "helper_reports.h"
#include "test.h"

#include <stdio.h>

#define HOME   "192.0.2.0/24"
#define VICTIM "anna@example.org"
#define OK     "250 2.0.0 Ok"

static const struct report plain_failure = {
    .action = "failed",
    .status = "5.1.1",
    .failed = "nobody@rcpt.example",
    .mta = "mx.rcpt.example",
    .id = "<made-up@spam.example>",
    .from = "Anna <anna@example.org>",
    .lines = {"from pc (unknown [91.122.24.126]) by mx.rcpt.example (Postfix) with SMTP id 1",
              "from [91.122.24.126] by ns2.example.org; Mon, 19 Jun 2006 06:18:46 +0100",
              "from x ([10.0.0.1]) by y.example with HTTP"},
};

/* count reports from that many hosts; each names another zombie. */
static void flood(struct scene *scene, const struct report *like, unsigned count, unsigned hosts)
{
    for (unsigned i = 0; i < count; i++) {
        char client[32];
        char line[120], forged[120];
        char failed[60];
        struct report report = *like;
        snprintf(client, sizeof client, "203.0.%u.9", i % hosts);
        snprintf(failed, sizeof failed, "nobody%u@rcpt.example", i);
        if (report.lines[0] != NULL) {
            snprintf(line, sizeof line, "from pc (unknown [91.122.24.%u]) by mx.rcpt.example", i);
            report.lines[0] = line;
            snprintf(forged, sizeof forged, "from [91.122.24.%u] by ns2.example.org", i);
            report.lines[1] = forged;
        }
        report.failed = failed;
        report_send(scene, client, "mx.rcpt.example", VICTIM, OK, &report);
        scene_wait(scene, 60);
    }
}

static size_t alerts_of(const struct report *like, const char *home, unsigned count, unsigned hosts)
{
    struct scene *scene = scene_new_at("backscatter-received", home, NULL);
    flood(scene, like, count, hosts);
    scene_end(scene);
    size_t alerts = scene_count(scene, CASE_NEW);
    scene_free(scene);
    return alerts;
}

static void test_thresholds(void **state)
{
    (void)state;
    assert_int_equal(alerts_of(&plain_failure, HOME, 10, 5), 1);
    assert_int_equal(alerts_of(&plain_failure, NULL, 10, 5), 1);
    assert_int_equal(alerts_of(&plain_failure, HOME, 9, 9), 0);
    assert_int_equal(alerts_of(&plain_failure, HOME, 30, 4), 0);
    struct scene *scene = scene_new_at("backscatter-received", HOME, NULL);
    for (unsigned i = 0; i < 4; i++) { /* four an hour and a half */
        flood(scene, &plain_failure, 4, 4);
        scene_wait(scene, 5400);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_evidence(void **state)
{
    (void)state;
    struct scene *scene = scene_new_at("backscatter-received", HOME, NULL);
    flood(scene, &plain_failure, 22, 11);
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    const char *evidence = scene->alerts[0].evidence;
    assert_non_null(strstr(evidence, "\"forged_sender\":\"anna@example.org\""));
    assert_non_null(strstr(evidence, "\"reports\":10,\"reports_refused\":0"));
    assert_non_null(strstr(evidence, "\"zombies\":[\"91.122.24.0\",\"91.122.24.1\""));
    assert_non_null(strstr(evidence, "\"zombie_count\":10"));
    assert_non_null(
        strstr(evidence, "\"forged_lines\":[{\"why\":\"took_from_client\",\"line\":\"from [91"));
    assert_non_null(strstr(evidence, "\"forged_line_count\":11")); /* the last is the same */
    assert_non_null(strstr(evidence, "\"quoted_from\":[\"Anna <anna@example.org>\"]"));
    assert_non_null(strstr(scene->alerts[0].reason, "10 failure reports from 10 hosts"));
    scene_free(scene);
}

/* A refused report was sent all the same; one report to several recipients counts for each. */
static void test_refused_and_shared(void **state)
{
    (void)state;
    struct scene *scene = scene_new_at("backscatter-received", HOME, NULL);
    for (unsigned i = 0; i < 10; i++) {
        char client[32];
        snprintf(client, sizeof client, "203.0.%u.9", i);
        report_send(scene, client, "mx.rcpt.example", VICTIM " bob@example.org",
                    "550 5.7.1 No such mail was sent", &plain_failure);
    }
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 2);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"reports_refused\":10"));
    scene_free(scene);
}

static void test_other_forms(void **state)
{
    (void)state;
    /* No quoted header; a form that only the subject gives away; no action. */
    struct report report = plain_failure;
    report.lines[0] = NULL;
    assert_int_equal(alerts_of(&report, HOME, 10, 5), 1);
    report = (struct report){.plain = true, .subject = "DELIVERY FAILURE: No such user"};
    assert_int_equal(alerts_of(&report, HOME, 10, 5), 1);
    report = (struct report){.status = "5.1.1"};
    assert_int_equal(alerts_of(&report, HOME, 10, 5), 1);
}

/* Behind a relay each report is seen twice. */
static void test_seen_twice(void **state)
{
    (void)state;
    struct scene *scene = scene_new("backscatter-received");
    for (unsigned i = 0; i < 16; i++) {
        char client[32], id[40];
        struct report report = plain_failure;
        snprintf(client, sizeof client, "203.0.%u.9", i);
        snprintf(id, sizeof id, "<%u@mx.rcpt.example>", i / 2);
        report.own_id = id;
        report_send(scene, client, "mx.rcpt.example", VICTIM, OK, &report);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_no_failures(void **state)
{
    (void)state;
    static const char *const actions[] = {"delayed", "delivered", "relayed", "expanded"};
    struct report report = plain_failure;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        report.action = actions[i];
        assert_int_equal(alerts_of(&report, HOME, 20, 10), 0);
    }
    report = (struct report){.plain = true, .subject = "Out of office"};
    assert_int_equal(alerts_of(&report, HOME, 20, 10), 0);
    report = (struct report){.status = "4.4.1", .subject = "Warning: could not send message"};
    assert_int_equal(alerts_of(&report, HOME, 20, 10), 0);
    /* Reports from our own servers. */
    struct scene *scene = scene_new_at("backscatter-received", HOME, NULL);
    for (unsigned i = 0; i < 20; i++) {
        char client[32];
        snprintf(client, sizeof client, "192.0.2.%u", 100 + i);
        report_send(scene, client, "out.example.org", VICTIM, OK, &plain_failure);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* Mail that was seen leaving, known by its Message-ID or by sender and recipient. */
static void test_seen_leaving(void **state)
{
    (void)state;
    struct report report = plain_failure;
    report.id = "<news@example.org>";
    struct scene *scene = scene_new_at("backscatter-received", HOME, NULL);
    mail_send(scene, "192.0.2.30", VICTIM, "list@other.example", "<news@example.org>");
    scene_wait(scene, 7200);
    flood(scene, &report, 20, 10);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);

    scene = scene_new_at("backscatter-received", HOME, NULL);
    for (unsigned i = 0; i < 20; i++) {
        char rcpt[60];
        snprintf(rcpt, sizeof rcpt, "Nobody%u@RCPT.example", i);
        mail_send(scene, "192.0.2.30", VICTIM, rcpt, NULL);
    }
    flood(scene, &plain_failure, 20, 10);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);

    /* The same mail from an outsider did not leave home. */
    scene = scene_new_at("backscatter-received", HOME, NULL);
    mail_send(scene, "198.51.100.30", VICTIM, "list@other.example", "<news@example.org>");
    flood(scene, &report, 20, 10);
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    scene_free(scene);
}

/* The way out is encrypted: the reporting host's own line says that the mail came from home. */
static void test_quoted_home(void **state)
{
    (void)state;
    struct scene *scene = scene_new_at("backscatter-received", HOME, NULL);
    for (unsigned i = 0; i < 20; i++) {
        char client[32];
        struct report report = plain_failure;
        snprintf(client, sizeof client, "203.0.%u.9", i);
        report.lines[0] = "from out.example.org (out.example.org [192.0.2.30]) by mx.rcpt.example";
        report_send(scene, client, "mx.rcpt.example", VICTIM, OK, &report);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* Without home_net: mail that left from the network that the reports come to. */
static void test_without_home(void **state)
{
    (void)state;
    struct report report = plain_failure;
    report.id = "<news@example.org>";
    struct scene *scene = scene_new("backscatter-received");
    mail_send(scene, "192.0.2.30", VICTIM, "list@other.example", "<news@example.org>");
    flood(scene, &report, 20, 10);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
    scene = scene_new("backscatter-received");
    mail_send(scene, "91.122.24.126", VICTIM, "list@other.example", "<news@example.org>");
    flood(scene, &report, 20, 10);
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thresholds),         cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_refused_and_shared), cmocka_unit_test(test_other_forms),
        cmocka_unit_test(test_no_failures),        cmocka_unit_test(test_seen_twice),
        cmocka_unit_test(test_seen_leaving),       cmocka_unit_test(test_quoted_home),
        cmocka_unit_test(test_without_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
