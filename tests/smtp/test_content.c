/* The end of data and everything that looks like it: whole, and split at every place. */
#include "content.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <mxtap/buf.h>

struct row {
    const char *sent;
    const char *content; /* what is handed out */
    bool end;
    size_t left; /* octets behind the end of data */
    unsigned lookalikes, smuggled, bare_lf, bare_cr;
};

static const struct row rows[] = {
    {".\r\n", "", true, 0, 0, 0, 0, 0},
    {"a\r\n.\r\n", "a\r\n", true, 0, 0, 0, 0, 0},
    {"a\r\n.\r\nQUIT\r\n", "a\r\n", true, 6, 0, 0, 0, 0},
    {"\r\n.\r\n", "\r\n", true, 0, 0, 0, 0, 0},
    {"..\r\n.\r\n", ".\r\n", true, 0, 0, 0, 0, 0},
    {"a\r\n..b\r\n...\r\n.\r\n", "a\r\n.b\r\n..\r\n", true, 0, 0, 0, 0, 0},
    {".a\r\n.\r\n", "a\r\n", true, 0, 0, 0, 0, 0},
    {"a.\r\n.b.\r\n.\r\n", "a.\r\nb.\r\n", true, 0, 0, 0, 0, 0},
    /* Look-alikes: the line ends before and after the dot. */
    {"a\n.\nb\r\n.\r\n", "a\n\nb\r\n", true, 0, 1, 0, 2, 0},
    {"a\n.\r\nb\r\n.\r\n", "a\n\r\nb\r\n", true, 0, 1, 0, 1, 0},
    {"a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", true, 0, 1, 0, 1, 0},
    {"a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n", true, 0, 1, 0, 0, 1},
    {"a\n.\rb\r\n.\r\n", "a\n\rb\r\n", true, 0, 1, 0, 1, 1},
    {"a\r.\rb\r\n.\r\n", "a\r.\rb\r\n", true, 0, 1, 0, 0, 2},
    {"a\r.\r\nb\r\n.\r\n", "a\r.\r\nb\r\n", true, 0, 1, 0, 0, 1},
    {"a\r.\nb\r\n.\r\n", "a\r.\nb\r\n", true, 0, 1, 0, 1, 1},
    /* None: something else stands there. */
    {"a\r.b\r\n.\r\n", "a\r.b\r\n", true, 0, 0, 0, 0, 1},
    {"a\r\n. \r\n.\r\n", "a\r\n \r\n", true, 0, 0, 0, 0, 0},
    {"a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n", true, 0, 1, 0, 0, 1},
    /* Followed by commands. */
    {"a\n.\r\nMAIL FROM:<x@y>\r\n.\r\n", "a\n\r\nMAIL FROM:<x@y>\r\n", true, 0, 1, 1, 1, 0},
    {"a\n.\nrcpt to:<x@y>\r\n.\r\n", "a\n\nrcpt to:<x@y>\r\n", true, 0, 1, 1, 2, 0},
    {"a\r.\rEHLO x\r\n.\r\n", "a\r.\rEHLO x\r\n", true, 0, 1, 1, 0, 2},
    {"a\n.\n\nDATA\r\n.\r\n", "a\n\n\nDATA\r\n", true, 0, 1, 1, 3, 0},
    {"a\n.\nDatabase\r\n.\r\n", "a\n\nDatabase\r\n", true, 0, 1, 0, 2, 0},
    {"a\n.\nmail me\r\n.\r\n", "a\n\nmail me\r\n", true, 0, 1, 0, 2, 0},
    /* Not over. */
    {"a\r\n", "a\r\n", false, 0, 0, 0, 0, 0},
    {"a\r\n.", "a\r\n", false, 0, 0, 0, 0, 0},
    {"a\r\n.\r", "a\r\n", false, 0, 0, 0, 0, 0},
    {"a\n.\n", "a\n", false, 0, 1, 0, 1, 0},
};

static void take(void *arg, struct span piece)
{
    assert_true(piece.len > 0);
    buf_add(arg, piece);
}

