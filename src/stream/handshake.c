/* RFC 9293 3.5 (establishing), 3.10.7 (which segments count), RFC 5961 3 (resets), RFC 7413 (data
 * on SYN). */
#include "handshake.h"

#include "expiry.h"
#include "order.h"
#include "wait.h"

/* Where the scale is not known, or the capture is one-sided, a window is taken to be this. */
#define HANDSHAKE_WINDOW (1U << 20)

bool handshake_is_new(const struct flow *flow, enum direction direction,
                      const struct segment *segment)
{
    const struct side *side = &flow->side[direction], *peer = &flow->side[!direction];
    bool syn = (segment->flags & TCP_SYN) != 0, ack = (segment->flags & TCP_ACK) != 0;
    if ((segment->flags & TCP_RST) != 0)
        return false;
    if (syn && !ack) {
        if (side->isn_known)
            return segment->seq != side->isn;
        if (direction == FROM_SERVER && peer->isn_known && !side->seen)
            return false; /* both sides open at once */
        if (flow->settling && !side->known)
            return false;
        /* Late by reordering, at the beginning of what we have? */
        return !flow->settling || seq_diff(side->next, segment->seq) > (int32_t)HANDSHAKE_WINDOW ||
               seq_before(side->next, segment->seq);
    }
    if (syn)
        return direction == FROM_SERVER && peer->isn_known && segment->ack - 1 != peer->isn &&
               (flow->state == FLOW_CLOSED || side->seen) &&
               (!side->isn_known || segment->seq != side->isn);
    if (flow->state != FLOW_CLOSED || segment->payload_len == 0 || !side->known)
        return false;
    /* Octets nowhere near those of the closed flow. */
    int32_t ahead = seq_diff(segment->seq, side->next);
    if (flow->reset && direction == flow->reset_by && ahead >= 0)
        return true; /* the reset never reached the other side */
    if (side->isn_known && ahead < 0)
        return seq_before(segment->seq, side->isn);
    return ahead > (int32_t)HANDSHAKE_WINDOW || ahead < -64 * (int32_t)HANDSHAKE_WINDOW;
}

struct flow *handshake_begin(struct native *native, const struct segment *segment)
{
    unsigned flags = segment->flags;
    bool syn = (flags & TCP_SYN) != 0, ack = (flags & TCP_ACK) != 0;
    if ((flags & TCP_RST) != 0 || (!syn && !ack) ||
        ((flags & TCP_FIN) != 0 && segment->payload_len == 0)) {
        native->stats.invalid += !syn && !ack && (flags & TCP_RST) == 0;
        return NULL;
    }
    struct flow_key key;
    unsigned slot;
    struct flow *flow;
    if (!flow_key_make(&native->options, segment, &key, &slot))
        return NULL;
    uint32_t hash = flow_key_hash(&key, native->options.hash_key);
    while ((flow = flowtab_make(&native->tab, &key, hash, native->now)) == NULL)
        if (!expiry_evict(native))
            return NULL;
    int64_t deadline = native->now + native->options.half_open_time;
    if (native->deadline > deadline)
        native->deadline = deadline;
    flow->client_slot = (uint8_t)flow_guess_client(&native->options, segment, slot);
    flow->settling = true;
    flow_info_begin(flow, segment, slot);
    native->stats.flows_now++;
    return flow;
}

static void handshake_leave_alone(struct native *native, struct flow *flow)
{
    order_clear(native, flow);
    flow->state = FLOW_LEFT_ALONE;
    flow->side[0].fast = flow->side[1].fast = false;
    native->stats.twins++;
}

/* One of two flows that carry the same connection is left alone: the one that has not delivered
 * anything, or else this one. True where it is this one. */
static bool handshake_choose(struct native *native, struct flow *flow, struct flow *other)
{
    if (other == NULL)
        return false;
    if (!flow->opened) {
        handshake_leave_alone(native, flow);
        return true;
    }
    if (!other->opened && other->state == FLOW_LIVE)
        handshake_leave_alone(native, other);
    return false;
}

/* Both initial sequence numbers are known: is there another flow with the same? */
static bool handshake_pair(struct native *native, struct flow *flow)
{
    const struct side *side = flow->side;
    if (flow->paired || !side[0].isn_known || !side[1].isn_known)
        return false;
    if (handshake_choose(native, flow, twins_find(&native->twins, flow, side[0].isn, side[1].isn)))
        return true;
    twins_add(&native->twins, flow);
    return false;
}

bool handshake_twin(struct native *native, struct flow *flow, enum direction direction,
                    const struct segment *segment)
{
    if (flow->opened || flow->paired || (segment->flags & TCP_ACK) == 0)
        return false;
    uint32_t own = segment->seq - 1, peer = segment->ack - 1;
    struct flow *other = direction == FROM_CLIENT ? twins_find(&native->twins, flow, own, peer)
                                                  : twins_find(&native->twins, flow, peer, own);
    if (other == NULL && flow->settling && segment->payload_len > 0)
        other = twins_print(&native->twins, flow, segment);
    return handshake_choose(native, flow, other);
}

