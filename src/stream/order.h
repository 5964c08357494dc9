/*
 * order: in what order the octets of a flow are delivered (native.h).
 *
 * Two rules, both from what TCP itself guarantees:
 *
 * 1. Octets of one direction are delivered in sequence.
 * 2. Octets that came with acknowledgement number A are delivered after every octet of the other
 *    direction before A: whoever sent them had those already. So a reply never comes before its
 *    command, however the capture shuffled them.
 *
 * What cannot go yet waits in the side's queue. Octets that the peer has acknowledged and that are
 * not there were not captured, or are late. They are late for as long as NATIVE_PATIENCE to twice
 * as many further segments of the flow, or NATIVE_WAIT of event time; after that the hole is
 * jumped and reported. A hole that nobody acknowledged is a loss on the network: the sender will
 * repeat, we wait, unless the acknowledging side is not captured (nothing heard from it for
 * NATIVE_WAIT) or the ceiling of the queue is reached. A side of which no segment comes at all is
 * absent: nobody waits for it and no gap is reported for it until it shows up.
 *
 * One octet acknowledged behind the last one known is taken for a FIN that was not captured.
 */
#ifndef MXTAP_ORDER_H
#define MXTAP_ORDER_H

#include "native.h"

/* The first octet of direction is at seq. */
void order_base(struct flow *flow, enum direction direction, uint32_t seq);
/* Takes notice that direction sent a segment at seq. */
void order_seen(struct flow *flow, enum direction direction, uint32_t seq);
/* ... and that it acknowledged the other direction's octets before ack. */
void order_ack(struct flow *flow, enum direction direction, uint32_t ack);
/* Octets of direction: delivers them or lets them wait. */
void order_data(struct native *native, struct flow *flow, enum direction direction,
                const struct segq_piece *piece);
void order_fin(struct flow *flow, enum direction direction, uint32_t seq);
/* The base is certain: a flow that was settling may deliver. */
void order_start(struct flow *flow);
/* Delivers from both queues what may go, what arrived first before the other. */
void order_pump(struct native *native, struct flow *flow);
/* Jumps holes that begin before the limits, and delivers what becomes free. Where both sides
 * have one, the command was missed before its reply; but the first octets of all are the greeting.
 */
void order_jump(struct native *native, struct flow *flow, const uint32_t limit[2]);
/* A side that nobody captured: its acknowledged octets are passed over. */
void order_give_up_absent(struct flow *flow);
/* Delivers all that is there, with gaps: the flow ends, or memory does. */
void order_flush(struct native *native, struct flow *flow);
/* Nothing waits, and nothing acknowledged is missing. */
bool order_at_rest(const struct flow *flow);
/* Forgets what waits. */
void order_clear(struct native *native, struct flow *flow);

#endif
