/*
 * flood: a slow attack goes on while half a million new source networks, domains and recipients
 * pass between its probes. It is found all the same, what was evicted is counted, and memory stays
 * within its ceiling.
 */
#include "helper_scene.h"
#include "test.h"

#include <json-c/json.h>
#include <stdio.h>

#define STEP 300 /* seconds between two probes */

static uint64_t evicted(const struct scene *scene, const char *name, struct detect_stats *stats)
{
    detect_stats(scene->detect, stats);
    for (size_t i = 0; i < detect_count(); i++)
        if (strcmp(detect_at(i)->name, name) == 0)
            return stats->evicted[i];
    return 0;
}

/* One session each from so many networks that were never seen, to domains that were never seen. */
static void strangers(struct scene *scene, unsigned *next, unsigned count, const char *reply)
{
    for (unsigned i = 0; i < count; i++, ++*next) {
        char client[64], address[64];
        snprintf(client, sizeof client, "2001:db8:%x:%x::1", *next >> 16, *next & 0xffff);
        snprintf(address, sizeof address, "name%u@domain%u.example", *next, *next);
        scene_session(scene, client, "mx.partner.example");
        scene_rcpt(scene, address, reply);
        scene_close(scene);
    }
}

static void probe(struct scene *scene, unsigned number)
{
    char client[64], address[64];
    snprintf(client, sizeof client, "203.0.113.%u", number % 7 + 1);
    snprintf(address, sizeof address, "guess%u@example.net", number);
    scene_session(scene, client, "probe.example.org");
    scene_rcpt(scene, address, "550 5.1.1 User unknown");
    scene_close(scene);
}

static bool found(const struct scene *scene)
{
    for (size_t i = 0; i < scene->alert_count; i++)
        if (strstr(scene->alerts[i].evidence, "203.0.113.0\\/24") != NULL)
            return true;
    return false;
}

/* Each stranger is itself worth as much as the first probe: it asks for one unknown recipient. The
 * table has room for 20,000 networks, each wave has 25,000. */
static void test_slow_harvest(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    unsigned next = 0;
    struct detect_stats stats;
    for (unsigned i = 0; i < 40; i++) {
        assert_false(found(scene));
        probe(scene, i);
        if (i % 2 == 1)
            strangers(scene, &next, 25000, "550 5.1.1 User unknown");
        scene_wait(scene, STEP);
    }
    assert_true(found(scene));
    assert_int_equal(scene->alert_count, 1);
    assert_null(strstr(scene->alerts[0].evidence, "forgotten"));
    assert_true(evicted(scene, "directory-harvest", &stats) > 500000 - 20001);
    assert_in_range(stats.memory_peak, 1 << 20, 16 << 20);
    scene_free(scene);
}

/* All of them at once, between two probes of a harvest that has only just begun. */
static void test_one_wave(void **state)
{
    (void)state;
    struct scene *scene = scene_new("directory-harvest");
    unsigned next = 0;
    for (unsigned i = 0; i < 20; i++) {
        if (i == 2)
            strangers(scene, &next, 200000, "550 5.1.1 User unknown");
        probe(scene, i);
        scene_wait(scene, 60);
    }
    assert_true(found(scene));
    scene_free(scene);
}

/* A harvest of one domain by 20 networks, three questions each, while 300,000 other networks ask as
 * many other domains.
 */
static void test_distributed(void **state)
{
    (void)state;
    struct scene *scene = scene_new("distributed-harvest");
    unsigned next = 0;
    struct detect_stats stats;
    for (unsigned i = 0; i < 60; i++) {
        char client[64], address[64];
        snprintf(client, sizeof client, "198.51.%u.1", i % 20);
        snprintf(address, sizeof address, "guess%u@example.net", i);
        scene_session(scene, client, "probe.example.org");
        scene_rcpt(scene, address, "550 5.1.1 User unknown");
        scene_close(scene);
        if (i % 10 == 9)
            strangers(scene, &next, 60000, "550 5.1.1 User unknown");
        scene_wait(scene, 45);
    }
    assert_int_equal(scene->alert_count, 1);
    assert_non_null(strstr(scene->alerts[0].evidence, "example.net"));
    assert_true(evicted(scene, "distributed-harvest", &stats) > 200000);
    assert_true(stats.memory_peak <= 16 << 20);
    scene_free(scene);
}

/* The alerts of many detectors: only counted, but for the one that matters. */
struct alerts {
    size_t count;
    bool found;
};

static void on_alert(void *arg, const struct alert *alert)
{
    struct alerts *alerts = arg;
    alerts->count++;
    struct json_object *network;
    if (strcmp(alert->detector->name, "directory-harvest") == 0 &&
        json_object_object_get_ex(alert->evidence, "source_network", &network))
        alerts->found |= strcmp(json_object_get_string(network), "203.0.113.0/24") == 0;
}

static void open_all(struct scene *scene, size_t memory, struct alerts *alerts)
{
    const struct alert_sink sink = {on_alert, alerts};
    for (size_t i = 0; i < detect_count(); i++)
        scene->configs[i].enabled = true;
    assert_int_equal(detect_new(scene->configs, scene->know, memory, &sink, &scene->detect),
                     ERR_NONE);
}

/* Every detector is on, and the strangers give each of them something to remember. */
static void with_all(size_t memory, unsigned between)
{
    struct scene *scene = scene_new("directory-harvest");
    struct alerts alerts = {0};
    struct detect_stats stats;
    open_all(scene, memory, &alerts);
    unsigned next = 0;
    for (unsigned i = 0; i < 40; i++) {
        probe(scene, i);
        strangers(scene, &next, between, i % 2 == 0 ? "550 5.1.1 User unknown" : "250 2.1.5 Ok");
        scene_wait(scene, STEP);
    }
    assert_true(alerts.found);
    assert_true(evicted(scene, "directory-harvest", &stats) > 0);
    assert_true(stats.memory_peak <= memory);
    scene_free(scene);
}

/* Other detectors hold all that they can get, of sessions that do not end, before the first probe.
 */
static void test_hog(void **state)
{
    (void)state;
    const size_t memory = 2 << 20;
    struct scene *scene = scene_new("directory-harvest");
    struct alerts alerts = {0};
    struct detect_stats stats;
    open_all(scene, memory, &alerts);
    for (unsigned session = 0; session < 20000; session++) {
        scene_session(scene, "198.51.100.1", "mx.partner.example");
        scene_message(scene, "anna@example.net", 1000, "250 2.0.0 Ok", NULL);
    }
    detect_stats(scene->detect, &stats);
    assert_true(stats.memory > memory / 2);
    for (unsigned i = 0; i < 20; i++)
        probe(scene, i);
    assert_true(alerts.found);
    scene_free(scene);
}

static void test_all_detectors(void **state)
{
    (void)state;
    with_all(32 << 20, 2500);
}

static void test_little_memory(void **state)
{
    (void)state;
    with_all(2 << 20, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slow_harvest),  cmocka_unit_test(test_one_wave),
        cmocka_unit_test(test_distributed),   cmocka_unit_test(test_hog),
        cmocka_unit_test(test_all_detectors), cmocka_unit_test(test_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
