/* build: texts, addresses and lists in one block; alignment, ceilings, what is counted as cut. */
#include "test.h"

#include <mxtap/event.h>
#include <stdlib.h>

struct place {
    struct event_builder *builder;
    struct event *event;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    assert_int_equal(event_builder_new(&place->builder), ERR_NONE);
    place->event = event_begin(place->builder, EVENT_MESSAGE);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    event_builder_free(place->builder);
    free(place);
    return 0;
}

static void test_texts(void **state)
{
    struct place *place = *state;
    struct event_ref a = event_add_text(place->builder, SPAN_LITERAL("one"), 10);
    struct event_ref none = event_add_text(place->builder, SPAN_NULL, 10);
    struct event_ref b = event_add_text(place->builder, SPAN_LITERAL("two\0three"), 20);
    assert_true(span_equal(event_text(place->event, a), SPAN_LITERAL("one")));
    assert_true(span_equal(event_text(place->event, b), SPAN_LITERAL("two\0three")));
    assert_int_equal(none.at, 0);
    assert_int_equal(event_text(place->event, none).len, 0);
    assert_int_equal(place->event->cut, 0);
    struct event_ref cut = event_add_text(place->builder, SPAN_LITERAL("abcdef"), 4);
    assert_true(span_equal(event_text(place->event, cut), SPAN_LITERAL("abcd")));
    assert_int_equal(place->event->cut, 1);
}

static void test_addresses(void **state)
{
    struct place *place = *state;
    static const char *const texts[][2] = {
        {"Joe@Example.ORG", "Joe@example.org"},
        {"A@B@C.D", "A@B@c.d"},
        {"@UP", "@up"},
        {"UP@", "UP@"},
        {"POSTMASTER", "postmaster"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct event_ref ref = event_add_address(place->builder, span_text(texts[i][0]));
        assert_true(span_equal(event_text(place->event, ref), span_text(texts[i][1])));
    }
    assert_int_equal(event_add_address(place->builder, SPAN_NULL).at, 0);
    char longer[EVENT_PATH_MAX + 50];
    memset(longer, 'A', sizeof longer);
    struct event_ref ref = event_add_address(place->builder, span_make(longer, sizeof longer));
    assert_int_equal(ref.len, EVENT_PATH_MAX);
    assert_int_equal(place->event->cut, 1);
}

/* Lists stand aligned whatever length of text comes before them, and are zero. */
static void test_alignment(void **state)
{
    struct place *place = *state;
    for (size_t len = 1; len < 20; len++) {
        event_add_text(place->builder, span_make("abcdefghijklmnopqrst", len), 100);
        void *items = NULL;
        struct event_ref ref = event_add_list(place->builder, sizeof(struct event_rcpt), 3, &items);
        assert_int_equal(ref.at % 8, 0);
        assert_int_equal(ref.len, 3);
        const struct event_rcpt zero[3] = {0};
        assert_memory_equal(items, zero, sizeof zero);
        assert_ptr_equal(items, event_rcpts(place->event, ref));
        memset(items, 0xff, sizeof zero);
    }
    const struct event *event = event_end(place->builder);
    assert_int_equal(event->size % 8, 0);
}

static void test_list_ceiling(void **state)
{
    struct place *place = *state;
    void *items = NULL;
    struct event_ref ref = event_add_list(place->builder, 1, EVENT_MAX, &items);
    assert_int_equal(ref.at, 0);
    assert_int_equal(ref.len, 0);
    assert_null(items);
    assert_int_equal(place->event->cut, 1);
    ref = event_add_list(place->builder, sizeof(struct event_rcpt), 0, &items);
    assert_int_equal(ref.at, 0);
    assert_int_equal(place->event->cut, 1);
}

/* Filled to the brim: what does not fit is counted, shorter things still find their place, and the
 * record is never longer than EVENT_MAX. */
static void test_full(void **state)
{
    struct place *place = *state;
    static uint8_t text[EVENT_TEXT_MAX];
    memset(text, 'x', sizeof text);
    size_t added = 0;
    while (event_add_text(place->builder, span_make(text, sizeof text), sizeof text).at != 0)
        added++;
    assert_in_range(added, 100, EVENT_MAX / EVENT_TEXT_MAX);
    assert_int_equal(place->event->cut, 1);
    while (event_add_text(place->builder, span_make(text, 1), 1).at != 0)
        ;
    void *items = NULL;
    assert_int_equal(event_add_list(place->builder, 8, 1, &items).at, 0);
    assert_int_equal(place->event->cut, 3);
    assert_int_equal(event_add_address(place->builder, SPAN_LITERAL("A@B")).at, 0);
    const struct event *event = event_end(place->builder);
    assert_int_equal(event->size, EVENT_MAX);
}

/* A record is a copy of nothing else: moved to another place, it reads the same. */
static void test_moves(void **state)
{
    struct place *place = *state;
    struct event_ref ref = event_add_text(place->builder, SPAN_LITERAL("helo.example"), 100);
    place->event->session.helo = ref;
    const struct event *event = event_end(place->builder);
    struct event *copy = malloc(event->size);
    assert_non_null(copy);
    memcpy(copy, event, event->size);
    event_begin(place->builder, EVENT_TIME);
    assert_true(span_equal(event_text(copy, copy->session.helo), SPAN_LITERAL("helo.example")));
    assert_int_equal(copy->kind, EVENT_MESSAGE);
    free(copy);
}

/* Each kind begins clean, with only its own part, whatever was there before. */
static void test_kinds(void **state)
{
    struct place *place = *state;
    memset(&place->event->message, 0xff, sizeof place->event->message);
    static const enum event_kind kinds[] = {EVENT_TIME, EVENT_CLOSE, EVENT_VERDICT, EVENT_MESSAGE};
    uint32_t last = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct event *event = event_begin(place->builder, kinds[i]);
        assert_int_equal(event->kind, kinds[i]);
        assert_int_equal(event->cut, 0);
        assert_int_equal(event->session.helo.at, 0);
        uint32_t size = event_end(place->builder)->size;
        assert_true(size >= last && size <= sizeof(struct event) + 8);
        last = size;
    }
    assert_int_equal(place->event->message.rcpts.len, 0);
    assert_int_equal(place->event->message.mail.field_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_texts), TEST(test_addresses), TEST(test_alignment), TEST(test_list_ceiling),
        TEST(test_full),  TEST(test_moves),     TEST(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
