/* rooms: each room's options out of the configuration; what cannot be is said with its path. */
#include "rooms.h"

#include "rooms_live.h"
#include "rooms_outputs.h"

#include <mxtap/log.h>
#include <mxtap/secret.h>
#include <stdio.h>

static enum err parse_ports(const char *list, uint16_t ports[STREAM_PORTS],
                            char ret_message[CONFIG_MESSAGE])
{
    struct span rest = span_text(list);
    struct span item;
    size_t count = 0;
    while (config_item(&rest, &item)) {
        uint64_t port;
        if (!span_number(item, &port) || port == 0 || port > 65535 || count == STREAM_PORTS) {
            snprintf(ret_message, CONFIG_MESSAGE,
                     "capture.ports: '%.*s' is no port, or one too many (%d at most)",
                     (int)item.len, (const char *)item.at, STREAM_PORTS);
            return ERR_CONFIG;
        }
        ports[count++] = (uint16_t)port;
    }
    if (count == 0) {
        snprintf(ret_message, CONFIG_MESSAGE, "capture.ports: no port");
        return ERR_CONFIG;
    }
    if (count < STREAM_PORTS)
        ports[count] = 0;
    return ERR_NONE;
}

static enum err stream_options(const struct config *config, struct worker_options *ret_options,
                               char ret_message[CONFIG_MESSAGE])
{
    const char *name = config->stream.engine == NULL ? "" : config->stream.engine;
    ret_options->engine = engine_find(name);
    if (ret_options->engine == NULL) {
        struct buf names;
        buf_init(&names, 100);
        for (size_t i = 0; engine_at(i) != NULL; i++)
            buf_printf(&names, "%s%s", i > 0 ? ", " : "", engine_at(i)->name);
        snprintf(ret_message, CONFIG_MESSAGE, "stream.engine: '%.60s' is none of %.*s", name,
                 (int)names.len, (const char *)names.at);
        buf_done(&names);
        return ERR_CONFIG;
    }
    if (config->capture.workers > 1 && (ret_options->engine->capabilities & ENGINE_WORKERS) == 0) {
        snprintf(ret_message, CONFIG_MESSAGE, "capture.workers: engine '%s' has one worker only",
                 name);
        return ERR_CONFIG;
    }
    struct stream_options *stream = &ret_options->stream;
    stream_defaults(stream);
    stream->vlan_in_key = config->stream.vlan_in_key;
    stream->max_flows = (size_t)config->stream.max_flows;
    stream->max_queue = (size_t)config->stream.max_queue;
    stream->memory = (size_t)config->stream.memory;
    stream->idle_time = config->stream.idle_time;
    stream->half_open_time = config->stream.half_open_time;
    stream->closed_time = config->stream.closed_time;
    return parse_ports(config->capture.ports, stream->ports, ret_message);
}

static enum err home_nets(const char *list, struct addr_net nets[KNOW_NETS_MAX], size_t *ret_count,
                          char ret_message[CONFIG_MESSAGE])
{
    struct span rest = span_text(list);
    struct span item;
    size_t count = 0;
    while (config_item(&rest, &item)) {
        if (count == KNOW_NETS_MAX || !addr_net_parse(item, &nets[count++])) {
            snprintf(ret_message, CONFIG_MESSAGE,
                     "site.home_net: '%.*s' is no network, or one too many (%d at most)",
                     (int)item.len, (const char *)item.at, KNOW_NETS_MAX);
            return ERR_CONFIG;
        }
    }
    *ret_count = count;
    return ERR_NONE;
}

enum err rooms_worker(const struct config *config, struct worker_options *ret_options,
                      char ret_message[CONFIG_MESSAGE])
{
    *ret_options = (struct worker_options){.shares = 1};
    decode_defaults(&ret_options->decode);
    ret_options->decode.verify_checksums = config->capture.verify_checksums;
    ret_options->decode.fragment_memory = (size_t)config->capture.fragment_memory;
    ret_options->decode.fragment_time = config->capture.fragment_time;
    ret_options->memory = (size_t)config->smtp.memory;
    enum err err = home_nets(config->site.home_net, ret_options->home_nets,
                             &ret_options->home_net_count, ret_message);
    return err != ERR_NONE ? err : stream_options(config, ret_options, ret_message);
}

