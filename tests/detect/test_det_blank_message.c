/* blank-message: nothing to read and two of five fields absent. */
#include "helper_scene.h"
#include "test.h"

static const uint32_t all = MAIL_BIT(MAIL_FROM) | MAIL_BIT(MAIL_TO) | MAIL_BIT(MAIL_SUBJECT) |
                            MAIL_BIT(MAIL_DATE) | MAIL_BIT(MAIL_MESSAGE_ID);

static size_t alerts_for(struct mail_summary mail, uint64_t octets)
{
    struct scene *scene = scene_new("blank-message");
    scene_session(scene, "203.0.113.9", "probe.example.org");
    mail.header_complete = true;
    scene_message(scene, "a@example.net", octets, "250 2.0.0 Ok", &mail);
    size_t count = scene->alert_count;
    scene_free(scene);
    return count;
}

static void test_blank(void **state)
{
    (void)state;
    assert_int_equal(alerts_for((struct mail_summary){.present = 0}, 2), 1);
    assert_int_equal(alerts_for((struct mail_summary){.present = all & ~MAIL_BIT(MAIL_TO) &
                                                                 ~MAIL_BIT(MAIL_SUBJECT)},
                                200),
                     1);
}

static void test_silent(void **state)
{
    (void)state;
    const uint32_t one_absent = all & ~MAIL_BIT(MAIL_SUBJECT);
    assert_int_equal(alerts_for((struct mail_summary){.present = one_absent}, 200), 0);
    assert_int_equal(alerts_for((struct mail_summary){.present = 0, .visible = true}, 200), 0);
    assert_int_equal(alerts_for((struct mail_summary){.present = 0, .holes = true}, 200), 0);
    assert_int_equal(alerts_for((struct mail_summary){.present = 0}, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_blank), cmocka_unit_test(test_silent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
