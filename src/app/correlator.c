/* correlator: event -> know -> detect -> output. */
#include "correlator.h"

#include <stdlib.h>

struct correlator {
    struct correlator_options options;
    struct detect *detect;
    struct detect_stats last; /* kept after the detectors have ended */
    int64_t now;
};

static void on_alert(void *arg, const struct alert *alert)
{
    struct correlator *correlator = arg;
    if (correlator->options.outputs != NULL)
        outputs_alert(correlator->options.outputs, alert);
    if (correlator->options.alerts.on_alert != NULL)
        correlator->options.alerts.on_alert(correlator->options.alerts.arg, alert);
}

enum err correlator_new(const struct correlator_options *options,
                        struct correlator **ret_correlator)
{
    struct correlator *correlator = calloc(1, sizeof *correlator);
    if (correlator == NULL)
        return ERR_MEMORY;
    correlator->options = *options;
    const struct alert_sink sink = {on_alert, correlator};
    enum err err = detect_new(options->config->detectors, options->know,
                              (size_t)options->config->detect.memory, &sink, &correlator->detect);
    if (err != ERR_NONE) {
        free(correlator);
        return err;
    }
    *ret_correlator = correlator;
    return ERR_NONE;
}

/* A transaction; or the end of a session that had none. */
static bool is_smtp_record(const struct event *event)
{
    return event->kind == EVENT_MESSAGE ||
           (event->kind == EVENT_CLOSE && event->session.transactions == 0);
}

void correlator_event(struct correlator *correlator, struct event *event)
{
    correlator->now = event->time;
    know_judge(correlator->options.know, event);
    know_learn(correlator->options.know, event);
    detect_event(correlator->detect, event);
    if (correlator->options.outputs != NULL && is_smtp_record(event))
        outputs_event(correlator->options.outputs, event);
}

/* The counters outlive the detectors. */
static void let_go(struct correlator *correlator)
{
    detect_stats(correlator->detect, &correlator->last);
    detect_free(correlator->detect);
    correlator->detect = NULL;
}

void correlator_end(struct correlator *correlator)
{
    if (correlator->detect == NULL)
        return;
    detect_end(correlator->detect, correlator->now);
    let_go(correlator);
}

void correlator_leave(struct correlator *correlator)
{
    if (correlator->detect == NULL)
        return;
    detect_leave(correlator->detect);
    let_go(correlator);
}

void correlator_save(const struct correlator *correlator, struct image *image)
{
    detect_save(correlator->detect, image);
}

void correlator_load(struct correlator *correlator, const struct image *image)
{
    detect_load(correlator->detect, image);
}

void correlator_follow(struct correlator *correlator, const struct correlator *other)
{
    correlator->now = other->now;
}

void correlator_stats(const struct correlator *correlator, struct stats *stats)
{
    if (correlator->detect == NULL)
        stats->detect = correlator->last;
    else
        detect_stats(correlator->detect, &stats->detect);
}

void correlator_free(struct correlator *correlator)
{
    if (correlator == NULL)
        return;
    correlator_leave(correlator);
    free(correlator);
}
