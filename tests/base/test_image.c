/* image: sections by name and in order, replaced, and their ceilings. */
#include "test.h"

#include <mxtap/image.h>

#include <stdio.h>

static struct image *image;

static int set_up(void **state)
{
    (void)state;
    return (int)image_new(&image);
}

static int tear_down(void **state)
{
    (void)state;
    image_free(image);
    return 0;
}

static void is_section(const char *name, const char *expected)
{
    assert_true(span_equal(image_find(image, name), span_text(expected)));
}

static void test_order(void **state)
{
    (void)state;
    assert_int_equal(image_count(image), 0);
    buf_add_text(image_add(image, "know.hosts"), "first");
    buf_add_text(image_add(image, "detect.cases"), "second");
    assert_non_null(image_add(image, "empty"));
    assert_int_equal(image_count(image), 3);
    assert_string_equal(image_name(image, 0), "know.hosts");
    assert_string_equal(image_name(image, 1), "detect.cases");
    assert_true(span_equal(image_at(image, 1), SPAN_LITERAL("second")));
    is_section("know.hosts", "first");
    is_section("empty", "");
    is_section("nobody", "");
    is_section("know", "");
}

static void test_replaced(void **state)
{
    (void)state;
    buf_add_text(image_add(image, "a"), "first");
    buf_add_text(image_add(image, "b"), "other");
    buf_add_text(image_add(image, "a"), "new");
    assert_int_equal(image_count(image), 2);
    is_section("a", "new");
    is_section("b", "other");
}

/* A buf that was handed out is good until the image goes. */
static void test_stays(void **state)
{
    (void)state;
    char name[20];
    struct buf *first = image_add(image, "first");
    for (unsigned i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "section.%u", i);
        buf_add_text(image_add(image, name), name);
    }
    buf_add_text(first, "still here");
    is_section("first", "still here");
    is_section("section.499", "section.499");
}

static void test_ceilings(void **state)
{
    (void)state;
    char name[IMAGE_NAME_MAX + 2] = "";
    assert_null(image_add(image, ""));
    memset(name, 'n', IMAGE_NAME_MAX + 1);
    assert_null(image_add(image, name));
    name[IMAGE_NAME_MAX] = '\0';
    struct buf *most = image_add(image, name);
    assert_non_null(most);
    assert_int_equal(most->ceiling, IMAGE_SECTION_MAX);
    for (unsigned i = 1; i < IMAGE_SECTIONS_MAX; i++) {
        snprintf(name, sizeof name, "section.%u", i);
        assert_non_null(image_add(image, name));
    }
    assert_null(image_add(image, "one more"));
    assert_non_null(image_add(image, "section.7"));
    assert_int_equal(image_count(image), IMAGE_SECTIONS_MAX);
}

static void test_whole(void **state)
{
    (void)state;
    assert_true(image_is_whole(image));
    struct buf *octets = image_add(image, "a");
    octets->ceiling = 3;
    buf_add_text(octets, "one");
    assert_true(image_is_whole(image));
    buf_add_text(octets, "more");
    assert_false(image_is_whole(image));
    octets = image_add(image, "a");
    assert_true(image_is_whole(image));
    assert_null(image_add(image, ""));
    assert_false(image_is_whole(image));
}

static void test_nothing(void **state)
{
    (void)state;
    image_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order),    TEST(test_replaced), TEST(test_stays),
        TEST(test_ceilings), TEST(test_whole),    TEST(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
