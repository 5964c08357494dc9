/*
 * flow: one TCP connection as the engines keep it, and the table of them (flowtab.c).
 *
 * A flow is found by its key: both addresses and ports in a fixed order, and the VLAN tags where
 * the setting says so. The table owns the flows: blocks of them are taken from the system and kept,
 * so that opening and closing costs no malloc; each flow in use is charged to the budget. A flow
 * stands in one of three lists, each in order of last use (to about a second: a flow is moved at
 * most once a second), so that time-outs look at the head only. Addresses of flows are stable until
 * flowtab_drop. One thread a table.
 */
#ifndef MXTAP_FLOW_H
#define MXTAP_FLOW_H

#include "idx.h"
#include "segq.h"

#include <mxtap/clock.h>
#include <mxtap/stream.h>

enum flow_state {
    FLOW_LIVE,
    FLOW_LEFT_ALONE, /* a twin, or nobody is interested: its packets are passed over */
    FLOW_CLOSED,     /* ended, but late packets must not open it again */
};

enum flow_list {
    LIST_OPENING, /* one packet without an answer */
    LIST_USED,
    LIST_CLOSED,
    FLOW_LISTS,
};

struct flow_key {
    struct addr a, b; /* a is the client, where only b's port is watched */
    uint16_t port_a, port_b;
    uint16_t vlan[2]; /* the two outermost tags; zero unless vlan_in_key */
};

/* One direction. Sequence numbers are as on the wire. */
struct side {
    uint32_t next;   /* the first octet not delivered yet; valid where known */
    uint32_t acked;  /* the highest acknowledgement from the peer */
    uint32_t mid;    /* acked as it was some segments ago, while the flow waits (wait.c) */
    uint32_t old;    /* ... and some more segments ago */
    uint32_t isn;    /* initial sequence number */
    uint32_t fin;    /* sequence number of the FIN */
    uint32_t untold; /* octets passed over that the sink has not been told about */
    uint32_t hint;   /* the lowest acknowledgement from the peer, where hinted */
    uint32_t gap;    /* where the last gap began, if nothing was delivered since */
    uint16_t window; /* as the last segment had it, unscaled */
    uint8_t scale;
    bool scaled;    /* a window scale was offered (RFC 7323 2.2) */
    bool seen;      /* at least one segment was captured */
    bool known;     /* next is valid */
    bool isn_known; /* and next was made from it */
    bool hinted;
    bool absent;    /* this side is not captured: nobody waits for it */
    bool heard;     /* a segment came since the flow began to wait */
    bool delivered; /* at least one octet */
    bool fin_seen, fin_done;
    bool gapped; /* gap is valid */
    struct segq queue;
};

struct flow {
    struct flow_key key;
    uint32_t hash;
    uint8_t state;       /* enum flow_state */
    uint8_t list;        /* enum flow_list */
    uint8_t client_slot; /* 0: a is the client */
    bool fast;           /* nothing waits: in-order data may go straight through */
    void *parser;
    int64_t touched; /* when it was last moved to the end of its list */
    uint64_t number; /* of its last packet */
    struct side side[2];

    struct flow *prev, *next;               /* in its list; next also in the list of unused ones */
    struct flow *opened_prev, *opened_next; /* in the order of on_open */
    struct flow *wait_prev, *wait_next;     /* flows that wait, in order of wait_since */
    int64_t wait_since;
    uint32_t index;
    uint32_t patience; /* segments since the marks mid and old were moved */
    bool opened;       /* on_open was called */
    bool waiting;
    bool progress;    /* something was delivered since wait_since was set */
    bool settling;    /* nothing is delivered before SYN and SYN-ACK, or without them for a while */
    bool reset;       /* a valid RST came, but octets before it are outstanding */
    uint8_t reset_by; /* enum direction, after a valid RST */
    uint32_t reset_seq; /* its number: whoever goes on from there did not mean it */
    bool paired;        /* in the table of twins */
    bool answered;      /* both sides seen, or octets carried */
    uint64_t born;      /* a number of its own, in the order of making */
    struct flow_info info;
};

struct flow_ends {
    struct flow *head, *tail;
};

struct flowtab {
    struct idx idx;
    struct budget *budget;
    struct flow **blocks;
    size_t block_count, block_room;
    struct flow *unused;
    size_t count, max;
    uint64_t born;
    struct flow_ends lists[FLOW_LISTS];
    struct flow_ends opened; /* in the order of on_open */
};

enum err flowtab_init(struct flowtab *tab, size_t max, struct budget *budget) MXTAP_MUST_CHECK;
void flowtab_done(struct flowtab *tab); /* every flow must have been dropped */

struct flow *flowtab_find(const struct flowtab *tab, const struct flow_key *key, uint32_t hash);
/* A zeroed flow with key, at the end of LIST_OPENING; NULL where ceiling or budget said no: the
 * caller drops an old flow and tries again. */
struct flow *flowtab_make(struct flowtab *tab, const struct flow_key *key, uint32_t hash,
                          int64_t now);
void flowtab_drop(struct flowtab *tab, struct flow *flow);
/* To the end of a list, in use now. */
void flowtab_move(struct flowtab *tab, struct flow *flow, enum flow_list list, int64_t now);

/* The flow was opened to the sink: it stands in the list of these until flowtab_ended. */
void flowtab_opened(struct flowtab *tab, struct flow *flow);
void flowtab_ended(struct flowtab *tab, struct flow *flow);

static inline struct flow *flowtab_at(const struct flowtab *tab, uint32_t index)
{
    return &tab->blocks[index >> 6][index & 63];
}

/* The key of a segment; false where neither port is watched. *ret_slot is 0 where it was sent by
 * key->a, *ret_client the slot that its ports and flags make the client. */
bool flow_key_make(const struct stream_options *options, const struct segment *segment,
                   struct flow_key *ret_key, unsigned *ret_slot, unsigned *ret_client);
/* The addresses and ports of a new flow, its time and source. */
void flow_info_begin(struct flow *flow, const struct segment *segment, unsigned slot);
/* What a SYN tells about its sender, and the window scale it offers. */
void flow_info_syn(struct flow *flow, const struct segment *segment);
void flow_scale(struct side *side, const struct segment *segment);
/* flow_id, when the addresses are certain. */
void flow_info_name(struct flow *flow);

static inline bool flow_same_ends(const struct flow *a, const struct flow *b)
{
    return memcmp(&a->key, &b->key, offsetof(struct flow_key, vlan)) == 0;
}

#endif
