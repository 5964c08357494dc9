/*
 * forward: a table by name. An answer's addresses join those of earlier ones that still live, for
 * names with many addresses are answered in turns.
 */
#include "forward.h"

#define FORWARD_MAX 1000000

struct place {
    struct addr addr;
    int64_t until;
};

struct entry {
    int64_t seen[2]; /* until when answers to AAAA [0] and A [1] are known */
    int64_t more;    /* until when there are addresses that are not kept */
    int64_t mx;      /* until when it is an MX host */
    struct place places[FORWARD_ADDRS];
};

enum err forward_init(struct forward *forward, struct budget *budget, size_t reserve,
                      int64_t max_idle)
{
    budget_share(&forward->share, budget, reserve);
    const struct lru_options options = {
        .key_size = sizeof(struct namekey),
        .value_size = sizeof(struct entry),
        .max_entries = FORWARD_MAX,
        .max_idle = max_idle,
        .budget = &forward->share,
    };
    return lru_new(&options, &forward->table);
}

void forward_done(struct forward *forward)
{
    lru_free(forward->table);
}

static struct entry *make(struct forward *forward, const struct namekey *name, int64_t now)
{
    bool fresh = false;
    struct entry *entry = lru_make(forward->table, name, now, &fresh);
    if (entry == NULL || !fresh)
        return entry;
    entry->seen[0] = entry->seen[1] = entry->more = entry->mx = INT64_MIN;
    for (size_t i = 0; i < FORWARD_ADDRS; i++)
        entry->places[i].until = INT64_MIN;
    return entry;
}

/* The place that holds the address, or else the one whose time is over first. */
static struct place *place_for(struct entry *entry, const struct addr *addr)
{
    struct place *oldest = &entry->places[0];
    for (size_t i = 0; i < FORWARD_ADDRS; i++) {
        struct place *place = &entry->places[i];
        if (place->until != INT64_MIN && addr_equal(&place->addr, addr))
            return place;
        if (place->until < oldest->until)
            oldest = place;
    }
    return oldest;
}

static void raise(int64_t *time, int64_t until)
{
    if (*time < until)
        *time = until;
}

void forward_learn(struct forward *forward, const struct namekey *name, bool v4,
                   const struct forward_addrs *answer, int64_t now, int64_t until)
{
    struct entry *entry = make(forward, name, now);
    if (entry == NULL)
        return;
    raise(&entry->seen[v4], until);
    if (answer->more)
        raise(&entry->more, until);
    for (size_t i = 0; i < answer->count; i++) {
        struct place *place = place_for(entry, &answer->addrs[i]);
        bool same = addr_equal(&place->addr, &answer->addrs[i]);
        if (place->until > now && !same)
            raise(&entry->more, place->until);
        if (!same || place->until < until)
            *place = (struct place){answer->addrs[i], until};
    }
}

void forward_mark_mx(struct forward *forward, const struct namekey *name, int64_t now,
                     int64_t until)
{
    struct entry *entry = make(forward, name, now);
    if (entry != NULL)
        raise(&entry->mx, until);
}

int64_t forward_mx(const struct forward *forward, const struct namekey *name)
{
    const struct entry *entry = lru_peek(forward->table, name);
    return entry == NULL ? INT64_MIN : entry->mx;
}

enum know_confirmed forward_check(const struct forward *forward, const struct namekey *name,
                                  const struct addr *addr, int64_t now)
{
    const struct entry *entry = lru_peek(forward->table, name);
    if (entry == NULL)
        return KNOW_UNSEEN;
    for (size_t i = 0; i < FORWARD_ADDRS; i++)
        if (entry->places[i].until > now && addr_equal(&entry->places[i].addr, addr))
            return KNOW_CONFIRMED;
    return entry->seen[addr_is_v4(addr)] > now && entry->more <= now ? KNOW_REFUTED : KNOW_UNSEEN;
}

size_t forward_addrs(const struct forward *forward, const struct namekey *name, int64_t now,
                     struct addr addrs[FORWARD_ADDRS])
{
    size_t count = 0;
    const struct entry *entry = lru_peek(forward->table, name);
    for (size_t i = 0; entry != NULL && i < FORWARD_ADDRS; i++)
        if (entry->places[i].until > now)
            addrs[count++] = entry->places[i].addr;
    return count;
}
