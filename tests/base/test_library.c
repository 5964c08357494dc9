/* library: one that is there, functions that it has and has not, one that is nowhere. */
#include "test.h"

#include <mxtap/library.h>
#include <string.h>

static void test_library(void **state)
{
    (void)state;
    size_t (*length)(const char *text) = NULL;
    void *library = library_open("libc.so.6");
    assert_non_null(library);
    assert_ptr_equal(library_there("libc.so.6"), library);
    assert_true(library_find(library, "strlen", &length));
    assert_int_equal(length("seven!!"), 7);
    assert_false(library_find(library, "mxtap_has_no_such_function", &length));
    assert_null(length);
}

static void test_nowhere(void **state)
{
    (void)state;
    size_t (*function)(const char *text) = strlen;
    assert_null(library_open("libmxtap-nowhere.so.1"));
    assert_null(library_there("libmxtap-nowhere.so.1"));
    assert_false(library_find(NULL, "strlen", &function));
    assert_null(function);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library),
        cmocka_unit_test(test_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
