/* err: every error has words of its own. */
#include "test.h"

#include <mxtap/err.h>
#include <string.h>

static void test_words(void **state)
{
    (void)state;
    for (int a = ERR_SUPPORT; a <= ERR_NONE; a++) {
        assert_string_not_equal(err_text((enum err)a), "unknown error");
        for (int b = ERR_SUPPORT; b < a; b++)
            assert_string_not_equal(err_text((enum err)a), err_text((enum err)b));
    }
    assert_string_equal(err_text((enum err) - 99), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
