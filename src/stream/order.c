/* Causal order of the two directions of a flow: see order.h. RFC 9293 3.10.7.4 (what a receiver
 * accepts), 3.8.1 and RFC 6298 (retransmission). */
#include "order.h"

#include "deliver.h"
#include "expiry.h"
#include "wait.h"

/* An acknowledgement further ahead than any window (RFC 7323 2.3) is nonsense. */
#define ORDER_LEAP (1 << 30)

void order_base(struct flow *flow, enum direction direction, uint32_t seq)
{
    struct side *side = &flow->side[direction];
    struct backlog *backlog = &flow->live->backlog[direction];
    side->known = true;
    side->next = side->acked = backlog->mid = backlog->old = seq;
}

void order_seen(struct flow *flow, enum direction direction, uint32_t seq)
{
    struct side *side = &flow->side[direction];
    side->heard = true;
    if (side->absent && side->isn_known && !side->seen && seq_before(seq, side->next) &&
        !side->delivered) {
        /* It was there after all, and we passed over it. */
        side->untold -= side->untold < side->next - seq ? side->untold : side->next - seq;
        side->next = seq;
    }
    side->absent = false;
    if (!side->known) {
        order_base(flow, direction, seq);
    } else if (!side->isn_known && flow->settling) {
        side->next = seq_later(side->next, seq);
    } else if (!side->isn_known && !side->seen && seq_before(seq, side->next)) {
        side->next = seq;
    }
    side->seen = true;
}

void order_ack(struct flow *flow, enum direction direction, uint32_t ack)
{
    struct side *peer = &flow->side[!direction];
    struct backlog *backlog = &flow->live->backlog[!direction];
    if (!peer->hinted || seq_before(ack, backlog->hint))
        backlog->hint = ack;
    peer->hinted = true;
    if (!peer->known) {
        order_base(flow, !direction, ack);
        return;
    }
    int32_t ahead = seq_diff(ack, peer->acked);
    if (ahead > 0 && ahead < ORDER_LEAP)
        peer->acked = ack;
    if (peer->absent && seq_after(peer->acked, peer->next)) {
        peer->untold += peer->acked - peer->next;
        peer->next = peer->acked;
    }
}

void order_fin(struct flow *flow, enum direction direction, uint32_t seq)
{
    struct side *side = &flow->side[direction];
    if (side->fin_seen)
        return;
    side->fin_seen = true;
    if (!side->fin_done)
        side->fin = seq;
    else
        side->fin = side->next - 1; /* it had been taken for granted */
}

/* The FIN's turn. One that data has passed was none. */
static void order_try_fin(struct side *side)
{
    if (!side->fin_seen || side->fin_done)
        return;
    if (side->next == side->fin) {
        side->fin_done = true;
        side->next++;
    } else if (seq_after(side->next, side->fin)) {
        side->fin_seen = false;
    }
}

static bool order_may_go(const struct flow *flow, enum direction direction,
                         const struct segq_piece *piece)
{
    const struct side *peer = &flow->side[!direction];
    if (flow->settling || seq_after(piece->seq, flow->side[direction].next))
        return false;
    if (peer->absent || peer->fin_done)
        return true;
    return peer->seen && (!piece->has_ack || !seq_after(piece->ack, peer->next));
}

/* Delivers a piece that begins at or before side->next. */
static void order_deliver(struct native *native, struct flow *flow, enum direction direction,
                          const struct segq_piece *piece)
{
    struct side *side = &flow->side[direction];
    int32_t old = seq_diff(side->next, piece->seq);
    if (old < (int32_t)piece->data.len)
        deliver_data(native, flow, direction, span_skip(piece->data, (size_t)old));
    uint32_t end = segq_end(piece) + piece->missing;
    const struct segq_node *head = flow->live->backlog[direction].queue.head;
    if (piece->missing > 0 && head != NULL && seq_before(head->piece.seq, end))
        end = head->piece.seq;
    if (piece->missing > 0 && seq_after(end, side->next))
        deliver_gap(native, flow, direction, end - side->next);
    order_try_fin(side);
}

static void order_take(struct native *native, struct flow *flow, enum direction direction)
{
    struct segq *queue = &flow->live->backlog[direction].queue;
    struct segq_node *node = segq_pop(queue);
    order_deliver(native, flow, direction, &node->piece);
    segq_free(queue, &native->budget, node);
}

