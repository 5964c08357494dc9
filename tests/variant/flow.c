/* flow.c: one pass over the capture, a hash table of connections (RFC 9293 3.1 for the fields). */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "wire.h"

static void flow_key(const struct packet *packet, const struct tcp *tcp, int direction,
                     uint8_t key[37])
{
    uint32_t size = tcp->ip.version == 4 ? 4 : 16;
    const uint8_t *address = packet->bytes + (tcp->ip.version == 4 ? 12 : 8);
    memset(key, 0, 37);
    key[0] = (uint8_t)tcp->ip.version;
    memcpy(key + 1 + (direction == 0 ? 0 : 16), address, size);
    memcpy(key + 1 + (direction == 0 ? 16 : 0), address + size, size);
    wire_put16(key + 33, tcp->ports[direction == 0 ? 0 : 1]);
    wire_put16(key + 35, tcp->ports[direction == 0 ? 1 : 0]);
}

static unsigned flow_hash(const uint8_t key[37])
{
    uint32_t hash = 2166136261u;
    for (unsigned i = 0; i < 37; i++)
        hash = (hash ^ key[i]) * 16777619u;
    return hash % FLOW_BUCKETS;
}

static struct flow *flow_find(struct flow_map *map, const uint8_t key[37])
{
    struct flow *flow = map->buckets[flow_hash(key)];
    while (flow != NULL && memcmp(flow->key, key, 37) != 0)
        flow = flow->next;
    return flow;
}

static struct flow *flow_new(struct flow_map *map, const uint8_t key[37])
{
    struct flow *flow = capture_alloc(sizeof *flow);
    unsigned bucket = flow_hash(key);
    memcpy(flow->key, key, 37);
    flow->number = map->count++;
    flow->next = map->buckets[bucket];
    map->buckets[bucket] = flow;
    return flow;
}

/* Finds or begins the connection of a segment and says which side sent it. */
static struct flow *flow_of(struct flow_map *map, const struct packet *packet,
                            const struct tcp *tcp, int *ret_direction)
{
    uint8_t key[2][37];
    flow_key(packet, tcp, 0, key[0]);
    flow_key(packet, tcp, 1, key[1]);
    bool syn = (tcp->flags & TCP_SYN) != 0;
    bool opens = syn && (tcp->flags & TCP_ACK) == 0;
    for (int direction = 0; direction < 2; direction++) {
        struct flow *flow = flow_find(map, key[direction]);
        bool other = flow != NULL && opens && (direction == 1 || flow->first[0] != tcp->seq);
        if (flow == NULL || other)
            continue;
        *ret_direction = direction;
        return flow;
    }
    int direction = syn ? !opens : tcp->ports[0] < tcp->ports[1];
    struct flow *flow = flow_new(map, key[direction]);
    flow->has_syn = syn;
    *ret_direction = direction;
    return flow;
}

static void flow_note(struct flow *flow, const struct tcp *tcp, int direction, size_t index)
{
    uint32_t begin = tcp->seq + ((tcp->flags & TCP_SYN) != 0 ? 1 : 0);
    uint32_t end = begin + tcp->payload_len;
    if (!flow->seen[direction]) {
        flow->seen[direction] = true;
        flow->first[direction] = tcp->seq;
        flow->end[direction] = end;
    }
    if ((int32_t)(tcp->seq - flow->first[direction]) < 0)
        flow->first[direction] = tcp->seq;
    if (tcp->payload_len > 0 && (int32_t)(end - flow->end[direction]) > 0)
        flow->end[direction] = end;
    if ((tcp->flags & TCP_FIN) != 0)
        flow->fin[direction] = true;
    flow->last = index;
}

struct flow_map *flow_map(const struct capture *cap)
{
    struct flow_map *map = capture_alloc(sizeof *map);
    map->places = capture_alloc(cap->count * sizeof *map->places);
    for (size_t i = 0; i < cap->count; i++) {
        struct place *place = &map->places[i];
        if (!tcp_parse(&cap->packets[i], &place->tcp))
            continue;
        place->flow = flow_of(map, &cap->packets[i], &place->tcp, &place->direction);
        flow_note(place->flow, &place->tcp, place->direction, i);
    }
    return map;
}

void flow_done(struct flow_map *map)
{
    for (unsigned i = 0; i < FLOW_BUCKETS; i++)
        for (struct flow *flow = map->buckets[i], *next; flow != NULL; flow = next) {
            next = flow->next;
            free(flow);
        }
    free(map->places);
    free(map);
}
