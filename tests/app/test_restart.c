/*
 * restart: over every capture, detectors that are saved, made anew and loaded again and again in
 * the midst of it tell the same as those that run through: the same cases, at the same time, with
 * the same evidence. What was loaded is saved as the same octets, and saving alone changes nothing.
 */
#include "rooms.h"
#include "test.h"

#include <dirent.h>
#include <json-c/json.h>
#include <mxtap/capture.h>
#include <stdio.h>
#include <stdlib.h>

/* Of one capture at most, evenly spread over its events; MXTAP_RESTARTS says it otherwise. */
#define RESTARTS 100

/* The events of a capture, as the worker made them. */
struct story {
    struct config *config;
    struct event **events;
    size_t count;
    int64_t end;
};

static void on_event(void *arg, struct event *event)
{
    struct story *story = arg;
    if (event->kind == EVENT_STATS)
        return;
    if ((story->count & (story->count - 1)) == 0) {
        size_t room = story->count == 0 ? 1 : 2 * story->count;
        story->events = realloc(story->events, room * sizeof *story->events);
        assert_non_null(story->events);
    }
    struct event *copy = aligned_alloc(16, (event->size + 15U) & ~15U);
    assert_non_null(copy);
    memcpy(copy, event, event->size);
    story->events[story->count++] = copy;
    story->end = event->time;
}

/* What the row of README.md sets for the capture: the column before the last one. */
static void configure(struct config *config, const char *folder, const char *name)
{
    char line[4096], path[1024], start[300], message[CONFIG_MESSAGE];
    snprintf(path, sizeof path, "%s/README.md", folder);
    snprintf(start, sizeof start, "| [%s]", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, start, strlen(start)) != 0)
            continue;
        struct span rest = span_text(strstr(line, "--"));
        for (struct span word = span_word(&rest); word.len > 0; word = span_word(&rest)) {
            const char *setting = span_equal(word, SPAN_LITERAL("--home-net")) ? "site.home_net"
                                  : span_equal(word, SPAN_LITERAL("--local-domain"))
                                      ? "site.local_domains"
                                      : NULL;
            if (setting != NULL)
                assert_int_equal(config_set(config, setting, span_word(&rest), message), ERR_NONE);
        }
    }
    fclose(file);
}

static void story_read(struct story *story, const char *folder, const char *name)
{
    char path[1024], message[CONFIG_MESSAGE];
    const char *input = path;
    struct worker_options options;
    struct worker *worker;
    struct capture *capture;
    struct packet packet;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    *story = (struct story){0};
    assert_int_equal(config_new(&story->config), ERR_NONE);
    configure(story->config, folder, name);
    assert_int_equal(rooms_worker(story->config, &options, message), ERR_NONE);
    options.on_event = on_event;
    options.arg = story;
    options.shares = 1;
    const struct capture_options files = {.inputs = &input, .input_count = 1};
    assert_int_equal(capture_open(&files, &capture, message, sizeof message), ERR_NONE);
    assert_int_equal(worker_new(&options, &worker), ERR_NONE);
    while (capture_next(capture, &packet) > 0)
        worker_packet(worker, &packet);
    worker_end(worker);
    worker_free(worker);
    /* Cases keep the capture's name, which is the capture's. */
    for (size_t i = 0; i < story->count; i++)
        story->events[i]->flow.source = "capture";
    capture_close(capture);
}

static void story_free(struct story *story)
{
    for (size_t i = 0; i < story->count; i++)
        free(story->events[i]);
    free(story->events);
    config_free(story->config);
}

/* ---- telling it ---- */

struct run {
    const struct story *story;
    struct know *know;
    struct detect *detect;
    struct buf told; /* a line for each alert */
    size_t alerts;
};

static void on_alert(void *arg, const struct alert *alert)
{
    struct run *run = arg;
    run->alerts++;
    buf_printf(&run->told, "%s %d %u %016jx %jd flow %016jx of %s: ", alert->detector->name,
               alert->state, alert->severity, (uintmax_t)alert->case_id, (intmax_t)alert->time,
               (uintmax_t)alert->flow->flow_id, alert->flow->source);
    buf_add_text(&run->told, alert->reason);
    buf_add_octet(&run->told, ' ');
    buf_add_text(&run->told, json_object_to_json_string(alert->evidence));
    buf_add_octet(&run->told, '\n');
}

