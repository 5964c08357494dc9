/* remember: flows, sets and lists with memory of their own, in forms of their own. */
#include "remember.h"

#include "detect_private.h"
#include "distinct.h"
#include "namelist.h"

#define SOURCE_OCTETS 255

/* ---- flows: one after the other, the source with its length before ---- */

static void flow_put(const void *value, struct buf *out)
{
    const struct event_flow *flow = value;
    if (flow->flow_id == 0 && flow->opened == 0)
        return;
    struct span source = span_head(span_text(flow->source), SOURCE_OCTETS);
    pack_add(out, flow->flow_id, 8);
    pack_add(out, (uint64_t)flow->opened, 8);
    buf_add(out, span_make(&flow->client, sizeof flow->client));
    buf_add(out, span_make(&flow->server, sizeof flow->server));
    pack_add(out, flow->client_port, 2);
    pack_add(out, flow->server_port, 2);
    pack_add(out, source.len, 1);
    buf_add(out, source);
    pack_add(out, flow->vlan_count, 1);
    for (size_t i = 0; i < flow->vlan_count; i++)
        pack_add(out, flow->vlan[i], 2);
}

static void take_addr(struct rd *rd, struct addr *ret_addr)
{
    struct span octets = rd_take(rd, sizeof *ret_addr);
    if (octets.len > 0)
        memcpy(ret_addr, octets.at, octets.len);
}

static bool flow_get(void *value, struct span in, void *arg)
{
    struct event_flow flow;
    struct rd rd = rd_make(in);
    memset(&flow, 0, sizeof flow);
    flow.flow_id = pack_take(&rd, 8);
    flow.opened = pack_take_time(&rd);
    take_addr(&rd, &flow.client);
    take_addr(&rd, &flow.server);
    flow.client_port = (uint16_t)pack_take(&rd, 2);
    flow.server_port = (uint16_t)pack_take(&rd, 2);
    size_t len = (size_t)pack_take(&rd, 1);
    struct span source = rd_take(&rd, len);
    flow.vlan_count = (uint8_t)pack_take(&rd, 1);
    if (flow.vlan_count > DECODE_VLANS)
        return false;
    for (size_t i = 0; i < flow.vlan_count; i++)
        flow.vlan[i] = (uint16_t)pack_take(&rd, 2);
    if (!rd_ok(&rd))
        return false;
    flow.source = detect_source(arg, source);
    *(struct event_flow *)value = flow;
    return true;
}

const struct pack_kind remember_flow = {flow_put, flow_get};

/* ---- sets ---- */

static void put_item(void *arg, const struct distinct_item *item)
{
    pack_add(arg, item->hash, 8);
    pack_add(arg, (uint64_t)item->time, 8);
    pack_add(arg, item->kind, 1);
}

static void distinct_put(const void *value, struct buf *out)
{
    const struct distinct *set = value;
    if (set->count == 0 && set->lost == 0)
        return;
    pack_add(out, set->lost, 8);
    pack_add(out, set->room, 4);
    distinct_each(set, put_item, out);
}

static bool distinct_get(void *value, struct span in, void *arg)
{
    struct distinct *set = value;
    struct budget *budget = detect_budget(arg);
    struct rd rd = rd_make(in);
    if (in.len == 0 || set->room > 0)
        return false;
    uint64_t lost = pack_take(&rd, 8);
    distinct_reserve(set, (uint32_t)pack_take(&rd, 4), budget);
    while (rd_ok(&rd) && rd_left(&rd) > 0) {
        uint64_t hash = pack_take(&rd, 8);
        int64_t time = pack_take_time(&rd);
        uint8_t kind = (uint8_t)pack_take(&rd, 1);
        if (rd_ok(&rd) && kind < DISTINCT_KINDS)
            (void)distinct_add(set, hash, kind, time, budget);
    }
    set->lost += lost;
    return true;
}

const struct pack_kind remember_distinct = {distinct_put, distinct_get};

/* ---- lists of names: how many there were, then the texts as they stand ---- */

static void namelist_put(const void *value, struct buf *out)
{
    const struct namelist *list = value;
    if (list->total == 0)
        return;
    pack_add(out, list->total, 8);
    buf_add(out, span_make(list->texts, list->len));
}

static bool namelist_get(void *value, struct span in, void *arg)
{
    (void)arg;
    struct namelist *list = value;
    struct rd rd = rd_make(in);
    uint64_t total = pack_take(&rd, 8);
    if (!rd_ok(&rd) || list->total > 0)
        return false;
    while (rd_left(&rd) > 0) {
        size_t len = rd_u8(&rd);
        struct span name = rd_take(&rd, len);
        if (!rd_ok(&rd))
            break;
        namelist_add(list, name);
    }
    if (total > list->total)
        list->total = total;
    return true;
}

const struct pack_kind remember_namelist = {namelist_put, namelist_get};
