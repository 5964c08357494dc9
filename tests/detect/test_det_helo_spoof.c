/* helo-spoof: each false claim, names of many organisations, and all who may say so. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>

#define STRANGER "203.0.113.9"

/* One session with a message from client; the scene's server is mx.example.net [192.0.2.25]. */
static void mail(struct scene *scene, const char *client, const char *helo)
{
    scene_session(scene, client, helo);
    scene_message(scene, "anna@example.net", 700, "250 2.0.0 Ok", NULL);
    scene_close(scene);
}

/* The claims of one session by a stranger of whom nothing is known; "" where it is silent. */
static const char *claim_of(const char *client, const char *helo)
{
    static char text[512];
    struct scene *scene = scene_new("helo-spoof");
    mail(scene, client, helo);
    scene_end(scene);
    assert_true(scene->alert_count <= 1);
    snprintf(text, sizeof text, "%s", scene->alert_count == 0 ? "" : scene->alerts[0].reason);
    scene_free(scene);
    const char *claim = strstr(text, "HELO: ");
    return claim == NULL ? "" : claim + 6;
}

static void test_claims(void **state)
{
    (void)state;
    assert_string_equal(claim_of(STRANGER, "mx.example.net"), "the server's own name.");
    assert_string_equal(claim_of(STRANGER, "MX.Example.NET"), "the server's own name.");
    assert_string_equal(claim_of(STRANGER, "192.0.2.25"), "the server's own address.");
    assert_string_equal(claim_of(STRANGER, "[192.0.2.25]"), "the server's own address.");
    assert_string_equal(claim_of(STRANGER, "example.net"), "the recipients' domain.");
    assert_string_equal(claim_of(STRANGER, "[198.51.100.1]"), "the address of another host.");
    assert_string_equal(claim_of(STRANGER, "198.51.100.1"), "the address of another host.");
    assert_string_equal(claim_of("2001:db8::1", "[IPv6:2001:db8::2]"),
                        "the address of another host.");
}

static void test_honest(void **state)
{
    (void)state;
    static const char *const names[] = {
        "relay.example.org",    "[203.0.113.9]", "203.0.113.9", "localhost", "ACME-PC7",
        "mail.example.net.org", "net",           "_odd_",       ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(claim_of(STRANGER, names[i]), "");
    assert_string_equal(claim_of("2001:db8::1", "[IPv6:2001:db8::1]"), "");
    assert_string_equal(claim_of("2001:db8::1", "[IPv6:2001:0DB8:0::0:1]"), "");
}

static void test_evidence(void **state)
{
    (void)state;
    struct scene *scene = scene_new("helo-spoof");
    scene_dns_ptr(scene, STRANGER, "dsl9.provider.example");
    mail(scene, STRANGER, "mx.example.net");
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 2);
    assert_int_equal(scene_number(scene, 0, "sessions"), 1);
    assert_true(scene_lists(scene, 0, "claims", "server_name"));
    assert_true(scene_lists(scene, 0, "helo_names", "mx.example.net"));
    assert_true(scene_lists(scene, 0, "contacts", "abuse@provider.example"));
    assert_true(scene_lists(scene, 0, "contacts", "postmaster@[203.0.113.9]"));
    assert_non_null(strstr(scene->alerts[0].evidence, "\"advice\":\""));
    mail(scene, STRANGER, "[192.0.2.25]");
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    assert_int_equal(scene_list(scene, 1, "claims"), 2);
    mail(scene, STRANGER, "mx.example.net");
    scene_wait(scene, 3601);
    mail(scene, "198.51.100.1", "relay.example.org");
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    assert_int_equal(scene_number(scene, 2, "sessions"), 3);
    assert_true(scene->alerts[0].case_id == scene->alerts[2].case_id);
    scene_free(scene);
}

/* Session without a transaction: judged at its end; one with several counts once. */
static void test_sessions(void **state)
{
    (void)state;
    struct scene *scene = scene_new("helo-spoof");
    scene_session(scene, STRANGER, "mx.example.net");
    scene_close(scene);
    assert_int_equal(scene->alert_count, 1);
    scene_session(scene, "203.0.113.10", "mx.example.net");
    for (int i = 0; i < 20; i++)
        scene_message(scene, "anna@example.net", 700, "250 2.0.0 Ok", NULL);
    scene_close(scene);
    assert_int_equal(scene->alert_count, 2);
    assert_int_equal(scene_number(scene, 1, "sessions"), 1);
    scene_free(scene);
}

