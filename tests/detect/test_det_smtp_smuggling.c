/* smtp-smuggling: severity by what stands behind the look-alike. */
#include "helper_scene.h"
#include "test.h"

static void send(struct scene *scene, uint64_t lookalikes, uint64_t smuggled, bool holes)
{
    struct smtp_transaction made = {
        .data_command = true,
        .content = true,
        .complete = true,
        .octets = 900,
        .lookalikes = lookalikes,
        .smuggled = smuggled,
        .holes = holes,
        .content_reply = scene_reply("250 2.0.0 Ok"),
        .ended_by = SMTP_CONTENT,
    };
    scene_transaction(scene, &made, "anna@example.net", NULL);
}

static void test_severities(void **state)
{
    (void)state;
    struct scene *scene = scene_new("smtp-smuggling");
    scene_session(scene, "203.0.113.9", "out.example.org");
    send(scene, 1, 2, false);
    send(scene, 1, 0, false);
    send(scene, 0, 0, false);
    send(scene, 1, 2, true); /* beside a hole nobody knows */
    scene_close(scene);
    scene_end(scene);
    assert_int_equal(scene->alert_count, 2);
    assert_int_equal(scene->alerts[0].severity, 1);
    assert_int_equal(scene->alerts[1].severity, 3);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"commands\":2"));
    assert_non_null(strstr(scene->alerts[0].evidence, "\"accepted\":true"));
    assert_true(scene->alerts[0].case_id != scene->alerts[1].case_id);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_severities)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
