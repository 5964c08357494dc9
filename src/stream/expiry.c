/* Time-outs in event time and eviction: lists in order of use, of which only the heads are looked
 * at. */
#include "expiry.h"

#include "deliver.h"
#include "order.h"
#include "wait.h"

static int64_t expiry_span(const struct native *native, enum flow_list list)
{
    switch (list) {
    case LIST_OPENING: return native->options.half_open_time;
    case LIST_CLOSED: return native->options.closed_time;
    default: return native->options.idle_time;
    }
}

void expiry_move(struct native *native, struct flow *flow, enum flow_list list)
{
    flowtab_move(&native->tab, flow, list, native->now);
    int64_t deadline = native->now + expiry_span(native, list);
    if (native->deadline > deadline)
        native->deadline = deadline;
}

/* FIN from both sides, or from the only one that is captured. */
static bool expiry_finished(const struct flow *flow)
{
    const struct side *side = flow->side;
    return (side[0].fin_done || side[0].absent) && (side[1].fin_done || side[1].absent) &&
           (side[0].fin_done || side[1].fin_done);
}

void expiry_end(struct native *native, struct flow *flow, enum close_reason reason)
{
    if (flow->state == FLOW_CLOSED)
        return;
    if (flow->state == FLOW_LIVE) {
        order_flush(native, flow);
        bool answered = flow->side[0].fin_done || flow->side[1].fin_done;
        if (expiry_finished(flow) || (answered && reason == CLOSE_TIMEOUT))
            reason = CLOSE_FIN;
    }
    order_clear(native, flow);
    deliver_close(native, flow, reason);
    flow->state = FLOW_CLOSED;
    flow->side[0].fast = flow->side[1].fast = false;
    flowtab_rest(&native->tab, flow);
    native->stats.flows_now--;
    expiry_touch(native, flow, LIST_CLOSED);
}

void expiry_drop(struct native *native, struct flow *flow)
{
    twins_drop(&native->twins, flow);
    flowtab_drop(&native->tab, flow);
}

bool expiry_conclude(struct native *native, struct flow *flow)
{
    const struct side *side = flow->side;
    if (flow->opened && flow->parser == NULL) {
        order_clear(native, flow);
        flow->state = FLOW_LEFT_ALONE;
        return true;
    }
    if (expiry_finished(flow))
        expiry_end(native, flow, CLOSE_FIN);
    else if (flow->reset && order_at_rest(flow) &&
             !seq_after(flow->reset_seq, side[flow->reset_by].next))
        expiry_end(native, flow, CLOSE_RST);
    return flow->state != FLOW_LIVE;
}

bool expiry_forget(struct native *native)
{
    struct flow *flow = native->tab.lists[LIST_CLOSED].head;
    if (flow != NULL)
        expiry_drop(native, flow);
    return flow != NULL;
}

bool expiry_evict(struct native *native)
{
    if (expiry_forget(native))
        return true;
    struct flow *flow = native->tab.lists[LIST_OPENING].head;
    if (flow == NULL)
        flow = native->tab.lists[LIST_USED].head;
    if (flow == NULL)
        return false;
    native->stats.evicted++;
    expiry_end(native, flow, CLOSE_EVICTED);
    expiry_drop(native, flow);
    return true;
}

/* The flow whose deadline is the first of all, and that deadline. */
static struct flow *expiry_first(const struct native *native, int64_t *ret_deadline,
                                 bool *ret_waits)
{
    struct flow *first = native->waiting.head;
    *ret_deadline = first == NULL ? INT64_MAX : first->live->wait_since + NATIVE_WAIT;
    *ret_waits = first != NULL;
    for (enum flow_list list = 0; list < FLOW_LISTS; list++) {
        struct flow *flow = native->tab.lists[list].head;
        if (flow == NULL || flow->touched + expiry_span(native, list) >= *ret_deadline)
            continue;
        first = flow;
        *ret_deadline = flow->touched + expiry_span(native, list);
        *ret_waits = false;
    }
    return first;
}

static void expiry_handle(struct native *native, struct flow *flow, bool waits)
{
    if (waits) {
        wait_overdue(native, flow);
        if (flow->reset && flow->state == FLOW_LIVE)
            expiry_end(native, flow, CLOSE_RST);
        else
            expiry_conclude(native, flow);
        return;
    }
    if (flow->state != FLOW_CLOSED) {
        native->stats.timeouts++;
        expiry_end(native, flow, CLOSE_TIMEOUT);
    }
    expiry_drop(native, flow);
}

void expiry_run(struct native *native)
{
    int64_t now = native->now, deadline;
    bool waits;
    struct flow *flow;
    while ((flow = expiry_first(native, &deadline, &waits)) != NULL && deadline <= now) {
        native->now = native->time = deadline;
        native->number = flow->number;
        expiry_handle(native, flow, waits);
    }
    native->now = now;
    native->deadline = flow == NULL ? INT64_MAX : deadline;
}
