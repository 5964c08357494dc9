/* servers: a table of times by address. */
#include "servers.h"

#include "remember.h"

#define SERVERS_MAX 1000000
#define SECTION     "know.servers.addresses"

enum err servers_init(struct servers *servers, struct budget *budget, size_t reserve,
                      int64_t max_idle)
{
    budget_share(&servers->share, budget, reserve);
    const struct lru_options options = {
        .key_size = sizeof(struct addr),
        .value_size = sizeof(int64_t),
        .max_entries = SERVERS_MAX,
        .max_idle = max_idle,
        .budget = &servers->share,
    };
    return lru_new(&options, &servers->table);
}

void servers_done(struct servers *servers)
{
    lru_free(servers->table);
}

void servers_learn(struct servers *servers, const struct addr *addr, int64_t now, int64_t until)
{
    bool fresh = false;
    int64_t *known = lru_make(servers->table, addr, now, &fresh);
    if (known != NULL && (fresh || *known < until))
        *known = until;
}

bool servers_has(const struct servers *servers, const struct addr *addr, int64_t now)
{
    const int64_t *until = lru_peek(servers->table, addr);
    return until != NULL && *until > now;
}

/* ---- saved and loaded ---- */

struct saved {
    struct addr addr;
    int64_t used, until;
};

static const struct pack_field fields[] = {
    {"addr", PACK_OCTETS, PACK_AT(struct saved, addr)},
    {"used", PACK_TIME, PACK_AT(struct saved, used)},
    {"until", PACK_SIGNED, PACK_AT(struct saved, until)},
    PACK_END,
};

static bool save(void *arg, const void *key, void *value)
{
    const struct remember_saving *saving = arg;
    struct saved saved = {.used = lru_used(value), .until = *(const int64_t *)value};
    memcpy(&saved.addr, key, sizeof saved.addr);
    if (saved.until > saving->over)
        pack_put(saving->out, fields, &saved);
    return true;
}

void servers_save(const struct servers *servers, struct image *image, int64_t over)
{
    remember_table(image, SECTION, fields, servers->table, save, over);
}

void servers_load(struct servers *servers, const struct image *image, int64_t ttl_max)
{
    struct remember_loading loading;
    struct saved saved;
    if (!remember_open(&loading, image, SECTION, fields, ttl_max))
        return;
    while (remember_next(&loading, &saved, sizeof saved, &saved.used)) {
        int64_t *until = lru_restore(servers->table, &saved.addr, loading.used, 0, 0);
        if (until == NULL)
            continue;
        *until = saved.until;
        remember_limit(&loading, until, 1);
    }
}
