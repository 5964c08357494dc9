/* rooms_live: lists out of the configuration; settings that need a restart. */
#include "rooms_live.h"

#include "rooms.h"

#include <mxtap/filter.h>
#include <sys/random.h>
#include <unistd.h>

enum fanout_choice { FANOUT_AUTO, FANOUT_FLOW, FANOUT_ADDRESSES };

static enum err interfaces(const char *list, struct rooms_live *live,
                           char ret_message[CONFIG_MESSAGE])
{
    struct span rest = span_text(list);
    struct span item;
    while (config_item(&rest, &item)) {
        if (live->count == TAP_INTERFACES || item.len >= sizeof live->names[0]) {
            snprintf(ret_message, CONFIG_MESSAGE,
                     "capture.interfaces: '%.*s' is too long, or one too many (%d at most)",
                     (int)item.len, (const char *)item.at, TAP_INTERFACES);
            return ERR_CONFIG;
        }
        for (size_t i = 0; i < live->count; i++) {
            if (span_equal(item, span_text(live->names[i]))) {
                snprintf(ret_message, CONFIG_MESSAGE, "capture.interfaces: '%s' is named twice",
                         live->names[i]);
                return ERR_CONFIG;
            }
        }
        memcpy(live->names[live->count++], item.at, item.len);
    }
    return ERR_NONE;
}

static enum err tunnels(const char *list, unsigned *ret_tunnels, char ret_message[CONFIG_MESSAGE])
{
    struct span rest = span_text(list);
    struct span item;
    unsigned bits = 0;
    while (config_item(&rest, &item)) {
        unsigned bit = filter_tunnel_find(item);
        if (bit == 0) {
            snprintf(ret_message, CONFIG_MESSAGE, "capture.tunnels: '%.*s' is none of %s",
                     (int)item.len, (const char *)item.at, filter_tunnel_names());
            return ERR_CONFIG;
        }
        bits |= bit;
    }
    *ret_tunnels = bits;
    return ERR_NONE;
}

enum err rooms_live(const struct config *config, struct rooms_live *ret_live,
                    char ret_message[CONFIG_MESSAGE])
{
    const struct config_capture *capture = &config->capture;
    struct rooms_live live = {0};
    struct worker_options worker;
    struct filter_options filter = {.dns = capture->dns, .vlans = (unsigned)capture->vlans};
    enum err err = interfaces(capture->interfaces, &live, ret_message);
    if (err == ERR_NONE)
        err = tunnels(capture->tunnels, &filter.tunnels, ret_message);
    if (err == ERR_NONE)
        err = rooms_worker(config, &worker, ret_message);
    if (err != ERR_NONE)
        return err;
    _Static_assert(sizeof filter.ports == sizeof worker.stream.ports, "the same ports");
    memcpy(filter.ports, worker.stream.ports, sizeof filter.ports);
    live.fanout = capture->fanout == FANOUT_ADDRESSES ||
                          (capture->fanout == FANOUT_AUTO && filter.tunnels != 0)
                      ? LIVE_FANOUT_ADDRESSES
                      : LIVE_FANOUT_FLOW;
    buf_init(&live.text, FILTER_LENGTH);
    filter_make(&filter, &live.text);
    buf_add_octet(&live.text, 0);
    if (live.text.truncated) {
        rooms_live_done(&live);
        return ERR_MEMORY;
    }
    *ret_live = live;
    return ERR_NONE;
}

void rooms_live_done(struct rooms_live *live)
{
    buf_done(&live->text);
}

/* A group is the network namespace's, where another sensor may listen: by chance, for containers
 * that share it have the same process ids. The groups of one process follow one another. */
static unsigned first_group(void)
{
    uint16_t chance;
    if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != sizeof chance)
        chance = (uint16_t)getpid();
    return (unsigned)chance * TAP_INTERFACES;
}

void rooms_tap(const struct config *config, const struct rooms_live *live,
               struct tap_options *ret_tap)
{
    const struct config_capture *capture = &config->capture;
    const unsigned group = first_group();
    ret_tap->live_count = live->count;
    for (size_t i = 0; i < live->count; i++) {
        ret_tap->lives[i] = (struct live_options){
            .interface = live->names[i],
            .filter = rooms_live_filter(live),
            .snap_length = (size_t)capture->snap_length,
            .buffer = (size_t)capture->buffer,
            .batch_time = capture->batch_time,
            .promiscuous = capture->promiscuous,
            .shares = (unsigned)capture->workers,
            .group = (uint16_t)(group + i),
            .fanout = live->fanout,
        };
    }
}

static bool needs_restart(const char *path)
{
    static const char *const fixed[] = {
        "capture.interfaces", "capture.workers",     "capture.promiscuous", "capture.buffer",
        "capture.batch_time", "capture.snap_length", "capture.fanout",      "service.user",
        "service.sandbox",    "past.file",           "health.listen",       "outbox.file",
        "outbox.size",        "outbox.age",          "outbox.memory",
    };
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (strcmp(path, fixed[i]) == 0)
            return true;
    return false;
}

struct comparing {
    const struct config *to;
    const char *path; /* looked for in to */
    char value[4200], changed[120];
};

static bool compare(void *arg, const struct config_entry *entry)
{
    struct comparing *comparing = arg;
    if (strcmp(entry->path, comparing->path) != 0)
        return true;
    char value[sizeof comparing->value];
    setting_print(entry->setting, entry->options, value, sizeof value);
    if (strcmp(value, comparing->value) != 0)
        snprintf(comparing->changed, sizeof comparing->changed, "%s", entry->path);
    return false;
}

static bool compare_fixed(void *arg, const struct config_entry *entry)
{
    struct comparing *comparing = arg;
    if (!needs_restart(entry->path))
        return true;
    comparing->path = entry->path;
    setting_print(entry->setting, entry->options, comparing->value, sizeof comparing->value);
    config_each(comparing->to, compare, comparing);
    return comparing->changed[0] == '\0';
}

enum err rooms_may_change(const struct config *from, const struct config *to,
                          char ret_message[CONFIG_MESSAGE])
{
    struct comparing comparing = {.to = to};
    config_each(from, compare_fixed, &comparing);
    if (comparing.changed[0] == '\0')
        return ERR_NONE;
    snprintf(ret_message, CONFIG_MESSAGE, "%s: needs a restart to change", comparing.changed);
    return ERR_CONFIG;
}
