/* A sorted list, walked from its tail: what comes late comes near the end. Overlaps: the octets
 * seen first win, as most hosts do for octets they have received (RFC 9293 3.10.7.4 trims what is
 * already there). */
#include "segq.h"

#include <assert.h>
#include <stdlib.h>

static struct segq_node *segq_make(struct segq *queue, struct budget *budget, size_t ceiling,
                                   const struct segq_piece *piece)
{
    size_t size = sizeof(struct segq_node) + piece->data.len;
    if (queue->nodes >= SEGQ_NODES || size > ceiling || queue->octets > ceiling - size ||
        !budget_take(budget, size))
        return NULL;
    struct segq_node *node = malloc(size);
    if (node == NULL) {
        budget_give(budget, size);
        return NULL;
    }
    node->piece = *piece;
    if (piece->data.len > 0)
        memcpy(node + 1, piece->data.at, piece->data.len);
    node->piece.data.at = (const uint8_t *)(node + 1);
    queue->octets += size;
    queue->nodes++;
    return node;
}

/* Links node after before; NULL: in front of all. */
static void segq_link(struct segq *queue, struct segq_node *before, struct segq_node *node)
{
    node->prev = before;
    node->next = before == NULL ? queue->head : before->next;
    if (node->next == NULL)
        queue->tail = node;
    else
        node->next->prev = node;
    if (before == NULL)
        queue->head = node;
    else
        before->next = node;
}

/* Takes the overlap with node off the front of piece, comparing the octets. */
static void segq_trim(const struct segq_node *node, struct segq_piece *piece,
                      struct segq_overlap *overlap)
{
    uint32_t skip = (uint32_t)seq_diff(segq_end(&node->piece), piece->seq);
    struct span there = span_skip(node->piece.data, node->piece.data.len - skip);
    struct span same = span_head(piece->data, skip);
    overlap->again += same.len;
    if (!span_equal(span_head(there, same.len), same))
        overlap->conflicts++;
    piece->seq += (uint32_t)same.len;
    piece->data = span_skip(piece->data, same.len);
}

bool segq_put(struct segq *queue, struct budget *budget, size_t ceiling,
              const struct segq_piece *piece, struct segq_overlap *overlap)
{
    struct segq_piece rest = *piece;
    struct segq_node *before = queue->tail;
    while (before != NULL && seq_after(before->piece.seq, rest.seq))
        before = before->prev;
    for (;;) {
        if (before != NULL && seq_after(segq_end(&before->piece), rest.seq))
            segq_trim(before, &rest, overlap);
        if (rest.data.len == 0)
            return true;
        struct segq_node *after = before == NULL ? queue->head : before->next;
        struct segq_piece part = rest;
        if (after != NULL && seq_after(segq_end(&rest), after->piece.seq)) {
            part.data = span_head(rest.data, (size_t)seq_diff(after->piece.seq, rest.seq));
            part.missing = 0;
        }
        if (part.data.len > 0) {
            struct segq_node *node = segq_make(queue, budget, ceiling, &part);
            if (node == NULL)
                return false;
            segq_link(queue, before, node);
            rest.seq += (uint32_t)part.data.len;
            rest.data = span_skip(rest.data, part.data.len);
        }
        if (rest.data.len == 0)
            return true;
        before = after;
    }
}

struct segq_node *segq_pop(struct segq *queue)
{
    struct segq_node *node = queue->head;
    assert(node != NULL);
    queue->head = node->next;
    if (queue->head == NULL)
        queue->tail = NULL;
    else
        queue->head->prev = NULL;
    return node;
}

void segq_free(struct segq *queue, struct budget *budget, struct segq_node *node)
{
    size_t size = sizeof *node + node->piece.data.len;
    queue->octets -= size;
    queue->nodes--;
    budget_give(budget, size);
    free(node);
}

void segq_clear(struct segq *queue, struct budget *budget)
{
    while (queue->head != NULL)
        segq_free(queue, budget, segq_pop(queue));
}
