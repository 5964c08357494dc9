/*
 * memory: what a restart, another configuration and a damaged image do to the detectors as a whole.
 */
#include "detect_private.h"
#include "helper_scene.h"
#include "table.h"
#include "test.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR 3600

static void probe(struct scene *scene, unsigned number)
{
    char client[64], address[64];
    snprintf(client, sizeof client, "203.0.113.%u", number % 7 + 1);
    snprintf(address, sizeof address, "guess%u@example.net", number);
    scene_session(scene, client, "probe.example.org");
    scene_rcpt(scene, address, "550 5.1.1 User unknown");
    scene_close(scene);
}

/* A slow harvest over a day, and two restarts, of which one takes an hour and a half. */
static void test_slow_harvest(void **state)
{
    (void)state;
    uint64_t id = 0;
    for (int restarts = 0; restarts < 2; restarts++) {
        struct scene *scene = scene_new("directory-harvest");
        for (unsigned i = 0; i < 39; i++, scene_wait(scene, HOUR / 2)) {
            probe(scene, i);
            if (restarts && (i == 12 || i == 25))
                scene_restart(scene);
            if (i == 25)
                scene_wait(scene, HOUR);
        }
        assert_int_equal(scene->alert_count, 0);
        probe(scene, 39);
        assert_int_equal(scene->alert_count, 1);
        assert_int_equal(scene_number(scene, 0, "recipients_unknown"), 40);
        if (restarts)
            assert_int_equal(scene->alerts[0].case_id, id);
        id = scene->alerts[0].case_id;
        scene_free(scene);
    }
}

/* A restart that takes longer than the window: what is too old does not count. */
static void test_too_long(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    for (unsigned i = 0; i < 39; i++)
        probe(scene, i % 19);
    struct image *image = scene_save(scene);
    scene_wait(scene, 25 * HOUR);
    scene_load(scene, image);
    for (unsigned i = 19; i < 38; i++)
        probe(scene, i);
    assert_int_equal(scene->alert_count, 0);
    image_free(image);
    scene_free(scene);
}

/* A session that is saved and never goes on is judged once, when it has been idle; told once. */
static void test_session(void **state)
{
    (void)state;
    for (unsigned told = 0; told < 2; told++) {
        struct scene *scene = scene_new("mx-probe");
        scene_session(scene, "203.0.113.9", "probe.example.org");
        for (unsigned i = 0; i < (told ? 10 : 7); i++) {
            char address[64];
            snprintf(address, sizeof address, "guess%u@example.net", i);
            scene_rcpt(scene, address, "550 5.1.1 User unknown");
        }
        assert_int_equal(scene->alert_count, told);
        scene_restart(scene);
        scene_wait(scene, HOUR + 1);
        scene_tick(scene);
        scene_end(scene);
        assert_int_equal(scene->alert_count, 1);
        assert_int_equal(scene->alerts[0].state, CASE_NEW);
        scene_free(scene);
    }
}

/* After a change of the configuration: a smaller window, a lower threshold, a case that goes on. */
static void test_settings(void **state)
{
    (void)state;
    struct scene *scene = scene_new("auth-guessing");
    for (unsigned i = 0; i < 8; i++, scene_wait(scene, 10)) {
        scene_session(scene, "203.0.113.5", "bot");
        scene_auth(scene, "LOGIN", "535 5.7.8 no");
    }
    scene_set(scene, "refused_min", "3");
    scene_restart(scene);
    scene_auth(scene, "LOGIN", "535 5.7.8 no");
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene_number(scene, 0, "refused"), 9);
    scene_set(scene, "window", "60");
    scene_restart(scene);
    for (unsigned i = 0; i < 9; i++)
        scene_auth(scene, "LOGIN", "535 5.7.8 no");
    assert_int_equal(scene->alert_count, 2);
    assert_int_equal(scene->alerts[1].state, CASE_GROWING);
    assert_int_equal(scene->alerts[1].case_id, scene->alerts[0].case_id);
    scene_free(scene);
}

/* When a case that has gone quiet ends, in steps of 0.3 s after the last event; with restarts after
 * each step or without. */
static unsigned steps_to_end(bool restarts)
{
    struct scene *scene = scene_new("directory-harvest");
    scene_set(scene, "unknown_min", "5");
    scene_set(scene, "window", "100");
    scene_wait(scene, 17);
    for (unsigned i = 0; i < 13; i++, scene_wait(scene, 1))
        probe(scene, i);
    unsigned steps = 0;
    for (; scene_count(scene, CASE_ENDED) == 0 && steps < 1000; steps++) {
        scene->now -= CLOCK_SECOND * 7 / 10;
        scene_tick(scene);
        if (restarts)
            scene_restart(scene);
    }
    scene_free(scene);
    return steps;
}

static void test_in_time(void **state)
{
    (void)state;
    unsigned steps = steps_to_end(false);
    assert_true(steps > 300 && steps < 600);
    assert_int_equal(steps_to_end(true), steps);
}

