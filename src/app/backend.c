/* backend: makes the rooms behind the workers, and takes them down again. */
#include "backend.h"

#include "correlator.h"
#include "rooms.h"

#include <errno.h>
#include <mxtap/log.h>
#include <stdlib.h>

struct backend {
    struct backend_options options;
    const struct format *format;
    const struct sink *sink;
    unsigned kinds;
    struct know *know;
    struct output *output; /* or NULL */
    struct correlator *correlator;
    struct stats before; /* counters of those that this one has followed */
};

static enum err open_output(struct backend *backend, char ret_message[CONFIG_MESSAGE])
{
    const struct config_output *config = &backend->options.config->output;
    backend->sink = sink_find(config->file == NULL ? "stdout" : "file");
    const struct output_options options = {
        .format = backend->format,
        .sink = backend->sink,
        .target = {.path = config->file, .append = backend->options.live},
        .kinds = backend->kinds,
        .format_options = {.know = backend->know, .live = backend->options.live},
    };
    enum err err = output_new(&options, &backend->output);
    if (err != ERR_NONE)
        snprintf(ret_message, CONFIG_MESSAGE, "%s: %s",
                 config->file == NULL ? backend->sink->summary : config->file,
                 err == ERR_SYSTEM ? strerror(errno) : err_text(err));
    return err;
}

static enum err open_all(struct backend *backend, char ret_message[CONFIG_MESSAGE])
{
    const struct backend_options *options = &backend->options;
    enum err err = rooms_format(options->config, &backend->format, ret_message);
    if (err == ERR_NONE && options->records)
        err = rooms_kinds(options->config->output.log, &backend->kinds, ret_message);
    backend->know = options->know;
    if (err == ERR_NONE && backend->know == NULL)
        err = rooms_know(options->config, &backend->know, ret_message);
    if (err == ERR_NONE && options->records)
        err = open_output(backend, ret_message);
    if (err != ERR_NONE)
        return err;
    const struct correlator_options correlator = {
        .config = options->config,
        .know = backend->know,
        .output = backend->output,
        .kinds = backend->kinds,
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
    if (err != ERR_NONE)
        return err;
    correlator_follow(backend->correlator, other->correlator);
    backend_leave(other);
    if (backend->output != NULL && other->output != NULL)
        output_follow(backend->output, other->output);
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
    stats->outputs[0].records += before->outputs[0].records;
    stats->outputs[0].octets += before->outputs[0].octets;
    stats->outputs[0].dropped += before->outputs[0].dropped;
}

void backend_stats(const struct backend *backend, struct stats *stats)
{
    correlator_stats(backend->correlator, stats);
    know_stats(backend->know, &stats->know);
    stats->output_count = 0;
    if (backend->output == NULL)
        return;
    stats->output_count = 1;
    stats->outputs[0].name = backend->sink->name;
    output_counters(backend->output, &stats->outputs[0].records, &stats->outputs[0].octets,
                    &stats->outputs[0].dropped);
    add_before(&backend->before, stats);
}

bool backend_wants_stats(const struct backend *backend)
{
    return (backend->kinds & RECORD_STATS) != 0;
}

void backend_write_stats(struct backend *backend, const struct stats *stats)
{
    output_stats(backend->output, stats);
}

bool backend_flush(struct backend *backend)
{
    return backend->output == NULL || output_flush(backend->output) == ERR_NONE;
}

bool backend_close(struct backend *backend)
{
    bool whole = true;
    correlator_free(backend->correlator);
    if (backend->options.know == NULL)
        know_free(backend->know);
    if (backend->output != NULL && output_close(backend->output) != ERR_NONE) {
        log_error("writing records: %s", strerror(errno));
        whole = false;
    }
    free(backend);
    return whole;
}
