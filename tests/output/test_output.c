/* output: the tables, what goes through and what does not, counters and errors. */
#include "helper_stage.h"
#include "test.h"

#include <errno.h>

/* A sink that keeps what it gets, or refuses it. */
struct keeper {
    struct buf text;
    bool refuse, closed;
};

static struct keeper keeper;

static enum err keeper_open(const struct sink_target *target, void **ret_state)
{
    if (target->path != NULL)
        return ERR_SYSTEM;
    *ret_state = &keeper;
    return ERR_NONE;
}

static enum err keeper_write(void *state, struct span record)
{
    struct keeper *to = state;
    if (to->refuse) {
        errno = ENOSPC;
        return ERR_SYSTEM;
    }
    buf_add(&to->text, record);
    buf_add_octet(&to->text, '\n');
    return ERR_NONE;
}

static enum err keeper_flush(void *state)
{
    (void)state;
    return ERR_NONE;
}

static enum err keeper_close(void *state)
{
    ((struct keeper *)state)->closed = true;
    return ERR_NONE;
}

static const struct sink sink = {
    .name = "keeper",
    .summary = "for tests",
    .open = keeper_open,
    .write = keeper_write,
    .flush = keeper_flush,
    .close = keeper_close,
};

static struct output *make(struct stage *stage, unsigned kinds)
{
    const struct output_options options = {
        .format = format_find("text"),
        .sink = &sink,
        .kinds = kinds,
        .format_options = stage->options,
    };
    keeper = (struct keeper){0};
    buf_init(&keeper.text, 1 << 20);
    struct output *output = NULL;
    assert_int_equal(output_new(&options, &output), ERR_NONE);
    return output;
}

static void write_all(struct stage *stage, struct output *output)
{
    const struct event *event = stage_message(stage);
    const struct alert alert = stage_alert(stage, event, &event->flow);
    const struct stats stats = stage_stats();
    output_alert(output, &alert);
    output_event(output, event);
    output_stats(output, &stats);
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
    while (sink_at(sinks) != NULL) {
        assert_ptr_equal(sink_find(sink_at(sinks)->name), sink_at(sinks));
        sinks++;
    }
    assert_true(sinks >= 2);
    assert_null(sink_find("nowhere"));
}

static void test_kinds(void **state)
{
    (void)state;
    for (unsigned kinds = 0; kinds < 8; kinds++) {
        struct stage *stage = stage_new(PRIVACY_CLEAR);
        struct output *output = make(stage, kinds);
        write_all(stage, output);
        uint64_t records, octets, dropped;
        output_counters(output, &records, &octets, &dropped);
        assert_int_equal(records, (kinds & 1) + (kinds >> 1 & 1) + 1);
        assert_int_equal(octets, keeper.text.len);
        assert_int_equal(dropped, 0);
        buf_add_octet(&keeper.text, 0);
        const char *text = (const char *)keeper.text.at;
        assert_int_equal(strstr(text, " mx-probe ") != NULL, (kinds & RECORD_ALERT) != 0);
        assert_int_equal(strstr(text, " smtp ") != NULL, (kinds & RECORD_SMTP) != 0);
        assert_non_null(strstr(text, " stats "));
        assert_int_equal(output_close(output), ERR_NONE);
        assert_true(keeper.closed);
        buf_done(&keeper.text);
        stage_free(stage);
    }
}

/* What a sink refuses is counted; close tells of the first failure, though it closed well. */
static void test_refused(void **state)
{
    (void)state;
    struct stage *stage = stage_new(PRIVACY_CLEAR);
    struct output *output = make(stage, RECORD_ALERT | RECORD_SMTP | RECORD_STATS);
    write_all(stage, output);
    keeper.refuse = true;
    write_all(stage, output);
    keeper.refuse = false;
    write_all(stage, output);
    uint64_t records, octets, dropped;
    output_counters(output, &records, &octets, &dropped);
    assert_int_equal(records, 6);
    assert_int_equal(dropped, 3);
    assert_int_equal(output_flush(output), ERR_NONE);
    errno = 0;
    assert_int_equal(output_close(output), ERR_SYSTEM);
    assert_int_equal(errno, ENOSPC);
    buf_done(&keeper.text);
    stage_free(stage);
}

static void test_open_fails(void **state)
{
    (void)state;
    struct stage *stage = stage_new(PRIVACY_CLEAR);
    const struct output_options options = {
        .format = format_find("eve"), .sink = &sink, .target = {.path = "somewhere"}};
    struct output *output = NULL;
    assert_int_equal(output_new(&options, &output), ERR_SYSTEM);
    assert_null(output);
    stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_open_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