/* What was evicted and remembered by its credit is so after a restart. */
static void test_forgotten(void **state)
{
    (void)state;
    struct scene *scene = scene_new("mx-probe");
    const struct table_shape shape = {.name = "test",
                                      .key = sizeof(uint64_t),
                                      .value = sizeof(struct addr),
                                      .max = 4,
                                      .fields = (const struct pack_field[]){PACK_END}};
    const struct alert_sink sink = {NULL, NULL};
    struct image *image = NULL;
    for (int restarted = 0; restarted < 2; restarted++) {
        struct lru *table;
        assert_int_equal(detect_new(scene->configs, scene->know, 16 << 20, &sink, &scene->detect),
                         ERR_NONE);
        assert_int_equal(table_new(scene->detect, &shape, NULL, &table), ERR_NONE);
        scene_tick(scene);
        if (restarted)
            detect_load(scene->detect, image);
        for (uint64_t key = 0; key < 10 && !restarted; key++)
            table_credit(table, lru_make(table, &key, scene->now, NULL), 5, NULL);
        for (uint64_t key = 0; key < 6 && restarted; key++)
            assert_int_equal(lru_recalled(lru_make(table, &key, scene->now, NULL)), 5);
        image_free(image);
        image = scene_save(scene);
        lru_free(table);
        detect_free(scene->detect);
        scene->detect = NULL;
    }
    image_free(image);
    scene_free(scene);
}

static struct detect_stats stats_of(const struct scene *scene)
{
    struct detect_stats stats;
    detect_stats(scene->detect, &stats);
    return stats;
}

/* Every detector has something to remember, and an open case that has grown. */
static struct scene *busy_scene(unsigned rounds)
{
    struct scene *scene = scene_new_at("", "192.0.2.0/24", "example.net");
    const struct mail_summary mail = {.header_complete = true,
                                      .visible = true,
                                      .body_octets = 10,
                                      .message_id = SPAN_LITERAL("no-id")};
    for (unsigned i = 0; i < rounds; i++, scene_wait(scene, 1)) {
        char name[64], server[64];
        probe(scene, i);
        snprintf(name, sizeof name, "host%u.example%u.org", i, i);
        scene_session(scene, "198.51.100.77", name);
        snprintf(name, sizeof name, "user%u@elsewhere.example", i);
        scene_rcpt(scene, name, "554 5.7.1 Relay access denied");
        scene_rcpt(scene, "late@example.net", "450 4.2.0 Greylisted");
        scene_auth(scene, "LOGIN", "535 5.7.8 no");
        scene_message(scene, name, 700, "250 2.0.0 Ok", &mail);
        scene_message(scene, "a@example.net b@example.net", 700, "554 5.7.1 Spam", &mail);
        snprintf(server, sizeof server, "203.0.%u.1", i % 200);
        scene_open(scene, "192.0.2.99", server);
    }
    return scene;
}

/* Nothing is reported by those who leave, and all memory comes back. */
static void test_leave(void **state)
{
    (void)state;
    struct scene *scene = busy_scene(30);
    size_t alerts = scene->alert_count;
    assert_true(alerts > 10);
    detect_leave(scene->detect);
    assert_int_equal(scene->alert_count, alerts);
    assert_int_equal(stats_of(scene).memory, 0);
    scene_free(scene);
}

/* Less memory: what does not fit is left out, and counted. */
static void test_less_memory(void **state)
{
    (void)state;
    struct scene *scene = busy_scene(400);
    size_t alerts = scene->alert_count;
    scene->memory = 400000;
    scene_restart(scene);
    const struct detect_stats stats = stats_of(scene);
    uint64_t evicted = 0;
    for (size_t i = 0; i < detect_count(); i++)
        evicted += stats.evicted[i];
    assert_true(evicted > 0);
    assert_true(stats.memory > 0 && stats.memory_peak <= 400000);
    assert_int_equal(scene->alert_count, alerts);
    scene_end(scene);
    assert_true(scene->alert_count > alerts);
    assert_int_equal(stats_of(scene).memory, 0);
    scene_free(scene);
}

/* ---- images of another making ---- */

static struct image *copy_of(const struct image *image, const char *but, struct span octets)
{
    struct image *copy;
    assert_int_equal(image_new(&copy), ERR_NONE);
    for (size_t i = 0; i < image_count(image); i++) {
        bool other = strcmp(image_name(image, i), but) == 0;
        buf_add(image_add(copy, image_name(image, i)), other ? octets : image_at(image, i));
    }
    return copy;
}

/* Loads it into detectors made anew, lets time pass, and ends them. */
static void load_and_end(struct scene *scene, const struct image *image)
{
    scene->alert_count = 0;
    scene_load(scene, image);
    scene_session(scene, "203.0.113.5", "bot.example.com");
    scene_rcpt(scene, "guess1@example.net", "550 5.1.1 User unknown");
    scene_close(scene);
    scene_wait(scene, 40);
    scene_tick(scene);
    scene_end(scene);
    const struct detect_stats stats = stats_of(scene);
    assert_true(stats.memory_peak <= scene->memory);
    assert_int_equal(stats.memory, 0);
}

