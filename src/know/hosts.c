/* hosts: a table by address; reading peeks, so that who reads decides nothing. */
#include "hosts.h"

#include "remember.h"

#include <stdlib.h>

#define HOSTS_MAX 1000000
#define SECTION   "know.hosts.addresses"

static void drop_names(struct hosts *hosts, struct host *host)
{
    for (unsigned i = 0; i < host->count; i++) {
        budget_give(&hosts->share, host->names[i].text.len);
        free((void *)(uintptr_t)host->names[i].text.at);
    }
    host->count = 0;
}

static void leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    (void)key;
    (void)reason;
    drop_names(arg, value);
}

enum err hosts_init(struct hosts *hosts, struct budget *budget, size_t reserve, int64_t max_idle)
{
    budget_share(&hosts->share, budget, reserve);
    const struct lru_options options = {
        .key_size = sizeof(struct addr),
        .value_size = sizeof(struct host),
        .max_entries = HOSTS_MAX,
        .max_idle = max_idle,
        .budget = &hosts->share,
        .headroom = (size_t)HOSTS_NAMES * KNOW_NAME_MAX,
        .leave = leave,
        .arg = hosts,
    };
    return lru_new(&options, &hosts->table);
}

void hosts_done(struct hosts *hosts)
{
    lru_free(hosts->table);
}

static bool add_name(struct hosts *hosts, struct host *host, const struct addr *addr,
                     struct span name)
{
    if (name.len == 0 || name.len > KNOW_NAME_MAX || !budget_take(&hosts->share, name.len))
        return false;
    uint8_t *copy = malloc(name.len);
    if (copy == NULL) {
        budget_give(&hosts->share, name.len);
        return false;
    }
    for (size_t i = 0; i < name.len; i++)
        copy[i] = span_lower_octet(name.at[i]);
    struct host_name *to = &host->names[host->count++];
    *to = (struct host_name){.text = span_make(copy, name.len), .confirmed = INT64_MIN};
    to->class = names_class_of(to->text, addr);
    return true;
}

/* Names that say what was said before: what is confirmed stays so. */
static bool is_repeated(const struct host *host, enum know_source source, const struct span *names,
                        size_t count)
{
    if (host->source != source || host->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!span_equal_nocase(host->names[i].text, names[i]))
            return false;
    return true;
}

bool hosts_learn(struct hosts *hosts, const struct addr *addr, enum know_source source,
                 const struct span *names, size_t count, int64_t now, int64_t until)
{
    const struct host *known = hosts_find(hosts, addr, now);
    if (known != NULL && known->source < source)
        return false;
    struct host *host = lru_make(hosts->table, addr, now, NULL);
    if (host == NULL)
        return false;
    host->until = until;
    if (count > HOSTS_NAMES)
        count = HOSTS_NAMES;
    if (known != NULL && is_repeated(host, source, names, count))
        return true;
    drop_names(hosts, host);
    host->source = source;
    for (size_t i = 0; i < count; i++)
        add_name(hosts, host, addr, names[i]);
    if (count == 0 || host->count > 0)
        return true;
    lru_remove(hosts->table, addr);
    return false;
}

void hosts_confirm(struct hosts *hosts, const struct addr *addr, struct span name, int64_t now,
                   int64_t until)
{
    struct host *host = lru_peek(hosts->table, addr);
    if (host == NULL || host->until <= now)
        return;
    for (unsigned i = 0; i < host->count; i++)
        if (span_equal(host->names[i].text, name) && host->names[i].confirmed < until)
            host->names[i].confirmed = until;
}

const struct host *hosts_find(const struct hosts *hosts, const struct addr *addr, int64_t now)
{
    const struct host *host = lru_peek(hosts->table, addr);
    return host != NULL && host->until > now ? host : NULL;
}

/* ---- saved and loaded: classes of names are not, for the rules may have changed ---- */

struct saved {
    struct addr addr;
    int64_t used, until;
    uint8_t source;
    struct span names[HOSTS_NAMES]; /* those that there are come first */
    int64_t confirmed[HOSTS_NAMES];
};

static const struct pack_field fields[] = {
    {"addr", PACK_OCTETS, PACK_AT(struct saved, addr)},
    {"used", PACK_TIME, PACK_AT(struct saved, used)},
    {"until", PACK_SIGNED, PACK_AT(struct saved, until)},
    {"source", PACK_UNSIGNED, PACK_AT(struct saved, source)},
    {"name", PACK_KIND, PACK_ARRAY(struct saved, names), .kind = &remember_name},
    {"confirmed", PACK_SIGNED, PACK_ARRAY(struct saved, confirmed)},
    PACK_END,
};

static bool save(void *arg, const void *key, void *value)
{
    const struct remember_saving *saving = arg;
    const struct host *host = value;
    struct saved saved = {
        .used = lru_used(value), .until = host->until, .source = (uint8_t)host->source};
    memcpy(&saved.addr, key, sizeof saved.addr);
    for (unsigned i = 0; i < host->count; i++) {
        saved.names[i] = host->names[i].text;
        saved.confirmed[i] = host->names[i].confirmed;
    }
    if (host->until > saving->over)
        pack_put(saving->out, fields, &saved);
    return true;
}

void hosts_save(const struct hosts *hosts, struct image *image, int64_t over)
{
    remember_table(image, SECTION, fields, hosts->table, save, over);
}

/* A name may be confirmed for a while beyond the host's time, for it is kept when the host is
 * learned again. */
static void restore(struct hosts *hosts, const struct remember_loading *loading,
                    const struct saved *saved)
{
    struct host *host = lru_restore(hosts->table, &saved->addr, loading->used, 0, 0);
    if (host == NULL)
        return;
    host->until = saved->until;
    remember_limit(loading, &host->until, 1);
    host->source = (enum know_source)saved->source;
    for (unsigned i = 0; i < HOSTS_NAMES; i++) {
        if (!add_name(hosts, host, &saved->addr, saved->names[i]))
            continue;
        int64_t *confirmed = &host->names[host->count - 1].confirmed;
        *confirmed = saved->confirmed[i];
        remember_limit(loading, confirmed, 2);
    }
    if (host->count == 0 && saved->names[0].len > 0)
        lru_drop(hosts->table, host);
}

void hosts_load(struct hosts *hosts, const struct image *image, int64_t ttl_max)
{
    struct remember_loading loading;
    struct saved saved;
    if (!remember_open(&loading, image, SECTION, fields, ttl_max))
        return;
    while (remember_next(&loading, &saved, sizeof saved, &saved.used)) {
        if (saved.source >= KNOW_FROM_DNS && saved.source <= KNOW_FROM_RECEIVED)
            restore(hosts, &loading, &saved);
    }
}
