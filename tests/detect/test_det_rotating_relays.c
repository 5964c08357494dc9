/* rotating-relays: three organisations, one envelope, refused for good; queues and pools do not. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>

static const char *const refused = "553 5.7.1 Message-ID is no addr-spec";

/* One try from the client, refused (or not) after the dot. */
static void try_from(struct scene *scene, const char *client, uint64_t octets, const char *reply)
{
    scene_session(scene, client, "relay.example.org");
    scene_message(scene, "anna@example.net", octets, reply, NULL);
    scene_close(scene);
}

/* One try from each of so many far networks. */
static void tries(struct scene *scene, unsigned networks, uint64_t octets, const char *reply)
{
    for (unsigned i = 0; i < networks; i++) {
        char client[32];
        snprintf(client, sizeof client, "%u.20.30.40", 100 + i);
        try_from(scene, client, octets, reply);
    }
}

static size_t cases_of(unsigned networks, uint64_t octets, const char *reply)
{
    struct scene *scene = scene_new("rotating-relays");
    tries(scene, networks, octets, reply);
    scene_end(scene);
    size_t count = scene_count(scene, CASE_NEW);
    scene_free(scene);
    return count;
}

static void test_limits(void **state)
{
    (void)state;
    assert_int_equal(cases_of(2, 1762, refused), 0);
    assert_int_equal(cases_of(3, 1762, refused), 1);
    assert_int_equal(cases_of(9, 1762, "451 4.7.1 Greylisted"), 0);
    assert_int_equal(cases_of(9, 1762, "250 2.0.0 Ok"), 0);
    assert_int_equal(cases_of(9, 1762, NULL), 0);
    assert_int_equal(cases_of(9, 0, refused), 0);
}

static void test_evidence(void **state)
{
    (void)state;
    struct scene *scene = scene_new("rotating-relays");
    scene_dns_ptr(scene, "100.20.30.40", "dsl-100-20-30-40.provider.example");
    tries(scene, 5, 1762, refused);
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 2);
    assert_int_equal(scene_number(scene, 0, "attempt_count"), 3);
    assert_int_equal(scene_number(scene, 0, "organisations"), 3);
    assert_int_equal(scene_list(scene, 0, "attempts"), 3);
    assert_int_equal(scene_list(scene, 0, "contacts"), 0);
    const char *evidence = scene->alerts[0].evidence;
    assert_non_null(strstr(evidence, "\"address\":\"100.20.30.40\""));
    assert_non_null(strstr(evidence, "\"name\":\"dsl-100-20-30-40.provider.example\""));
    assert_non_null(strstr(evidence, "\"time\":\"1970-01-12T13:46:40.000000+0000\""));
    assert_non_null(strstr(evidence, "\"code\":553"));
    assert_non_null(strstr(evidence, "\"octets\":1762"));
    assert_non_null(strstr(evidence, "\"sender\":\"sender@example.org\""));
    assert_non_null(strstr(evidence, "\"advice\":\""));
    try_from(scene, "120.1.1.1", 1762, refused);
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    try_from(scene, "121.1.1.1", 1762, refused);
    scene_wait(scene, 3601);
    try_from(scene, "122.1.1.1", 5, refused);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    assert_true(scene->alerts[0].case_id == scene->alerts[2].case_id);
    scene_free(scene);
}

static void test_window(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        struct scene *scene = scene_new("rotating-relays");
        try_from(scene, "100.1.1.1", 1762, refused);
        scene_wait(scene, 1800);
        try_from(scene, "101.1.1.1", 1762, refused);
        scene_wait(scene, late ? 1801 : 1800);
        try_from(scene, "102.1.1.1", 1762, refused);
        assert_int_equal(scene->alert_count, late ? 0 : 1);
        scene_free(scene);
    }
}

static void test_sizes(void **state)
{
    (void)state;
    for (int other = 0; other < 2; other++) {
        struct scene *scene = scene_new("rotating-relays");
        try_from(scene, "100.1.1.1", 10000, refused);
        try_from(scene, "101.1.1.1", 10000, refused);
        try_from(scene, "102.1.1.1", other ? 9799 : 9800, refused);
        assert_int_equal(scene->alert_count, other ? 0 : 1);
        scene_free(scene);
    }
}

/* The same content, whatever each relay has added to the header. */
static void test_digest(void **state)
{
    (void)state;
    for (int other = 0; other < 2; other++) {
        struct scene *scene = scene_new("rotating-relays");
        for (unsigned i = 0; i < 3; i++) {
            char client[32];
            snprintf(client, sizeof client, "%u.1.1.1", 100 + i);
            const struct mail_summary mail = {.digest = other ? 77 + i : 77};
            scene_session(scene, client, "relay.example.org");
            scene_message(scene, "anna@example.net", 1000 * (i + 1), refused, &mail);
        }
        assert_int_equal(scene->alert_count, other ? 0 : 1);
        scene_free(scene);
    }
}