/* Whose DNS name is of that organisation, and who only says he is; a refuted name is none. */
static void test_own_organisation(void **state)
{
    (void)state;
    static const struct {
        const char *ptr, *leads_to;
        size_t alerts;
    } cases[] = {{"branch.example.net", STRANGER, 0},
                 {"branch.example.net", NULL, 0},
                 {"branch.example.net", "198.51.100.77", 2},
                 {"dsl9.provider.example", STRANGER, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene *scene = scene_new("helo-spoof");
        scene_dns_ptr(scene, STRANGER, cases[i].ptr);
        if (cases[i].leads_to != NULL)
            scene_dns_addr(scene, cases[i].ptr, cases[i].leads_to);
        mail(scene, STRANGER, "example.net");
        mail(scene, STRANGER, "mx.example.net");
        assert_int_equal(scene->alert_count, cases[i].alerts);
        scene_free(scene);
    }
}

/* Nothing is known of the host, which writes in that domain's name: a branch; known to have no
 * name: none. */
static void test_branch(void **state)
{
    (void)state;
    for (int nameless = 0; nameless < 2; nameless++) {
        struct scene *scene = scene_new("helo-spoof");
        if (nameless)
            scene_dns_ptr(scene, STRANGER, NULL);
        scene->sender = "bob@example.net";
        mail(scene, STRANGER, "example.net");
        assert_int_equal(scene->alert_count, nameless);
        scene_free(scene);
    }
}

static void test_trusted(void **state)
{
    (void)state;
    static const enum smtp_fact facts[] = {SMTP_FACT_AUTHENTICATED, SMTP_FACT_XCLIENT,
                                           SMTP_FACT_PROXY, SMTP_FACT_LMTP, SMTP_FACT_EHLO};
    for (size_t i = 0; i < 5; i++) {
        struct scene *scene = scene_new("helo-spoof");
        scene_session(scene, STRANGER, "mx.example.net");
        scene->summary.facts |= SMTP_BIT(facts[i]);
        scene_message(scene, "anna@example.net", 700, "250 2.0.0 Ok", NULL);
        assert_int_equal(scene->alert_count, facts[i] == SMTP_FACT_EHLO ? 1 : 0);
        scene_free(scene);
    }
    struct scene *scene = scene_new_at("helo-spoof", "10.0.0.0/8", NULL);
    mail(scene, "10.1.1.1", "mx.example.net");
    mail(scene, "10.1.1.1", "[198.51.100.1]");
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* Without the greeting the server's name is not known. */
static void test_no_greeting(void **state)
{
    (void)state;
    struct scene *scene = scene_new("helo-spoof");
    scene_session(scene, STRANGER, "mx.example.net");
    scene->summary.greeting = SPAN_NULL;
    scene_message(scene, "anna@example.net", 700, "250 2.0.0 Ok", NULL);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* Sessions with names of the form, a number in the place of "#". */
static void names(struct scene *scene, unsigned count, unsigned apart, const char *form)
{
    for (unsigned i = 0; i < count; i++) {
        char helo[96];
        const char *number = strchr(form, '#');
        snprintf(helo, sizeof helo, "%.*s%u%s", (int)(number - form), form, i, number + 1);
        mail(scene, STRANGER, helo);
        scene_wait(scene, apart);
    }
}

static size_t cases_of(unsigned count, unsigned apart, const char *form)
{
    struct scene *scene = scene_new("helo-spoof");
    names(scene, count, apart, form);
    scene_end(scene);
    size_t cases = scene_count(scene, CASE_NEW);
    scene_free(scene);
    return cases;
}

static void test_names(void **state)
{
    (void)state;
    assert_int_equal(cases_of(4, 0, "mail.customer#.com"), 0);
    assert_int_equal(cases_of(5, 0, "mail.customer#.com"), 1);
    assert_int_equal(cases_of(5, 900, "mail.customer#.com"), 1);
    assert_int_equal(cases_of(5, 901, "mail.customer#.com"), 0);
    assert_int_equal(cases_of(9, 1440, "mail.customer#.com"), 0);
    assert_int_equal(cases_of(50, 0, "out#.provider.com"), 0);
    assert_int_equal(cases_of(50, 0, "PC-#"), 0);
    assert_int_equal(cases_of(5, 0, "a-rather-long-name-of-a-mail-server.customer#.com"), 1);
}

static void test_names_evidence(void **state)
{
    (void)state;
    struct scene *scene = scene_new("helo-spoof");
    names(scene, 40, 1, "mail.customer#.com");
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    assert_int_equal(scene_count(scene, CASE_GROWING), 3);
    assert_int_equal(scene_number(scene, 0, "organisations"), 5);
    assert_int_equal(scene_number(scene, 0, "sessions"), 0);
    assert_int_equal(scene_list(scene, 0, "helo_names"), 5);
    assert_true(scene_lists(scene, 0, "helo_names", "mail.customer0.com"));
    assert_int_equal(scene_list(scene, 3, "helo_names"), 20);
    assert_int_equal(scene_number(scene, 3, "helo_name_count"), 40);
    names(scene, 41, 0, "mail.other#.com");
    size_t last = scene->alert_count;
    names(scene, 2, 0, "mail.third#.com");
    scene_end(scene);
    assert_int_equal(scene->alert_count, last + 1);
    assert_int_equal(scene->alerts[last].state, CASE_ENDED);
    assert_int_equal(scene_number(scene, last, "organisations"), 83);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_honest),
        cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_sessions),
        cmocka_unit_test(test_own_organisation),
        cmocka_unit_test(test_branch),
        cmocka_unit_test(test_trusted),
        cmocka_unit_test(test_no_greeting),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_names_evidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
