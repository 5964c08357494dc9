/*
 * zombie_campaign: addresses that speak and write alike, as the machines of one botnet do.
 *
 * Used by det_zombie_sender.c. A campaign is known by a key: how its clients speak
 * (docs/dialects.md) and the order of their header fields. It holds the addresses seen within its
 * window, up to a ceiling, and the first few of them by name, since they are told only when others
 * have joined. The table owns the campaigns and charges them to the detector's memory. One thread.
 */
#ifndef MXTAP_ZOMBIE_CAMPAIGN_H
#define MXTAP_ZOMBIE_CAMPAIGN_H

#include "distinct.h"
#include "table.h"

#define CAMPAIGN_WAITING 8 /* addresses that are told later; those beyond are not */

struct campaign {
    struct distinct addresses;
    struct addr waiting[CAMPAIGN_WAITING];
    unsigned waiting_count;
};

/* The table, by key; to be freed with lru_free. */
enum err zombie_campaigns_new(struct detect *detect, int64_t window,
                              struct lru **ret_campaigns) MXTAP_MUST_CHECK;
/* The event's campaign, with its signals; shape is that of its message, 0 for those who were
 * stopped before they could send any. 0: none, the client speaks as mail servers do, which is
 * nobody's handwriting. */
uint64_t zombie_campaign_key(const struct event *event, uint32_t signals, uint64_t shape);
/* The campaign with the event's client in it, or NULL where memory is short. */
struct campaign *zombie_campaign_join(struct detect *detect, struct lru *campaigns, uint64_t key,
                                      const struct event *event);

#endif
