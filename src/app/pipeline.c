/* pipeline: makes the rooms in the order of a packet's way, runs, and takes them down again. */
#include "pipeline.h"

#include "backend.h"
#include "commands.h"
#include "forward.h"
#include "lane.h"
#include "rooms.h"

#include <mxtap/log.h>
#include <stdlib.h>

#define LANES_MAX 64

struct pipeline {
    struct pipeline_options options;
    bool damaged;
    struct forward *forward; /* or NULL */
    struct backend *backend;
    struct lane *lanes[LANES_MAX];
    size_t lane_count;
    struct stats stats; /* gathered from the lanes' reports */
    size_t reported;    /* lanes that have reported for it */
};

static void write_stats(struct pipeline *pipeline)
{
    struct stats *stats = &pipeline->stats;
    backend_stats(pipeline->backend, stats);
    stats->workers = pipeline->lane_count;
    stats->event_queue_drops = 0;
    for (size_t i = 0; i < pipeline->lane_count; i++)
        stats->event_queue_drops += lane_dropped(pipeline->lanes[i]);
    backend_write_stats(pipeline->backend, stats);
}

/* Each lane reports its part, the first lane first (lanes_merge); the last one's completes the
 * record. The final one is written at the end. */
static void gather_stats(struct pipeline *pipeline, const struct stats *part)
{
    if (pipeline->reported == 0)
        pipeline->stats = *part;
    else
        stats_add_sessions(&pipeline->stats, part);
    if (++pipeline->reported < pipeline->lane_count)
        return;
    pipeline->reported = 0;
    if (!part->final && backend_wants_stats(pipeline->backend))
        write_stats(pipeline);
}

static void on_event(void *arg, struct event *event)
{
    struct pipeline *pipeline = arg;
    if (event->kind == EVENT_STATS)
        gather_stats(pipeline, (const void *)((const uint8_t *)event + event->stats.stats.at));
    else
        backend_event(pipeline->backend, event);
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

static enum err open_backend(struct pipeline *pipeline, char message[CONFIG_MESSAGE])
{
    const struct pipeline_options *options = &pipeline->options;
    struct backend_options backend = {
        .config = options->config,
        .know = options->know,
        .records = options->records,
        .whose = options->forward ? ROOMS_FORWARD : ROOMS_REPLAY,
        .alerts = options->alerts,
    };
    enum err err = ERR_NONE;
    if (options->forward) {
        err = forward_open(options->config, ROOMS_FORWARD, &pipeline->forward, message);
        if (err != ERR_NONE)
            return err;
        forward_lend(pipeline->forward, &backend);
    }
    err = backend_new(&backend, &pipeline->backend, message);
    if (err == ERR_NONE && options->forward)
        err = forward_start(pipeline->forward);
    if (err == ERR_NONE)
        err = backend_start(pipeline->backend);
    return err;
}

static enum err open_all(struct pipeline *pipeline, char message[CONFIG_MESSAGE])
{
    const struct pipeline_options *options = &pipeline->options;
    struct worker_options worker;
    enum err err = rooms_worker(options->config, &worker, message);
    if (err != ERR_NONE)
        return err;
    worker.on_event = on_event;
    worker.arg = pipeline;
    worker.watch = options->watch;
    err = rooms_try_engine(&worker, message);
    if (err == ERR_NONE)
        err = open_lanes(pipeline, &worker, message);
    if (err != ERR_NONE)
        return err;
    return open_backend(pipeline, message);
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
    backend_end(pipeline->backend);
    if (backend_wants_stats(pipeline->backend))
        write_stats(pipeline);
    return got;
}

/* Tells the operator in one line what was read. */
static void say_done(struct pipeline *pipeline)
{
    struct stats *stats = &pipeline->stats;
    backend_stats(pipeline->backend, stats);
    uint64_t alerts = detect_stats_alerts(&stats->detect);
    /* Where both go to one terminal or file, the records come first. */
    (void)!backend_flush(pipeline->backend);
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
        if (options->forward)
            (void)backend_drain(pipeline.backend, options->config->outbox.patience);
    }
    for (size_t i = 0; i < pipeline.lane_count; i++)
        lane_free(pipeline.lanes[i]);
    if (pipeline.backend != NULL && !backend_close(pipeline.backend))
        status = EXIT_DAMAGED;
    if (!forward_close(pipeline.forward))
        status = EXIT_DAMAGED;
    return status;
}
