/* replyrules: the built-in rules are all sound, and what is wrong is found when it is asked for. */
#include "replies_builtin.h"
#include "replyrules.h"
#include "test.h"

static void test_builtin(void **state)
{
    (void)state;
    struct replyrules *rules;
    char problem[REPLIES_PROBLEM_SIZE] = "";
    assert_int_equal(replyrules_new(&rules), ERR_NONE);
    const struct span text = span_make(replies_builtin, replies_builtin_size);
    assert_int_equal(replyrules_add(rules, "replies.rules", true, text, problem), ERR_NONE);
    assert_true(replyrules_count(rules) > 50);
    enum err err = replyrules_check(rules, problem);
    if (err != ERR_NONE)
        fail_msg("%s", problem);
    replyrules_free(rules);
}

static void test_when(void **state)
{
    (void)state;
    static const struct span wrong = SPAN_LITERAL("other 550 * (unclosed\nunknown_user 550 * *\n");
    struct replyrules *rules;
    char problem[REPLIES_PROBLEM_SIZE] = "";
    assert_int_equal(replyrules_new(&rules), ERR_NONE);
    assert_int_equal(replyrules_add(rules, "user", false, wrong, problem), ERR_CONFIG);
    assert_non_null(strstr(problem, "user:1:"));
    replyrules_free(rules);
    assert_int_equal(replyrules_new(&rules), ERR_NONE);
    assert_int_equal(replyrules_add(rules, "ours", true, wrong, problem), ERR_NONE);
    assert_int_equal(replyrules_check(rules, problem), ERR_CONFIG);
    /* A rule that is no good matches nothing, ever. */
    for (int i = 0; i < 3; i++)
        assert_int_equal(replyrules_match(rules, 550, SPAN_NULL, SPAN_LITERAL("unclosed")),
                         REPLY_UNKNOWN_USER);
    replyrules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_builtin), cmocka_unit_test(test_when)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
