/* expiry: event time and memory (native.h). Each flow has one deadline by the list it is in, and
 * another while data waits; they are handled in the order of their deadlines, each at its own time,
 * whenever a segment or a tick comes. */
#ifndef MXTAP_EXPIRY_H
#define MXTAP_EXPIRY_H

#include "native.h"

/* Handles what is due at native->now. */
void expiry_run(struct native *native);
/* To the end of a list, and its deadline with it. */
void expiry_move(struct native *native, struct flow *flow, enum flow_list list);

/* The flow had a packet; a list that differs from its own moves it. */
static inline void expiry_touch(struct native *native, struct flow *flow, enum flow_list list)
{
    if (list != flow->list || native->now - flow->touched >= CLOCK_SECOND)
        expiry_move(native, flow, list);
}

/* Forgets the oldest closed flow; false where there is none. */
bool expiry_forget(struct native *native);
/* Makes room for one more flow: the oldest closed one is forgotten, else one that never got an
 * answer, else the one used longest ago ends with CLOSE_EVICTED. False where there is none. */
bool expiry_evict(struct native *native);
/* Ends a flow: what waits is delivered, the sink is told, and the flow is remembered as closed. */
void expiry_end(struct native *native, struct flow *flow, enum close_reason reason);
/* ... and forgotten at once. */
void expiry_drop(struct native *native, struct flow *flow);
/* Ends a flow that has nothing more to come; true where it was so. */
bool expiry_conclude(struct native *native, struct flow *flow);

#endif
