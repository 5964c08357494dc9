/* handshake: how flows begin and are cut off (native.h): SYN, SYN-ACK, the first packet of a flow
 * picked up in the middle, port reuse, RST, twins. */
#ifndef MXTAP_HANDSHAKE_H
#define MXTAP_HANDSHAKE_H

#include "native.h"

/* Is this segment the first of another connection with the flow's addresses and ports? */
bool handshake_is_new(const struct flow *flow, enum direction direction,
                      const struct segment *segment);
/* A flow for a segment that belongs to none; NULL where it opens none. */
struct flow *handshake_begin(struct native *native, const struct segment *segment);
/* A segment with SYN; false where it is to be passed over. */
bool handshake_syn(struct native *native, struct flow *flow, enum direction direction,
                   const struct segment *segment);
/* A RST ends the flow at once if it is exact (RFC 5961 3.2) and nothing waits. One that is further
 * inside the window may have overtaken octets, or may be a decoy that the other side ignores: it
 * counts after NATIVE_WAIT without progress, and not if the flow goes on. */
void handshake_rst(struct native *native, struct flow *flow, enum direction direction,
                   const struct segment *segment);
/* A segment without RST that lies beyond a reset of its own side takes it back. */
void handshake_recant(struct flow *flow, enum direction direction, const struct segment *segment);
/* Compares a segment without SYN with other flows; true where the flow turned out to be a twin. */
bool handshake_twin(struct native *native, struct flow *flow, enum direction direction,
                    const struct segment *segment);
/* How far past the last acknowledged octet the peer lets a side send. */
uint32_t handshake_window(const struct flow *flow, enum direction direction);

#endif
