/* Keys of flows and what a flow's first packets tell about it (RFC 9293 3.1, RFC 7323 2.2). */
#include "flow.h"

#include <mxtap/rd.h>

static bool flow_watched(const struct stream_options *options, uint16_t port)
{
    for (size_t i = 0; i < STREAM_PORTS && options->ports[i] != 0; i++)
        if (options->ports[i] == port)
            return true;
    return false;
}

/* Both ports are watched: the sender of the SYN is the client; without one, the higher port. */
static unsigned flow_guess_client(const struct segment *segment, unsigned slot)
{
    if ((segment->flags & TCP_SYN) != 0)
        return (segment->flags & TCP_ACK) == 0 ? slot : !slot;
    return segment->ip.src_port >= segment->ip.dst_port ? slot : !slot;
}

bool flow_key_make(const struct stream_options *options, const struct segment *segment,
                   struct flow_key *ret_key, unsigned *ret_slot, unsigned *ret_client)
{
    const struct ip_info *ip = &segment->ip;
    bool to = flow_watched(options, ip->dst_port), from = flow_watched(options, ip->src_port);
    if (!to && !from)
        return false;
    unsigned slot = to ? 0 : 1; /* a is the client */
    if (to && from) {
        int order = memcmp(&ip->src, &ip->dst, sizeof ip->src);
        slot = order < 0 || (order == 0 && ip->src_port < ip->dst_port) ? 0 : 1;
    }
    ret_key->a = slot == 0 ? ip->src : ip->dst;
    ret_key->b = slot == 0 ? ip->dst : ip->src;
    ret_key->port_a = slot == 0 ? ip->src_port : ip->dst_port;
    ret_key->port_b = slot == 0 ? ip->dst_port : ip->src_port;
    ret_key->vlan[0] = options->vlan_in_key && ip->vlan_count > 0 ? ip->vlan[0] : 0;
    ret_key->vlan[1] = options->vlan_in_key && ip->vlan_count > 1 ? ip->vlan[1] : 0;
    *ret_slot = slot;
    *ret_client = to && from ? flow_guess_client(segment, slot) : 0;
    return true;
}

void flow_info_begin(struct flow *flow, const struct segment *segment, unsigned slot)
{
    const struct ip_info *ip = &segment->ip;
    bool from_client = slot == flow->client_slot;
    struct flow_info *info = &flow->info;
    info->opened = ip->time;
    info->source = ip->source;
    info->client = from_client ? ip->src : ip->dst;
    info->server = from_client ? ip->dst : ip->src;
    info->client_port = from_client ? ip->src_port : ip->dst_port;
    info->server_port = from_client ? ip->dst_port : ip->src_port;
    info->vlan_count = ip->vlan_count;
    for (size_t i = 0; i < ip->vlan_count && i < DECODE_VLANS; i++)
        info->vlan[i] = ip->vlan[i];
}

void flow_info_syn(struct flow *flow, const struct segment *segment)
{
    struct stream_syn *syn = &flow->info.syn;
    struct span options = span_head(segment->options, STREAM_SYN_OPTIONS);
    *syn = (struct stream_syn){
        .seen = true,
        .dont_fragment = segment->ip.dont_fragment,
        .ttl = segment->ip.ttl,
        .option_len = (uint8_t)options.len,
        .window = segment->window,
        .ip_id = segment->ip.ip_id,
        .ip_header = segment->ip.ip_header,
    };
    if (options.len > 0)
        memcpy(syn->options, options.at, options.len);
}

void flow_scale(struct side *side, const struct segment *segment)
{
    struct rd rd = rd_make(segment->options);
    while (rd_left(&rd) > 0 && rd_ok(&rd)) {
        uint8_t kind = rd_u8(&rd);
        if (kind == 0)
            return;
        if (kind == 1)
            continue;
        uint8_t len = rd_u8(&rd);
        if (len < 2)
            return;
        struct span value = rd_take(&rd, len - 2U);
        if (kind == 3 && value.len == 1) {
            side->scaled = true;
            side->scale = value.at[0] > 14 ? 14 : value.at[0];
        }
    }
}

void flow_info_name(struct flow *flow)
{
    struct {
        struct addr client, server;
        int64_t opened;
        uint16_t client_port, server_port;
        uint32_t zero;
    } name = {flow->info.client,      flow->info.server,      flow->info.opened,
              flow->info.client_port, flow->info.server_port, 0};
    /* 51 bits: every reader of JSON can hold it. */
    flow->info.flow_id = hash_stable(span_make(&name, sizeof name)) & ((UINT64_C(1) << 51) - 1);
}
