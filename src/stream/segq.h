/*
 * segq: octets of one direction that wait for their turn.
 *
 * A sorted list of copies of what was captured ahead of its time: behind a hole, or acknowledging
 * octets of the other side that have not been delivered yet (order.h). Nodes never overlap: where a
 * segment covers octets that are here already, the octets seen first stay, and an overlap whose
 * octets differ is counted as a conflict. Sequence numbers wrap (RFC 9293 3.4) and are compared as
 * signed differences. Every node is charged to the budget; a queue has a ceiling on its octets
 * (nodes included) and on its nodes, so that nobody can make the walk long. One thread.
 */
#ifndef MXTAP_SEGQ_H
#define MXTAP_SEGQ_H

#include <mxtap/budget.h>
#include <mxtap/span.h>

#define SEGQ_NODES 4096

static inline int32_t seq_diff(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static inline bool seq_before(uint32_t a, uint32_t b)
{
    return seq_diff(a, b) < 0;
}

static inline bool seq_after(uint32_t a, uint32_t b)
{
    return seq_diff(a, b) > 0;
}

static inline uint32_t seq_later(uint32_t a, uint32_t b)
{
    return seq_after(a, b) ? a : b;
}

/* A stretch of one direction as a segment brought it. */
struct segq_piece {
    uint32_t seq;
    uint32_t missing; /* octets after data that were on the wire but not captured (snapped) */
    uint32_t ack;     /* where has_ack */
    bool has_ack;
    struct span data;
    uint64_t number; /* of the packet: the order of arrival */
};

struct segq_node {
    struct segq_node *next, *prev;
    struct segq_piece piece; /* data points behind the node */
};

struct segq {
    struct segq_node *head, *tail;
    size_t octets; /* charged */
    uint32_t nodes;
};

struct segq_overlap {
    uint64_t again;     /* octets that were here already */
    uint64_t conflicts; /* stretches of them that differed */
};

/* Copies what is new in the piece; false where the ceiling or the budget refused (a part of it may
 * be in the queue). *overlap is added to. */
bool segq_put(struct segq *queue, struct budget *budget, size_t ceiling,
              const struct segq_piece *piece, struct segq_overlap *overlap);

/* Takes the first node off; the caller gives it to segq_free. */
struct segq_node *segq_pop(struct segq *queue);
void segq_free(struct segq *queue, struct budget *budget, struct segq_node *node);
void segq_clear(struct segq *queue, struct budget *budget);

static inline uint32_t segq_end(const struct segq_piece *piece)
{
    return piece->seq + (uint32_t)piece->data.len;
}

#endif
