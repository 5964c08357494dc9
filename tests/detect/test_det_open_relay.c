/* open-relay: foreign recipients accepted from strangers, and who is no stranger. */
#include "helper_scene.h"
#include "test.h"

static struct scene *deliver(const char *home, const char *local, const char *client,
                             uint64_t facts, const char *recipients, const char *reply)
{
    struct scene *scene = scene_new_at("open-relay", home, local);
    scene_session(scene, client, "out.example.org");
    scene->summary.facts |= facts;
    scene_message(scene, recipients, 500, reply, NULL);
    scene_close(scene);
    scene_end(scene);
    return scene;
}

static size_t alerts_of(const char *home, const char *local, const char *client, uint64_t facts,
                        const char *recipients, const char *reply)
{
    struct scene *scene = deliver(home, local, client, facts, recipients, reply);
    size_t count = scene->alert_count;
    scene_free(scene);
    return count;
}

#define HOME     "192.0.2.0/24"
#define LOCAL    "example.net"
#define STRANGER "203.0.113.9"
#define OK       "250 2.0.0 Ok: queued"

static void test_found(void **state)
{
    (void)state;
    struct scene *scene = deliver(HOME, LOCAL, STRANGER, 0, "a@example.net x@far.example", OK);
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "\"accepted\":[\"x@far.example\"]"));
    assert_non_null(strstr(scene->alerts[0].evidence, "\"server\":\"192.0.2.25\""));
    scene_free(scene);
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, 0, "x@[198.51.100.9]", OK), 1);
}

static void test_silent(void **state)
{
    (void)state;
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, 0, "a@example.net postmaster", OK), 0);
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, 0, "a@[192.0.2.25] b@[192.0.2.26]", OK), 0);
    assert_int_equal(alerts_of(NULL, LOCAL, STRANGER, 0, "a@example.net a@[192.0.2.25]", OK), 0);
    assert_int_equal(alerts_of(HOME, LOCAL, "192.0.2.77", 0, "x@far.example", OK), 0);
    assert_int_equal(
        alerts_of(HOME, LOCAL, STRANGER, SMTP_BIT(SMTP_FACT_AUTHENTICATED), "x@far.example", OK),
        0);
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, 0, "x@far.example", "554 5.7.1 no"), 0);
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, 0, "x@far.example", NULL), 0);
    /* Nothing is known of what is ours. */
    assert_int_equal(alerts_of(NULL, NULL, STRANGER, 0, "x@far.example", OK), 0);
    /* A server of somebody else's. */
    assert_int_equal(alerts_of("198.51.100.0/24", LOCAL, STRANGER, 0, "x@far.example", OK), 0);
    assert_int_equal(alerts_of(NULL, LOCAL, STRANGER, 0, "x@far.example", OK), 0);
}

/* AUTH, or AUTH and its reply, may have been in what is missing. */
static void test_gap(void **state)
{
    (void)state;
    const uint64_t client = SMTP_BIT(SMTP_FACT_GAP_CLIENT);
    const uint64_t server = SMTP_BIT(SMTP_FACT_GAP_SERVER);
    const uint64_t asked = SMTP_BIT(SMTP_FACT_AUTH_UNSEEN);
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, client, "x@far.example", OK), 1);
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, server, "x@far.example", OK), 1);
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, client | server, "x@far.example", OK), 0);
    assert_int_equal(alerts_of(HOME, LOCAL, STRANGER, server | asked, "x@far.example", OK), 0);
}

static void test_without_home(void **state)
{
    (void)state;
    struct scene *scene = scene_new_at("open-relay", NULL, LOCAL);
    scene_session(scene, STRANGER, "out.example.org");
    scene_message(scene, "anna@example.net", 500, OK, NULL);
    scene_message(scene, "x@far.example", 500, OK, NULL);
    assert_int_equal(scene->alert_count, 1);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_found), cmocka_unit_test(test_silent),
                                       cmocka_unit_test(test_gap),
                                       cmocka_unit_test(test_without_home)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
