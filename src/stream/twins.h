/*
 * twins: the same connection captured twice under different addresses, on both sides of a NAT.
 *
 * A NAT changes addresses and ports but neither sequence numbers nor octets. A connection whose
 * pair of initial sequence numbers is already that of another flow in the table is that flow's
 * twin. Flows picked up in the middle are compared by their first segments with data: the same
 * sequence numbers, length and octets within a second. Flows that differ in nothing but the VLAN
 * are no twins (that is what vlan_in_key asks for). Owned by an engine; one thread.
 */
#ifndef MXTAP_TWINS_H
#define MXTAP_TWINS_H

#include "flow.h"

#define TWINS_PRINTS 1024

struct twins_print {
    uint64_t print;
    uint64_t born; /* of the flow */
    int64_t time;
    uint32_t index;
};

struct twins {
    struct idx pairs;
    const struct flowtab *tab;
    struct hash_key key;
    struct budget *budget;
    struct twins_print *prints; /* a cache: the last of each hash */
};

enum err twins_init(struct twins *twins, const struct flowtab *tab, struct budget *budget,
                    struct hash_key key) MXTAP_MUST_CHECK;
void twins_done(struct twins *twins);

/* Another flow with these initial sequence numbers, or NULL. */
struct flow *twins_find(const struct twins *twins, const struct flow *flow, uint32_t client_isn,
                        uint32_t server_isn);
/* Remembers a flow whose both initial sequence numbers are known, until twins_drop. */
void twins_add(struct twins *twins, struct flow *flow);
void twins_drop(struct twins *twins, struct flow *flow);

/* Remembers a segment with data; returns another flow that had the very same, or NULL. */
struct flow *twins_print(struct twins *twins, const struct flow *flow,
                         const struct segment *segment);

#endif
