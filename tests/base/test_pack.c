/* pack: what was put is got again; other versions' fields; damaged sections. */
#include "test.h"

#include <math.h>
#include <mxtap/pack.h>
#include <stdlib.h>
#include <string.h>

enum colour { RED, GREEN };

struct word {
    char *text; /* of malloc */
};

struct thing {
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    int8_t small;
    int64_t large, time;
    double number;
    bool yes, no;
    enum colour colour;
    char name[8];
    int64_t times[5];
    struct inner {
        uint32_t a;
        bool b;
    } inner[3];
    struct word word, words[2];
};

static void word_put(const void *value, struct buf *out)
{
    const struct word *word = value;
    if (word->text != NULL)
        buf_add_text(out, word->text);
}

/* Words with a question mark are refused. */
static bool word_get(void *value, struct span in, void *arg)
{
    struct word *word = value;
    assert_non_null(arg);
    assert_null(word->text);
    if (span_find(in, '?') < in.len)
        return false;
    if (in.len > 0)
        word->text = strndup((const char *)in.at, in.len);
    return true;
}

static const struct pack_kind word_kind = {word_put, word_get};

static const struct pack_field fields[] = {
    {"one", PACK_UNSIGNED, PACK_AT(struct thing, one)},
    {"two", PACK_UNSIGNED, PACK_AT(struct thing, two)},
    {"four", PACK_UNSIGNED, PACK_AT(struct thing, four)},
    {"eight", PACK_UNSIGNED, PACK_AT(struct thing, eight)},
    {"small", PACK_SIGNED, PACK_AT(struct thing, small)},
    {"large", PACK_SIGNED, PACK_AT(struct thing, large)},
    {"time", PACK_TIME, PACK_AT(struct thing, time)},
    {"number", PACK_NUMBER, PACK_AT(struct thing, number)},
    {"yes", PACK_UNSIGNED, PACK_AT(struct thing, yes)},
    {"no", PACK_UNSIGNED, PACK_AT(struct thing, no)},
    {"colour", PACK_UNSIGNED, PACK_AT(struct thing, colour)},
    {"name", PACK_OCTETS, PACK_AT(struct thing, name)},
    {"times", PACK_SIGNED, PACK_ARRAY(struct thing, times)},
    {"inner.a", PACK_UNSIGNED, PACK_INNER(struct thing, inner, a)},
    {"inner.b", PACK_UNSIGNED, PACK_INNER(struct thing, inner, b)},
    {"word", PACK_KIND, PACK_AT(struct thing, word), .kind = &word_kind},
    {"words", PACK_KIND, PACK_ARRAY(struct thing, words), .kind = &word_kind},
    PACK_END,
};

static void thing_free(struct thing *thing)
{
    free(thing->word.text);
    free(thing->words[0].text);
    free(thing->words[1].text);
    memset(thing, 0, sizeof *thing);
}

static struct thing example(void)
{
    struct thing thing;
    memset(&thing, 0, sizeof thing);
    thing.one = 200;
    thing.two = 60000;
    thing.four = 4000000000U;
    thing.eight = UINT64_MAX;
    thing.small = -5;
    thing.large = INT64_MIN;
    thing.time = 1700000000 * CLOCK_SECOND;
    thing.number = -HUGE_VAL;
    thing.yes = true;
    thing.colour = GREEN;
    memcpy(thing.name, "eight---", 8);
    for (int i = 0; i < 5; i++)
        thing.times[i] = i - 2;
    thing.inner[1] = (struct inner){7, true};
    thing.inner[2].a = 9;
    thing.word.text = strdup("word");
    thing.words[1].text = strdup("second");
    return thing;
}

static int arg;

static struct buf section_of(const struct pack_field *of, const void *value, size_t times)
{
    struct buf section;
    buf_init(&section, 100000);
    pack_begin(&section, of);
    for (size_t i = 0; i < times; i++)
        pack_put(&section, of, value);
    return section;
}

