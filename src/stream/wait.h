/* wait: which flows have data or holes that wait, and for how long (native.h, order.h). */
#ifndef MXTAP_WAIT_H
#define MXTAP_WAIT_H

#include "native.h"

/* After each segment but those of the fast path: delivers what may go, jumps what is overdue. */
void wait_advance(struct native *native, struct flow *flow);
/* The flow has waited for NATIVE_WAIT. */
void wait_overdue(struct native *native, struct flow *flow);
void wait_end(struct native *native, struct flow *flow);

#endif
