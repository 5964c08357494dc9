/* record: which records a selection takes, and the names of the kinds. */
#include "test.h"

#include <mxtap/record.h>

static void test_kinds(void **state)
{
    (void)state;
    const struct selection all = {.kinds = RECORD_ALERT | RECORD_SMTP | RECORD_STATS};
    const struct selection smtp = {.kinds = RECORD_SMTP};
    const struct selection none = {.kinds = 0};
    static const enum record_kind kinds[] = {RECORD_ALERT, RECORD_SMTP, RECORD_STATS};
    for (size_t i = 0; i < 3; i++) {
        assert_true(selection_takes(&all, kinds[i], 3, 7));
        assert_int_equal(selection_takes(&smtp, kinds[i], 1, 7), kinds[i] == RECORD_SMTP);
        assert_false(selection_takes(&none, kinds[i], 1, 7));
    }
    assert_string_equal(record_kind_name(RECORD_ALERT), "alert");
    assert_string_equal(record_kind_name(RECORD_SMTP), "smtp");
    assert_string_equal(record_kind_name(RECORD_STATS), "stats");
}

static void test_severity(void **state)
{
    (void)state;
    for (unsigned wanted = 0; wanted <= 3; wanted++) {
        const struct selection selection = {.kinds = RECORD_ALERT | RECORD_SMTP,
                                            .severity = wanted};
        for (unsigned severity = 1; severity <= 3; severity++)
            assert_int_equal(selection_takes(&selection, RECORD_ALERT, severity, 7),
                             wanted == 0 || severity <= wanted);
        assert_true(selection_takes(&selection, RECORD_SMTP, 0, 0));
    }
}

static void test_detectors(void **state)
{
    (void)state;
    const struct selection selection = {.kinds = RECORD_ALERT | RECORD_STATS,
                                        .severity = 2,
                                        .detectors = {2500001, 2500007},
                                        .detector_count = 2};
    assert_true(selection_takes(&selection, RECORD_ALERT, 1, 2500001));
    assert_true(selection_takes(&selection, RECORD_ALERT, 2, 2500007));
    assert_false(selection_takes(&selection, RECORD_ALERT, 3, 2500007));
    assert_false(selection_takes(&selection, RECORD_ALERT, 1, 2500002));
    assert_true(selection_takes(&selection, RECORD_STATS, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_severity),
        cmocka_unit_test(test_detectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
