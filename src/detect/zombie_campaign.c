/* zombie_campaign: a table of sets of addresses, by a hash of dialect and shape. */
#include "zombie_campaign.h"

#include "remember.h"
#include "zombie_signals.h"

#define CAMPAIGNS_MAX 5000
#define ADDRESSES_MAX 64

static const struct pack_field fields[] = {
    REMEMBER_SET(struct campaign, addresses),
    {"waiting", PACK_OCTETS, PACK_ARRAY(struct campaign, waiting)},
    {"waiting_count", PACK_UNSIGNED, PACK_AT(struct campaign, waiting_count)},
    PACK_END,
};

static void begin(void *arg, void *value)
{
    (void)arg;
    struct campaign *campaign = value;
    distinct_init(&campaign->addresses, ADDRESSES_MAX);
}

static void mend(void *value)
{
    struct campaign *campaign = value;
    if (campaign->waiting_count > CAMPAIGN_WAITING)
        campaign->waiting_count = CAMPAIGN_WAITING;
}

static void leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    struct campaign *campaign = value;
    distinct_done(&campaign->addresses, detect_budget(arg));
}

enum err zombie_campaigns_new(struct detect *detect, int64_t window, struct lru **ret_campaigns)
{
    const struct table_shape shape = {
        .name = "campaigns",
        .key = sizeof(uint64_t),
        .value = sizeof(struct campaign),
        .max = CAMPAIGNS_MAX,
        .idle = window,
        .leave = leave,
        .fields = fields,
        .begin = begin,
        .mend = mend,
    };
    return table_new(detect, &shape, detect, ret_campaigns);
}

/* Without content, how a client takes a refusal is part of how it speaks. */
uint64_t zombie_campaign_key(const struct event *event, uint32_t signals, uint64_t shape)
{
    if ((signals & ZOMBIE_BIT(DIALECT_MTA)) != 0)
        return 0;
    uint32_t dialect = event->session.dialect;
    uint64_t parts[2] = {shape == 0 ? dialect : know_dialect_core(dialect), shape};
    return hash_stable(span_make(parts, sizeof parts));
}

struct campaign *zombie_campaign_join(struct detect *detect, struct lru *campaigns, uint64_t key,
                                      const struct event *event)
{
    bool fresh;
    struct campaign *campaign = lru_make(campaigns, &key, event->time, &fresh);
    if (campaign == NULL)
        return NULL;
    if (fresh)
        begin(detect, campaign);
    uint64_t own = hash_stable(span_make(&event->flow.client, sizeof event->flow.client));
    if (distinct_add(&campaign->addresses, own, 0, event->time, detect_budget(detect)) &&
        campaign->waiting_count < CAMPAIGN_WAITING)
        campaign->waiting[campaign->waiting_count++] = event->flow.client;
    table_credit(campaigns, campaign, campaign->addresses.count, NULL);
    return campaign;
}
