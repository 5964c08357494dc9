/* Memory of one message: chunks, ceilings, unfolding; and the digest, however octets are cut. */
#include "arena.h"
#include "digest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_unfold(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},         {" \r\n ", ""}, {" a\r\n b\n\tc\r\r\n d \r\n", "a b\tc d"},
        {"a\rb", "a\rb"}, {"a\r\n", "a"},
    };
    struct arena arena;
    arena_init(&arena, NULL, 65536);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(
            span_equal(arena_unfold(&arena, span_text(rows[i].in)), span_text(rows[i].out)));
    arena_done(&arena);
}

static void test_ceiling(void **state)
{
    (void)state;
    static const uint8_t block[3000] = {1, 2, 3};
    struct arena arena;
    struct budget budget;
    budget_init(&budget, 1 << 20);
    arena_init(&arena, &budget, 20000);
    struct span first = arena_keep(&arena, span_make(block, sizeof block));
    size_t kept = 1;
    while (arena_keep(&arena, span_make(block, sizeof block)).len > 0)
        kept++;
    assert_true(kept >= 4 && kept <= 6);
    assert_true(arena.refused && arena.total <= 20000);
    assert_int_equal(budget.used, arena.total);
    assert_memory_equal(first.at, block, sizeof block); /* chunks do not move */
    arena_reset(&arena);
    assert_false(arena.refused);
    assert_true(arena.total <= 4096);
    assert_int_equal(budget.used, arena.total);
    assert_int_equal(arena_keep(&arena, span_make(block, 100)).len, 100);
    assert_null(arena_take(&arena, 1 << 20));
    arena_done(&arena);
    assert_int_equal(budget.used, 0);
}

static void test_alignment(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, NULL, 1 << 20);
    for (size_t size = 1; size < 300; size++)
        assert_int_equal((uintptr_t)arena_take(&arena, size) % 16, 0);
    arena_done(&arena);
}

static void test_digest(void **state)
{
    (void)state;
    struct span text = SPAN_LITERAL("the quick brown fox jumps over the lazy dog");
    uint64_t whole = digest_span(text);
    for (size_t a = 0; a <= text.len; a++)
        for (size_t b = a; b <= text.len; b++) {
            struct digest digest;
            digest_begin(&digest);
            digest_add(&digest, span_head(text, a));
            digest_add(&digest, span_skip(span_head(text, b), a));
            digest_add(&digest, span_skip(text, b));
            assert_true(digest_end(&digest) == whole);
        }
    assert_true(digest_span(SPAN_NULL) != digest_span(span_make("\0", 1)));
    assert_true(digest_span(span_make("\0", 1)) != digest_span(span_make("\0\0", 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unfold),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
