/* servers: a table of times by address. */
#include "servers.h"

#define SERVERS_MAX 1000000

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
