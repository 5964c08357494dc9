/* outputs: the tables; who gets what in which format; identities; counters and errors; threads, and
 * outputs that follow others. */
#include "helper_stage.h"
#include "test.h"

#include <errno.h>
#include <mxtap/clock.h>
#include <stdio.h>
#include <time.h>

#define KEEPERS 4

/* A sink that keeps what it gets, or refuses it. Its options are one of keepers. */
struct keeper {
    struct buf text;
    _Atomic int refuse; /* errno */
    bool slow, closed, broken, doubtful;
};

static struct keeper keepers[KEEPERS];

static enum err keeper_open(const struct sink_how *how, void **ret_state, char *ret_message,
                            size_t size)
{
    struct keeper *keeper = (void *)(uintptr_t)how->options;
    if (keeper->broken) {
        snprintf(ret_message, size, "is broken");
        return ERR_SYSTEM;
    }
    if (keeper->doubtful)
        snprintf(ret_message, size, "is doubtful");
    *ret_state = keeper;
    return ERR_NONE;
}

static enum err keeper_write(void *state, struct span record)
{
    struct keeper *to = state;
    const struct timespec nap = {.tv_nsec = 2000000};
    if (to->slow)
        nanosleep(&nap, NULL);
    if (to->refuse != 0) {
        errno = to->refuse;
        return ERR_SYSTEM;
    }
    buf_add(&to->text, record);
    buf_add_octet(&to->text, '\n');
    return ERR_NONE;
}

static enum err keeper_flush(void *state)
{
    struct keeper *keeper = state;
    errno = keeper->refuse;
    return keeper->refuse == 0 ? ERR_NONE : ERR_SYSTEM;
}

static enum err keeper_close(void *state)
{
    ((struct keeper *)state)->closed = true;
    return ERR_NONE;
}

static const struct setting no_settings[] = {SETTING_END};

static const struct sink sink = {
    .name = "keeper",
    .summary = "for tests",
    .settings = {no_settings},
    .open = keeper_open,
    .write = keeper_write,
    .flush = keeper_flush,
    .close = keeper_close,
};

static struct stage *stage;
static struct output_row rows[KEEPERS];

