/* zombie_returns: the time of the first temporary failure, by a hash of the delivery. */
#include "zombie_returns.h"

#define DEFERRED_MAX 50000
#define REMEMBERED   (24 * 3600 * CLOCK_SECOND)

struct deferred {
    int64_t since;
};

static const struct pack_field fields[] = {
    {"since", PACK_TIME, PACK_AT(struct deferred, since)},
    PACK_END,
};

enum err zombie_returns_new(struct detect *detect, struct lru **ret_deferred)
{
    const struct table_shape shape = {
        .name = "deferred",
        .key = sizeof(uint64_t),
        .value = sizeof(struct deferred),
        .max = DEFERRED_MAX,
        .idle = REMEMBERED,
        .fields = fields,
    };
    return table_new(detect, &shape, NULL, ret_deferred);
}

bool zombie_returns_note(struct lru *deferred, const struct event *event, int64_t wait)
{
    const struct event_verdict *verdict = &event->verdict;
    unsigned code = verdict->rcpt.reply.code;
    bool deferring = code >= 400 && code < 500;
    if (code == 0 || (!deferring && lru_count(deferred) == 0))
        return false;
    struct addr_net net = addr_network(&event->flow.client);
    uint64_t parts[3] = {hash_stable(span_make(&net, sizeof net)),
                         hash_stable(event_text(event, verdict->mail_address)),
                         hash_stable(event_text(event, verdict->rcpt.address))};
    uint64_t key = hash_stable(span_make(parts, sizeof parts));
    struct deferred *known = lru_peek(deferred, &key);
    if (known != NULL)
        return event->time - known->since >= wait;
    known = deferring ? lru_make(deferred, &key, event->time, NULL) : NULL;
    if (known != NULL)
        known->since = event->time;
    return false;
}