static void test_back(void **state)
{
    (void)state;
    struct thing thing = example();
    struct buf section = section_of(fields, &thing, 2);
    struct pack_reader reader;
    assert_true(pack_open(&reader, buf_span(&section), fields, &arg));
    for (int i = 0; i < 2; i++) {
        struct thing got;
        memset(&got, 0, sizeof got);
        assert_true(pack_get(&reader, &got));
        assert_string_equal(got.word.text, "word");
        assert_null(got.words[0].text);
        assert_string_equal(got.words[1].text, "second");
        assert_memory_equal(&got, &thing, offsetof(struct thing, word));
        thing_free(&got);
    }
    struct thing none;
    assert_false(pack_get(&reader, &none));
    assert_false(pack_get(&reader, &none));
    buf_done(&section);
    thing_free(&thing);
}

/* What another version might have: other widths, another order, fields that came and went. */
struct other {
    uint64_t one;
    uint32_t gone;
    uint8_t eight, two;
    int16_t small;
    int64_t time, yes, four;
    uint64_t large;
    char name[4];
    int32_t times[7];
    struct word word, lost;
    double number;
};

static const struct pack_field others[] = {
    {"lost", PACK_KIND, PACK_AT(struct other, lost), .kind = &word_kind},
    {"word", PACK_KIND, PACK_AT(struct other, word), .kind = &word_kind},
    {"times", PACK_SIGNED, PACK_ARRAY(struct other, times)},
    {"yes", PACK_SIGNED, PACK_AT(struct other, yes)},
    {"time", PACK_SIGNED, PACK_AT(struct other, time)},
    {"small", PACK_SIGNED, PACK_AT(struct other, small)},
    {"gone", PACK_UNSIGNED, PACK_AT(struct other, gone)},
    {"name", PACK_OCTETS, PACK_AT(struct other, name)},
    {"large", PACK_UNSIGNED, PACK_AT(struct other, large)},
    {"eight", PACK_UNSIGNED, PACK_AT(struct other, eight)},
    {"four", PACK_SIGNED, PACK_AT(struct other, four)},
    {"two", PACK_UNSIGNED, PACK_AT(struct other, two)},
    {"colour", PACK_NUMBER, PACK_AT(struct other, number)},
    {"one", PACK_UNSIGNED, PACK_AT(struct other, one)},
    PACK_END,
};

static void test_other_version(void **state)
{
    (void)state;
    struct other other;
    memset(&other, 0, sizeof other);
    other.one = 300;
    other.gone = 1;
    other.eight = 9;
    other.two = 8;
    other.small = -300;
    other.time = INT64_MIN;
    other.yes = 17;
    other.four = -1;
    other.large = UINT64_MAX;
    other.number = 1.5;
    memcpy(other.name, "abcd", 4);
    for (int i = 0; i < 7; i++)
        other.times[i] = -i;
    other.word.text = strdup("w");
    other.lost.text = strdup("lost");
    struct buf section = section_of(others, &other, 1);
    struct pack_reader reader;
    struct thing got;
    memset(&got, 0, sizeof got);
    got.number = 3;
    got.colour = GREEN;
    assert_true(pack_open(&reader, buf_span(&section), fields, &arg));
    assert_true(pack_get(&reader, &got));
    assert_int_equal(got.one, 255);
    assert_int_equal(got.two, 8);
    assert_int_equal(got.four, 0);
    assert_int_equal(got.eight, 9);
    assert_int_equal(got.small, -128);
    assert_int_equal(got.large, INT64_MAX);
    assert_int_equal(got.time, CLOCK_EARLIEST);
    assert_true(got.yes);
    assert_int_equal(got.colour, GREEN); /* a number now, so not known */
    assert_true(got.number > 2.9);       /* not in the section */
    assert_memory_equal(got.name, "abcd\0\0\0\0", 8);
    for (int i = 0; i < 5; i++)
        assert_int_equal(got.times[i], -i);
    assert_string_equal(got.word.text, "w");
    thing_free(&got);
    buf_done(&section);

    /* And the way back: what is wider becomes narrower, what is not there stays. */
    struct thing thing = example();
    section = section_of(fields, &thing, 1);
    struct other back;
    memset(&back, 0, sizeof back);
    back.gone = 5;
    assert_true(pack_open(&reader, buf_span(&section), others, &arg));
    assert_true(pack_get(&reader, &back));
    assert_int_equal(back.one, 200);
    assert_int_equal(back.gone, 5);
    assert_int_equal(back.eight, 255);
    assert_int_equal(back.large, 0);
    assert_int_equal(back.four, 4000000000);
    assert_memory_equal(back.name, "eigh", 4);
    assert_int_equal(back.times[0], -2);
    assert_int_equal(back.times[5], 0);
    assert_null(back.lost.text);
    free(back.word.text);
    free(other.word.text);
    free(other.lost.text);
    thing_free(&thing);
    buf_done(&section);
}

