/* segment.c: the same octets of each TCP stream in smaller or larger segments (RFC 9293 3.8). */
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "step.h"

enum {
    SEGMENT_CUT_MAX = 20000, /* octets of each direction that are cut up; the rest stays */
    SEGMENT_SMALL = 7,
    SEGMENT_JOIN_MAX = 60000
};

static bool segment_plain(const struct place *place)
{
    return place->flow != NULL && (place->tcp.flags & (TCP_SYN | TCP_RST)) == 0;
}

static void segment_cut(struct capture *out, const struct packet *packet, const struct tcp *tcp,
                        uint32_t size, uint64_t *state)
{
    for (uint32_t from = 0; from < tcp->payload_len;) {
        uint32_t n = size > 0 ? size : (uint32_t)(step_random(state) % SEGMENT_SMALL) + 1;
        if (n > tcp->payload_len - from)
            n = tcp->payload_len - from;
        bool last = from + n == tcp->payload_len;
        uint8_t flags = last ? tcp->flags : tcp->flags & (uint8_t) ~(TCP_FIN | TCP_PSH);
        capture_add(out, tcp_make(packet, tcp, tcp->seq + from, flags,
                                  packet->bytes + tcp->payload + from, n));
        from += n;
    }
}

/* flavour: octets a segment, 0 for 1 to 7 at random with the given seed. */
void segment_split(struct capture *cap, const struct step *step)
{
    uint64_t state = step->arg[0];
    struct flow_map *map = flow_map(cap);
    struct capture out = capture_like(cap);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        if (segment_plain(place) && place->tcp.payload_len > 1 &&
            place->tcp.seq - place->flow->first[place->direction] < SEGMENT_CUT_MAX)
            segment_cut(&out, &cap->packets[i], &place->tcp, (uint32_t)step->flavour, &state);
        else
            capture_add_copy(&out, &cap->packets[i]);
    }
    flow_done(map);
    capture_replace(cap, &out);
}

/* The segment of a direction that following ones can be joined to. */
struct open_segment {
    bool is_open;
    size_t index; /* in the new capture */
    uint32_t end; /* next sequence number */
};

static bool segment_join(struct capture *out, struct open_segment *open,
                         const struct packet *packet, const struct place *place)
{
    const struct tcp *tcp = &place->tcp;
    bool fin = (tcp->flags & TCP_FIN) != 0;
    if (!open->is_open || tcp->seq != open->end || (tcp->payload_len == 0 && !fin))
        return false;
    struct packet *joined = &out->packets[open->index];
    if (joined->len + tcp->payload_len > SEGMENT_JOIN_MAX)
        return false;
    uint32_t at = joined->len;
    memcpy(packet_insert(joined, at, tcp->payload_len), packet->bytes + tcp->payload,
           tcp->payload_len);
    struct tcp whole;
    if (!tcp_parse(joined, &whole))
        capture_die("a joined segment does not parse");
    tcp_set_flags(joined, &whole, whole.flags | tcp->flags);
    open->end += tcp->payload_len;
    open->is_open = !fin;
    return true;
}

/* What follows in one direction before the other side says something becomes one segment, as a
 * receiving host with GRO shows it. */
void segment_coalesce(struct capture *cap, const struct step *step)
{
    (void)step;
    struct flow_map *map = flow_map(cap);
    struct open_segment *all = capture_alloc(map->count * 2 * sizeof *all);
    struct capture out = capture_like(cap);
    for (size_t i = 0; i < cap->count; i++) {
        const struct place *place = &map->places[i];
        if (!segment_plain(place)) {
            capture_add_copy(&out, &cap->packets[i]);
            continue;
        }
        struct open_segment *own = &all[place->flow->number * 2 + (size_t)place->direction];
        struct open_segment *peer = &all[place->flow->number * 2 + (size_t)!place->direction];
        bool fin = (place->tcp.flags & TCP_FIN) != 0;
        if (place->tcp.payload_len > 0 || fin)
            peer->is_open = false;
        if (segment_join(&out, own, &cap->packets[i], place))
            continue;
        capture_add_copy(&out, &cap->packets[i]);
        if (place->tcp.payload_len > 0)
            *own =
                (struct open_segment){!fin, out.count - 1, place->tcp.seq + place->tcp.payload_len};
    }
    free(all);
    flow_done(map);
    capture_replace(cap, &out);
}
