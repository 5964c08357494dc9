/* domains: a table by the domain's name. */
#include "domains.h"

#include "know_private.h"
#include "namekey.h"

#define DOMAINS_MAX 1000000

struct set {
    int64_t until;
    unsigned count;
    struct namekey hosts[DOMAINS_HOSTS];
};

struct entry {
    struct set mx, ns;
};

enum err domains_init(struct domains *domains, struct budget *budget, size_t reserve,
                      int64_t max_idle)
{
    budget_share(&domains->share, budget, reserve);
    const struct lru_options options = {
        .key_size = sizeof(struct namekey),
        .value_size = sizeof(struct entry),
        .max_entries = DOMAINS_MAX,
        .max_idle = max_idle,
        .budget = &domains->share,
    };
    return lru_new(&options, &domains->table);
}

void domains_done(struct domains *domains)
{
    lru_free(domains->table);
}

void domains_learn(struct domains *domains, struct span domain, enum know_role role,
                   const struct span *hosts, size_t count, int64_t now, int64_t until)
{
    struct namekey key = namekey_of(domain);
    struct entry *entry = lru_make(domains->table, &key, now, NULL);
    if (entry == NULL)
        return;
    struct set *set = role == KNOW_ROLE_MX ? &entry->mx : &entry->ns;
    set->until = until;
    set->count = 0;
    for (size_t i = 0; i < count && set->count < DOMAINS_HOSTS; i++)
        set->hosts[set->count++] = namekey_of(hosts[i]);
}

static const struct entry *find(const struct know *know, struct span domain)
{
    struct namekey key = namekey_of(domain);
    return namekey_empty(&key) ? NULL : lru_peek(know->domains.table, &key);
}

static bool set_lives(const struct set *set, int64_t now)
{
    return set->count > 0 && set->until > now;
}

static bool set_has(const struct set *set, const struct namekey *host, int64_t now)
{
    if (!set_lives(set, now))
        return false;
    for (unsigned i = 0; i < set->count; i++)
        if (namekey_equal(&set->hosts[i], host))
            return true;
    return false;
}

static enum know_role role_in(const struct entry *entry, const struct namekey *host, int64_t now)
{
    if (entry == NULL)
        return KNOW_ROLE_NONE;
    if (set_has(&entry->mx, host, now))
        return KNOW_ROLE_MX;
    return set_has(&entry->ns, host, now) ? KNOW_ROLE_NS : KNOW_ROLE_NONE;
}

enum know_role know_domain_role(struct know *know, struct span domain, struct span host,
                                int64_t now)
{
    char copy[KNOW_NAME_MAX + 1];
    struct namekey key = namekey_of(host);
    if (namekey_empty(&key))
        return KNOW_ROLE_NONE;
    enum know_role role = role_in(find(know, domain), &key, now);
    if (role != KNOW_ROLE_NONE)
        return role;
    return role_in(find(know, know_organisation(know, domain, copy)), &key, now);
}

static bool is_seen(const struct entry *entry, int64_t now)
{
    return entry != NULL && (set_lives(&entry->mx, now) || set_lives(&entry->ns, now));
}

bool know_domain_seen(struct know *know, struct span domain, int64_t now)
{
    char copy[KNOW_NAME_MAX + 1];
    return is_seen(find(know, domain), now) ||
           is_seen(find(know, know_organisation(know, domain, copy)), now);
}

const char *know_role_name(enum know_role role)
{
    static const char *const names[] = {"none", "MX", "NS"};
    return names[role];
}
