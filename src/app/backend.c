/* backend: makes the rooms behind the workers, and takes them down again. */
#include "backend.h"

#include "correlator.h"
#include "rooms.h"

#include <mxtap/log.h>
#include <stdlib.h>

struct backend {
    struct backend_options options;
    struct rooms_outputs rows;
    char host[256];
    struct know *know;
    struct outputs *outputs; /* or NULL */
    struct correlator *correlator;
    struct stats before; /* counters of those that this one has followed */
};

static enum err open_outputs(struct backend *backend, char ret_message[CONFIG_MESSAGE])
{
    const struct backend_options *options = &backend->options;
    bool live = options->whose == ROOMS_LIVE;
    enum err err = rooms_outputs(options->config, options->whose, &backend->rows, ret_message);
    if (err != ERR_NONE)
        return err;
    rooms_host(options->config, backend->host, sizeof backend->host);
    const struct outputs_options outputs = {
        .rows = backend->rows.rows,
        .count = backend->rows.count,
        .format = {.know = backend->know, .live = live, .sensor = options->config->site.sensor},
        .host = backend->host,
        .live = live,
        .outbox = options->outbox,
        .local = options->local,
        .sending = options->sending,
    };
    err = outputs_new(&outputs, &backend->outputs, ret_message, CONFIG_MESSAGE);
    if (err == ERR_NONE && ret_message[0] != '\0')
        log_warning("%s", ret_message);
    if (err == ERR_NONE)
        ret_message[0] = '\0';
    return err;
}

static enum err open_all(struct backend *backend, char ret_message[CONFIG_MESSAGE])
{
    const struct backend_options *options = &backend->options;
    enum err err = ERR_NONE;
    backend->know = options->know;
    if (backend->know == NULL)
        err = rooms_know(options->config, &backend->know, ret_message);
    if (err == ERR_NONE && options->records)
        err = open_outputs(backend, ret_message);
    if (err != ERR_NONE)
        return err;
    const struct correlator_options correlator = {
        .config = options->config,
        .know = backend->know,
        .outputs = backend->outputs,
        .alerts = options->alerts,
    };
    return correlator_new(&correlator, &backend->correlator);
}

enum err backend_new(const struct backend_options *options, struct backend **ret_backend,
                     char ret_message[CONFIG_MESSAGE])
{
    struct backend *backend = calloc(1, sizeof *backend);
    if (backend == NULL)
        return ERR_MEMORY;
    backend->options = *options;
    enum err err = open_all(backend, ret_message);
    if (err != ERR_NONE) {
        (void)!backend_close(backend);
        return err;
    }
    *ret_backend = backend;
    return ERR_NONE;
}

enum err backend_start(struct backend *backend)
{
    return backend->outputs == NULL ? ERR_NONE : outputs_start(backend->outputs, NULL);
}

void backend_event(struct backend *backend, struct event *event)
{
    correlator_event(backend->correlator, event);
}

void backend_end(struct backend *backend)
{
    correlator_end(backend->correlator);
}

void backend_leave(struct backend *backend)
{
    correlator_leave(backend->correlator);
}

void backend_save(const struct backend *backend, struct image *image)
{
    know_save(backend->know, image);
    correlator_save(backend->correlator, image);
}

void backend_load(struct backend *backend, const struct image *image)
{
    know_load(backend->know, image);
    correlator_load(backend->correlator, image);
}

enum err backend_follow(struct backend *backend, struct backend *other)
{
    struct image *image = NULL;
    enum err err = image_new(&image);
    if (err != ERR_NONE)
        return err;
    backend_save(other, image);
    if (image_is_whole(image))
        backend_load(backend, image);
    else
        err = ERR_MEMORY;
    image_free(image);
    if (err == ERR_NONE && backend->outputs != NULL)
        err = outputs_start(backend->outputs, other->outputs);
    if (err != ERR_NONE)
        return err;
    correlator_follow(backend->correlator, other->correlator);
    backend_leave(other);
    backend_stats(other, &backend->before);
    (void)backend_close(other);
    return ERR_NONE;
}

/* What only grows goes on growing. */
static void add_before(const struct stats *before, struct stats *stats)
{
    stats->detect.events += before->detect.events;
    for (size_t i = 0; i < detect_count(); i++) {
        stats->detect.alerts[i] += before->detect.alerts[i];
        stats->detect.evicted[i] += before->detect.evicted[i];
    }
}

void backend_stats(struct backend *backend, struct stats *stats)
{
    correlator_stats(backend->correlator, stats);
    know_stats(backend->know, &stats->know);
    stats->output_count = 0;
    if (backend->outputs == NULL)
        return;
    outputs_count(backend->outputs, stats);
    add_before(&backend->before, stats);
}

bool backend_wants_stats(const struct backend *backend)
{
    return backend->outputs != NULL && (outputs_kinds(backend->outputs) & RECORD_STATS) != 0;
}

void backend_write_stats(struct backend *backend, const struct stats *stats)
{
    outputs_stats(backend->outputs, stats);
}

bool backend_flush(struct backend *backend)
{
    return backend->outputs == NULL || outputs_flush(backend->outputs);
}

bool backend_drain(struct backend *backend, int64_t patience)
{
    struct stats stats = {0};
    if (backend->outputs == NULL || outputs_drain(backend->outputs, patience))
        return true;
    outputs_count(backend->outputs, &stats);
    for (size_t i = 0; i < stats.output_count; i++)
        if (stats.outputs[i].sends && stats.outputs[i].depth > 0)
            log_warning("%s: %ju records wait in the outbox still%s%s", stats.outputs[i].name,
                        (uintmax_t)stats.outputs[i].depth,
                        stats.outputs[i].trouble[0] != '\0' ? ": " : "", stats.outputs[i].trouble);
    return false;
}

bool backend_close(struct backend *backend)
{
    char message[CONFIG_MESSAGE];
    bool whole = true;
    correlator_free(backend->correlator);
    if (backend->outputs != NULL && !outputs_close(backend->outputs, message, sizeof message)) {
        log_error("%s", message);
        whole = false;
    }
    if (backend->options.know == NULL)
        know_free(backend->know);
    rooms_outputs_done(&backend->rows);
    free(backend);
    return whole;
}