/* Feeds the row in three pieces, [0, one), [one, two), [two, end). */
static void run(const struct row *row, size_t one, size_t two)
{
    struct buf got;
    struct content content;
    struct content_out out = {take, &got};
    struct span sent = span_text(row->sent);
    size_t border[] = {0, one, two, sent.len}, left = 0;
    bool end = false;
    buf_init(&got, 1 << 16);
    content_init(&content, scan_kernel_best(), false);
    for (int i = 0; i < 3; i++) {
        struct span rest = span_head(span_skip(sent, border[i]), border[i + 1] - border[i]);
        if (!end)
            end = content_feed(&content, &rest, &out);
        left += rest.len;
    }
    bool same = span_equal(buf_span(&got), span_text(row->content)) && end == row->end &&
                left == row->left && content.lookalikes == row->lookalikes &&
                content.smuggled == row->smuggled && content.scan.bare_lf == row->bare_lf &&
                content.scan.bare_cr == row->bare_cr && content.octets == got.len;
    if (!same) {
        print_error("row %zu cut at %zu and %zu: \"%.*s\" end %d left %zu lookalikes %lu/%lu bare "
                    "LF %lu CR %lu\n",
                    (size_t)(row - rows), one, two, (int)got.len, (const char *)got.at, end, left,
                    (unsigned long)content.lookalikes, (unsigned long)content.smuggled,
                    (unsigned long)content.scan.bare_lf, (unsigned long)content.scan.bare_cr);
        fail();
    }
    buf_done(&got);
}

static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t one = 0; one <= strlen(rows[i].sent); one++)
            for (size_t two = one; two <= strlen(rows[i].sent); two++)
                run(&rows[i], one, two);
}

static void hanging(void **state)
{
    (void)state;
    static const char *const ends[] = {"a\n.\n", "a\n.\r\n", "a\r\n.\n", "a\r\n.\r"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct buf got;
        struct content content;
        struct content_out out = {take, &got};
        struct span rest = span_text(ends[i]);
        buf_init(&got, 100);
        content_init(&content, &scan_kernel_plain, false);
        assert_false(content_feed(&content, &rest, &out));
        assert_true(content_hanging(&content));
        buf_done(&got);
    }
}

/* A client that ends its commands in LF means LF.LF. */
static void bare_lf_client(void **state)
{
    (void)state;
    struct buf got;
    struct content content;
    struct content_out out = {take, &got};
    struct span rest = SPAN_LITERAL("a\n.\nQUIT\n");
    buf_init(&got, 100);
    content_init(&content, &scan_kernel_plain, true);
    assert_true(content_feed(&content, &rest, &out));
    assert_int_equal(rest.len, 5);
    assert_int_equal(got.len, 2);
    buf_done(&got);
}

static void gap(void **state)
{
    (void)state;
    struct buf got;
    struct content content;
    struct content_out out = {take, &got};
    buf_init(&got, 100);
    content_init(&content, scan_kernel_best(), false);
    struct span rest = SPAN_LITERAL("a\r\n.\r");
    assert_false(content_feed(&content, &rest, &out));
    content_gap(&content, &out);
    /* What stands behind the gap is at no line's start. */
    rest = SPAN_LITERAL("\n.x\r\n.\r\n");
    assert_true(content_feed(&content, &rest, &out));
    buf_done(&got);
}

/* The CR of a CR LF is lost: its LF is no bare one, and what follows neither the end nor a
 * look-alike. */
static void gap_in_line_end(void **state)
{
    (void)state;
    struct buf got;
    struct content content;
    struct content_out out = {take, &got};
    buf_init(&got, 100);
    content_init(&content, scan_kernel_best(), false);
    struct span rest = SPAN_LITERAL("a");
    assert_false(content_feed(&content, &rest, &out));
    content_gap(&content, &out);
    rest = SPAN_LITERAL("\n");
    assert_false(content_feed(&content, &rest, &out));
    rest = SPAN_LITERAL(".\r\nQUIT");
    assert_false(content_feed(&content, &rest, &out));
    assert_int_equal(got.len, 9);
    assert_int_equal(content.lookalikes, 0);
    assert_int_equal(content.scan.bare_lf, 0);
    buf_done(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),           cmocka_unit_test(hanging),
        cmocka_unit_test(bare_lf_client),  cmocka_unit_test(gap),
        cmocka_unit_test(gap_in_line_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