/* Refused at RCPT, where only MAIL tells the size (RFC 1870). */
static void test_refused_at_rcpt(void **state)
{
    (void)state;
    for (int mode = 0; mode < 4; mode++) {
        struct scene *scene = scene_new("rotating-relays");
        for (unsigned i = 0; i < 3; i++) {
            char client[32];
            snprintf(client, sizeof client, "%u.1.1.1", 100 + i);
            scene_session(scene, client, "relay.example.org");
            struct smtp_recipient list[2] = {
                {SPAN_LITERAL("a@example.net"), SPAN_LITERAL("a@example.net"),
                 scene_reply("550 5.7.1 Blocked")},
                {SPAN_LITERAL("b@example.net"), SPAN_LITERAL("b@example.net"),
                 scene_reply(mode == 2 ? "450 4.7.1 Later" : "550 5.7.1 Blocked")}};
            struct smtp_transaction made = {
                .opened = true,
                .ended_by = SMTP_QUIT,
                .mail_address = mode == 3 ? SPAN_NULL : SPAN_LITERAL("s@example.org"),
                .mail_params =
                    mode == 1 ? SPAN_LITERAL("BODY=8BITMIME") : SPAN_LITERAL("BODY=7BIT size=1762"),
                .recipients = list,
                .recipient_count = 2,
                .recipient_total = 2,
            };
            scene_refused(scene, &made);
        }
        assert_int_equal(scene->alert_count, mode == 0 ? 1 : 0);
        scene_free(scene);
    }
}

/* Recipients in another order are the same; other recipients or another sender are not. */
static void test_envelope(void **state)
{
    (void)state;
    for (int mode = 0; mode < 3; mode++) {
        struct scene *scene = scene_new("rotating-relays");
        for (unsigned i = 0; i < 3; i++) {
            char client[32];
            char sender[32];
            snprintf(client, sizeof client, "%u.1.1.1", 100 + i);
            snprintf(sender, sizeof sender, "s%u@example.org", mode == 2 ? i : 0);
            scene->sender = sender;
            scene_session(scene, client, "relay.example.org");
            scene_message(scene,
                          i == 1 ? (mode == 1 ? "a@x.example b@x.example c@x.example"
                                              : "b@x.example a@x.example")
                                 : "a@x.example b@x.example",
                          1762, refused, NULL);
        }
        scene->sender = "";
        tries(scene, 5, 1762, refused);
        assert_int_equal(scene->alert_count, mode == 0 ? 1 : 0);
        scene_free(scene);
    }
}

/* A pool of one provider, by its names; neighbours where no name is known. */
static void test_organisations(void **state)
{
    (void)state;
    struct scene *scene = scene_new("rotating-relays");
    for (unsigned i = 0; i < 8; i++) {
        char client[32];
        char name[64];
        snprintf(client, sizeof client, "%u.1.1.1", 100 + i);
        snprintf(name, sizeof name, "out%u.pool.provider.example", i);
        scene_dns_ptr(scene, client, name);
        scene_dns_addr(scene, name, client);
    }
    for (unsigned i = 0; i < 8; i++) {
        char client[32];
        snprintf(client, sizeof client, "%u.1.1.1", 100 + i);
        try_from(scene, client, 1762, refused);
        snprintf(client, sizeof client, "60.60.%u.%u", i * 7, i + 1);
        try_from(scene, client, 1762, refused);
        snprintf(client, sizeof client, "2001:db8:%x::1", i);
        try_from(scene, client, 5000, refused);
    }
    assert_int_equal(scene->alert_count, 0);
    try_from(scene, "2002:db8::1", 5000, refused);
    try_from(scene, "2003:db8::1", 5000, refused);
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

/* A queue that gets through in between starts anew; one that is put off does not. */
static void test_accepted_between(void **state)
{
    (void)state;
    for (int accepted = 0; accepted < 2; accepted++) {
        struct scene *scene = scene_new("rotating-relays");
        tries(scene, 2, 1762, refused);
        try_from(scene, "110.1.1.1", 1762, accepted ? "250 2.0.0 Ok" : "451 4.7.1 Greylisted");
        try_from(scene, "111.1.1.1", 1762, refused);
        assert_int_equal(scene->alert_count, accepted ? 0 : 1);
        scene_free(scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),           cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_window),           cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_digest),           cmocka_unit_test(test_refused_at_rcpt),
        cmocka_unit_test(test_envelope),         cmocka_unit_test(test_organisations),
        cmocka_unit_test(test_accepted_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