static int set_up(void **state)
{
    static const char *const names[KEEPERS] = {"one", "two", "three", "four"};
    (void)state;
    stage = stage_new(PRIVACY_CLEAR);
    for (size_t i = 0; i < KEEPERS; i++) {
        memset(&keepers[i], 0, sizeof keepers[i]);
        buf_init(&keepers[i].text, 8 << 20);
        rows[i] = (struct output_row){
            .name = names[i],
            .sink = &sink,
            .options = &keepers[i],
            .format = format_find("text"),
            .selection = {.kinds = RECORD_ALERT},
            .queue = 1 << 20,
        };
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_free(stage);
    for (size_t i = 0; i < KEEPERS; i++)
        buf_done(&keepers[i].text);
    return 0;
}

static struct outputs *make(size_t count, const struct starter *local)
{
    const struct outputs_options options = {
        .rows = rows, .count = count, .format = stage->options, .local = local};
    struct outputs *outputs = NULL;
    char message[200] = "";
    assert_int_equal(outputs_new(&options, &outputs, message, sizeof message), ERR_NONE);
    assert_string_equal(message, "");
    return outputs;
}

static struct outputs *start(size_t count, const struct starter *local, struct outputs *other)
{
    struct outputs *outputs = make(count, local);
    assert_int_equal(outputs_start(outputs, other), ERR_NONE);
    return outputs;
}

static void write_alert(struct outputs *outputs)
{
    const struct event *event = stage_message(stage);
    const struct alert alert = stage_alert(stage, event, &event->flow);
    outputs_alert(outputs, &alert);
}

static void write_all(struct outputs *outputs)
{
    const struct event *event = stage_message(stage);
    const struct stats stats = stage_stats();
    write_alert(outputs);
    outputs_event(outputs, event);
    outputs_stats(outputs, &stats);
}

static const char *text_of(size_t keeper)
{
    struct buf *text = &keepers[keeper].text;
    buf_add_octet(text, 0);
    text->len--;
    return (const char *)text->at;
}

static size_t lines_of(size_t keeper)
{
    size_t lines = 0;
    for (const char *at = text_of(keeper); *at != '\0'; at++)
        lines += *at == '\n';
    return lines;
}

static void close_whole(struct outputs *outputs)
{
    char message[200] = "";
    assert_true(outputs_close(outputs, message, sizeof message));
}

static void test_tables(void **state)
{
    (void)state;
    size_t formats = 0;
    while (format_at(formats) != NULL) {
        assert_ptr_equal(format_find(format_at(formats)->name), format_at(formats));
        formats++;
    }
    assert_true(formats >= 2);
    assert_null(format_find("nothing"));
    size_t sinks = 0;
    for (; sink_at(sinks) != NULL; sinks++) {
        const struct sink *at = sink_at(sinks);
        void *options = NULL;
        assert_ptr_equal(sink_find(at->name), at);
        assert_non_null(format_find(at->format));
        assert_true((at->write != NULL) != (at->send != NULL));
        assert_int_equal(sink_options_new(at, &options), ERR_NONE);
        sink_options_free(at, options);
    }
    assert_true(sinks >= 2);
    assert_null(sink_find("nowhere"));
    assert_non_null(sink_setting(sink_find("file"), SPAN_LITERAL("file")));
    assert_null(sink_setting(sink_find("file"), SPAN_LITERAL("url")));
}

static void test_kinds(void **state)
{
    for (unsigned kinds = 0; kinds < 8; kinds++) {
        assert_int_equal(tear_down(state), 0);
        assert_int_equal(set_up(state), 0);
        rows[0].selection.kinds = kinds;
        struct outputs *outputs = start(1, NULL, NULL);
        assert_int_equal(outputs_kinds(outputs), kinds);
        write_all(outputs);
        struct stats stats = {0};
        outputs_count(outputs, &stats);
        /* Counters that nobody wants were asked for. */
        assert_int_equal(stats.outputs[0].records, (kinds & 1) + (kinds >> 1 & 1) + 1);
        assert_int_equal(stats.outputs[0].octets, keepers[0].text.len);
        assert_int_equal(stats.outputs[0].dropped, 0);
        assert_string_equal(stats.outputs[0].name, "one");
        const char *text = text_of(0);
        assert_int_equal(strstr(text, " mx-probe ") != NULL, (kinds & RECORD_ALERT) != 0);
        assert_int_equal(strstr(text, " smtp ") != NULL, (kinds & RECORD_SMTP) != 0);
        assert_non_null(strstr(text, " stats "));
        close_whole(outputs);
        assert_true(keepers[0].closed);
    }
}

/* Each output has its own; what two want in one format is the same line with the same identity. */
static void test_selections(void **state)
{
    (void)state;
    const struct event *event = stage_message(stage);
    struct alert alert = stage_alert(stage, event, &event->flow);
    rows[0].format = rows[1].format = rows[2].format = format_find("eve");
    rows[1].selection.severity = 1;
    rows[2].selection.detectors[0] = alert.detector->id + 1;
    rows[2].selection.detector_count = 1;
    struct outputs *outputs = start(4, NULL, NULL);
    alert.severity = 2;
    outputs_alert(outputs, &alert);
    alert.severity = 1;
    outputs_alert(outputs, &alert);
    close_whole(outputs);
    assert_int_equal(lines_of(0), 2);
    assert_int_equal(lines_of(1), 1);
    assert_int_equal(lines_of(2), 0);
    assert_int_equal(lines_of(3), 2);
    assert_non_null(strstr(text_of(0), text_of(1)));
    struct json_object *first = json_tokener_parse(strchr(text_of(0), '\n') + 1);
    struct json_object *id = json_object_object_get(json_object_object_get(first, "mxtap"), "id");
    assert_int_equal(strlen(json_object_get_string(id)), RECORD_ID - 1);
    json_object_put(first);
}

/* What a sink refuses is counted; the end tells of the first failure, though it closed well. */
static void test_refused(void **state)
{
    (void)state;
    rows[0].selection.kinds = RECORD_ALERT | RECORD_SMTP | RECORD_STATS;
    struct outputs *outputs = start(1, NULL, NULL);
    write_all(outputs);
    keepers[0].refuse = ENOSPC;
    write_all(outputs);
    assert_false(outputs_flush(outputs));
    assert_int_equal(errno, ENOSPC);
    keepers[0].refuse = 0;
    write_all(outputs);
    assert_true(outputs_flush(outputs));
    struct stats stats = {0};
    outputs_count(outputs, &stats);
    assert_int_equal(stats.outputs[0].records, 6);
    assert_int_equal(stats.outputs[0].dropped, 3);
    char message[200] = "";
    assert_false(outputs_close(outputs, message, sizeof message));
    assert_string_equal(message, "one: 3 records were not written: No space left on device");
}

static void test_open_fails(void **state)
{
    (void)state;
    keepers[1].broken = true;
    const struct outputs_options options = {.rows = rows, .count = 2, .format = stage->options};
    struct outputs *outputs = NULL;
    char message[200] = "";
    assert_int_equal(outputs_new(&options, &outputs, message, sizeof message), ERR_SYSTEM);
    assert_string_equal(message, "two: is broken");
    assert_null(outputs);
    assert_true(keepers[0].closed);
}

/* What each has to say is there; nothing of before. */
static void test_warnings(void **state)
{
    (void)state;
    keepers[0].doubtful = keepers[2].doubtful = true;
    const struct outputs_options options = {.rows = rows, .count = 3, .format = stage->options};
    struct outputs *outputs = NULL;
    char message[200] = "something old";
    assert_int_equal(outputs_new(&options, &outputs, message, sizeof message), ERR_NONE);
    assert_string_equal(message, "one: is doubtful; three: is doubtful");
    assert_int_equal(outputs_start(outputs, NULL), ERR_NONE);
    close_whole(outputs);
}

/* A slow sink has its thread, and the others do not wait for it. */
static void test_threads(void **state)
{
    (void)state;
    keepers[1].slow = true;
    struct outputs *outputs = start(2, &starter_plain, NULL);
    int64_t began = clock_steady();
    for (unsigned i = 0; i < 200; i++)
        write_alert(outputs);
    int64_t took = clock_steady() - began;
    assert_true(took < 200 * 2000000);
    assert_true(outputs_drain(outputs, 20 * CLOCK_SECOND));
    struct stats stats = {0};
    outputs_count(outputs, &stats);
    assert_int_equal(stats.outputs[0].depth, 0);
    close_whole(outputs);
    assert_int_equal(lines_of(0), 200);
    assert_int_equal(lines_of(1), 200);
    assert_string_equal(text_of(0), text_of(1));
}

/* What does not fit into the queue is counted, and what did arrives. */
static void test_queue_is_full(void **state)
{
    (void)state;
    keepers[0].slow = true;
    rows[0].queue = 2000;
    struct outputs *outputs = start(1, &starter_plain, NULL);
    for (unsigned i = 0; i < 300; i++)
        write_alert(outputs);
    struct stats stats = {0};
    assert_true(outputs_drain(outputs, 20 * CLOCK_SECOND));
    outputs_count(outputs, &stats);
    assert_true(stats.outputs[0].dropped > 0);
    assert_int_equal(stats.outputs[0].dropped + stats.outputs[0].records, 300);
    char message[200] = "";
    assert_false(outputs_close(outputs, message, sizeof message));
    assert_int_equal(lines_of(0), stats.outputs[0].records);
}

/* A sink without room keeps what waits; when it has some again, nothing is missing. */
static void test_stuck(void **state)
{
    (void)state;
    keepers[0].refuse = ENOBUFS;
    struct outputs *outputs = start(1, &starter_plain, NULL);
    for (unsigned i = 0; i < 100; i++)
        write_alert(outputs);
    assert_true(outputs_flush(outputs));
    assert_false(outputs_drain(outputs, CLOCK_SECOND / 4));
    struct stats stats = {0};
    outputs_count(outputs, &stats);
    assert_int_equal(stats.outputs[0].depth, 100);
    assert_true(stats.outputs[0].failing);
    assert_string_equal(stats.outputs[0].trouble, strerror(ENOBUFS));
    keepers[0].refuse = 0;
    assert_true(outputs_drain(outputs, 20 * CLOCK_SECOND));
    close_whole(outputs);
    assert_int_equal(lines_of(0), 100);
}

/* Another configuration: records before and after the change, all there and in order. */
static void test_follow(void **state)
{
    (void)state;
    keepers[0].refuse = ENOBUFS;
    struct outputs *before = start(2, &starter_plain, NULL);
    for (unsigned i = 0; i < 50; i++)
        write_alert(before);
    (void)outputs_drain(before, CLOCK_SECOND / 10);
    struct outputs *after = start(2, &starter_plain, before);
    close_whole(before);
    keepers[0].refuse = 0;
    for (unsigned i = 0; i < 50; i++)
        write_alert(after);
    assert_true(outputs_drain(after, 20 * CLOCK_SECOND));
    struct stats stats = {0};
    outputs_count(after, &stats);
    assert_int_equal(stats.outputs[0].records, 100);
    close_whole(after);
    assert_int_equal(lines_of(0), 100);
    assert_int_equal(lines_of(1), 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tables),     TEST(test_kinds),    TEST(test_selections), TEST(test_refused),
        TEST(test_open_fails), TEST(test_warnings), TEST(test_threads),    TEST(test_queue_is_full),
        TEST(test_stuck),      TEST(test_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
