/* Calls of the sink: on_open late, gaps before what follows them. */
#include "deliver.h"

static void deliver_tell_gap(struct native *native, struct flow *flow, enum direction direction,
                             uint32_t length)
{
    native->stats.gaps++;
    native->stats.gap_octets += length;
    if (flow->parser != NULL)
        native->sink.on_gap(native->sink.arg, flow->parser, direction, length, native->time,
                            native->number);
}

static void deliver_untold(struct native *native, struct flow *flow, enum direction direction)
{
    uint32_t length = flow->side[direction].untold;
    flow->side[direction].untold = 0;
    if (length > 0)
        deliver_tell_gap(native, flow, direction, length);
}

static void deliver_open(struct native *native, struct flow *flow)
{
    flowtab_opened(&native->tab, flow);
    struct flow_info *info = &flow->live->info;
    info->midstream = !flow->side[FROM_CLIENT].isn_known;
    flow_info_name(flow);
    native->stats.flows++;
    if (info->midstream)
        native->stats.midstream++;
    flow->parser = native->sink.on_open(native->sink.arg, info);
    for (enum direction d = 0; d < 2; d++)
        if (flow->side[d].seen)
            deliver_untold(native, flow, d);
}

void deliver_data(struct native *native, struct flow *flow, enum direction direction,
                  struct span data)
{
    struct side *side = &flow->side[direction];
    if (data.len == 0 || side->fin_done)
        return;
    if (!flow->opened)
        deliver_open(native, flow);
    if (side->untold > 0)
        deliver_untold(native, flow, direction);
    side->next += (uint32_t)data.len;
    side->delivered = true;
    side->gapped = false;
    flow->progress = true;
    native->stats.data[direction] += data.len;
    if (flow->parser != NULL)
        native->sink.on_data(native->sink.arg, flow->parser, direction, data, native->time,
                             native->number);
}

void deliver_gap(struct native *native, struct flow *flow, enum direction direction,
                 uint32_t length)
{
    struct side *side = &flow->side[direction];
    if (length == 0 || side->fin_done)
        return;
    if (!side->gapped)
        flow->live->backlog[direction].gap = side->next;
    side->gapped = true;
    side->next += length;
    flow->progress = true;
    side->untold += length;
    if (flow->opened)
        deliver_untold(native, flow, direction);
}

void deliver_close(struct native *native, struct flow *flow, enum close_reason reason)
{
    if (!flow->opened)
        return;
    flowtab_ended(&native->tab, flow);
    if (flow->parser != NULL)
        native->sink.on_close(native->sink.arg, flow->parser, reason, native->time, native->number);
    flow->parser = NULL;
}
