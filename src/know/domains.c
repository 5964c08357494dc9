/* domains: a table by the domain's name. */
#include "domains.h"

#include "know_private.h"
#include "namekey.h"
#include "remember.h"

#define DOMAINS_MAX 1000000
#define SECTION     "know.domains.names"

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

/* ---- saved and loaded ---- */

struct saved {
    struct namekey name;
    int64_t used;
    struct entry entry;
};

static const struct pack_field fields[] = {
    {"name", PACK_OCTETS, PACK_AT(struct saved, name)},
    {"used", PACK_TIME, PACK_AT(struct saved, used)},
    {"mx_until", PACK_SIGNED, PACK_AT(struct saved, entry.mx.until)},
    {"mx_count", PACK_UNSIGNED, PACK_AT(struct saved, entry.mx.count)},
    {"mx_hosts", PACK_OCTETS, PACK_ARRAY(struct saved, entry.mx.hosts)},
    {"ns_until", PACK_SIGNED, PACK_AT(struct saved, entry.ns.until)},
    {"ns_count", PACK_UNSIGNED, PACK_AT(struct saved, entry.ns.count)},
    {"ns_hosts", PACK_OCTETS, PACK_ARRAY(struct saved, entry.ns.hosts)},
    PACK_END,
};

static bool save(void *arg, const void *key, void *value)
{
    const struct remember_saving *saving = arg;
    struct saved saved = {.used = lru_used(value), .entry = *(const struct entry *)value};
    memcpy(&saved.name, key, sizeof saved.name);
    if (set_lives(&saved.entry.mx, saving->over) || set_lives(&saved.entry.ns, saving->over))
        pack_put(saving->out, fields, &saved);
    return true;
}

void domains_save(const struct domains *domains, struct image *image, int64_t over)
{
    remember_table(image, SECTION, fields, domains->table, save, over);
}

static void limit(const struct remember_loading *loading, struct set *set)
{
    remember_limit(loading, &set->until, 1);
    if (set->count > DOMAINS_HOSTS)
        set->count = DOMAINS_HOSTS;
}

void domains_load(struct domains *domains, const struct image *image, int64_t ttl_max)
{
    struct remember_loading loading;
    struct saved saved;
    if (!remember_open(&loading, image, SECTION, fields, ttl_max))
        return;
    while (remember_next(&loading, &saved, sizeof saved, &saved.used)) {
        struct entry *entry = lru_restore(domains->table, &saved.name, loading.used, 0, 0);
        if (entry == NULL)
            continue;
        *entry = saved.entry;
        limit(&loading, &entry->mx);
        limit(&loading, &entry->ns);
    }
}
