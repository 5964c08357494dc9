/* libnids behind the seam (nids(3)): it follows connections from their SYN as Linux 2.0 did and
 * hands out the octets that the receiver would get. What it does not know is kept here: the SYN as
 * seen, idle time-outs (a direction with a hole falls silent for good), late packets of closed
 * flows, twins, port reuse. All its state is static, so that one process has one such engine. It
 * does not know VLANs: vlan_in_key is refused. Segments are handed over one by one through a dead
 * pcap handle of raw IP; checksums are decode's business. */
#ifdef MXTAP_NIDS

#include "flow.h"
#include "twins.h"

#include <nids.h>
#include <stdatomic.h>
#include <stdlib.h>

/* libnids follows three quarters of n_tcp_streams, with some 300 octets each from the start. */
#define NIDS_STREAMS_MAX 65536

struct nids {
    struct stream_options options;
    struct stream_sink sink;
    struct budget budget;
    struct flowtab tab;
    struct twins twins;
    struct nids_chksum_ctl checksums;
    pcap_t *pcap;
    struct flow *current; /* of the segment that libnids is given */
    int64_t now, time;
    uint64_t number;
    struct stream_stats stats;
};

/* The one engine of the process: libnids calls back without an argument of ours. */
static struct nids *nids_engine;
static atomic_flag nids_taken = ATOMIC_FLAG_INIT;

static void nids_open_flow(struct nids *nids, struct flow *flow)
{
    flowtab_opened(&nids->tab, flow);
    flow_info_name(flow);
    nids->stats.flows++;
    flow->parser = nids->sink.on_open(nids->sink.arg, &flow->live->info);
}

static void nids_touch(struct nids *nids, struct flow *flow, enum flow_list list)
{
    if (flow->list != list || nids->now - flow->touched >= CLOCK_SECOND)
        flowtab_move(&nids->tab, flow, list, nids->now);
}

static void nids_deliver(struct nids *nids, struct flow *flow, enum direction direction,
                         const void *data, int len)
{
    if (len <= 0 || flow->state != FLOW_LIVE)
        return;
    if (!flow->opened)
        nids_open_flow(nids, flow);
    nids_touch(nids, flow, LIST_USED);
    nids->stats.data[direction] += (uint64_t)len;
    if (flow->parser != NULL)
        nids->sink.on_data(nids->sink.arg, flow->parser, direction, span_make(data, (size_t)len),
                           nids->time, nids->number);
}

/* The sink hears the end; the flow stays as a closed one. libnids must have forgotten it, or be
 * about to. */
static void nids_end(struct nids *nids, struct flow *flow, enum close_reason reason)
{
    if (flow->state == FLOW_CLOSED)
        return;
    if (flow->side[0].fin_seen && flow->side[1].fin_seen)
        reason = CLOSE_FIN;
    if (flow->opened)
        flowtab_ended(&nids->tab, flow);
    if (flow->parser != NULL)
        nids->sink.on_close(nids->sink.arg, flow->parser, reason, nids->time, nids->number);
    flow->parser = NULL;
    flow->state = FLOW_CLOSED;
    flowtab_rest(&nids->tab, flow);
    nids->stats.flows_now--;
    nids_touch(nids, flow, LIST_CLOSED);
}

/* What libnids calls: once when a connection is established, then for each piece of data, then
 * for its end. */
static void nids_callback(struct tcp_stream *stream, void **param)
{
    struct nids *nids = nids_engine;
    if (stream->nids_state == NIDS_JUST_EST) {
        if (nids->current == NULL)
            return;
        *param = nids->current;
        stream->client.collect = stream->server.collect = 1;
        stream->client.collect_urg = stream->server.collect_urg = 1;
        return;
    }
    struct flow *flow = *param;
    if (stream->nids_state != NIDS_DATA) {
        nids_end(nids, flow,
                 stream->nids_state == NIDS_CLOSE       ? CLOSE_FIN
                 : stream->nids_state == NIDS_RESET     ? CLOSE_RST
                 : stream->nids_state == NIDS_TIMED_OUT ? CLOSE_EVICTED
                                                        : CLOSE_END);
        return;
    }
    /* The half that receives is named; urgent octets stay in the line of the others. */
    if (stream->server.count_new_urg)
        nids_deliver(nids, flow, FROM_CLIENT, &stream->server.urgdata, 1);
    else if (stream->client.count_new_urg)
        nids_deliver(nids, flow, FROM_SERVER, &stream->client.urgdata, 1);
    else if (stream->server.count_new > 0)
        nids_deliver(nids, flow, FROM_CLIENT, stream->server.data, stream->server.count_new);
    else
        nids_deliver(nids, flow, FROM_SERVER, stream->client.data, stream->client.count_new);
}

/* libnids warns about odd packets; we count what it takes. */
static void nids_warning(int type, int number, void *ip, void *data)
{
    (void)type;
    (void)number;
    (void)ip;
    (void)data;
    if (nids_engine != NULL)
        nids_engine->stats.invalid++;
}

