/* client: what is known of an address, from all sources in the order of their trust. */
#include "know_private.h"
#include "namekey.h"

static enum know_confirmed confirmed(const struct know *know, const struct host_name *name,
                                     const struct addr *addr, int64_t now)
{
    if (name->confirmed > now)
        return KNOW_CONFIRMED;
    struct namekey key = namekey_of(name->text);
    return forward_check(&know->forward, &key, addr, now);
}

/* The first name that leads back to the address, or the first. */
static void take_name(const struct know *know, const struct host *host, const struct addr *addr,
                      int64_t now, struct know_host *ret_host)
{
    for (unsigned i = 0; i < host->count; i++) {
        enum know_confirmed state = confirmed(know, &host->names[i], addr, now);
        if (i > 0 && state != KNOW_CONFIRMED)
            continue;
        ret_host->name = host->names[i].text;
        ret_host->name_class = host->names[i].class;
        ret_host->confirmed = state;
        if (state == KNOW_CONFIRMED)
            return;
    }
}

/* The file's word on the address, or on a name that may be the address's own. */
static void take_file(const struct know *know, const struct addr *addr, struct know_host *ret_host)
{
    if (know->namesfile == NULL)
        return;
    enum name_class class;
    if (namesfile_addr(know->namesfile, addr, &class) ||
        (ret_host->name.len > 0 && ret_host->confirmed != KNOW_REFUTED &&
         namesfile_name(know->namesfile, ret_host->name, &class))) {
        ret_host->name_class = class;
        ret_host->source = KNOW_FROM_FILE;
    }
}

static void look_up(const struct know *know, const struct addr *addr, int64_t now,
                    struct know_host *ret_host)
{
    *ret_host = (struct know_host){0};
    const struct host *host = hosts_find(&know->hosts, addr, now);
    if (host == NULL)
        return;
    ret_host->nameless = host->count == 0;
    if (host->count > 0) {
        ret_host->source = host->source;
        take_name(know, host, addr, now, ret_host);
    }
}

enum know_confirmed know_leads_to(const struct know *know, struct span name,
                                  const struct addr *addr, int64_t now)
{
    struct namekey key = namekey_of(name);
    return forward_check(&know->forward, &key, addr, now);
}

void know_host_of(struct know *know, const struct addr *addr, int64_t now,
                  struct know_host *ret_host)
{
    look_up(know, addr, now, ret_host);
    take_file(know, addr, ret_host);
}

/* What was known when the session began is known until it ends, however long it lasts. */
void know_client(struct know *know, const struct event *event, struct know_host *ret_host)
{
    const struct addr *client = &event->flow.client;
    int64_t since = event->flow.opened;
    look_up(know, client, since, ret_host);
    struct span words = ret_host->nameless || ret_host->source == KNOW_FROM_DNS
                            ? SPAN_NULL
                            : know_client_name(event);
    if (words.len > 0) {
        ret_host->name = words;
        ret_host->source = KNOW_FROM_SERVER;
        ret_host->name_class = names_class_of(words, client);
        struct namekey key = namekey_of(words);
        ret_host->confirmed = forward_check(&know->forward, &key, client, since);
    }
    take_file(know, client, ret_host);
}

const char *know_source_name(enum know_source source)
{
    static const char *const names[] = {"nowhere", "file", "dns", "server", "received"};
    return names[source];
}

const char *know_confirmed_name(enum know_confirmed confirmed)
{
    static const char *const names[] = {"unseen", "confirmed", "refuted"};
    return names[confirmed];
}

bool know_is_mail_server(struct know *know, const struct addr *addr, int64_t now)
{
    enum name_class class;
    if (know->namesfile != NULL) {
        if (namesfile_addr(know->namesfile, addr, &class))
            return class == NAME_MAIL ||
                   (class != NAME_DYNAMIC && servers_has(&know->servers, addr, now));
        struct know_host host;
        look_up(know, addr, now, &host);
        if (host.confirmed == KNOW_CONFIRMED && host.source == KNOW_FROM_DNS &&
            namesfile_name(know->namesfile, host.name, &class) && class == NAME_MAIL)
            return true;
    }
    return servers_has(&know->servers, addr, now);
}

void know_stats(const struct know *know, struct know_stats *ret_stats)
{
    *ret_stats = (struct know_stats){
        .hosts = lru_count(know->hosts.table),
        .domains = lru_count(know->domains.table),
        .names = lru_count(know->forward.table),
        .learned = know->learned,
        .evicted = lru_evicted(know->hosts.table) + lru_evicted(know->domains.table) +
                   lru_evicted(know->forward.table) + lru_evicted(know->servers.table),
        .memory = know->budget.used,
        .memory_peak = know->budget.peak,
    };
}
