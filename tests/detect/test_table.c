/* table: evictions are counted, credits come back with their entries, entries are always to be had.
 */
#include "helper_scene.h"
#include "table.h"
#include "test.h"

#include <json-c/json.h>

static unsigned left; /* how often leave was called */

static void on_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)value;
    (void)reason;
    ++*(unsigned *)arg;
}

/* A table of one detector that is on, with four places. */
static struct scene *open_table(struct lru **ret_table, size_t memory)
{
    const struct table_shape shape = {
        .name = "test",
        .key = sizeof(uint64_t),
        .value = 1000,
        .max = 4,
        .idle = 3600 * CLOCK_SECOND,
        .leave = on_leave,
    };
    const struct alert_sink sink = {NULL, NULL};
    struct scene *scene = scene_new("mx-probe");
    left = 0;
    assert_int_equal(detect_new(scene->configs, scene->know, memory, &sink, &scene->detect),
                     ERR_NONE);
    assert_int_equal(table_new(scene->detect, &shape, &left, ret_table), ERR_NONE);
    return scene;
}

static void *make(struct lru *table, uint64_t key, int64_t second, uint64_t count)
{
    void *value = lru_make(table, &key, second * CLOCK_SECOND, NULL);
    assert_non_null(value);
    table_credit(table, value, count, NULL);
    return value;
}

static bool noted(const void *value)
{
    struct json_object *evidence = json_object_new_object();
    table_note(value, evidence);
    bool found = json_object_object_get_ex(evidence, "forgotten", NULL);
    json_object_put(evidence);
    return found;
}

static uint64_t evicted(const struct scene *scene)
{
    struct detect_stats stats;
    uint64_t sum = 0;
    detect_stats(scene->detect, &stats);
    for (size_t i = 0; i < detect_count(); i++)
        sum += stats.evicted[i];
    return sum;
}

static void test_comes_back(void **state)
{
    (void)state;
    struct lru *table;
    struct scene *scene = open_table(&table, 16 << 20);
    assert_false(noted(make(table, 1, 0, 5)));
    make(table, 100, 0, 0);
    for (uint64_t key = 2; key < 6; key++)
        make(table, key, 1, 50);
    assert_int_equal(evicted(scene), 2);
    assert_int_equal(left, 2);
    void *back = make(table, 1, 2, 3);
    assert_int_equal(lru_credited(back), 8);
    assert_true(noted(back));
    assert_false(noted(make(table, 100, 3, 0)));
    /* What leaves in another way is over, and not remembered. */
    uint64_t key = 5;
    lru_remove(table, &key);
    assert_false(noted(make(table, 5, 3, 1)));
    lru_expire(table, 3601 * CLOCK_SECOND);
    lru_free(table);
    assert_int_equal(left, 9);
    scene_free(scene);
}

/* An open case is worth more than a count. */
static void test_case(void **state)
{
    (void)state;
    struct lru *table;
    struct scene *scene = open_table(&table, 16 << 20);
    const struct detect_case open = {.open = true};
    table_credit(table, make(table, 1, 0, 5), 5, &open);
    for (uint64_t key = 2; key < 10; key++)
        make(table, key, 1, 500);
    uint64_t key = 1;
    assert_non_null(lru_peek(table, &key));
    assert_true(lru_credited(lru_peek(table, &key)) > TABLE_CASE);
    table_credit(table, lru_peek(table, &key), UINT64_MAX, &open);
    assert_true(lru_credited(lru_peek(table, &key)) > UINT32_MAX / 4);
    lru_free(table);
    scene_free(scene);
}

/* Too little memory even for the credits: the table works all the same. */
static void test_no_memory(void **state)
{
    (void)state;
    struct lru *table;
    struct scene *scene = open_table(&table, 20000);
    for (uint64_t key = 0; key < 100; key++)
        make(table, key, (int64_t)key, 5);
    assert_true(lru_count(table) > 0);
    assert_int_equal(evicted(scene), 100 - lru_count(table));
    assert_false(noted(make(table, 1, 100, 1)));
    struct detect_stats stats;
    detect_stats(scene->detect, &stats);
    assert_true(stats.memory_peak <= 20000);
    lru_free(table);
    scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