static uint32_t nids_address(const struct addr *addr)
{
    uint32_t value;
    memcpy(&value, addr->octets + 12, sizeof value);
    return value;
}

/* Makes libnids forget a flow. Never from a callback. */
static void nids_forget(struct flow *flow)
{
    if (flow->state == FLOW_CLOSED)
        return;
    const struct flow_info *info = &flow->live->info;
    struct tuple4 tuple = {
        .source = info->client_port,
        .dest = info->server_port,
        .saddr = nids_address(&info->client),
        .daddr = nids_address(&info->server),
    };
    struct tcp_stream *stream = nids_find_tcp_stream(&tuple);
    if (stream != NULL)
        nids_free_tcp_stream(stream);
}

static void nids_drop(struct nids *nids, struct flow *flow, enum close_reason reason)
{
    nids_forget(flow);
    nids_end(nids, flow, reason);
    twins_drop(&nids->twins, flow);
    flowtab_drop(&nids->tab, flow);
}

static void nids_init_params(struct nids *nids)
{
    size_t streams = nids->options.max_flows + nids->options.max_flows / 3 + 16;
    nids_params.n_tcp_streams = (int)(streams < NIDS_STREAMS_MAX ? streams : NIDS_STREAMS_MAX);
    nids_params.scan_num_hosts = 0;
    nids_params.syslog = nids_warning;
    nids_params.pcap_desc = nids->pcap;
    nids->checksums = (struct nids_chksum_ctl){.action = NIDS_DONT_CHKSUM};
    nids_register_chksum_ctl(&nids->checksums, 1);
}

static enum err nids_start(struct nids *nids)
{
    budget_init(&nids->budget, nids->options.memory);
    enum err err = flowtab_init(&nids->tab, nids->options.max_flows, &nids->budget);
    if (err == 0)
        err = twins_init(&nids->twins, &nids->tab, &nids->budget, nids->options.hash_key);
    if (err != 0)
        return err;
    nids->pcap = pcap_open_dead(DLT_RAW, 65535);
    if (nids->pcap == NULL)
        return ERR_MEMORY;
    nids_init_params(nids);
    if (!nids_init())
        return ERR_SUPPORT;
    nids_register_tcp(nids_callback);
    return 0;
}

static void nids_release(struct nids *nids)
{
    if (nids->pcap != NULL)
        pcap_close(nids->pcap);
    twins_done(&nids->twins);
    flowtab_done(&nids->tab);
    free(nids);
    nids_engine = NULL;
    atomic_flag_clear(&nids_taken);
}

static enum err nids_open(const struct stream_options *options, const struct stream_sink *sink,
                          void **ret_state)
{
    if (options->vlan_in_key || atomic_flag_test_and_set(&nids_taken))
        return ERR_SUPPORT;
    struct nids *nids = calloc(1, sizeof *nids);
    if (nids == NULL) {
        atomic_flag_clear(&nids_taken);
        return ERR_MEMORY;
    }
    nids->options = *options;
    nids->sink = *sink;
    nids->now = CLOCK_NEVER;
    nids_engine = nids;
    enum err err = nids_start(nids);
    if (err != 0) {
        nids_release(nids);
        return err;
    }
    *ret_state = nids;
    return 0;
}

static void nids_expire(struct nids *nids, int64_t now)
{
    const int64_t spans[FLOW_LISTS] = {nids->options.half_open_time, nids->options.idle_time,
                                       nids->options.closed_time};
    for (int list = 0; list < FLOW_LISTS; list++) {
        struct flow *flow;
        while ((flow = nids->tab.lists[list].head) != NULL && flow->touched + spans[list] <= now) {
            nids->now = nids->time = flow->touched + spans[list];
            nids->number = flow->number;
            nids->stats.timeouts += flow->state != FLOW_CLOSED;
            nids_drop(nids, flow, CLOSE_TIMEOUT);
        }
    }
    nids->now = now;
}

static void nids_tick(void *state, int64_t now)
{
    struct nids *nids = state;
    if (now > nids->now && now < INT64_MAX / 2)
        nids_expire(nids, now);
}

/* Room for one more: the oldest closed flow goes, or a half-open one, or the one used longest ago.
 */
static bool nids_evict(struct nids *nids)
{
    struct flow *flow = nids->tab.lists[LIST_CLOSED].head;
    if (flow == NULL)
        flow = nids->tab.lists[LIST_OPENING].head;
    if (flow == NULL)
        flow = nids->tab.lists[LIST_USED].head;
    if (flow == NULL)
        return false;
    nids->stats.evicted += flow->state != FLOW_CLOSED;
    nids_drop(nids, flow, CLOSE_EVICTED);
    return true;
}

