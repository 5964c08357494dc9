/* Keys of flows and what a flow's first packets tell about it (RFC 9293 3.1, RFC 7323 2.2). */
#include "flow.h"

#include <mxtap/rd.h>

/* Is it one of the ports after the first? */
bool flow_watched_later(const struct stream_options *options, uint16_t port)
{
    for (size_t i = 1; i < STREAM_PORTS && options->ports[i] != 0; i++)
        if (options->ports[i] == port)
            return true;
    return false;
}

/* Both ports are watched: the sender of the SYN is the client; without one, the higher port. */
unsigned flow_guess_client(const struct stream_options *options, const struct segment *segment,
                           unsigned slot)
{
    const struct ip_info *ip = &segment->ip;
    if (!flow_watched(options, ip->src_port) || !flow_watched(options, ip->dst_port))
        return 0;
    if ((segment->flags & TCP_SYN) != 0)
        return (segment->flags & TCP_ACK) == 0 ? slot : !slot;
    return ip->src_port >= ip->dst_port ? slot : !slot;
}

uint64_t flow_key_tags(const struct ip_info *ip)
{
    uint64_t outer = ip->vlan_count > 0 ? ip->vlan[0] : 0;
    return outer << 16 | (ip->vlan_count > 1 ? ip->vlan[1] : 0);
}

bool flow_key_order(const struct ip_info *ip)
{
    int order = memcmp(&ip->src, &ip->dst, sizeof ip->src);
    return order < 0 || (order == 0 && ip->src_port < ip->dst_port);
}

void flow_info_begin(struct flow *flow, const struct segment *segment, unsigned slot)
{
    const struct ip_info *ip = &segment->ip;
    bool from_client = slot == flow->client_slot;
    struct flow_info *info = &flow->live->info;
    *info = (struct flow_info){
        .opened = ip->time,
        .source = ip->source,
        .client = from_client ? ip->src : ip->dst,
        .server = from_client ? ip->dst : ip->src,
        .client_port = from_client ? ip->src_port : ip->dst_port,
        .server_port = from_client ? ip->dst_port : ip->src_port,
        .vlan_count = ip->vlan_count,
    };
    for (size_t i = 0; i < ip->vlan_count && i < DECODE_VLANS; i++)
        info->vlan[i] = ip->vlan[i];
}

/* Of the IP header: ECN (RFC 3168), the reserved flag, the flow label. */
static uint8_t quirks_ip(struct span header, bool v4)
{
    struct rd rd = rd_make(header);
    uint32_t first = rd_u32(&rd);
    rd_skip(&rd, 2);
    uint8_t flags = rd_u8(&rd);
    if (!rd_ok(&rd))
        return 0;
    if (v4)
        return (uint8_t)(((first >> 16 & 3) != 0 ? SYN_ECN : 0) |
                         ((flags & 0x80) != 0 ? SYN_RESERVED : 0));
    return (uint8_t)(((first >> 20 & 3) != 0 ? SYN_ECN : 0) |
                     ((first & 0xfffff) != 0 ? SYN_FLOW_LABEL : 0));
}

/* Of the TCP header; ret_options: the octets of options that it says to have. */
static uint8_t quirks_tcp(struct span header, size_t *ret_options)
{
    struct rd rd = rd_make(header);
    rd_skip(&rd, 4);
    uint32_t seq = rd_u32(&rd), ack = rd_u32(&rd);
    uint16_t flags = rd_u16(&rd);
    rd_skip(&rd, 4);
    uint16_t urgent = rd_u16(&rd);
    if (!rd_ok(&rd))
        return 0;
    size_t words = flags >> 12;
    *ret_options = words > 5 ? (words - 5) * 4 : 0;
    return (uint8_t)(((flags & 0x1c0) != 0 ? SYN_ECN : 0) | (seq == 0 ? SYN_ZERO_SEQ : 0) |
                     ((flags & TCP_ACK) == 0 && ack != 0 ? SYN_ACK_NUMBER : 0) |
                     ((flags & TCP_URG) != 0 ? SYN_URGENT_FLAG : 0) |
                     ((flags & TCP_URG) == 0 && urgent != 0 ? SYN_URGENT_POINTER : 0) |
                     ((flags & TCP_PSH) != 0 ? SYN_PUSH_FLAG : 0));
}

void flow_info_syn(struct flow *flow, const struct segment *segment)
{
    struct stream_syn *syn = &flow->live->info.syn;
    struct span options = span_head(segment->options, STREAM_SYN_OPTIONS);
    size_t option_octets = options.len;
    uint8_t of_ip = quirks_ip(segment->packet, addr_is_v4(&segment->ip.src));
    uint8_t of_tcp = quirks_tcp(span_skip(segment->packet, segment->ip.ip_header), &option_octets);
    *syn = (struct stream_syn){
        .seen = true,
        .dont_fragment = segment->ip.dont_fragment,
        .payload = segment->payload_len > 0,
        .options_cut = options.len < option_octets,
        .quirks = of_ip | of_tcp,
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
    struct span left = segment->options;
    while (left.len > 0 && left.at[0] != 0) {
        size_t len = 1;
        if (left.at[0] != 1) {
            len = left.len > 1 ? left.at[1] : 0;
            if (len < 2 || len > left.len)
                return;
        }
        if (left.at[0] == 3 && len == 3) {
            side->scaled = true;
            side->scale = left.at[2] > 14 ? 14 : left.at[2];
        }
        left = span_skip(left, len);
    }
}

uint64_t stream_flow_id(const struct flow_info *info)
{
    struct {
        struct addr client, server;
        int64_t opened;
        uint16_t client_port, server_port;
        uint32_t zero;
    } name = {info->client, info->server, info->opened, info->client_port, info->server_port, 0};
    /* 51 bits: every reader of JSON can hold it. */
    return hash_stable(span_make(&name, sizeof name)) & ((UINT64_C(1) << 51) - 1);
}

void flow_info_name(struct flow *flow)
{
    struct flow_info *info = &flow->live->info;
    info->flow_id = stream_flow_id(info);
}
