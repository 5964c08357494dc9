/* Framing of fields: each header whole, octet by octet and at every split; limits and gaps. */
#include "header.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <mxtap/mail.h>

/* Writes "name=value|" for each field, "?" before one that is not whole. */
static void on_field(void *arg, struct span name, struct span value, bool whole)
{
    struct buf *out = arg;
    if (!whole)
        buf_add_octet(out, '?');
    buf_add(out, name);
    buf_add_octet(out, '=');
    buf_add(out, span_trim(value));
    buf_add_octet(out, '|');
}

struct run {
    struct header header;
    struct buf out;
    size_t used;
};

static void run_begin(struct run *run, size_t limit)
{
    header_init(&run->header);
    buf_init(&run->out, 65536);
    header_begin(&run->header, limit, on_field, &run->out);
    run->used = 0;
}

static void run_done(struct run *run)
{
    header_done(&run->header);
    buf_done(&run->out);
}

static void run_feed(struct run *run, struct span data)
{
    size_t used = header_feed(&run->header, data);
    run->used += used;
    if (used < data.len)
        assert_true(run->header.ended);
}

static const struct {
    const char *text;
    const char *fields;
    size_t octets; /* of the header */
} rows[] = {
    {"A: b\r\nC: d\r\n\r\nbody", "A=b|C=d|", 14},
    {"A: b\nC: d\n\nbody", "A=b|C=d|", 11},
    {"A: b\r\n c\r\n\td\r\nE:\r\n\r\n", "A=b\r\n c\r\n\td|E=|", 20},
    {"A: b\r\n \r\n\r\n", "A=b|", 11},
    {"A : b\r\n\r\n", "A=b|", 9},
    {"A b: c\r\n\r\n", "", 0},
    {"A: b\r\nno field\r\nC: d\r\n", "A=b|", 6},
    {"From joe\r\nA: b\r\n\r\n", "A=b|", 18},
    {"\r\r\nbody", "", 3},
    {"A: b\rc\r\n\r\n", "A=b\rc|", 10},
    {"A: b", "A=b|", 4},
    {"A", "", 0},
    {"", "", 0},
};

static void check(const struct run *run, size_t i)
{
    assert_true(run->header.ended);
    if (!span_equal(buf_span(&run->out), span_text(rows[i].fields)))
        fail_msg("%s -> %.*s", rows[i].text, (int)run->out.len, (const char *)run->out.at);
    assert_int_equal(run->header.octets, rows[i].octets);
    assert_int_equal(run->used - run->header.left.len, rows[i].octets);
}

static void test_every_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span text = span_text(rows[i].text);
        for (size_t at = 0; at <= text.len; at++) {
            struct run run;
            run_begin(&run, 4096);
            run_feed(&run, span_head(text, at));
            if (!run.header.ended)
                run_feed(&run, span_skip(text, at));
            header_end(&run.header);
            check(&run, i);
            run_done(&run);
        }
    }
}

static void test_octet_by_octet(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span text = span_text(rows[i].text);
        struct run run;
        run_begin(&run, 4096);
        for (size_t at = 0; at < text.len && !run.header.ended; at++)
            run_feed(&run, span_make(text.at + at, 1));
        header_end(&run.header);
        check(&run, i);
        run_done(&run);
    }
}

/* The limit falls at every place: what was complete before it is given out, nothing behind it. */
static void test_limit(void **state)
{
    (void)state;
    struct span text = span_text(rows[0].text);
    for (size_t limit = 1; limit < 14; limit++) {
        struct run run;
        run_begin(&run, limit);
        run_feed(&run, text);
        assert_true(run.header.ended && run.header.limited && run.header.cut);
        assert_true(run.used <= limit);
        assert_int_equal(header_feed(&run.header, text), 0);
        run_done(&run);
    }
}

static void test_long_name(void **state)
{
    (void)state;
    char name[2000];
    memset(name, 'n', sizeof name);
    for (size_t piece = 1; piece <= sizeof name; piece += 333) {
        struct run run;
        run_begin(&run, 65536);
        for (size_t at = 0; at < sizeof name && !run.header.ended; at += piece)
            run_feed(&run, span_head(span_make(name + at, sizeof name - at), piece));
        assert_true(run.header.ended && run.header.malformed);
        assert_int_equal(run.header.octets, 0);
        assert_int_equal(run.header.fields, 0);
        run_done(&run);
    }
}

static void test_gap(void **state)
{
    (void)state;
    struct run run;
    run_begin(&run, 4096);
    run_feed(&run, SPAN_LITERAL("A: b\r\nC: d"));
    header_gap(&run.header);
    run_feed(&run, SPAN_LITERAL("lost: rest\r\n\tof it\r\nE: f\r\n g\r\n\r\nbody"));
    assert_true(run.header.ended && !run.header.malformed && !run.header.after_gap);
    assert_true(span_equal(buf_span(&run.out), SPAN_LITERAL("A=b|?C=d|E=f\r\n g|")));
    header_gap(&run.header); /* after the end: nothing */
    run_done(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_split), cmocka_unit_test(test_octet_by_octet),
        cmocka_unit_test(test_limit),       cmocka_unit_test(test_long_name),
        cmocka_unit_test(test_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