static void test_refused_kind(void **state)
{
    (void)state;
    struct thing thing = example();
    thing.word.text[0] = '?';
    struct buf section = section_of(fields, &thing, 1);
    struct pack_reader reader;
    struct thing got;
    memset(&got, 0, sizeof got);
    assert_true(pack_open(&reader, buf_span(&section), fields, &arg));
    assert_true(pack_get(&reader, &got));
    assert_null(got.word.text);
    assert_string_equal(got.words[1].text, "second");
    thing_free(&got);
    thing_free(&thing);
    buf_done(&section);
}

/* Reads a section to its end, in memory of just its size; how many records there were. */
static size_t read_all(struct span section)
{
    uint8_t *copy = malloc(section.len + 1);
    assert_non_null(copy);
    memcpy(copy, section.at, section.len);
    struct pack_reader reader;
    size_t count = 0;
    struct thing got;
    memset(&got, 0, sizeof got);
    if (pack_open(&reader, span_make(copy, section.len), fields, &arg))
        while (pack_get(&reader, &got)) {
            thing_free(&got);
            count++;
        }
    free(copy);
    return count;
}

static void test_damaged(void **state)
{
    (void)state;
    struct thing thing = example();
    struct buf section = section_of(fields, &thing, 3);
    struct buf head = section_of(fields, &thing, 0);
    size_t record = (section.len - head.len) / 3;
    for (size_t len = 0; len <= section.len; len++)
        assert_int_equal(read_all(span_make(section.at, len)),
                         len < head.len ? 0 : (len - head.len) / record);
    for (size_t at = 0; at < section.len; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            section.at[at] ^= (uint8_t)(1U << bit);
            (void)read_all(buf_span(&section));
            section.at[at] ^= (uint8_t)(1U << bit);
        }
    struct pack_reader reader;
    assert_false(pack_open(&reader, SPAN_NULL, fields, &arg));
    buf_done(&head);
    buf_done(&section);
    thing_free(&thing);
}

/* A section that has a field twice gives it once. */
static void test_twice(void **state)
{
    (void)state;
    static const struct pack_field twice[] = {
        {"word", PACK_KIND, PACK_AT(struct thing, word), .kind = &word_kind},
        {"word", PACK_KIND, PACK_AT(struct thing, words[1]), .kind = &word_kind},
        PACK_END,
    };
    struct thing thing = example();
    struct buf section = section_of(twice, &thing, 1);
    assert_int_equal(read_all(buf_span(&section)), 1);
    buf_done(&section);
    thing_free(&thing);
}

/* What passes the ceiling is not there; the records before are. */
static void test_ceiling(void **state)
{
    (void)state;
    struct thing thing = example();
    struct buf whole = section_of(fields, &thing, 2);
    struct buf section;
    buf_init(&section, whole.len - 1);
    pack_begin(&section, fields);
    pack_put(&section, fields, &thing);
    pack_put(&section, fields, &thing);
    assert_true(section.truncated);
    assert_int_equal(read_all(buf_span(&section)), 1);
    buf_done(&section);
    buf_done(&whole);
    thing_free(&thing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_back),    cmocka_unit_test(test_other_version),
        cmocka_unit_test(test_twice),   cmocka_unit_test(test_refused_kind),
        cmocka_unit_test(test_damaged), cmocka_unit_test(test_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
