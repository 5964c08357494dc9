/* clear-credentials: accepted, in the clear, without TLS: all three or nothing. */
#include "helper_scene.h"
#include "test.h"

static size_t alerts_of(const char *mechanism, const char *reply, uint64_t facts)
{
    struct scene *scene = scene_new("clear-credentials");
    scene_session(scene, "203.0.113.9", "pc.example.org");
    scene->summary.facts |= facts;
    scene_auth(scene, mechanism, reply);
    scene_close(scene);
    scene_end(scene);
    size_t count = scene->alert_count;
    if (count > 0)
        assert_null(strstr(scene->alerts[0].evidence, "contacts"));
    scene_free(scene);
    return count;
}

static void test_accepted(void **state)
{
    (void)state;
    assert_int_equal(alerts_of("PLAIN [redacted]", "235 2.7.0 Authentication successful", 0), 1);
    assert_int_equal(alerts_of("login", "235 go ahead", 0), 1);
}

static void test_silent(void **state)
{
    (void)state;
    assert_int_equal(alerts_of("PLAIN [redacted]", "535 5.7.8 no", 0), 0);
    assert_int_equal(alerts_of("PLAIN [redacted]", NULL, 0), 0);
    assert_int_equal(alerts_of("CRAM-MD5", "235 2.7.0 Ok", 0), 0);
    assert_int_equal(alerts_of("SCRAM-SHA-256", "235 2.7.0 Ok", 0), 0);
    assert_int_equal(alerts_of("PLAIN", "235 2.7.0 Ok", SMTP_BIT(SMTP_FACT_DECRYPTED)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_accepted),
                                       cmocka_unit_test(test_silent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
