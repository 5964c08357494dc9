/* Patience, counted in segments and in event time: when data waits no longer for what is missing
 * (order.h has the rules). */
#include "wait.h"

#include "order.h"

static void wait_unlink(struct native *native, struct flow *flow)
{
    if (flow->wait_prev == NULL)
        native->waiting.head = flow->wait_next;
    else
        flow->wait_prev->wait_next = flow->wait_next;
    if (flow->wait_next == NULL)
        native->waiting.tail = flow->wait_prev;
    else
        flow->wait_next->wait_prev = flow->wait_prev;
    flow->waiting = false;
}

static void wait_link(struct native *native, struct flow *flow)
{
    flow->wait_next = NULL;
    flow->wait_prev = native->waiting.tail;
    if (native->waiting.tail == NULL)
        native->waiting.head = flow;
    else
        native->waiting.tail->wait_next = flow;
    native->waiting.tail = flow;
    flow->waiting = true;
    flow->wait_since = native->now;
    if (native->deadline > native->now + NATIVE_WAIT)
        native->deadline = native->now + NATIVE_WAIT;
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
    flow->fast = !waits && flow->parser != NULL;
    flow->progress = false;
    for (int d = 0; d < 2; d++) {
        struct side *changed = &flow->side[d];
        changed->heard = false;
        if (begins) {
            changed->old = changed->next;
            changed->mid = changed->acked;
        }
    }
    if (begins)
        flow->patience = 0;
    if (waits)
        wait_link(native, flow);
}

void wait_advance(struct native *native, struct flow *flow)
{
    order_pump(native, flow);
    if (flow->waiting && ++flow->patience % NATIVE_PATIENCE == 0) {
        if (flow->settling)
            order_start(flow);
        order_give_up_absent(flow);
        uint32_t limit[2];
        for (int d = 0; d < 2; d++) {
            struct side *side = &flow->side[d];
            side->old = side->mid;
            side->mid = side->acked;
            limit[d] = side->old;
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
        const struct side *side = &flow->side[d];
        limit[d] = side->acked;
        if (side->queue.head != NULL && !flow->side[!d].heard)
            limit[d] = seq_later(limit[d], side->queue.head->piece.seq);
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
