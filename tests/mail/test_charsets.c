/* charsets: what the parsers need is loaded at once and held. */
#include "test.h"

#include <iconv.h>
#include <mxtap/mail.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Is a module of the C library in memory? */
static bool is_loaded(const char *module)
{
    char line[600];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_non_null(maps);
    while (!found && fgets(line, sizeof line, maps) != NULL)
        found = strstr(line, module) != NULL;
    fclose(maps);
    return found;
}

static void test_loaded(void **state)
{
    (void)state;
    struct mail_charsets *charsets;
    assert_false(is_loaded("KOI8-R"));
    assert_int_equal(mail_charsets_new(&charsets), ERR_NONE);
    bool is_module = is_loaded("KOI8-R"); /* other C libraries have them built in */
    assert_true(is_module || is_loaded("CP1251") == is_module);
    /* Others that come and go do not take them away. */
    for (int i = 0; i < 8; i++) {
        iconv_t converter = iconv_open("UTF-8", i % 2 ? "KOI8-R" : "BIG5");
        assert_true(converter != (iconv_t)-1);
        iconv_close(converter);
    }
    assert_int_equal(is_loaded("KOI8-R"), is_module);
    mail_charsets_free(charsets);
}

static void test_nothing(void **state)
{
    (void)state;
    mail_charsets_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_loaded),
                                       cmocka_unit_test(test_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
