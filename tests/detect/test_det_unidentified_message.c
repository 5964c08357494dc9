/* unidentified-message: no Message-ID, from outside, the header seen whole; one case a network. */
#include "helper_scene.h"
#include "test.h"

static const struct mail_summary without = {
    .present = MAIL_BIT(MAIL_FROM), .header_complete = true, .id_state = MAIL_ID_ABSENT};

static void test_network(void **state)
{
    (void)state;
    struct scene *scene = scene_new_at("unidentified-message", "192.0.2.0/24", NULL);
    const char *const clients[] = {"203.0.113.9", "203.0.113.77", "198.51.100.3"};
    for (size_t i = 0; i < 3; i++) {
        scene_session(scene, clients[i], "bot");
        scene_message(scene, "anna@example.net", 200, "250 Ok", &without);
        scene_close(scene);
    }
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 2);
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    assert_non_null(strstr(scene->alerts[1].evidence, "\"client_count\":2"));
    assert_non_null(strstr(scene->alerts[1].evidence, "\"messages\":2"));
    scene_free(scene);
}

static size_t alerts_of(const char *client, uint64_t facts, uint64_t octets,
                        const struct mail_summary *mail)
{
    struct scene *scene = scene_new_at("unidentified-message", "192.0.2.0/24", NULL);
    scene_session(scene, client, "mail.example.org");
    scene->summary.facts |= facts;
    scene_message(scene, "anna@example.net", octets, "250 Ok", mail);
    scene_end(scene);
    size_t count = scene->alert_count;
    scene_free(scene);
    return count;
}

/* The server's reply to DATA was not seen: was there a message at all? */
static void test_unseen(void **state)
{
    (void)state;
    struct scene *scene = scene_new_at("unidentified-message", "192.0.2.0/24", NULL);
    scene_session(scene, "203.0.113.9", "bot");
    struct smtp_transaction transaction = {.content = true, .complete = true, .octets = 200};
    scene_transaction(scene, &transaction, "anna@example.net", &without);
    transaction = (struct smtp_transaction){.content = true, .complete = true, .octets = 200};
    transaction.data_reply = scene_reply("354 go ahead");
    assert_int_equal(scene->alert_count, 0);
    scene_transaction(scene, &transaction, "anna@example.net", &without);
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

static void test_silent(void **state)
{
    (void)state;
    struct mail_summary good = without;
    good.id_state = MAIL_ID_GOOD;
    struct mail_summary holes = without;
    holes.holes = true;
    struct mail_summary part = without;
    part.header_complete = false;
    assert_int_equal(alerts_of("203.0.113.9", 0, 200, &without), 1);
    assert_int_equal(alerts_of("203.0.113.9", 0, 200, &good), 0);
    assert_int_equal(alerts_of("203.0.113.9", 0, 200, &holes), 0);
    assert_int_equal(alerts_of("203.0.113.9", 0, 200, &part), 0);
    assert_int_equal(alerts_of("203.0.113.9", 0, 0, &without), 0);
    assert_int_equal(alerts_of("192.0.2.7", 0, 200, &without), 0);
    assert_int_equal(alerts_of("203.0.113.9", SMTP_BIT(SMTP_FACT_AUTHENTICATED), 200, &without), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_network),
                                       cmocka_unit_test(test_unseen),
                                       cmocka_unit_test(test_silent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
