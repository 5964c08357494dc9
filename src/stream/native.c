/* The native engine: RFC 9293 seen from outside. The way of a segment; the fast path takes what is
 * in order on a flow where nothing waits. */
#include "native.h"

#include "expiry.h"
#include "handshake.h"
#include "order.h"
#include "wait.h"

#include <stdlib.h>

static enum err native_open(const struct stream_options *options, const struct stream_sink *sink,
                            void **ret_state)
{
    struct native *native = calloc(1, sizeof *native);
    if (native == NULL)
        return ERR_MEMORY;
    native->options = *options;
    native->sink = *sink;
    native->now = CLOCK_NEVER;
    native->deadline = INT64_MAX;
    budget_init(&native->budget, options->memory);
    enum err err = flowtab_init(&native->tab, options->max_flows, &native->budget);
    if (err == 0)
        err = twins_init(&native->twins, &native->tab, &native->budget, options->hash_key);
    if (err != 0) {
        twins_done(&native->twins);
        flowtab_done(&native->tab);
        free(native);
        return err;
    }
    *ret_state = native;
    return 0;
}

/* In order, nothing odd about it, and the other side's octets that it acknowledges are delivered:
 * true and done. */
static inline bool native_plain(struct native *native, struct flow *flow, enum direction direction,
                                const struct segment *segment)
{
    struct side *side = &flow->side[direction], *peer = &flow->side[!direction];
    unsigned flags = segment->flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
    uint32_t len = segment->payload_len;
    if (!side->fast || flags != TCP_ACK || segment->seq != side->next ||
        seq_after(segment->ack, peer->next))
        return false;
    if (len > 0 && (segment->payload.len != len || flow->parser == NULL))
        return false;
    side->window = segment->window;
    peer->acked = seq_later(segment->ack, peer->acked);
    if (len == 0)
        return true;
    side->next += len;
    side->delivered = true;
    side->gapped = false;
    native->stats.data[direction] += len;
    native->sink.on_data(native->sink.arg, flow->parser, direction, segment->payload, native->time,
                         native->number);
    return true;
}

/* Outside of anything the peer would accept? */
static bool native_is_outside(const struct flow *flow, enum direction direction,
                              const struct segment *segment)
{
    const struct side *side = &flow->side[direction];
    if (!side->known || flow->settling)
        return false;
    uint32_t high = seq_after(side->acked, side->next) ? side->acked : side->next;
    int32_t ahead = seq_diff(segment->seq, high), behind = seq_diff(side->next, segment->seq);
    int64_t limit = 2 * (int64_t)handshake_window(flow, direction) + (1 << 18);
    if (!flow->side[!direction].seen || flow->side[!direction].absent)
        limit = 1 << 30; /* nobody tells us the window */
    return ahead > limit || behind > 1 << 26;
}

/* A probe that asks for a sign of life: an octet that was acknowledged long ago (RFC 9293 3.8.4),
 * as some hosts send it. */
static bool native_is_keepalive(const struct side *side, const struct segment *segment)
{
    return segment->payload_len == 1 && side->known && segment->seq + 1 == side->acked &&
           segment->payload.len == 1 && segment->payload.at[0] == 0;
}

static void native_live(struct native *native, struct flow *flow, enum direction direction,
                        const struct segment *segment)
{
    struct side *side = &flow->side[direction];
    unsigned flags = segment->flags;
    uint32_t seq = segment->seq;
    if ((flags & TCP_RST) != 0) {
        handshake_rst(native, flow, direction, segment);
        return;
    }
    handshake_recant(flow, direction, segment);
    if ((flags & TCP_SYN) != 0) {
        if (!handshake_syn(native, flow, direction, segment))
            return;
        seq++;
    } else if (native_is_outside(flow, direction, segment)) {
        native->stats.invalid++;
        return;
    } else if (handshake_twin(native, flow, direction, segment)) {
        return;
    } else {
        order_seen(flow, direction, seq);
    }
    side->window = segment->window;
    if ((flags & TCP_ACK) != 0)
        order_ack(flow, direction, segment->ack);
    struct segq_piece piece = {
        .seq = seq,
        .missing = segment->payload_len - (uint32_t)segment->payload.len,
        .ack = segment->ack,
        .has_ack = (flags & TCP_ACK) != 0,
        .data = segment->payload,
        .number = native->number,
    };
    if (segment->payload_len > 0 && !native_is_keepalive(side, segment))
        order_data(native, flow, direction, &piece);
    if ((flags & TCP_FIN) != 0)
        order_fin(flow, direction, seq + segment->payload_len);
    wait_advance(native, flow);
    expiry_conclude(native, flow);
}