/* Each section cut short at some places, and some octets of it turned over. */
static void test_damaged(void **state)
{
    (void)state;
    struct scene *scene = busy_scene(4);
    scene->memory = 1 << 20;
    struct image *image = scene_save(scene);
    assert_true(image_count(image) > 30);
    uint64_t random = 1;
    for (size_t i = 0; i < image_count(image); i++) {
        struct span section = image_at(image, i);
        for (unsigned round = 0; round < 60 && section.len > 0; round++) {
            random = hash_mix(random + 99);
            uint8_t *octets = malloc(section.len);
            assert_non_null(octets);
            memcpy(octets, section.at, section.len);
            size_t len = round % 4 == 0 ? random % section.len : section.len;
            for (unsigned flip = 0; flip < round % 4; flip++, random = hash_mix(random + 1))
                octets[random % section.len] ^= (uint8_t)(1U << (random >> 40) % 8);
            struct image *damaged = copy_of(image, image_name(image, i), span_make(octets, len));
            load_and_end(scene, damaged);
            image_free(damaged);
            free(octets);
        }
    }
    image_free(image);
    scene_free(scene);
}

/* Without its time an image is worth nothing; nor is a section of another detector or key. */
static void test_foreign(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    for (unsigned i = 0; i < 19; i++)
        probe(scene, i);
    struct image *image = scene_save(scene);
    struct image *timeless = copy_of(image, "detect.all.pace", SPAN_NULL);
    struct image *empty;
    assert_int_equal(image_new(&empty), ERR_NONE);
    const struct image *images[] = {timeless, empty};
    for (size_t i = 0; i < 2; i++) {
        scene_load(scene, images[i]);
        probe(scene, 19);
        assert_int_equal(scene->alert_count, 0);
    }
    scene_load(scene, image);
    probe(scene, 19);
    assert_int_equal(scene->alert_count, 1);
    image_free(image);
    image_free(timeless);
    image_free(empty);
    scene_free(scene);
}

/* A table of the version before: other fields in another order, and keys of the same size or not.
 */
struct was {
    uint32_t count, gone;
};

struct now {
    uint8_t fresh;
    uint64_t count;
};

static const struct pack_field was_fields[] = {
    {"gone", PACK_UNSIGNED, PACK_AT(struct was, gone)},
    {"count", PACK_UNSIGNED, PACK_AT(struct was, count)},
    PACK_END,
};

static const struct pack_field now_fields[] = {
    {"count", PACK_UNSIGNED, PACK_AT(struct now, count)},
    {"fresh", PACK_UNSIGNED, PACK_AT(struct now, fresh)},
    PACK_END,
};

static void now_begin(void *arg, void *value)
{
    (void)arg;
    ((struct now *)value)->fresh = 7;
}

/* A table of this shape beside those of a detector that is on. */
static struct scene *scene_with(struct table_shape shape, struct lru **ret_table)
{
    const struct alert_sink sink = {NULL, NULL};
    struct scene *scene = scene_new("mx-probe");
    shape.name = "test";
    shape.max = 100;
    assert_int_equal(detect_new(scene->configs, scene->know, 1 << 20, &sink, &scene->detect),
                     ERR_NONE);
    assert_int_equal(table_new(scene->detect, &shape, NULL, ret_table), ERR_NONE);
    scene_tick(scene);
    return scene;
}

static void test_other_version(void **state)
{
    (void)state;
    const struct table_shape was = {
        .key = sizeof(uint64_t), .value = sizeof(struct was), .fields = was_fields};
    const struct table_shape now = {.key = sizeof(uint64_t),
                                    .value = sizeof(struct now),
                                    .fields = now_fields,
                                    .begin = now_begin};
    const struct table_shape wide = {
        .key = sizeof(struct addr), .value = sizeof(struct now), .fields = now_fields};
    struct lru *table;
    struct scene *scene = scene_with(was, &table);
    for (uint64_t key = 1; key <= 5; key++) {
        struct was *value = lru_make(table, &key, scene->now - 5 + (int64_t)key, NULL);
        *value = (struct was){(uint32_t)key * 100, 1};
        table_credit(table, value, key, NULL);
    }
    struct image *image = scene_save(scene);
    lru_free(table);
    scene_free(scene);

    scene = scene_with(now, &table);
    detect_load(scene->detect, image);
    assert_int_equal(lru_count(table), 5);
    for (uint64_t key = 1; key <= 5; key++) {
        const struct now *value = lru_peek(table, &key);
        assert_non_null(value);
        assert_int_equal(value->count, key * 100);
        assert_int_equal(value->fresh, 7);
        assert_int_equal(lru_credited(value), key);
        assert_int_equal(lru_used(value), scene->now - 5 + (int64_t)key);
    }
    lru_free(table);
    scene_free(scene);

    scene = scene_with(wide, &table);
    detect_load(scene->detect, image);
    assert_int_equal(lru_count(table), 0);
    lru_free(table);
    scene_free(scene);
    image_free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slow_harvest),  cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_session),       cmocka_unit_test(test_settings),
        cmocka_unit_test(test_leave),         cmocka_unit_test(test_less_memory),
        cmocka_unit_test(test_damaged),       cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_other_version), cmocka_unit_test(test_in_time),
        cmocka_unit_test(test_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
