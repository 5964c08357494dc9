/* zombie-sender: signals add up, good signs take away, mail servers stay below. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct mail_summary bare = {.header_complete = true, .visible = true};

static const struct mail_summary proper = {
    .header_complete = true,
    .visible = true,
    .present = MAIL_BIT(MAIL_FROM) | MAIL_BIT(MAIL_TO) | MAIL_BIT(MAIL_SUBJECT) |
               MAIL_BIT(MAIL_DATE) | MAIL_BIT(MAIL_MESSAGE_ID) | MAIL_BIT(MAIL_RECEIVED),
    .id_state = MAIL_ID_GOOD,
    .received_total = 1,
};

static size_t alerts_for(const char *helo, const struct mail_summary *mail, uint64_t more,
                         uint64_t less)
{
    struct scene *scene = scene_new("zombie-sender");
    scene_session(scene, "203.0.113.9", helo);
    scene->summary.facts |= more;
    scene->summary.facts &= ~less;
    scene_rcpt(scene, "a@example.net", "250 2.1.5 Ok");
    scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", mail);
    scene_close(scene);
    scene_end(scene);
    size_t count = scene->alert_count;
    scene_free(scene);
    return count;
}

static void test_zombies(void **state)
{
    (void)state;
    /* bare message 2.25 */
    const uint64_t quit = SMTP_BIT(SMTP_FACT_QUIT);
    assert_int_equal(alerts_for("friend-pc", &bare, SMTP_BIT(SMTP_FACT_LOOSE_SYNTAX), quit), 1);
    assert_int_equal(alerts_for("localhost", &bare, 0, quit), 1);
    assert_int_equal(alerts_for("198.51.100.7", &bare, 0, 0), 1);
    assert_int_equal(alerts_for("[198.51.100.7]", &bare, 0, 0), 1);
    assert_int_equal(alerts_for("mx.example.net", &bare, 0, 0), 1);
    assert_int_equal(alerts_for("relay.example.org", &bare, SMTP_BIT(SMTP_FACT_EARLY_TALKER), 0),
                     1);
}

static void test_good_ones(void **state)
{
    (void)state;
    assert_int_equal(alerts_for("relay.example.org", &proper, 0, 0), 0);
    assert_int_equal(alerts_for("relay.example.org", &bare, 0, 0), 0);
    assert_int_equal(alerts_for("localhost", &proper, 0, 0), 0);
    assert_int_equal(alerts_for("scanner-2og", &bare, 0, 0), 0);
    assert_int_equal(alerts_for("[127.0.1.1]", &bare, 0, 0), 0);
    assert_int_equal(alerts_for("friend-pc", &proper, SMTP_BIT(SMTP_FACT_EARLY_TALKER), 0), 0);
    assert_int_equal(
        alerts_for("friend-pc", &bare, SMTP_BIT(SMTP_FACT_STARTTLS), SMTP_BIT(SMTP_FACT_QUIT)), 0);
    assert_int_equal(alerts_for("localhost", &bare, SMTP_BIT(SMTP_FACT_AUTHENTICATED), 0), 0);
}

/* What was not seen is not held against anybody. */
static void test_unseen_content(void **state)
{
    (void)state;
    assert_int_equal(alerts_for("localhost", NULL, 0, 0), 0);
    struct mail_summary holes = bare;
    holes.holes = true;
    assert_int_equal(alerts_for("localhost", &holes, 0, 0), 0);
}

static void test_case(void **state)
{
    (void)state;
    struct scene *scene = scene_new("zombie-sender");
    for (unsigned i = 0; i < 5; i++) {
        scene_session(scene, "203.0.113.9", "198.51.100.7");
        scene_rcpt(scene, "a@example.net", "250 2.1.5 Ok");
        scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", &bare);
        scene_close(scene);
        scene_wait(scene, 10);
    }
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    assert_int_equal(scene_count(scene, CASE_GROWING), 2);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "{\"signal\":\"helo_bare_ip\""));
    scene_free(scene);
}

/* Everything is reported, with all its signals. */
static struct scene *open_scene(void)
{
    struct scene *scene = scene_new("zombie-sender");
    scene_set(scene, "threshold", "-100");
    return scene;
}