/* The key is a secret that is named, or, as it was before, the text itself. */
static enum err privacy_of(const struct config *config, struct privacy *ret_privacy,
                           char ret_message[CONFIG_MESSAGE])
{
    const struct hash_key fixed = {0x6d78746170, 1};
    const struct hash_key other = {0x6d78746170, 2};
    const char *key = config->privacy.key == NULL ? "" : config->privacy.key;
    *ret_privacy = (struct privacy){.mode = (enum privacy_mode)config->privacy.addresses};
    if (ret_privacy->mode != PRIVACY_HASH)
        return ERR_NONE;
    char *secret = NULL;
    char why[CONFIG_MESSAGE - 20] = "";
    if (secret_is_reference(span_text(key))) {
        enum err err = secret_read(key, &secret, why, sizeof why);
        if (err != ERR_NONE) {
            snprintf(ret_message, CONFIG_MESSAGE, "privacy.key: %s",
                     err == ERR_CONFIG ? why : err_text(err));
            return err;
        }
        key = secret;
    } else if (*key != '\0') {
        snprintf(why, sizeof why,
                 "stands in the configuration itself; better in a file of its "
                 "own, and file:PATH here");
    }
    if (why[0] != '\0')
        log_warning("privacy.key: %s", why);
    ret_privacy->key.k0 = hash_keyed(fixed, key, strlen(key));
    ret_privacy->key.k1 = hash_keyed(other, key, strlen(key));
    secret_free(secret);
    return ERR_NONE;
}

enum err rooms_know(const struct config *config, struct know **ret_know,
                    char ret_message[CONFIG_MESSAGE])
{
    struct addr_net nets[KNOW_NETS_MAX];
    char domains[KNOW_DOMAINS_MAX][256];
    const char *domain_list[KNOW_DOMAINS_MAX];
    struct know_options options = {
        .home_nets = nets,
        .local_domains = domain_list,
        .replies_file = config->site.replies_file,
        .names_file = config->site.names_file,
        .memory = (size_t)config->know.memory,
        .ttl_min = config->know.ttl_min,
        .ttl_max = config->know.ttl_max,
    };
    enum err err = home_nets(config->site.home_net, nets, &options.home_net_count, ret_message);
    if (err == ERR_NONE)
        err = privacy_of(config, &options.privacy, ret_message);
    if (err != ERR_NONE)
        return err;
    struct span rest = span_text(config->site.local_domains);
    struct span item;
    while (config_item(&rest, &item)) {
        size_t at = options.local_domain_count;
        if (at == KNOW_DOMAINS_MAX || item.len >= sizeof domains[0]) {
            snprintf(ret_message, CONFIG_MESSAGE,
                     "site.local_domains: more than %d, or one is too long", KNOW_DOMAINS_MAX);
            return ERR_CONFIG;
        }
        memcpy(domains[at], item.at, item.len);
        domains[at][item.len] = '\0';
        domain_list[at] = domains[at];
        options.local_domain_count++;
    }
    err = know_new(&options, ret_know, ret_message, CONFIG_MESSAGE);
    if (err != ERR_NONE && ret_message[0] == '\0')
        snprintf(ret_message, CONFIG_MESSAGE, "%s", err_text(err));
    return err;
}

/* Will the engine take the settings? It says so when it is opened. */
enum err rooms_try_engine(const struct worker_options *worker, char ret_message[CONFIG_MESSAGE])
{
    const struct stream_sink nobody = {0};
    void *state = NULL;
    enum err err = worker->engine->open(&worker->stream, &nobody, &state);
    if (err == ERR_NONE)
        worker->engine->close(state, 0);
    else
        snprintf(ret_message, CONFIG_MESSAGE,
                 "stream: engine '%s' cannot honour these settings: %s", worker->engine->name,
                 err_text(err));
    return err;
}

enum err rooms_check(const struct config *config, char ret_message[CONFIG_MESSAGE])
{
    struct worker_options worker;
    struct know *know;
    struct rooms_outputs outputs;
    enum err err = rooms_worker(config, &worker, ret_message);
    if (err == ERR_NONE)
        err = rooms_try_engine(&worker, ret_message);
    if (err == ERR_NONE)
        err = rooms_outputs(config, ROOMS_REPLAY, &outputs, ret_message);
    if (err == ERR_NONE)
        rooms_outputs_done(&outputs);
    if (err == ERR_NONE)
        err = rooms_outputs(config, ROOMS_LIVE, &outputs, ret_message);
    if (err == ERR_NONE)
        rooms_outputs_done(&outputs);
    if (err == ERR_NONE)
        err = rooms_know(config, &know, ret_message);
    if (err == ERR_NONE)
        know_free(know);
    struct rooms_live live;
    if (err == ERR_NONE)
        err = rooms_live(config, &live, ret_message);
    if (err == ERR_NONE)
        rooms_live_done(&live);
    return err;
}
