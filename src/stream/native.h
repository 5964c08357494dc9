/*
 * native: what the files of the native engine share.
 *
 * native.c     the row of engines.def, the way of a segment, the fast path
 * handshake.c  SYN, SYN-ACK, RST, the first packet of a flow, twins
 * order.c      in what order octets are delivered, how holes are jumped
 * wait.c       when they are jumped
 * deliver.c    calls of the sink
 * expiry.c     the clock: time-outs, eviction, the end of a flow
 *
 * time and number in struct native are those of the packet (or of the deadline) that is being
 * handled: everything that the sink hears carries them, so that they never go backwards within a
 * flow, and do not depend on when tick is called.
 */
#ifndef MXTAP_NATIVE_H
#define MXTAP_NATIVE_H

#include "flow.h"
#include "twins.h"

/* Segments of a flow that may overtake a missing one before it is held for lost. */
#define NATIVE_PATIENCE 12
/* Event time after which data waits no longer for what is not coming. */
#define NATIVE_WAIT (3 * CLOCK_SECOND)
/* Flows found last, asked before the index, which is larger than the cache: a power of two. */
#define NATIVE_RECENT 128

struct native {
    struct stream_options options;
    struct stream_sink sink;
    struct budget budget;
    struct flowtab tab;
    struct twins twins;
    struct flow_ends waiting;           /* by wait_since */
    struct flow *recent[NATIVE_RECENT]; /* NULL: none; it may have been dropped */
    int64_t now;                        /* event time, never backwards */
    int64_t deadline;                   /* nothing is due before */
    int64_t time;
    uint64_t number;
    struct stream_stats stats;
};

#endif
