/* auth-guessing: ten refusals in ten minutes from one network, and what does not count. */
#include "helper_scene.h"
#include "test.h"

#include <stdio.h>

static void refuse(struct scene *scene, unsigned times, int64_t apart, const char *reply)
{
    for (unsigned i = 0; i < times; i++) {
        char client[32];
        snprintf(client, sizeof client, "203.0.113.%u", 1 + i % 3);
        scene_session(scene, client, "bot");
        scene_auth(scene, "LOGIN", reply);
        scene_close(scene);
        scene_wait(scene, apart);
    }
}

static void test_threshold(void **state)
{
    (void)state;
    struct scene *scene = scene_new("auth-guessing");
    refuse(scene, 9, 5, "535 5.7.8 Error: authentication failed");
    assert_int_equal(scene->alert_count, 0);
    refuse(scene, 1, 5, "535 5.7.8 Error: authentication failed");
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 2);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"source_network\":\"203.0.113.0\\/24\""));
    assert_non_null(strstr(scene->alerts[0].evidence, "\"client_count\":3"));
    refuse(scene, 12, 5, "535 5.7.8 Error: authentication failed");
    scene_end(scene);
    assert_int_equal(scene_count(scene, CASE_NEW), 1);
    assert_int_equal(scene_count(scene, CASE_GROWING), 1);
    assert_int_equal(scene_count(scene, CASE_ENDED), 1);
    scene_free(scene);
}

static void test_guessed(void **state)
{
    (void)state;
    struct scene *scene = scene_new("auth-guessing");
    refuse(scene, 10, 1, "535 5.7.8 no");
    scene_auth(scene, "LOGIN", "235 2.7.0 Ok");
    assert_int_equal(scene->alert_count, 2);
    assert_int_equal(scene->alerts[1].state, CASE_GROWING);
    assert_non_null(strstr(scene->alerts[1].evidence, "\"accepted_since\":1"));
    scene_free(scene);
}

static void test_silent(void **state)
{
    (void)state;
    struct scene *scene = scene_new("auth-guessing");
    refuse(scene, 30, 70, "535 5.7.8 slow"); /* nine in ten minutes */
    refuse(scene, 30, 1, "454 4.7.0 Temporary authentication failure");
    refuse(scene, 30, 1, "503 5.5.1 AUTH not available");
    refuse(scene, 30, 1, "538 5.7.11 Encryption required");
    refuse(scene, 30, 1, NULL);
    refuse(scene, 30, 1, "235 2.7.0 Ok");
    scene_end(scene);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_threshold),
                                       cmocka_unit_test(test_guessed),
                                       cmocka_unit_test(test_silent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