/* A session with this message; does the report of it list the signal? */
static bool shows(struct scene *scene, const char *client, const char *helo,
                  const struct mail_summary *mail, const char *signal)
{
    scene_session(scene, client, helo);
    scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", mail);
    scene_close(scene);
    assert_true(scene->alert_count > 0);
    char text[64];
    snprintf(text, sizeof text, "{\"signal\":\"%s\"", signal);
    return strstr(scene->alerts[scene->alert_count - 1].evidence, text) != NULL;
}

/* DNS says this name of the address, and this address of the name. */
static void named(struct scene *scene, const char *client, const char *name, const char *addr)
{
    scene_dns_ptr(scene, client, name);
    if (addr != NULL)
        scene_dns_addr(scene, name, addr);
}

static void test_no_name(void **state)
{
    (void)state;
    struct scene *scene = open_scene();
    assert_false(shows(scene, "203.0.113.8", "mail.example.org", &proper, "name_unknown"));
    named(scene, "203.0.113.9", NULL, NULL);
    assert_true(shows(scene, "203.0.113.9", "mail.example.org", &proper, "name_unknown"));
    scene_free(scene);
}

/* A name by rule counts where it is that of a home's line, and never speaks for its host. */
static void test_made_names(void **state)
{
    (void)state;
    static const struct {
        const char *client, *name;
        bool dynamic;
    } rows[] = {
        {"203.0.113.9", "ppp203-0-113-9.pppoe.avangard-dsl.example", true},
        {"203.0.113.10", "static-203-0-113-10.biz.bizline.example", false},
        {"203.0.113.11", "vps-203-0-113-11.vps.ovalhost.example", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene *scene = open_scene();
        named(scene, rows[i].client, rows[i].name, rows[i].client);
        const char *name = rows[i].name;
        assert_true(shows(scene, rows[i].client, name, &proper, "name_dynamic") == rows[i].dynamic);
        assert_int_equal(scene->alert_count, 1);
        const char *evidence = scene->alerts[0].evidence;
        assert_true((strstr(evidence, "helo_dynamic") != NULL) == rows[i].dynamic);
        assert_null(strstr(evidence, "name_confirmed"));
        assert_non_null(strstr(evidence, "\"client_name_source\":\"dns\""));
        scene_free(scene);
    }
}

static void test_confirmed(void **state)
{
    (void)state;
    const char *name = "mail.partner.example";
    struct scene *scene = open_scene();
    named(scene, "203.0.113.9", name, NULL);
    assert_false(shows(scene, "203.0.113.9", name, &proper, "name_confirmed"));
    named(scene, "203.0.113.10", name, "203.0.113.10");
    assert_true(shows(scene, "203.0.113.10", name, &proper, "name_confirmed"));
    named(scene, "203.0.113.11", "mail.refuted.example", "198.51.100.1");
    assert_false(shows(scene, "203.0.113.11", "mail.refuted.example", &proper, "name_confirmed"));
    named(scene, "203.0.113.12", "mail.another.example", "203.0.113.12");
    assert_true(shows(scene, "203.0.113.12", name, &proper, "helo_other_organisation"));
    assert_null(strstr(scene->alerts[3].evidence, "name_confirmed"));
    scene_free(scene);
}

static void test_names_file(void **state)
{
    (void)state;
    char path[] = "/tmp/mxtap-zombie-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_true(dprintf(file, "mail 203.0.113.0/28\ndynamic 203.0.113.16/28\n") > 0);
    close(file);
    struct scene *scene = open_scene();
    know_free(scene->know);
    const struct know_options options = {.names_file = path};
    assert_int_equal(know_new(&options, &scene->know, NULL, 0), ERR_NONE);
    assert_true(shows(scene, "203.0.113.9", "localhost", &proper, "name_confirmed"));
    assert_true(shows(scene, "203.0.113.17", "mail.example.org", &proper, "name_dynamic"));
    unlink(path);
    scene_free(scene);
}

static void test_dkim(void **state)
{
    (void)state;
    struct mail_summary mail = proper;
    mail.dkim_domains[0] = SPAN_LITERAL("partner.example");
    mail.dkim_count = 1;
    const char *name = "mail.partner.example";
    struct scene *scene = open_scene();
    assert_false(shows(scene, "203.0.113.8", name, &mail, "dkim"));
    named(scene, "203.0.113.9", name, "203.0.113.9");
    assert_true(shows(scene, "203.0.113.9", name, &mail, "dkim"));
    named(scene, "203.0.113.10", "mail.another.example", "203.0.113.10");
    assert_false(shows(scene, "203.0.113.10", name, &mail, "dkim"));
    scene_free(scene);
}

/* Who comes back after a temporary failure has a queue. */
static void test_returns(void **state)
{
    (void)state;
    struct scene *scene = scene_new("zombie-sender");
    scene_session(scene, "203.0.113.9", "198.51.100.7");
    scene_rcpt(scene, "a@example.net", "450 4.2.0 Greylisted");
    scene_close(scene);
    scene_wait(scene, 300);
    scene_session(scene, "203.0.113.9", "198.51.100.7");
    scene_rcpt(scene, "a@example.net", "250 2.1.5 Ok");
    scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", &bare);
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* A client is refused for what it is, before it can send anything. */
static void stopped(struct scene *scene, const char *client, const char *reply)
{
    scene_session(scene, client, "mail.lucky.example");
    scene->summary.facts &= ~SMTP_BIT(SMTP_FACT_QUIT);
    const struct smtp_recipient refused = {SPAN_LITERAL("<a@example.net>"),
                                           SPAN_LITERAL("a@example.net"), scene_reply(reply)};
    struct smtp_transaction made = {
        .recipients = &refused, .recipient_count = 1, .recipient_total = 1};
    scene_transaction(scene, &made, "", NULL);
    scene_close(scene);
}

/* Clients without a name that are turned away alike; whose recipients are unknown only asked. */
static void test_stopped_campaign(void **state)
{
    (void)state;
    const char *replies[] = {"554 5.7.1 Client host blocked", "550 5.1.1 User unknown"};
    for (unsigned kind = 0; kind < 2; kind++) {
        struct scene *scene = scene_new("zombie-sender");
        for (unsigned i = 1; i <= 5; i++) {
            char client[32];
            snprintf(client, sizeof client, "203.0.%u.9", i);
            scene_dns_ptr(scene, client, NULL);
            stopped(scene, client, replies[kind]);
            assert_int_equal(scene->alert_count, kind == 0 && i >= 4 ? i : 0);
        }
        scene_free(scene);
    }
}

/* The same handwriting from many addresses: the fourth tips over, and takes the first with it. */
static void test_campaign(void **state)
{
    (void)state;
    struct scene *scene = scene_new("zombie-sender");
    struct mail_summary mail = bare;
    mail.shape = 77;
    for (unsigned i = 1; i <= 5; i++) {
        char client[32];
        snprintf(client, sizeof client, "203.0.%u.9", i);
        scene_session(scene, client, "friend-pc");
        scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", &mail);
        scene_close(scene);
        assert_int_equal(scene->alert_count, i < 4 ? 0 : i);
    }
    assert_int_equal(scene_count(scene, CASE_NEW), 5);
    assert_non_null(strstr(scene->alerts[1].evidence, "\"campaign_addresses\":4"));
    scene_free(scene);
}

/* What mail servers speak is nobody's handwriting. */
static void test_no_campaign(void **state)
{
    (void)state;
    struct scene *scene = scene_new("zombie-sender");
    struct mail_summary mail = bare;
    mail.shape = 77;
    for (unsigned i = 1; i <= 6; i++) {
        char client[32];
        snprintf(client, sizeof client, "203.0.%u.9", i);
        scene_session(scene, client, "friend-pc");
        scene->dialect = DIALECT_EHLO | DIALECT_UPPER_VERB | DIALECT_SIZE_PARAM;
        scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", &mail);
        scene_close(scene);
    }
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zombies),
        cmocka_unit_test(test_good_ones),
        cmocka_unit_test(test_unseen_content),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_no_name),
        cmocka_unit_test(test_made_names),
        cmocka_unit_test(test_confirmed),
        cmocka_unit_test(test_names_file),
        cmocka_unit_test(test_dkim),
        cmocka_unit_test(test_returns),
        cmocka_unit_test(test_stopped_campaign),
        cmocka_unit_test(test_campaign),
        cmocka_unit_test(test_no_campaign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
