/* malformed-message-id: one case a network, the ids as samples, cases that end when it is quiet. */
#include "helper_scene.h"
#include "test.h"

static void send(struct scene *scene, const char *client, enum mail_id_state state, const char *id)
{
    const struct mail_summary mail = {.present = MAIL_BIT(MAIL_FROM) | MAIL_BIT(MAIL_MESSAGE_ID),
                                      .header_complete = true,
                                      .id_state = state,
                                      .message_id = span_text(id)};
    scene_session(scene, client, "bot");
    scene_message(scene, "anna@example.net", 200, "250 Ok", &mail);
    scene_close(scene);
}

static void test_case(void **state)
{
    (void)state;
    struct scene *scene = scene_new("malformed-message-id");
    send(scene, "203.0.113.9", MAIL_ID_GOOD, "<a@example.org>");
    send(scene, "203.0.113.9", MAIL_ID_ABSENT, "");
    assert_int_equal(scene->alert_count, 0);
    for (int i = 0; i < 3; i++)
        send(scene, "203.0.113.9", MAIL_ID_MALFORMED, i == 0 ? "<one>" : "two@@");
    assert_int_equal(scene->alert_count, 2);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"message_ids\":[\"<one>\"]"));
    /* Quiet for two hours: the case has ended, and what comes then is a new one. */
    scene_wait(scene, 7200);
    send(scene, "198.51.100.1", MAIL_ID_MALFORMED, "<x>");
    send(scene, "203.0.113.9", MAIL_ID_MALFORMED, "<three>");
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 3);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_case)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