void order_pump(struct native *native, struct flow *flow)
{
    if (flow->settling)
        return;
    const struct backlog *backlog = flow->live->backlog;
    if (backlog[0].queue.head == NULL && backlog[1].queue.head == NULL) {
        order_try_fin(&flow->side[0]);
        order_try_fin(&flow->side[1]);
        return;
    }
    for (;;) {
        bool found = false;
        enum direction pick = FROM_CLIENT;
        for (enum direction d = 0; d < 2; d++) {
            order_try_fin(&flow->side[d]);
            if (flow->side[d].fin_done)
                segq_clear(&flow->live->backlog[d].queue, &native->budget);
            const struct segq_node *head = flow->live->backlog[d].queue.head;
            if (head != NULL && order_may_go(flow, d, &head->piece) &&
                (!found ||
                 head->piece.number < flow->live->backlog[pick].queue.head->piece.number)) {
                pick = d;
                found = true;
            }
        }
        if (!found)
            return;
        order_take(native, flow, pick);
    }
}

void order_give_up_absent(struct flow *flow)
{
    for (int d = 0; d < 2; d++) {
        struct side *side = &flow->side[d];
        if (side->seen || side->absent || flow->live->backlog[!d].queue.head == NULL)
            continue;
        side->absent = true;
        if (side->known && seq_after(side->acked, side->next)) {
            side->untold += side->acked - side->next;
            side->next = side->acked;
        }
    }
}

/* Does a hole begin at side->next, before limit? */
static bool order_hole(const struct flow *flow, enum direction direction, uint32_t limit)
{
    const struct side *side = &flow->side[direction];
    const struct segq_node *head = flow->live->backlog[direction].queue.head;
    return side->known && side->seen && !side->fin_done && seq_before(side->next, limit) &&
           (head == NULL || seq_after(head->piece.seq, side->next));
}

static void order_jump_hole(struct native *native, struct flow *flow, enum direction direction,
                            uint32_t limit)
{
    struct side *side = &flow->side[direction];
    const struct segq_node *head = flow->live->backlog[direction].queue.head;
    uint32_t to = limit;
    if (head != NULL && seq_before(head->piece.seq, to))
        to = head->piece.seq;
    if (side->fin_seen && seq_after(to, side->fin))
        to = side->fin;
    if (head == NULL && !side->fin_seen && to == side->next + 1 && to == side->acked) {
        side->fin_done = true;
        side->next = to;
        side->untold++; /* told if octets follow: then it was none */
        return;
    }
    deliver_gap(native, flow, direction, to - side->next);
    order_try_fin(side);
}

/* Both heads wait for each other, which no honest TCP does: the first to arrive goes. */
static bool order_unlock(struct native *native, struct flow *flow)
{
    const struct segq_node *client = flow->live->backlog[FROM_CLIENT].queue.head;
    const struct segq_node *server = flow->live->backlog[FROM_SERVER].queue.head;
    if (client == NULL || server == NULL ||
        seq_after(client->piece.seq, flow->side[FROM_CLIENT].next) ||
        seq_after(server->piece.seq, flow->side[FROM_SERVER].next))
        return false;
    order_take(native, flow,
               client->piece.number <= server->piece.number ? FROM_CLIENT : FROM_SERVER);
    return true;
}

void order_jump(struct native *native, struct flow *flow, const uint32_t limit[2])
{
    for (;;) {
        order_pump(native, flow);
        enum direction first = flow->side[FROM_SERVER].delivered ? FROM_CLIENT : FROM_SERVER;
        uint32_t acked = flow->side[first].acked;
        bool due[2] = {order_hole(flow, 0, limit[0]), order_hole(flow, 1, limit[1])};
        if (due[first] || (due[!first] && order_hole(flow, first, acked)))
            order_jump_hole(native, flow, first, due[first] ? limit[first] : acked);
        else if (due[!first])
            order_jump_hole(native, flow, !first, limit[!first]);
        else if (!order_unlock(native, flow))
            return;
    }
}

/* Where a side begins whose initial sequence number was not captured. If the connection is known
 * from its start, at the lowest acknowledgement from its peer, for those octets are missing; if
 * not, with the first that is here. */
static uint32_t order_first(const struct flow *flow, enum direction direction)
{
    const struct side *side = &flow->side[direction], *peer = &flow->side[!direction];
    const struct backlog *backlog = &flow->live->backlog[direction];
    const struct segq_node *head = backlog->queue.head;
    uint32_t first = side->seen ? seq_later(side->next, side->acked) : backlog->hint;
    if (side->hinted && peer->isn_known)
        first = backlog->hint;
    else if (head != NULL)
        first = head->piece.seq;
    if (side->fin_seen && seq_after(first, side->fin))
        first = side->fin;
    return head != NULL && seq_before(head->piece.seq, first) ? head->piece.seq : first;
}

