/* pipeline: makes the rooms in the order of a packet's way, runs, and takes them down again. */
#include "pipeline.h"

#include "commands.h"
#include "correlator.h"
#include "lane.h"

#include <errno.h>
#include <mxtap/log.h>
#include <stdlib.h>

#define LANES_MAX 64

struct pipeline {
    struct pipeline_options options;
    unsigned kinds;
    bool damaged;
    struct know *know;
    struct output *output;
    struct correlator *correlator;
    struct lane *lanes[LANES_MAX];
    size_t lane_count;
    struct stats stats; /* gathered from the lanes' reports */
    size_t reported;    /* lanes that have reported for it */
};

/* ---- from the configuration to the rooms' options ---- */

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

static enum err parse_kinds(const char *list, unsigned *ret_kinds, char ret_message[CONFIG_MESSAGE])
{
    struct span rest = span_text(list);
    struct span item;
    unsigned kinds = 0;
    while (config_item(&rest, &item)) {
        unsigned kind = span_equal(item, SPAN_LITERAL("alert"))   ? RECORD_ALERT
                        : span_equal(item, SPAN_LITERAL("smtp"))  ? RECORD_SMTP
                        : span_equal(item, SPAN_LITERAL("stats")) ? RECORD_STATS
                                                                  : 0;
        if (kind == 0) {
            snprintf(ret_message, CONFIG_MESSAGE,
                     "output.log: '%.*s' is none of alert, smtp, stats", (int)item.len,
                     (const char *)item.at);
            return ERR_CONFIG;
        }
        kinds |= kind;
    }
    *ret_kinds = kinds;
    return ERR_NONE;
}

