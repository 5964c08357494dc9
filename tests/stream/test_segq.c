/* The queue of waiting octets against a plain array: first octets win, at every offset. */
#include "segq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static bool put(struct segq *queue, struct budget *budget, uint32_t seq, const char *text,
                struct segq_overlap *overlap)
{
    struct segq_piece piece = {.seq = seq, .data = span_text(text)};
    return segq_put(queue, budget, 1 << 16, &piece, overlap);
}

/* The queue as text: a dot where nothing is. */
static void show(const struct segq *queue, uint32_t base, char *ret_text, size_t size)
{
    memset(ret_text, '.', size - 1);
    ret_text[size - 1] = 0;
    uint32_t end = base;
    for (const struct segq_node *node = queue->head; node != NULL; node = node->next) {
        assert_false(seq_before(node->piece.seq, end));
        end = segq_end(&node->piece);
        memcpy(ret_text + (node->piece.seq - base), node->piece.data.at, node->piece.data.len);
    }
}

static void test_overlaps(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1 << 16);
    struct segq queue = {0};
    struct segq_overlap overlap = {0};
    uint32_t base = 0xfffffff8; /* wraps in the middle */
    char text[21];
    assert_true(put(&queue, &budget, base + 4, "bbbb", &overlap));
    assert_true(put(&queue, &budget, base + 12, "cccc", &overlap));
    assert_int_equal(overlap.again, 0);
    assert_true(put(&queue, &budget, base + 2, "xxxxxxxxxxxxxxxxx", &overlap));
    show(&queue, base, text, sizeof text);
    assert_string_equal(text, "..xxbbbbxxxxccccxxx.");
    assert_int_equal(overlap.again, 8);
    assert_int_equal(overlap.conflicts, 2);
    assert_true(put(&queue, &budget, base + 4, "bbbb", &overlap));
    assert_int_equal(overlap.conflicts, 2);
    assert_true(put(&queue, &budget, base, "aaaa", &overlap));
    show(&queue, base, text, sizeof text);
    assert_string_equal(text, "aaxxbbbbxxxxccccxxx.");
    segq_clear(&queue, &budget);
    assert_int_equal(budget.used, 0);
    assert_int_equal(queue.octets, 0);
    assert_int_equal(queue.nodes, 0);
}

static void test_random(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (int round = 0; round < 300; round++) {
        struct budget budget;
        budget_init(&budget, 1 << 16);
        struct segq queue = {0};
        struct segq_overlap overlap = {0};
        uint32_t base = (uint32_t)rand_r(&seed) * 3;
        char model[101], text[101];
        memset(model, '.', 100);
        model[100] = 0;
        for (int i = 0; i < 12; i++) {
            size_t at = (size_t)rand_r(&seed) % 80, len = 1 + (size_t)rand_r(&seed) % 20;
            char piece[21] = {0};
            for (size_t j = 0; j < len; j++) {
                piece[j] = (char)('a' + i);
                if (model[at + j] == '.')
                    model[at + j] = piece[j];
            }
            assert_true(put(&queue, &budget, base + (uint32_t)at, piece, &overlap));
            show(&queue, base, text, sizeof text);
            assert_string_equal(text, model);
        }
        segq_clear(&queue, &budget);
        assert_int_equal(budget.used, 0);
    }
}

static void test_ceilings(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1000);
    struct segq queue = {0};
    struct segq_overlap overlap = {0};
    struct segq_piece piece = {.seq = 5, .data = SPAN_LITERAL("0123456789")};
    assert_false(segq_put(&queue, &budget, 60, &piece, &overlap));
    assert_true(segq_put(&queue, &budget, 600, &piece, &overlap));
    bool stored = true;
    for (uint32_t i = 1; i < 100 && stored; i++) {
        piece.seq = 5 + 20 * i;
        stored = segq_put(&queue, &budget, 1 << 20, &piece, &overlap);
    }
    assert_false(stored);
    assert_in_range(budget.used, 500, 1000);
    segq_clear(&queue, &budget);
    budget_init(&budget, 1 << 30);
    stored = true;
    uint32_t count = 0;
    for (; stored && count <= SEGQ_NODES; count += stored) {
        piece.seq = 20 * count;
        stored = segq_put(&queue, &budget, 1 << 30, &piece, &overlap);
    }
    assert_int_equal(count, SEGQ_NODES);
    segq_clear(&queue, &budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlaps),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_ceilings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