static void handshake_isn(struct flow *flow, enum direction direction, uint32_t isn)
{
    struct side *side = &flow->side[direction];
    side->isn = isn;
    side->isn_known = true;
    uint32_t acked = side->acked;
    bool was_known = side->known;
    order_base(flow, direction, isn + 1);
    if (was_known && seq_after(acked, side->next))
        side->acked = acked;
}

static void handshake_from_client(struct flow *flow, const struct segment *segment)
{
    struct side *client = &flow->side[FROM_CLIENT];
    if (!client->delivered && !flow->opened) {
        handshake_isn(flow, FROM_CLIENT, segment->seq);
        flow_info_syn(flow, segment);
    }
    flow_scale(client, segment);
    client->seen = client->heard = true;
    client->absent = false;
}

static bool handshake_from_server(struct native *native, struct flow *flow,
                                  const struct segment *segment)
{
    struct side *client = &flow->side[FROM_CLIENT], *server = &flow->side[FROM_SERVER];
    bool ack = (segment->flags & TCP_ACK) != 0;
    int32_t answered = seq_diff(segment->ack, client->isn);
    if (ack && client->isn_known && (answered < 1 || answered > 65535)) {
        native->stats.invalid++; /* it answers another SYN; data on SYN may be acknowledged */
        return false;
    }
    if (!server->delivered && !flow->opened)
        handshake_isn(flow, FROM_SERVER, segment->seq);
    if (ack && !client->isn_known && !client->delivered && !flow->opened)
        handshake_isn(flow, FROM_CLIENT, segment->ack - 1);
    flow_scale(server, segment);
    server->seen = server->heard = true;
    server->absent = false;
    return true;
}

bool handshake_syn(struct native *native, struct flow *flow, enum direction direction,
                   const struct segment *segment)
{
    struct side *side = &flow->side[direction];
    bool ack = (segment->flags & TCP_ACK) != 0;
    if (direction == FROM_CLIENT && ack) {
        native->stats.invalid++;
        return false;
    }
    if (side->isn_known && segment->seq != side->isn) {
        native->stats.invalid++;
        return false;
    }
    if (direction == FROM_CLIENT)
        handshake_from_client(flow, segment);
    else if (!handshake_from_server(native, flow, segment))
        return false;
    if (handshake_pair(native, flow))
        return false;
    if (flow->settling && flow->live->info.syn.seen && flow->side[FROM_SERVER].isn_known)
        order_start(flow);
    return true;
}

uint32_t handshake_window(const struct flow *flow, enum direction direction)
{
    const struct side *side = &flow->side[direction], *peer = &flow->side[!direction];
    bool exact = peer->isn_known && side->isn_known && peer->seen && side->seen;
    unsigned scale = side->scaled && peer->scaled ? peer->scale : 0;
    uint32_t window = (uint32_t)peer->window << scale;
    return exact && window > 65535 ? window : exact ? 65535 : HANDSHAKE_WINDOW;
}

void handshake_recant(struct flow *flow, enum direction direction, const struct segment *segment)
{
    uint32_t end = segment->seq + segment->payload_len;
    if (flow->reset && direction == flow->reset_by && seq_after(end, flow->reset_seq))
        flow->reset = false;
}

void handshake_rst(struct native *native, struct flow *flow, enum direction direction,
                   const struct segment *segment)
{
    struct side *side = &flow->side[direction], *peer = &flow->side[!direction];
    const struct backlog *backlog = flow->live->backlog;
    uint32_t seq = segment->seq;
    bool valid;
    if (!side->seen && !side->known && peer->isn_known) {
        /* The answer to a SYN: it must acknowledge it. */
        valid = (segment->flags & TCP_ACK) != 0 && !seq_before(segment->ack, peer->isn + 1) &&
                seq_diff(segment->ack, peer->isn) <= 65535;
    } else if (!side->known || flow->settling) {
        valid = true;
    } else {
        uint32_t low = side->fin_done ? side->next - 1 : side->next;
        uint32_t high = seq_after(side->acked, side->next) ? side->acked : side->next;
        valid = !seq_before(seq, low) && !seq_after(seq, high + handshake_window(flow, direction));
    }
    if (!valid) {
        native->stats.invalid++;
        return;
    }
    side->heard = true;
    if ((segment->flags & TCP_ACK) != 0 && peer->known && peer->seen)
        order_ack(flow, direction, segment->ack);
    if (flow->settling && backlog[0].queue.head == NULL && backlog[1].queue.head == NULL)
        order_start(flow);
    flow->reset = true;
    flow->reset_by = (uint8_t)direction;
    flow->reset_seq = side->known ? seq : side->next;
    side->fast = peer->fast = false;
    wait_advance(native, flow);
    expiry_conclude(native, flow);
}
