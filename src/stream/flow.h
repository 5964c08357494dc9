/*
 * flow: one TCP connection as the engines keep it, and the table of them (flowtab.c).
 *
 * A flow is found by its key: both addresses and ports in a fixed order, and the VLAN tags where
 * the setting says so. Its two parts are sorted by use: struct flow is what each packet needs, and
 * is all that is left of a closed one; struct flow_live is the rest, used again for the next flow
 * as soon as this one has ended. The table owns both: what was taken from the system is kept, so
 * that opening and closing costs no malloc; each in use is charged to the budget. A flow stands in
 * one of three lists, each in order of last use (to about a second: a flow is moved at most once a
 * second), so that time-outs look at the head only. Addresses of flows are stable until
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

/* In words, for it is made and compared for every packet. */
struct flow_key {
    uint64_t a[2], b[2]; /* addresses; a is the client, where only b's port is watched */
    uint64_t rest; /* 16 bits each: a's port, b's port, the two outermost tags (vlan_in_key) */
};

/* One direction. Sequence numbers are as on the wire. */
struct side {
    uint32_t next;   /* the first octet not delivered yet; valid where known */
    uint32_t acked;  /* the highest acknowledgement from the peer */
    uint32_t isn;    /* initial sequence number */
    uint32_t fin;    /* sequence number of the FIN */
    uint32_t untold; /* octets passed over that the sink has not been told about */
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
    bool gapped; /* a gap was the last to be delivered */
    bool fast;   /* nothing waits: what is in order may go straight through */
};

/* What of one direction waits, and what it waits for. */
struct backlog {
    struct segq queue;
    uint32_t mid;  /* side's acked as it was some segments ago, while the flow waits (wait.c) */
    uint32_t old;  /* ... and some more segments ago */
    uint32_t hint; /* the lowest acknowledgement from the peer, where side's hinted */
    uint32_t gap;  /* where the last gap began, where side's gapped */
};

/* What a flow needs until it ends. */
struct flow_live {
    struct backlog backlog[2];
    struct flow *opened_prev, *opened_next; /* in the order of on_open */
    struct flow *wait_prev, *wait_next;     /* flows that wait, in order of wait_since */
    int64_t wait_since;
    uint32_t patience;      /* segments since the marks mid and old were moved */
    struct flow_live *next; /* in the list of unused ones */
    struct flow_info info;
};

/* Three cache lines. */
struct flow {
    struct flow_key key;
    void *parser;
    uint32_t hash;
    uint8_t state;       /* enum flow_state */
    uint8_t list;        /* enum flow_list */
    uint8_t client_slot; /* 0: a is the client */
    uint8_t reset_by;    /* enum direction, after a valid RST */
    int64_t touched;     /* when it was last moved to the end of its list */
    struct side side[2];
    uint64_t number;          /* of its last packet */
    struct flow_live *live;   /* NULL when closed */
    struct flow *prev, *next; /* in its list; next also in the list of unused ones */
    uint64_t born;            /* a number of its own, in the order of making; 0: not in use */
    uint32_t index;
    uint32_t reset_seq; /* of a valid RST: whoever goes on from there did not mean it */
    bool opened;        /* on_open was called */
    bool waiting;
    bool progress; /* something was delivered since wait_since was set */
    bool settling; /* nothing is delivered before SYN and SYN-ACK, or without them for a while */
    bool reset;    /* a valid RST came, but octets before it are outstanding */
    bool paired;   /* in the table of twins */
    bool answered; /* both sides seen, or octets carried */
};

struct flow_ends {
    struct flow *head, *tail;
};

struct flowtab {
    struct idx idx;
    struct budget *budget;
    struct flow *flows;  /* room for max; memory comes as it is written to */
    size_t fresh;        /* from here on never used */
    struct flow *unused; /* before that */
    struct flow_live *unused_live;
    size_t count, max;
    uint64_t born;
    struct flow_ends lists[FLOW_LISTS];
    struct flow_ends opened; /* in the order of on_open */
};

enum err flowtab_init(struct flowtab *tab, size_t max, struct budget *budget) MXTAP_MUST_CHECK;
void flowtab_done(struct flowtab *tab); /* every flow must have been closed or dropped */

/* A new flow with key, at the end of LIST_OPENING, its info unset; NULL where ceiling or budget
 * said no: the caller drops an old flow and tries again. */
struct flow *flowtab_make(struct flowtab *tab, const struct flow_key *key, uint32_t hash,
                          int64_t now);
