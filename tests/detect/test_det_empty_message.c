/* empty-message: severity by the outcome, and one alert for each message. */
#include "helper_scene.h"
#include "test.h"

static void test_outcomes(void **state)
{
    (void)state;
    struct scene *scene = scene_new("empty-message");
    scene_session(scene, "203.0.113.9", "probe.example.org");
    scene_message(scene, "a@example.net", 0, "250 2.0.0 Ok", NULL);
    scene_message(scene, "b@example.net", 0, "550 5.7.1 Rejected", NULL);
    scene_message(scene, "c@example.net", 0, NULL, NULL);
    scene_message(scene, "d@example.net", 1, "250 2.0.0 Ok", NULL);
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 3);
    assert_int_equal(scene->alerts[0].severity, 2);
    assert_int_equal(scene->alerts[1].severity, 3);
    assert_int_equal(scene->alerts[2].severity, 2);
    assert_non_null(strstr(scene->alerts[2].evidence, "\"outcome\":\"unseen\""));
    assert_true(scene->alerts[0].case_id != scene->alerts[1].case_id);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_outcomes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