/* Packets of flows that deliver nothing any more. */
static void native_late(struct native *native, struct flow *flow, const struct segment *segment)
{
    if (flow->state == FLOW_CLOSED)
        native->stats.retransmitted += segment->payload.len;
}

static void native_clock(struct native *native, int64_t time)
{
    if (time > native->now && time < INT64_MAX / 2)
        native->now = time;
    if (native->now >= native->deadline)
        expiry_run(native);
}

/* All that is not plain; flow is NULL where there is none with the key. On its own, so that plain
 * segments do not pay for its registers. */
static __attribute__((noinline)) void native_other(struct native *native, struct flow *flow,
                                                   const struct segment *segment, unsigned slot)
{
    if (flow != NULL && handshake_is_new(flow, slot != flow->client_slot, segment)) {
        expiry_end(native, flow, CLOSE_REUSED);
        expiry_drop(native, flow);
        flow = NULL;
    }
    if (flow == NULL)
        flow = handshake_begin(native, segment);
    if (flow == NULL)
        return;
    flow->number = segment->ip.number;
    if (flow->state == FLOW_LIVE)
        native_live(native, flow, slot != flow->client_slot, segment);
    else
        native_late(native, flow, segment);
    flow->answered =
        flow->answered || segment->payload_len > 0 || (flow->side[0].seen && flow->side[1].seen);
    if (flow->state != FLOW_CLOSED)
        expiry_touch(native, flow, flow->answered ? LIST_USED : LIST_OPENING);
}

/* By the index. On its own, as native_other is. */
static __attribute__((noinline)) struct flow *
native_look_up(struct native *native, const struct flow_key *key, struct flow **recent)
{
    uint32_t hash = flow_key_hash(key, native->options.hash_key);
    struct flow *flow = flowtab_find(&native->tab, key, hash);
    if (flow != NULL)
        *recent = flow;
    return flow;
}

/* A flow that was found lately costs no hash. Its place goes by the client's port and the end of
 * its address: who makes them meet gains nothing, for then the index is asked. */
static inline struct flow *native_find(struct native *native, const struct flow_key *key)
{
    struct flow **recent = &native->recent[(key->rest >> 48 ^ key->a[1] >> 56) % NATIVE_RECENT];
    struct flow *flow = *recent;
    if (flow != NULL && flow_key_equal(&flow->key, key) && flow->born != 0)
        return flow;
    return native_look_up(native, key, recent);
}

static void native_segment(void *state, const struct segment *segment)
{
    struct native *native = state;
    struct flow_key key;
    unsigned slot;
    if (!flow_key_make(&native->options, segment, &key, &slot)) {
        native->stats.ignored++;
        return;
    }
    native->stats.segments++;
    native_clock(native, segment->ip.time);
    native->time = segment->ip.time;
    native->number = segment->ip.number;
    struct flow *flow = native_find(native, &key);
    if (flow != NULL) {
        flow->number = segment->ip.number;
        if (native_plain(native, flow, slot != flow->client_slot, segment)) {
            expiry_touch(native, flow, LIST_USED);
            return;
        }
    }
    native_other(native, flow, segment, slot);
}

static void native_tick(void *state, int64_t now)
{
    native_clock(state, now);
}

static void native_close(void *state, int64_t now)
{
    struct native *native = state;
    native_clock(native, now);
    native->time = now;
    while (native->tab.opened.head != NULL) {
        native->number = native->tab.opened.head->number;
        expiry_end(native, native->tab.opened.head, CLOSE_END);
    }
    for (enum flow_list list = 0; list < LIST_CLOSED; list++) {
        struct flow *flow;
        while ((flow = native->tab.lists[list].head) != NULL) {
            native->number = flow->number;
            expiry_end(native, flow, CLOSE_END);
        }
    }
    twins_done(&native->twins);
    flowtab_done(&native->tab);
    free(native);
}

static void native_stats(const void *state, struct stream_stats *ret_stats)
{
    const struct native *native = state;
    *ret_stats = native->stats;
    ret_stats->memory = native->budget.used;
    ret_stats->memory_peak = native->budget.peak;
}

const struct engine engine_native = {
    .name = "native",
    .capabilities = ENGINE_IPV6 | ENGINE_GAPS | ENGINE_MIDSTREAM | ENGINE_BUDGET | ENGINE_WORKERS,
    .summary = "IPv4 and IPv6, gaps, flows picked up in the middle, memory under a budget",
    .open = native_open,
    .segment = native_segment,
    .tick = native_tick,
    .close = native_close,
    .stats = native_stats,
};
