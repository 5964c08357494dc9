/* early-talker: told at the end of the session, and only where the fact is there. */
#include "helper_scene.h"
#include "test.h"

static void test_told_once(void **state)
{
    (void)state;
    struct scene *scene = scene_new("early-talker");
    scene_session(scene, "203.0.113.9", "bot");
    scene->summary.facts |= SMTP_BIT(SMTP_FACT_EARLY_TALKER);
    scene->summary.commands = 4;
    scene_rcpt(scene, "a@example.net", "250 Ok");
    assert_int_equal(scene->alert_count, 0);
    scene_close(scene);
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 3);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"commands\":4"));
    assert_non_null(strstr(scene->alerts[0].evidence, "postmaster@[203.0.113.9]"));
    assert_non_null(strstr(scene->alerts[0].evidence, "\"advice\":"));
    scene_free(scene);
}

static void test_silent(void **state)
{
    (void)state;
    struct scene *scene = scene_new("early-talker");
    scene_session(scene, "203.0.113.9", "mail.example.org");
    scene->summary.facts |= SMTP_BIT(SMTP_FACT_PIPELINED);
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_told_once),
                                       cmocka_unit_test(test_silent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
