/* hosts: a table by address; reading peeks, so that who reads decides nothing. */
#include "hosts.h"

#include <stdlib.h>

#define HOSTS_MAX 1000000

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
