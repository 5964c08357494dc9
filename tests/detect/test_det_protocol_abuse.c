/* protocol-abuse: each abuse by its name, all of a session in one alert. */
#include "helper_scene.h"
#include "test.h"

static struct scene *session_with(uint64_t facts)
{
    struct scene *scene = scene_new("protocol-abuse");
    scene_session(scene, "203.0.113.9", "bot");
    scene->summary.facts |= facts;
    scene_close(scene);
    scene_end(scene);
    return scene;
}

static void test_each(void **state)
{
    (void)state;
    const struct {
        enum smtp_fact fact;
        const char *name;
    } cases[] = {{SMTP_FACT_HTTP, "\"abuses\":[\"http\"]"},
                 {SMTP_FACT_PIPELINE_UNOFFERED, "\"abuses\":[\"pipelining\"]"},
                 {SMTP_FACT_BARE_LF, "\"abuses\":[\"bare_lf\"]"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene *scene = session_with(SMTP_BIT(cases[i].fact));
        assert_int_equal(scene->alert_count, 1);
        assert_int_equal(scene->alerts[0].severity, 3);
        assert_non_null(strstr(scene->alerts[0].evidence, cases[i].name));
        scene_free(scene);
    }
}

static void test_all_in_one(void **state)
{
    (void)state;
    struct scene *scene =
        session_with(SMTP_BIT(SMTP_FACT_HTTP) | SMTP_BIT(SMTP_FACT_PIPELINE_UNOFFERED) |
                     SMTP_BIT(SMTP_FACT_BARE_LF));
    assert_int_equal(scene->alert_count, 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "[\"http\",\"pipelining\",\"bare_lf\"]"));
    scene_free(scene);
}

static void test_holes(void **state)
{
    (void)state;
    struct scene *scene =
        session_with(SMTP_BIT(SMTP_FACT_BARE_LF) | SMTP_BIT(SMTP_FACT_GAP_CLIENT));
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

static void test_silent(void **state)
{
    (void)state;
    struct scene *scene =
        session_with(SMTP_BIT(SMTP_FACT_PIPELINED) | SMTP_BIT(SMTP_FACT_LOWER_CASE) |
                     SMTP_BIT(SMTP_FACT_PROXY) | SMTP_BIT(SMTP_FACT_TLS));
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each),
                                       cmocka_unit_test(test_all_in_one),
                                       cmocka_unit_test(test_holes), cmocka_unit_test(test_silent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
