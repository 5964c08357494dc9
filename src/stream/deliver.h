/* deliver: calls of the sink for a flow (native.h). on_open comes with the first octet, so that
 * flows without any never reach the sink. A gap before it is told right after on_open. */
#ifndef MXTAP_DELIVER_H
#define MXTAP_DELIVER_H

#include "native.h"

/* Octets at side->next; advances it. Nothing happens after the side's FIN. */
void deliver_data(struct native *native, struct flow *flow, enum direction direction,
                  struct span data);
/* length octets at side->next were not captured; advances it. */
void deliver_gap(struct native *native, struct flow *flow, enum direction direction,
                 uint32_t length);
/* on_close, if on_open was called. */
void deliver_close(struct native *native, struct flow *flow, enum close_reason reason);

#endif