static enum err stream_options(const struct config *config, struct worker_options *ret_options,
                               char ret_message[CONFIG_MESSAGE])
{
    static const char *const engines[] = {"native", "nids"};
    const char *name = engines[config->stream.engine];
    ret_options->engine = engine_find(name);
    if (ret_options->engine == NULL) {
        snprintf(ret_message, CONFIG_MESSAGE, "stream.engine: this build has no engine '%s'", name);
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

static enum err worker_options(const struct config *config, struct worker_options *ret_options,
                               char ret_message[CONFIG_MESSAGE])
{
    *ret_options = (struct worker_options){.shares = 1};
    decode_defaults(&ret_options->decode);
    ret_options->decode.verify_checksums = config->capture.verify_checksums;
    ret_options->decode.fragment_memory = (size_t)config->capture.fragment_memory;
    ret_options->decode.fragment_time = config->capture.fragment_time;
    ret_options->memory = (size_t)config->smtp.memory;
    return stream_options(config, ret_options, ret_message);
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

static struct privacy privacy_of(const struct config *config)
{
    const struct hash_key fixed = {0x6d78746170, 1};
    const struct hash_key other = {0x6d78746170, 2};
    const char *key = config->privacy.key == NULL ? "" : config->privacy.key;
    return (struct privacy){
        .mode = (enum privacy_mode)config->privacy.addresses,
        .key = {hash_keyed(fixed, key, strlen(key)), hash_keyed(other, key, strlen(key))},
    };
}

enum err pipeline_know(const struct config *config, struct know **ret_know,
                       char ret_message[CONFIG_MESSAGE])
{
    struct addr_net nets[KNOW_NETS_MAX];
    char domains[KNOW_DOMAINS_MAX][256];
    const char *domain_list[KNOW_DOMAINS_MAX];
    struct know_options options = {
        .home_nets = nets,
        .local_domains = domain_list,
        .replies_file = config->site.replies_file,
        .privacy = privacy_of(config),
    };
    enum err err = home_nets(config->site.home_net, nets, &options.home_net_count, ret_message);
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
static enum err try_engine(const struct worker_options *worker, char ret_message[CONFIG_MESSAGE])
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

enum err pipeline_check(const struct config *config, char ret_message[CONFIG_MESSAGE])
{
    struct worker_options worker;
    struct know *know;
    unsigned kinds;
    enum err err = worker_options(config, &worker, ret_message);
    if (err == ERR_NONE)
        err = try_engine(&worker, ret_message);
    if (err == ERR_NONE)
        err = parse_kinds(config->output.log, &kinds, ret_message);
    if (err == ERR_NONE)
        err = pipeline_know(config, &know, ret_message);
    if (err == ERR_NONE)
        know_free(know);
    return err;
}

/* ---- making ---- */

static enum err open_output(struct pipeline *pipeline, char message[CONFIG_MESSAGE])
{
    static const char *const formats[] = {"eve", "text"};
    const struct config_output *config = &pipeline->options.config->output;
    const struct output_options options = {
        .format = format_find(formats[config->format]),
        .sink = sink_find(config->file == NULL ? "stdout" : "file"),
        .target = config->file,
        .kinds = pipeline->kinds,
        .format_options = {.know = pipeline->know},
    };
    enum err err = output_new(&options, &pipeline->output);
    if (err != ERR_NONE)
        snprintf(message, CONFIG_MESSAGE, "%s: %s",
                 config->file == NULL ? "standard output" : config->file,
                 err == ERR_SYSTEM ? strerror(errno) : err_text(err));
    return err;
}

static void write_stats(struct pipeline *pipeline)
{
    struct stats *stats = &pipeline->stats;
    const struct config_output *config = &pipeline->options.config->output;
    correlator_stats(pipeline->correlator, stats);
    stats->workers = pipeline->lane_count;
    stats->output_count = 1;
    stats->outputs[0].name = config->file == NULL ? "stdout" : "file";
    output_counters(pipeline->output, &stats->outputs[0].records, &stats->outputs[0].octets,
                    &stats->outputs[0].dropped);
    output_stats(pipeline->output, stats);
}

/* Each lane reports its part; the last one's completes the record. The final one is written at the
 * end. */
static void gather_stats(struct pipeline *pipeline, const struct stats *part)
{
    if (pipeline->reported == 0)
        pipeline->stats = *part;
    else
        stats_add_sessions(&pipeline->stats, part);
    if (++pipeline->reported < pipeline->lane_count)
        return;
    pipeline->reported = 0;
    if (!part->final && (pipeline->kinds & RECORD_STATS) != 0)
        write_stats(pipeline);
}

static void on_event(void *arg, struct event *event)
{
    struct pipeline *pipeline = arg;
    if (event->kind == EVENT_STATS)
        gather_stats(pipeline, (const void *)((const uint8_t *)event + event->stats.stats.at));
    else
        correlator_event(pipeline->correlator, event);
}

static void on_damage(void *arg, const char *file, uint64_t byte, const char *cause)
{
    struct pipeline *pipeline = arg;
    pipeline->damaged = true;
    log_error("%s: byte %ju: %s; what came before it was analysed", file, (uintmax_t)byte, cause);
}

/* One lane for each worker; only the first one speaks of damage and shows its progress. */
static enum err open_lanes(struct pipeline *pipeline, const struct worker_options *worker,
                           char message[CONFIG_MESSAGE])
{
    const struct pipeline_options *options = &pipeline->options;
    size_t count = (size_t)options->config->capture.workers;
    for (size_t i = 0; count > 1 && i < options->input_count; i++) {
        if (strcmp(options->inputs[i], "-") == 0) {
            snprintf(message, CONFIG_MESSAGE, "standard input can be read by one worker only");
            return ERR_USAGE;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct lane_options lane = {
            .worker = *worker,
            .capture = {.inputs = options->inputs, .input_count = options->input_count},
            .stats_interval = options->config->output.stats_interval,
            .progress = options->progress && i == 0,
        };
        lane.worker.share = (unsigned)i;
        lane.worker.shares = (unsigned)count;
        if (i == 0) {
            lane.capture.on_damage = on_damage;
            lane.capture.arg = pipeline;
        }
        enum err err = lane_new(&lane, &pipeline->lanes[i], message, CONFIG_MESSAGE);
        if (err != ERR_NONE)
            return err;
        pipeline->lane_count++;
    }
    return ERR_NONE;
}

static enum err open_all(struct pipeline *pipeline, char message[CONFIG_MESSAGE])
{
    struct worker_options worker;
    enum err err = worker_options(pipeline->options.config, &worker, message);
    if (err == ERR_NONE && pipeline->options.records)
        err = parse_kinds(pipeline->options.config->output.log, &pipeline->kinds, message);
    if (err == ERR_NONE)
        err = pipeline_know(pipeline->options.config, &pipeline->know, message);
    if (err != ERR_NONE)
        return err;
    worker.on_event = on_event;
    worker.arg = pipeline;
    worker.watch = pipeline->options.watch;
    err = try_engine(&worker, message);
    if (err == ERR_NONE)
        err = open_lanes(pipeline, &worker, message);
    if (err == ERR_NONE && pipeline->options.records)
        err = open_output(pipeline, message);
    if (err != ERR_NONE)
        return err;
    const struct correlator_options correlator = {
        .config = pipeline->options.config,
        .know = pipeline->know,
        .output = pipeline->output,
        .kinds = pipeline->kinds,
        .alerts = pipeline->options.alerts,
    };
    return correlator_new(&correlator, &pipeline->correlator);
}

static void close_all(struct pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->lane_count; i++)
        lane_free(pipeline->lanes[i]);
    correlator_free(pipeline->correlator);
    know_free(pipeline->know);
}

/* ---- running ---- */

static int run_threads(struct pipeline *pipeline)
{
    int result = 0;
    size_t started = 0;
    while (started < pipeline->lane_count && lane_start(pipeline->lanes[started]) == ERR_NONE)
        started++;
    if (started < pipeline->lane_count)
        result = ERR_SYSTEM;
    lanes_merge(pipeline->lanes, started, on_event, pipeline);
    for (size_t i = 0; i < started; i++) {
        int got = lane_join(pipeline->lanes[i]);
        if (got < 0)
            result = got;
    }
    return result;
}

static int run(struct pipeline *pipeline)
{
    int got = pipeline->lane_count == 1 ? lane_run(pipeline->lanes[0]) : run_threads(pipeline);
    correlator_end(pipeline->correlator);
    if ((pipeline->kinds & RECORD_STATS) != 0)
        write_stats(pipeline);
    return got;
}

/* Tells the operator in one line what was read. */
static void say_done(struct pipeline *pipeline)
{
    struct stats *stats = &pipeline->stats;
    correlator_stats(pipeline->correlator, stats);
    uint64_t alerts = 0;
    for (size_t i = 0; i < detect_count(); i++)
        alerts += stats->detect.alerts[i];
    /* Where both go to one terminal or file, the records come first. */
    if (pipeline->output != NULL)
        (void)!output_flush(pipeline->output);
    log_info("%ju packets in %ju %s: %ju SMTP sessions, %ju messages, %ju alerts",
             (uintmax_t)stats->capture.packets, (uintmax_t)stats->capture.files,
             stats->capture.files == 1 ? "file" : "files", (uintmax_t)stats->sessions,
             (uintmax_t)stats->messages, (uintmax_t)alerts);
}

int pipeline_run(const struct pipeline_options *options)
{
    struct pipeline pipeline = {.options = *options};
    char message[CONFIG_MESSAGE] = "";
    enum err err = open_all(&pipeline, message);
    int status = EXIT_USAGE;
    if (err != ERR_NONE) {
        log_error("%s", message[0] != '\0' ? message : err_text(err));
    } else {
        int got = run(&pipeline);
        status = got < 0 || pipeline.damaged ? EXIT_DAMAGED : EXIT_DONE;
        if (got < 0)
            log_error("%s", err_text((enum err)got));
        say_done(&pipeline);
    }
    close_all(&pipeline);
    if (pipeline.output != NULL && output_close(pipeline.output) != ERR_NONE) {
        log_error("writing records: %s", strerror(errno));
        status = EXIT_DAMAGED;
    }
    return status;
}
