/*
 * forward: a table by name. An answer's addresses join those of earlier ones that still live, for
 * names with many addresses are answered in turns.
 */
#include "forward.h"

#include "remember.h"

#define FORWARD_MAX 1000000
#define SECTION     "know.forward.names"

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

static void clear(struct entry *entry)
{
    *entry = (struct entry){.seen = {INT64_MIN, INT64_MIN}, .more = INT64_MIN, .mx = INT64_MIN};
    for (size_t i = 0; i < FORWARD_ADDRS; i++)
        entry->places[i].until = INT64_MIN;
}

static struct entry *make(struct forward *forward, const struct namekey *name, int64_t now)
{
    bool fresh = false;
    struct entry *entry = lru_make(forward->table, name, now, &fresh);
    if (entry != NULL && fresh)
        clear(entry);
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

/* ---- saved and loaded ---- */

struct saved {
    struct namekey name;
    int64_t used;
    struct entry entry;
};

static const struct pack_field fields[] = {
    {"name", PACK_OCTETS, PACK_AT(struct saved, name)},
    {"used", PACK_TIME, PACK_AT(struct saved, used)},
    {"seen", PACK_SIGNED, PACK_ARRAY(struct saved, entry.seen)},
    {"more", PACK_SIGNED, PACK_AT(struct saved, entry.more)},
    {"mx", PACK_SIGNED, PACK_AT(struct saved, entry.mx)},
    {"addr", PACK_OCTETS, PACK_INNER(struct saved, entry.places, addr)},
    {"until", PACK_SIGNED, PACK_INNER(struct saved, entry.places, until)},
    PACK_END,
};

/* The time when all that is known of the name is over. */
static int64_t last_of(const struct entry *entry)
{
    int64_t last = entry->more;
    raise(&last, entry->mx);
    for (size_t i = 0; i < 2; i++)
        raise(&last, entry->seen[i]);
    for (size_t i = 0; i < FORWARD_ADDRS; i++)
        raise(&last, entry->places[i].until);
    return last;
}

static bool save(void *arg, const void *key, void *value)
{
    const struct remember_saving *saving = arg;
    struct saved saved = {.used = lru_used(value), .entry = *(const struct entry *)value};
    memcpy(&saved.name, key, sizeof saved.name);
    if (last_of(&saved.entry) > saving->over)
        pack_put(saving->out, fields, &saved);
    return true;
}

void forward_save(const struct forward *forward, struct image *image, int64_t over)
{
    remember_table(image, SECTION, fields, forward->table, save, over);
}

static void limit(const struct remember_loading *loading, struct entry *entry)
{
    remember_limit(loading, &entry->more, 1);
    remember_limit(loading, &entry->mx, 1);
    for (size_t i = 0; i < 2; i++)
        remember_limit(loading, &entry->seen[i], 1);
    for (size_t i = 0; i < FORWARD_ADDRS; i++)
        remember_limit(loading, &entry->places[i].until, 1);
}

void forward_load(struct forward *forward, const struct image *image, int64_t ttl_max)
{
    struct remember_loading loading;
    struct saved saved;
    if (!remember_open(&loading, image, SECTION, fields, ttl_max))
        return;
    while (remember_next(&loading, &saved, sizeof saved, &saved.used)) {
        struct entry *entry = lru_restore(forward->table, &saved.name, loading.used, 0, 0);
        if (entry == NULL)
            continue;
        *entry = saved.entry;
        limit(&loading, entry);
    }
}
