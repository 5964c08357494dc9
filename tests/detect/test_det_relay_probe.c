/* relay-probe: three refusals as relaying, or one path around the check. */
#include "helper_scene.h"
#include "test.h"

static const char denied[] = "554 5.7.1 <x@other.example>: Relay access denied";

static void test_refused(void **state)
{
    (void)state;
    struct scene *scene = scene_new("relay-probe");
    scene_session(scene, "203.0.113.9", "scan.example.org");
    scene_rcpt(scene, "a@other.example", denied);
    scene_rcpt(scene, "a@other.example", denied); /* the same again */
    scene_rcpt(scene, "b@other.example", denied);
    assert_int_equal(scene->alert_count, 0);
    scene_rcpt(scene, "c@other.example", denied);
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 3);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"refused\":3"));
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

static void test_paths(void **state)
{
    (void)state;
    struct scene *scene = scene_new("relay-probe");
    scene_session(scene, "203.0.113.9", "scan.example.org");
    scene_rcpt(scene, "user%other.example@example.net", "250 2.1.5 Ok");
    assert_int_equal(scene->alert_count, 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"forms\":[\"percent\"]"));
    assert_non_null(strstr(scene->alerts[0].evidence, "\"relay_paths_accepted\":1"));
    scene_free(scene);
}

static void test_silent(void **state)
{
    (void)state;
    struct scene *scene = scene_new("relay-probe");
    for (int i = 0; i < 5; i++) { /* one a session */
        scene_session(scene, "203.0.113.9", "mail.example.org");
        scene_rcpt(scene, "a@other.example", denied);
        scene_rcpt(scene, "b@example.net", "550 5.1.1 User unknown");
        scene_rcpt(scene, "c@example.net", NULL);
        scene_close(scene);
    }
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused), cmocka_unit_test(test_paths),
                                       cmocka_unit_test(test_silent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