void order_start(struct flow *flow)
{
    flow->settling = false;
    for (enum direction d = 0; d < 2; d++) {
        struct side *side = &flow->side[d];
        if (side->known && !side->isn_known)
            side->next = order_first(flow, d);
    }
    order_give_up_absent(flow);
}

/* A late piece of a hole that was jumped, with nothing delivered since: the peer's acknowledgement
 * was false, or the capture very late. Back to it. */
static void order_rewind(struct flow *flow, enum direction direction,
                         const struct segq_piece *piece)
{
    struct side *side = &flow->side[direction];
    uint32_t *gap = &flow->live->backlog[direction].gap;
    uint32_t from = seq_later(piece->seq, *gap);
    if (side->gapped && !side->fin_done && seq_before(from, side->next) &&
        seq_after(segq_end(piece), from)) {
        order_base(flow, direction, from);
        *gap = from;
        flow->progress = true;
    }
}

/* Takes off what was delivered before; false where nothing is left. */
static bool order_trim(struct native *native, struct flow *flow, enum direction direction,
                       struct segq_piece *piece)
{
    struct side *side = &flow->side[direction];
    if (flow->settling && !side->isn_known)
        return true;
    order_rewind(flow, direction, piece);
    if (side->fin_done && !side->fin_seen && seq_after(segq_end(piece), side->next))
        side->fin_done = false;
    int32_t old = seq_diff(side->next, piece->seq);
    if (old <= 0)
        return true;
    size_t again = (uint32_t)old < piece->data.len ? (uint32_t)old : piece->data.len;
    native->stats.retransmitted += again;
    piece->seq += (uint32_t)again;
    piece->data = span_skip(piece->data, again);
    return piece->data.len > 0 || (piece->missing > 0 && piece->seq == side->next);
}

void order_data(struct native *native, struct flow *flow, enum direction direction,
                const struct segq_piece *piece)
{
    struct side *side = &flow->side[direction];
    struct segq *queue = &flow->live->backlog[direction].queue;
    struct segq_piece rest = *piece;
    if (!order_trim(native, flow, direction, &rest) || side->fin_done)
        return;
    if (queue->head == NULL && order_may_go(flow, direction, &rest)) {
        order_deliver(native, flow, direction, &rest);
        return;
    }
    if (seq_after(rest.seq, side->next))
        native->stats.out_of_order++;
    size_t need = 4 * sizeof(struct segq_node) + rest.data.len;
    while (native->budget.ceiling - native->budget.used < need && expiry_forget(native))
        ;
    struct segq_overlap overlap = {0};
    bool stored = segq_put(queue, &native->budget, native->options.max_queue, &rest, &overlap);
    native->stats.retransmitted += overlap.again;
    native->stats.conflicts += overlap.conflicts;
    if (stored)
        return;
    /* No room: all that waits goes, and this with it. */
    order_flush(native, flow);
    if (!order_trim(native, flow, direction, &rest) || side->fin_done)
        return;
    if (side->known && seq_after(rest.seq, side->next))
        deliver_gap(native, flow, direction, rest.seq - side->next);
    order_deliver(native, flow, direction, &rest);
}

static bool order_acked_hole(const struct side *side)
{
    return side->seen && side->known && !side->fin_done && seq_before(side->next, side->acked);
}

bool order_at_rest(const struct flow *flow)
{
    const struct side *side = flow->side;
    const struct backlog *backlog = flow->live->backlog;
    return !flow->settling && backlog[0].queue.head == NULL && backlog[1].queue.head == NULL &&
           !order_acked_hole(&side[0]) && !order_acked_hole(&side[1]);
}

void order_flush(struct native *native, struct flow *flow)
{
    if (flow->side[0].fin_done && flow->side[1].fin_done)
        return;
    if (flow->settling)
        order_start(flow);
    order_give_up_absent(flow);
    uint32_t limit[2];
    for (int d = 0; d < 2; d++) {
        const struct side *side = &flow->side[d];
        limit[d] = side->acked;
        const struct segq_node *tail = flow->live->backlog[d].queue.tail;
        if (tail != NULL)
            limit[d] = seq_later(limit[d], segq_end(&tail->piece));
        if (side->fin_seen)
            limit[d] = seq_later(limit[d], side->fin);
    }
    order_jump(native, flow, limit);
}

void order_clear(struct native *native, struct flow *flow)
{
    for (int d = 0; d < 2; d++)
        segq_clear(&flow->live->backlog[d].queue, &native->budget);
    wait_end(native, flow);
}
