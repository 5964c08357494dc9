/* zombie-inside: five servers outside within ten minutes, and who may visit so many. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HOME "10.0.0.0/8"
#define PC   "10.1.2.3"

static struct scene *office(void)
{
    return scene_new_at("zombie-inside", HOME, NULL);
}

static void visit(struct scene *scene, unsigned server)
{
    char text[32];
    snprintf(text, sizeof text, "198.51.100.%u", server);
    scene_open(scene, PC, text);
}

static size_t cases_of(unsigned servers, unsigned apart)
{
    struct scene *scene = office();
    for (unsigned i = 0; i < servers; i++) {
        visit(scene, i + 1);
        scene_wait(scene, apart);
    }
    scene_end(scene);
    size_t count = scene_count(scene, CASE_NEW);
    scene_free(scene);
    return count;
}

/* SYNs alone are enough: a firewall that stops the bot does not hide it. */
static void test_limits(void **state)
{
    (void)state;
    assert_int_equal(cases_of(4, 0), 0);
    assert_int_equal(cases_of(5, 0), 1);
    assert_int_equal(cases_of(5, 150), 1);
    assert_int_equal(cases_of(20, 151), 0);
}

static void test_same_servers(void **state)
{
    (void)state;
    struct scene *scene = office();
    for (unsigned i = 0; i < 200; i++)
        visit(scene, i % 4);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_evidence(void **state)
{
    (void)state;
    struct scene *scene = office();
    for (unsigned i = 1; i <= 10; i++) {
        char server[32];
        snprintf(server, sizeof server, "198.51.100.%u", i);
        scene_session(scene, PC, i % 2 ? "ACME-PC7" : "ACME-PC8");
        scene_server(scene, server);
        scene_open(scene, PC, server);
        scene_rcpt(scene, "anna@example.net", i % 2 ? "250 2.1.5 Ok" : "550 5.7.1 Go away");
        scene_message(scene, "anna@example.net", 700, "250 2.0.0 Ok", NULL);
        scene_close(scene);
    }
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    assert_int_equal(scene->alerts[0].severity, 1);
    assert_int_equal(scene_number(scene, 0, "server_count"), 5);
    assert_true(scene_lists(scene, 0, "servers", "198.51.100.5"));
    assert_int_equal(scene_number(scene, 1, "server_count"), 10);
    assert_int_equal(scene_number(scene, 1, "messages"), 9);
    assert_int_equal(scene_number(scene, 1, "recipients_accepted"), 5);
    assert_int_equal(scene_number(scene, 1, "recipients_refused"), 4);
    assert_int_equal(scene_number(scene, 1, "helo_name_count"), 2);
    assert_true(scene_lists(scene, 1, "helo_names", "ACME-PC8"));
    assert_int_equal(scene_list(scene, 0, "contacts"), 0);
    assert_non_null(strstr(scene->alerts[0].reason, PC));
    visit(scene, 77);
    scene_wait(scene, 601);
    scene_open(scene, "10.9.9.9", "198.51.100.1");
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    for (unsigned i = 1; i <= 5; i++)
        visit(scene, i);
    assert_int_equal(scene_count(scene, CASE_NEW), 2);
    scene_free(scene);
}

/* Inside to inside, outside to outside, outside to inside; and nobody is inside by default. */
static void test_direction(void **state)
{
    (void)state;
    for (int home = 0; home < 2; home++) {
        struct scene *scene = scene_new_at("zombie-inside", home ? HOME : NULL, NULL);
        for (unsigned i = 1; i < 20; i++) {
            char inner[32];
            char outer[32];
            snprintf(inner, sizeof inner, "10.0.0.%u", i);
            snprintf(outer, sizeof outer, "198.51.100.%u", i);
            scene_open(scene, PC, home ? inner : outer);
            scene_open(scene, "203.0.113.1", outer);
            scene_open(scene, "203.0.113.1", inner);
        }
        scene_end(scene);
        assert_int_equal(scene->alert_count, 0);
        scene_free(scene);
    }
}

static void test_ipv6(void **state)
{
    (void)state;
    struct scene *scene = scene_new_at("zombie-inside", "2001:db8:1::/48", NULL);
    for (unsigned i = 1; i <= 5; i++) {
        char server[64];
        snprintf(server, sizeof server, "2001:db8:2::%u", i);
        assert_int_equal(scene->alert_count, 0);
        scene_open(scene, "2001:db8:1::7", server);
    }
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

/* Submission elsewhere than on port 25 is another matter. */
static void test_other_port(void **state)
{
    (void)state;
    struct scene *scene = office();
    for (unsigned i = 1; i < 20; i++) {
        char server[32];
        snprintf(server, sizeof server, "198.51.100.%u", i);
        scene_session(scene, PC, "laptop.example.org");
        scene_server(scene, server);
        scene->flow.server_port = 587;
        scene_close(scene);
    }
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* The connection is asked for before anybody can authenticate: the server is taken back. */
static void test_authenticated(void **state)
{
    (void)state;
    for (int authenticated = 0; authenticated < 2; authenticated++) {
        struct scene *scene = office();
        for (unsigned i = 0; i < 20; i++) {
            char server[32];
            snprintf(server, sizeof server, "198.51.100.%u", i % 10 + 1);
            scene_open(scene, PC, server);
            scene_session(scene, PC, "laptop.example.org");
            scene_server(scene, server);
            if (authenticated)
                scene->summary.facts |= SMTP_BIT(SMTP_FACT_AUTHENTICATED);
            scene_message(scene, "anna@example.net", 700, "250 2.0.0 Ok", NULL);
            scene_close(scene);
        }
        scene_end(scene);
        assert_int_equal(scene_count(scene, CASE_NEW), authenticated ? 0 : 1);
        scene_free(scene);
    }
}

/* An MX host by DNS, and one that was seen to take mail. */
static void test_known_servers(void **state)
{
    (void)state;
    for (int taught = 0; taught < 3; taught++) {
        struct scene *scene = office();
        if (taught == 1) {
            scene_dns_name(scene, DNS_MX, "example.org", "mx.example.org");
            scene_dns_addr(scene, "mx.example.org", PC);
        } else if (taught == 2) {
            scene_session(scene, "203.0.113.1", "relay.example.com");
            scene_server(scene, PC);
            scene_rcpt(scene, "anna@example.org", "250 2.1.5 Ok");
            scene_message(scene, "anna@example.org", 700, "250 2.0.0 Ok", NULL);
            scene_close(scene);
        }
        for (unsigned i = 1; i <= 8; i++)
            visit(scene, i);
        scene_end(scene);
        assert_int_equal(scene_count(scene, CASE_NEW), taught == 0 ? 1 : 0);
        scene_free(scene);
    }
}

static void test_names_file(void **state)
{
    (void)state;
    char path[] = "/tmp/mxtap-names-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    const char line[] = "mail 10.1.2.3\n";
    assert_int_equal(write(fd, line, sizeof line - 1), sizeof line - 1);
    close(fd);
    struct addr_net home;
    assert_true(addr_net_parse(span_text(HOME), &home));
    const struct know_options options = {
        .home_nets = &home, .home_net_count = 1, .names_file = path};
    struct scene *scene = scene_new_with("zombie-inside", &options);
    unlink(path);
    for (unsigned i = 1; i <= 8; i++)
        visit(scene, i);
    assert_int_equal(scene->alert_count, 0);
    for (unsigned i = 1; i <= 5; i++) {
        char server[32];
        snprintf(server, sizeof server, "198.51.100.%u", i);
        scene_open(scene, "10.1.2.4", server);
    }
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

/* More servers than are remembered: counted on, reported at each doubling. */
static void test_many(void **state)
{
    (void)state;
    struct scene *scene = office();
    for (unsigned i = 0; i < 5 * 512; i++) {
        char server[32];
        snprintf(server, sizeof server, "198.18.%u.%u", i / 250, i % 250 + 1);
        scene_open(scene, PC, server);
    }
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    assert_int_equal(scene_count(scene, CASE_GROWING), 9);
    scene_end(scene);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),        cmocka_unit_test(test_same_servers),
        cmocka_unit_test(test_evidence),      cmocka_unit_test(test_direction),
        cmocka_unit_test(test_ipv6),          cmocka_unit_test(test_other_port),
        cmocka_unit_test(test_authenticated), cmocka_unit_test(test_known_servers),
        cmocka_unit_test(test_names_file),    cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
