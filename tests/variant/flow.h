/* flow.h: which TCP connection and direction each packet of a capture belongs to.
 *
 * Called by the steps that rewrite connections. A SYN with another sequence number on known
 * addresses and ports begins a new connection. Direction 0 is the client: the sender of the SYN,
 * or, where none was seen, the side with the higher port number.
 * Ownership: a map belongs to its caller until flow_done. It does not follow later changes of the
 * capture.
 */
#ifndef VARIANT_FLOW_H
#define VARIANT_FLOW_H

#include "capture.h"
#include "ip.h"

struct flow {
    uint8_t key[37]; /* version, client address, server address, client port, server port */
    bool seen[2];
    uint32_t first[2]; /* lowest sequence number of each direction */
    uint32_t end[2];   /* sequence number after the last octet of data, FIN not counted */
    bool has_syn;
    bool fin[2];
    size_t last;       /* index of the last packet */
    struct flow *next; /* in the same hash bucket; the newest first */
    size_t number;     /* flows are numbered from 0 in the order they begin */
};

/* What one packet is. */
struct place {
    struct flow *flow; /* NULL: not a whole TCP segment */
    int direction;
    struct tcp tcp;
};

enum { FLOW_BUCKETS = 4096 };

struct flow_map {
    struct place *places; /* one for each packet */
    size_t count;         /* of flows */
    struct flow *buckets[FLOW_BUCKETS];
};

struct flow_map *flow_map(const struct capture *cap);
void flow_done(struct flow_map *map);

#endif