/* The client's SYN: a new flow, unless it is one that we have. NULL: not to be followed. */
static struct flow *nids_syn(struct nids *nids, struct flow *flow, const struct flow_key *key,
                             uint32_t hash, const struct segment *segment, unsigned slot)
{
    if (flow != NULL && flow->side[FROM_CLIENT].isn == segment->seq)
        return flow->state == FLOW_LIVE ? flow : NULL;
    if (flow != NULL)
        nids_drop(nids, flow, CLOSE_REUSED);
    while ((flow = flowtab_make(&nids->tab, key, hash, nids->now)) == NULL)
        if (!nids_evict(nids))
            return NULL;
    flow->client_slot = (uint8_t)slot;
    flow->side[FROM_CLIENT].isn = segment->seq;
    flow->side[FROM_CLIENT].isn_known = true;
    flow_info_begin(flow, segment, slot);
    flow_info_syn(flow, segment);
    nids->stats.flows_now++;
    return flow;
}

/* The server's answer: with it the pair of initial numbers is known. */
static void nids_syn_ack(struct nids *nids, struct flow *flow, const struct segment *segment)
{
    struct side *server = &flow->side[FROM_SERVER];
    if (server->isn_known || segment->ack - 1 != flow->side[FROM_CLIENT].isn)
        return;
    server->isn = segment->seq;
    server->isn_known = true;
    if (twins_find(&nids->twins, flow, flow->side[FROM_CLIENT].isn, server->isn) == NULL) {
        twins_add(&nids->twins, flow);
        return;
    }
    nids_forget(flow);
    flow->state = FLOW_LEFT_ALONE;
    nids->stats.twins++;
}

static void nids_feed(struct nids *nids, struct flow *flow, const struct segment *segment)
{
    int64_t time = segment->ip.time;
    struct pcap_pkthdr header = {
        .ts = {.tv_sec = time / CLOCK_SECOND, .tv_usec = time % CLOCK_SECOND / CLOCK_MICROSECOND},
        .caplen = (bpf_u_int32)segment->packet.len,
        .len = (bpf_u_int32)segment->packet.len,
    };
    nids->current = flow;
    nids->time = time;
    nids->number = segment->ip.number;
    /* libnids does not write into packets that are whole and without IP options. */
    nids_pcap_handler(NULL, &header, (u_char *)(uintptr_t)segment->packet.at);
    nids->current = NULL;
    if (flow->opened && flow->parser == NULL && flow->state == FLOW_LIVE) {
        nids_forget(flow);
        flowtab_ended(&nids->tab, flow);
        flow->state = FLOW_LEFT_ALONE;
    }
}

static void nids_segment(void *state, const struct segment *segment)
{
    struct nids *nids = state;
    struct flow_key key;
    unsigned slot;
    if (!addr_is_v4(&segment->ip.src) || !flow_key_make(&nids->options, segment, &key, &slot)) {
        nids->stats.ignored++;
        return;
    }
    nids->stats.segments++;
    nids_tick(nids, segment->ip.time);
    nids->time = segment->ip.time;
    nids->number = segment->ip.number;
    uint32_t hash = flow_key_hash(&key, nids->options.hash_key);
    struct flow *flow = flowtab_find(&nids->tab, &key, hash);
    unsigned flags = segment->flags & (TCP_SYN | TCP_ACK | TCP_RST);
    if (flags == TCP_SYN)
        flow = nids_syn(nids, flow, &key, hash, segment, slot);
    if (flow == NULL || flow->state != FLOW_LIVE || segment->packet.len == 0)
        return;
    enum direction direction = slot == flow->client_slot ? FROM_CLIENT : FROM_SERVER;
    flow->number = segment->ip.number;
    if (flags == (TCP_SYN | TCP_ACK) && direction == FROM_SERVER)
        nids_syn_ack(nids, flow, segment);
    if (flow->state != FLOW_LIVE)
        return;
    if ((segment->flags & TCP_FIN) != 0)
        flow->side[direction].fin_seen = true;
    if (direction == FROM_SERVER && flow->list == LIST_OPENING)
        nids_touch(nids, flow, LIST_USED);
    nids_feed(nids, flow, segment);
}

static void nids_close(void *state, int64_t now)
{
    struct nids *nids = state;
    nids_tick(nids, now);
    nids->time = now;
    while (nids->tab.opened.head != NULL) {
        nids->number = nids->tab.opened.head->number;
        nids_drop(nids, nids->tab.opened.head, CLOSE_END);
    }
    for (int list = 0; list < FLOW_LISTS; list++)
        while (nids->tab.lists[list].head != NULL)
            nids_drop(nids, nids->tab.lists[list].head, CLOSE_END);
    nids_unregister_tcp(nids_callback);
    nids_exit();
    nids_release(nids);
}

static void nids_stats(const void *state, struct stream_stats *ret_stats)
{
    const struct nids *nids = state;
    *ret_stats = nids->stats;
    ret_stats->memory = nids->budget.used;
    ret_stats->memory_peak = nids->budget.peak;
}

const struct engine engine_nids = {
    .name = "nids",
    .capabilities = 0,
    .summary = "libnids: IPv4, from the SYN on, one worker, up to 49,152 connections at a time",
    .open = nids_open,
    .segment = nids_segment,
    .tick = nids_tick,
    .close = nids_close,
    .stats = nids_stats,
};

#endif