/* Takes back flow->live: the flow has ended, and nothing of it waits. */
void flowtab_rest(struct flowtab *tab, struct flow *flow);
void flowtab_drop(struct flowtab *tab, struct flow *flow);
/* To the end of a list, in use now. */
void flowtab_move(struct flowtab *tab, struct flow *flow, enum flow_list list, int64_t now);

/* The flow was opened to the sink: it stands in the list of these until flowtab_ended. */
void flowtab_opened(struct flowtab *tab, struct flow *flow);
void flowtab_ended(struct flowtab *tab, struct flow *flow);

static inline struct flow *flowtab_at(const struct flowtab *tab, uint32_t index)
{
    return &tab->flows[index];
}

static inline bool flow_key_equal(const struct flow_key *x, const struct flow_key *y)
{
    return ((x->a[0] ^ y->a[0]) | (x->a[1] ^ y->a[1]) | (x->b[0] ^ y->b[0]) | (x->b[1] ^ y->b[1]) |
            (x->rest ^ y->rest)) == 0;
}

/* Addresses and ports are the same; the tags may differ. */
static inline bool flow_key_same_ends(const struct flow_key *x, const struct flow_key *y)
{
    struct flow_key other = *y;
    other.rest = (y->rest & ~UINT64_C(0xffffffff)) | (x->rest & 0xffffffff);
    return flow_key_equal(x, &other);
}

/* The two addresses on their own, so that their multiplications overlap. */
static inline uint32_t flow_key_hash(const struct flow_key *key, struct hash_key secret)
{
    uint64_t a = hash_pair(secret.k0, key->a[0], key->a[1]);
    uint64_t b = hash_pair(secret.k1, key->b[0], key->b[1]);
    return (uint32_t)hash_pair(secret.k0, a + key->rest, b);
}

static inline struct flow *flowtab_find(const struct flowtab *tab, const struct flow_key *key,
                                        uint32_t hash)
{
    uint32_t cursor = hash, index;
    while ((index = idx_next(&tab->idx, hash, &cursor)) != IDX_NONE) {
        struct flow *flow = flowtab_at(tab, index);
        if (flow_key_equal(&flow->key, key))
            return flow;
    }
    return NULL;
}

/* Both ports are watched: true where the sender is the key's a. */
bool flow_key_order(const struct ip_info *ip);
uint64_t flow_key_tags(const struct ip_info *ip);

bool flow_watched_later(const struct stream_options *options, uint16_t port);

static inline bool flow_watched(const struct stream_options *options, uint16_t port)
{
    if (port == options->ports[0])
        return port != 0;
    return options->ports[1] != 0 && flow_watched_later(options, port);
}

/* The key of a segment; false where neither port is watched. *ret_slot is 0 where it was sent by
 * key->a. */
static inline bool flow_key_make(const struct stream_options *options,
                                 const struct segment *segment, struct flow_key *ret_key,
                                 unsigned *ret_slot)
{
    const struct ip_info *ip = &segment->ip;
    bool to = flow_watched(options, ip->dst_port), from = flow_watched(options, ip->src_port);
    if (!to && !from)
        return false;
    bool by_a = to && from ? flow_key_order(ip) : to;
    const struct addr *a = by_a ? &ip->src : &ip->dst, *b = by_a ? &ip->dst : &ip->src;
    memcpy(ret_key->a, a->octets, sizeof ret_key->a);
    memcpy(ret_key->b, b->octets, sizeof ret_key->b);
    uint64_t port_a = by_a ? ip->src_port : ip->dst_port;
    uint64_t port_b = by_a ? ip->dst_port : ip->src_port;
    ret_key->rest = port_a << 48 | port_b << 32;
    if (options->vlan_in_key)
        ret_key->rest |= flow_key_tags(ip);
    *ret_slot = !by_a;
    return true;
}

/* The slot that the ports and flags of a flow's first segment make the client. */
unsigned flow_guess_client(const struct stream_options *options, const struct segment *segment,
                           unsigned slot);
/* The addresses and ports of a new flow, its time and source. */
void flow_info_begin(struct flow *flow, const struct segment *segment, unsigned slot);
/* What a SYN tells about its sender, and the window scale it offers. */
void flow_info_syn(struct flow *flow, const struct segment *segment);
void flow_scale(struct side *side, const struct segment *segment);
/* flow_id, when the addresses are certain. */
void flow_info_name(struct flow *flow);

#endif
