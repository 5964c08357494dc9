/*
 * stream: the seam between segments and dialogues.
 *
 * An engine (one row of engines.def: native, nids) takes TCP segments and calls a sink with the
 * octets of both directions in order. Called by a worker; one thread an engine (nids: one engine a
 * process).
 *
 * The sink's on_open returns the flow's parser, which the engine hands back with each call (the
 * flow table owns the flow, the flow owns its parser); NULL means "not interested": the flow is
 * then only counted. Spans live until the callback returns. The client is the side whose peer has
 * one of the ports watched; if both have, the one that sent the SYN.
 *
 * A gap (capability ENGINE_GAPS) stands for octets that were sent but not captured; it is reported
 * once it is known that they will not come: the peer has acknowledged past them, the segment
 * queue's ceiling is reached, or the flow ends. Its length may be 0 where it is not known.
 */
#ifndef MXTAP_STREAM_H
#define MXTAP_STREAM_H

#include <mxtap/decode.h>
#include <mxtap/hash.h>

enum direction {
    FROM_CLIENT = 0, /* client to server */
    FROM_SERVER = 1,
};

enum close_reason {
    CLOSE_FIN,     /* both sides, or one side's FIN acknowledged and then silence */
    CLOSE_RST,     /* reset inside the window */
    CLOSE_TIMEOUT, /* idle in event time */
    CLOSE_EVICTED, /* the memory budget or the table's ceiling was reached */
    CLOSE_REUSED,  /* a new connection with the same addresses and ports */
    CLOSE_END,     /* the capture ended */
};

#define STREAM_SYN_OPTIONS 40

/* What a SYN's headers need not have, in p0f's words. */
enum stream_quirk {
    SYN_ECN = 1,             /* ecn: ECN bits of IP, or ECE, CWR or NS of TCP */
    SYN_RESERVED = 2,        /* 0+: the reserved bit of the IPv4 flags */
    SYN_FLOW_LABEL = 4,      /* flow: of IPv6 */
    SYN_ZERO_SEQ = 8,        /* seq-: the sequence number is 0 */
    SYN_ACK_NUMBER = 16,     /* ack+: an acknowledgement number without ACK */
    SYN_URGENT_POINTER = 32, /* uptr+: an urgent pointer without URG */
    SYN_URGENT_FLAG = 64,    /* urgf+ */
    SYN_PUSH_FLAG = 128,     /* pushf+ */
};

/* The client's SYN as a fingerprint sees it; seen is false in flows picked up in the middle. */
struct stream_syn {
    bool seen;
    bool dont_fragment;
    bool payload;     /* octets came with it (RFC 7413) */
    bool options_cut; /* the capture has not all of its options */
    uint8_t quirks;   /* bits of enum stream_quirk */
    uint8_t ttl;
    uint8_t option_len;
    uint16_t window;
    uint16_t ip_id;
    uint16_t ip_header; /* octets */
    uint8_t options[STREAM_SYN_OPTIONS];
};

/* What on_open learns; lives as long as the flow. */
struct flow_info {
    uint64_t
        flow_id;    /* stable for the same packets: of the addresses, ports and the opening time */
    int64_t opened; /* time of the first packet */
    const char *source;
    struct addr client, server;
    uint16_t client_port, server_port;
    uint16_t vlan[DECODE_VLANS];
    uint8_t vlan_count;
    bool midstream; /* no SYN was seen: earlier octets are unknown */
    struct stream_syn syn;
};

/* The flow_id of a connection with these addresses, ports and opening time. */
uint64_t stream_flow_id(const struct flow_info *info);

struct stream_sink {
    void *(*on_open)(void *arg, const struct flow_info *flow);
    void (*on_data)(void *arg, void *parser, enum direction direction, struct span data,
                    int64_t time, uint64_t number);
    void (*on_gap)(void *arg, void *parser, enum direction direction, uint64_t length, int64_t time,
                   uint64_t number);
    /* The last call for this parser: the sink frees it. */
    void (*on_close)(void *arg, void *parser, enum close_reason reason, int64_t time,
                     uint64_t number);
    void *arg;
};

#define STREAM_PORTS 16

struct stream_options {
    uint16_t ports[STREAM_PORTS]; /* server ports watched; 0 ends the list */
    bool vlan_in_key;             /* the same addresses on two VLANs are two flows */
    size_t max_flows;
    size_t max_queue;       /* octets waiting out of order, for one direction of a flow */
    size_t memory;          /* octets of all flows and queues, the budget */
    int64_t idle_time;      /* nanoseconds: an established flow without packets ends */
    int64_t half_open_time; /* nanoseconds: SYN or first segment without an answer */
    int64_t closed_time;    /* nanoseconds: how long a closed flow remembers late packets */
    struct hash_key hash_key;
};

struct stream_stats {
    uint64_t segments; /* to or from the ports watched */
    uint64_t ignored;  /* other ports */
    uint64_t flows;    /* opened */
    uint64_t flows_now;
    uint64_t midstream;     /* flows picked up in the middle */
    uint64_t twins;         /* flows left alone: copies of another (both sides of a NAT) */
    uint64_t retransmitted; /* octets that came again */
    uint64_t out_of_order;  /* segments queued */
    uint64_t conflicts;     /* overlaps whose octets differed */
    uint64_t gaps, gap_octets;
    uint64_t invalid; /* segments outside any window, resets that did not count */
    uint64_t evicted, timeouts;
    uint64_t data[2]; /* octets delivered, by direction */
    size_t memory, memory_peak;
};

enum {
    ENGINE_IPV6 = 1,
    ENGINE_GAPS = 2,
    ENGINE_MIDSTREAM = 4,
    ENGINE_BUDGET = 8,
    ENGINE_WORKERS = 16, /* more than one at a time in a process */
};

struct engine {
    const char *name;
    unsigned capabilities;
    const char *summary; /* one line for people */
    enum err (*open)(const struct stream_options *options, const struct stream_sink *sink,
                     void **ret_state);
    void (*segment)(void *state, const struct segment *segment);
    /* Event time has reached now: time-outs. */
    void (*tick)(void *state, int64_t now);
    /* Ends every flow with CLOSE_END, in the order they were opened, then frees the state. */
    void (*close)(void *state, int64_t now);
    void (*stats)(const void *state, struct stream_stats *ret_stats);
};

void stream_defaults(struct stream_options *ret_options);
const struct engine *engine_find(const char *name); /* NULL: no such engine in this build */
const struct engine *engine_at(size_t index);       /* NULL past the last row of engines.def */

#endif
