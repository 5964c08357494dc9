/* zombie-sender: signals add up, good signs take away, mail servers stay below. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>

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
    /* bare message 2.5 */
    assert_int_equal(alerts_for("friend-pc", &bare, 0, SMTP_BIT(SMTP_FACT_QUIT)), 1);
    assert_int_equal(alerts_for("localhost", &bare, 0, 0), 1);
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
        scene_session(scene, "203.0.113.9", "localhost");
        scene_rcpt(scene, "a@example.net", "250 2.1.5 Ok");
        scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", &bare);
        scene_close(scene);
        scene_wait(scene, 10);
    }
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    assert_int_equal(scene_count(scene, CASE_GROWING), 2);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "{\"signal\":\"helo_localhost\""));
    scene_free(scene);
}

/* Who comes back after a temporary failure has a queue. */
static void test_returns(void **state)
{
    (void)state;
    struct scene *scene = scene_new("zombie-sender");
    scene_session(scene, "203.0.113.9", "localhost");
    scene_rcpt(scene, "a@example.net", "450 4.2.0 Greylisted");
    scene_close(scene);
    scene_wait(scene, 300);
    scene_session(scene, "203.0.113.9", "localhost");
    scene_rcpt(scene, "a@example.net", "250 2.1.5 Ok");
    scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", &bare);
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

/* The same handwriting from many addresses: the fourth tips over. */
static void test_campaign(void **state)
{
    (void)state;
    struct scene *scene = scene_new("zombie-sender");
    struct mail_summary mail = bare;
    mail.present = MAIL_BIT(MAIL_DATE);
    mail.shape = 77;
    for (unsigned i = 1; i <= 4; i++) {
        char client[32];
        snprintf(client, sizeof client, "203.0.%u.9", i);
        assert_int_equal(scene->alert_count, 0);
        scene_session(scene, client, "friend-pc");
        scene_message(scene, "a@example.net", 900, "250 2.0.0 Ok", &mail);
        scene_close(scene);
    }
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zombies),        cmocka_unit_test(test_good_ones),
        cmocka_unit_test(test_unseen_content), cmocka_unit_test(test_case),
        cmocka_unit_test(test_returns),        cmocka_unit_test(test_campaign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
