/* Patience, counted in segments and in event time: when data waits no longer for what is missing
 * (order.h has the rules). */
#include "wait.h"

#include "order.h"

static void wait_unlink(struct native *native, struct flow *flow)
{
    struct flow *prev = flow->live->wait_prev, *next = flow->live->wait_next;
    if (prev == NULL)
        native->waiting.head = next;
    else
        prev->live->wait_next = next;
    if (next == NULL)
        native->waiting.tail = prev;
    else
        next->live->wait_prev = prev;
    flow->waiting = false;
}

static void wait_link(struct native *native, struct flow *flow)
{
    struct flow_live *live = flow->live;
    live->wait_next = NULL;
    live->wait_prev = native->waiting.tail;
    if (native->waiting.tail == NULL)
        native->waiting.head = flow;
    else
        native->waiting.tail->live->wait_next = flow;
    native->waiting.tail = flow;
    flow->waiting = true;
    live->wait_since = native->now;
    if (native->deadline > native->now + NATIVE_WAIT)
        native->deadline = native->now + NATIVE_WAIT;
}

/* May this side's next octets go straight to the sink, or its acknowledgements before the first? */
static bool wait_is_plain(const struct flow *flow, const struct side *side)
{
    bool known = flow->opened ? flow->parser != NULL
                              : flow->paired && flow->side[0].seen && flow->side[1].seen;
    return known && !side->fin_seen && !side->fin_done && side->untold == 0;
}

/* Keeps the flow in the list of those that wait, or takes it out. */
static void wait_watch(struct native *native, struct flow *flow)
{
    bool waits = flow->reset || !order_at_rest(flow);
    if (flow->waiting && waits && !flow->progress)
        return;
    bool begins = !flow->waiting;
    if (flow->waiting)
        wait_unlink(native, flow);
    flow->progress = false;
    for (int d = 0; d < 2; d++) {
        struct side *side = &flow->side[d];
        side->heard = false;
        side->fast = !waits && wait_is_plain(flow, side);
        if (begins && waits) {
            flow->live->backlog[d].old = side->next;
            flow->live->backlog[d].mid = side->acked;
        }
    }
    if (!waits)
        return;
    if (begins)
        flow->live->patience = 0;
    wait_link(native, flow);
}

void wait_advance(struct native *native, struct flow *flow)
{
    order_pump(native, flow);
    if (flow->waiting && ++flow->live->patience % NATIVE_PATIENCE == 0) {
        if (flow->settling)
            order_start(flow);
        order_give_up_absent(flow);
        uint32_t limit[2];
        for (int d = 0; d < 2; d++) {
            struct backlog *backlog = &flow->live->backlog[d];
            backlog->old = backlog->mid;
            backlog->mid = flow->side[d].acked;
            limit[d] = backlog->old;
        }
        if (flow->reset && seq_after(flow->reset_seq, flow->side[flow->reset_by].next))
            flow->reset = false; /* life goes on */
        order_jump(native, flow, limit);
    }
    wait_watch(native, flow);
}

void wait_overdue(struct native *native, struct flow *flow)
{
    if (flow->settling)
        order_start(flow);
    order_give_up_absent(flow);
    order_pump(native, flow);
    uint32_t limit[2];
    for (int d = 0; d < 2; d++) {
        const struct segq_node *head = flow->live->backlog[d].queue.head;
        limit[d] = flow->side[d].acked;
        if (head != NULL && !flow->side[!d].heard)
            limit[d] = seq_later(limit[d], head->piece.seq);
    }
    order_jump(native, flow, limit);
    if (flow->waiting && !flow->progress) { /* another turn; who was heard stays heard */
        wait_unlink(native, flow);
        wait_link(native, flow);
    }
    wait_watch(native, flow);
}

void wait_end(struct native *native, struct flow *flow)
{
    if (flow->waiting)
        wait_unlink(native, flow);
}