static void begin(struct run *run)
{
    const struct config *config = run->story->config;
    const struct alert_sink sink = {on_alert, run};
    assert_int_equal(detect_new(config->detectors, run->know, (size_t)config->detect.memory, &sink,
                                &run->detect),
                     ERR_NONE);
}

static void expect_same_images(const struct image *a, const struct image *b)
{
    assert_int_equal(image_count(a), image_count(b));
    for (size_t i = 0; i < image_count(a); i++) {
        assert_string_equal(image_name(a, i), image_name(b, i));
        if (!span_equal(image_at(a, i), image_at(b, i)))
            print_error("section %s: loaded and saved, it is another\n", image_name(a, i));
        assert_true(span_equal(image_at(a, i), image_at(b, i)));
    }
}

static struct image *save(const struct detect *detect)
{
    struct image *image;
    assert_int_equal(image_new(&image), ERR_NONE);
    detect_save(detect, image);
    return image;
}

static void restart(struct run *run)
{
    size_t alerts = run->alerts;
    struct image *image = save(run->detect);
    detect_leave(run->detect);
    detect_free(run->detect);
    begin(run);
    detect_load(run->detect, image);
    struct image *again = save(run->detect);
    expect_same_images(image, again);
    image_free(again);
    image_free(image);
    assert_int_equal(run->alerts, alerts);
}

/* Tells the story; after each so many events it restarts, or only saves. */
static struct buf tell(const struct story *story, size_t every, bool only_save)
{
    char message[CONFIG_MESSAGE];
    struct run run = {.story = story};
    buf_init(&run.told, 64 << 20);
    assert_int_equal(rooms_know(story->config, &run.know, message), ERR_NONE);
    begin(&run);
    for (size_t i = 0; i < story->count; i++) {
        struct event *event = aligned_alloc(16, (story->events[i]->size + 15U) & ~15U);
        assert_non_null(event);
        memcpy(event, story->events[i], story->events[i]->size);
        know_judge(run.know, event);
        know_learn(run.know, event);
        detect_event(run.detect, event);
        free(event);
        if (every == 0 || (i + 1) % every != 0)
            continue;
        if (only_save)
            image_free(save(run.detect));
        else
            restart(&run);
    }
    detect_end(run.detect, story->end);
    detect_free(run.detect);
    know_free(run.know);
    buf_add_octet(&run.told, 0);
    return run.told;
}

static void expect_same(const struct story *story, const char *name, const struct buf *through,
                        size_t every, bool only_save)
{
    struct buf told = tell(story, every, only_save);
    if (!span_equal(buf_span(&told), buf_span(through)))
        print_error("%s, every %zu of %zu events:\n%s\nthrough:\n%s\n", name, every, story->count,
                    (const char *)told.at, (const char *)through->at);
    assert_true(span_equal(buf_span(&told), buf_span(through)));
    buf_done(&told);
}

static size_t check(const char *folder, const char *name)
{
    struct story story;
    const char *fewer = getenv("MXTAP_RESTARTS");
    story_read(&story, folder, name);
    size_t every = story.count / (fewer == NULL ? RESTARTS : strtoul(fewer, NULL, 10)) + 1;
    struct buf through = tell(&story, 0, false);
    expect_same(&story, name, &through, every, false);
    expect_same(&story, name, &through, every, true);
    size_t alerts = 0;
    for (size_t i = 0; i < through.len; i++)
        alerts += through.at[i] == '\n';
    buf_done(&through);
    story_free(&story);
    return alerts;
}

static void test_captures(void **state)
{
    (void)state;
    const char *folder = getenv("MXTAP_PCAPS");
    DIR *dir = folder == NULL ? NULL : opendir(folder);
    if (dir == NULL)
        skip();
    size_t alerts = 0, captures = 0;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (strstr(entry->d_name, ".pcap") != NULL) {
            alerts += check(folder, entry->d_name);
            captures++;
        }
    closedir(dir);
    print_message("%zu captures, %zu alerts\n", captures, alerts);
    assert_true(captures > 90 && alerts > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_captures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
