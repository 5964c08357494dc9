/* rotate_names: names that are written are read, and nothing else is. */
#include "test.h"

#include "rotate_names.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOON INT64_C(1795363445123456) /* 2026-11-22T16:04:05.123456Z */

static void test_names(void **state)
{
    (void)state;
    char name[ROTATE_NAME];
    rotate_name("eve.json", NOON, ROTATE_PLAIN, name);
    assert_string_equal(name, "eve.json-20261122T160405.123456Z");
    rotate_name("eve.json", NOON, ROTATE_PACKED, name);
    assert_string_equal(name, "eve.json-20261122T160405.123456Z.gz");
    for (enum rotate_kind kind = ROTATE_PLAIN; kind < ROTATE_KINDS; kind++) {
        int64_t time = 0;
        enum rotate_kind read = ROTATE_KINDS;
        rotate_name("eve.json", NOON, kind, name);
        assert_true(rotate_name_read("eve.json", name, &time, &read));
        assert_int_equal(time, NOON);
        assert_int_equal(read, kind);
    }
}

static void test_others(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        "eve.json",
        "eve.json-",
        "eve.json-20261122T160405.123456",
        "eve.json-20261122T160405.123456Z.bz2",
        "eve.json-20261122T160405.123456Z.gz.gz",
        "eve.json-20261322T160405.123456Z",
        "eve.json-20260231T160405.123456Z",
        "eve.json-20261122T250405.123456Z",
        "eve.json-20261122T1604051123456Z",
        "eve.json-2026112aT160405.123456Z",
        "eve.json-19691122T160405.123456Z",
        "fast.log-20261122T160405.123456Z",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int64_t time;
        enum rotate_kind kind;
        assert_false(rotate_name_read("eve.json", names[i], &time, &kind));
    }
}

static void touch(int folder, const char *name)
{
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    close(file);
}

/* One entry for each time, the oldest first. */
static void test_list(void **state)
{
    (void)state;
    static const enum rotate_kind kinds[] = {ROTATE_WAITING, ROTATE_PACKED, ROTATE_PART};
    char path[] = "/tmp/mxtap-test-XXXXXX";
    char name[ROTATE_NAME];
    assert_non_null(mkdtemp(path));
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    touch(folder, "eve.json");
    struct rotate_list list;
    assert_int_equal(rotate_list_read(folder, "eve.json", &list), ERR_NONE);
    assert_int_equal(list.count, 0);
    rotate_list_done(&list);
    for (int i = 200; i > 0; i--) {
        rotate_name("eve.json", NOON + i / 2, kinds[i % 2], name);
        touch(folder, name);
    }
    assert_int_equal(rotate_list_read(folder, "eve.json", &list), ERR_NONE);
    assert_int_equal(list.count, 101);
    for (size_t i = 1; i < list.count; i++)
        assert_int_equal(list.at[i].time, list.at[i - 1].time + 1);
    assert_int_equal(list.at[0].kinds, 1u << ROTATE_PACKED);
    assert_int_equal(list.at[1].kinds, 1u << ROTATE_PACKED | 1u << ROTATE_WAITING);
    rotate_list_done(&list);
    unlinkat(folder, "eve.json", 0);
    for (int i = 200; i > 0; i--) {
        rotate_name("eve.json", NOON + i / 2, kinds[i % 2], name);
        unlinkat(folder, name, 0);
    }
    close(folder);
    assert_int_equal(rmdir(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
