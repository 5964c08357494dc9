/* sensor: starts everything in the order in which privileges are needed; the loop; the end. */
#include "sensor.h"

#include "commands.h"
#include "notify.h"
#include "privileges.h"
#include "rooms.h"
#include "sandbox.h"
#include "sensor_private.h"
#include "signals.h"

#include <mxtap/log.h>
#include <stdlib.h>

#define FLUSH_EVENTS 512                   /* events between two looks at everything else */
#define PAST_AHEAD   (3600 * CLOCK_SECOND) /* a clock that is wrong by less is soon there */

/* ---- starting ---- */

static void enter_capture(void *arg)
{
    (void)arg;
    sandbox_enter(ROLE_capture);
}

static void enter_past(void *arg)
{
    (void)arg;
    sandbox_enter(ROLE_past);
}

static void enter_health(void *arg)
{
    (void)arg;
    sandbox_enter(ROLE_health);
}

/* What needs the privilege to capture. */
static enum err open_taps(struct sensor *sensor, char message[CONFIG_MESSAGE])
{
    const struct config *config = sensor->now.config;
    enum err err = rooms_live(config, &sensor->live, message);
    if (err == ERR_NONE && sensor->live.count == 0) {
        snprintf(message, CONFIG_MESSAGE, "no interface named: -i, or capture.interfaces");
        err = ERR_USAGE;
    }
    if (err == ERR_NONE)
        err = rooms_worker(config, &sensor->worker, message);
    if (err == ERR_NONE)
        err = rooms_try_engine(&sensor->worker, message);
    if (err == ERR_NONE && !privileges_can_capture())
        log_warning("neither root nor CAP_NET_RAW: interfaces can most likely not be opened");
    if (err == ERR_NONE)
        err =
            taps_new(config, &sensor->live, &sensor->worker, enter_capture, &sensor->taps, message);
    return err;
}

/* What was known when the clock was wrong would hold event time up until then. */
static void take_up(struct sensor *sensor, const struct image *image, int64_t time)
{
    const char *path = sensor->now.config->past.file;
    char text[CLOCK_TEXT_SIZE];
    clock_text(time, text);
    if (time > clock_real() + PAST_AHEAD) {
        log_warning("%s: is of %s, which is to come: the clock was wrong then or is now, and what "
                    "was known is left out",
                    path, text);
        return;
    }
    backend_load(sensor->backend, image);
    sensor->time = time;
    log_info("%s: goes on with what was known at %s", path, text);
}

static enum err open_past(struct sensor *sensor, char message[CONFIG_MESSAGE])
{
    const char *path = sensor->now.config->past.file;
    if (path == NULL)
        return ERR_NONE;
    const struct past_options options = {.path = path, .on_thread = enter_past};
    struct image *image = NULL;
    int64_t time = 0;
    enum err err = past_open(&options, &sensor->past, message, CONFIG_MESSAGE);
    if (message[0] != '\0' && err == ERR_NONE)
        log_warning("%s", message);
    if (err != ERR_NONE)
        return err;
    message[0] = '\0';
    err = past_load(sensor->past, &image, &time, message, CONFIG_MESSAGE);
    if (message[0] != '\0')
        log_warning("%s", message);
    if (err == ERR_NONE && image != NULL)
        take_up(sensor, image, time);
    image_free(image);
    /* What was not read for want of memory would be overwritten by the next save. */
    return err == ERR_MEMORY ? err : ERR_NONE;
}

static enum err open_health(struct sensor *sensor, char message[CONFIG_MESSAGE])
{
    const char *listen = sensor->now.config->health.listen;
    if (listen == NULL)
        return ERR_NONE;
    const struct health_options options = {
        .listen = listen,
        .stale = ROUNDS_STALE,
        .on_thread = enter_health,
    };
    return health_new(&options, &sensor->health, message, CONFIG_MESSAGE);
}

static enum err start_outputs(struct sensor *sensor, char message[CONFIG_MESSAGE])
{
    enum err err = forward_start(sensor->forward);
    if (err == ERR_NONE)
        err = backend_start(sensor->backend);
    if (err != ERR_NONE)
        snprintf(message, CONFIG_MESSAGE,
                 "no thread can be had for an output: see limits of the user and of the service");
    return err;
}

static enum err start_taps(struct sensor *sensor, char message[CONFIG_MESSAGE])
{
    enum err err = taps_start(sensor->taps);
    if (err != ERR_NONE)
        snprintf(message, CONFIG_MESSAGE,
                 "no thread can be had for a worker: see limits of the user and of the service");
    return err;
}

static enum err open_all(struct sensor *sensor, char message[CONFIG_MESSAGE])
{
    const struct config *config = sensor->now.config;
    enum err err = open_taps(sensor, message);
    if (err == ERR_NONE)
        err = privileges_drop(config->service.user, message);
    if (err == ERR_NONE)
        err = sandbox_start((enum sandbox_mode)config->service.sandbox, message);
    if (err == ERR_NONE)
        err = signals_open(&sensor->signals);
    if (err == ERR_NONE)
        err = forward_open(config, ROOMS_LIVE, &sensor->forward, message);
    if (err == ERR_NONE)
        err = sensor_backend(sensor, config, &sensor->backend, message);
    if (err == ERR_NONE)
        err = open_past(sensor, message);
    if (err == ERR_NONE)
        err = open_health(sensor, message);
    if (err == ERR_NONE)
        err = start_outputs(sensor, message);
    if (err == ERR_NONE)
        err = start_taps(sensor, message);
    if (err == ERR_NONE)
        sandbox_enter(ROLE_correlator);
    return err;
}

/* ---- the past ---- */

static void save(struct sensor *sensor)
{
    struct image *image = NULL;
    if (image_new(&image) != ERR_NONE)
        return;
    backend_save(sensor->backend, image);
    /* One that is still being written is as good as this one would be. */
    (void)past_save(sensor->past, image, sensor->time);
}

/* ---- the loop ---- */

static void stop(struct sensor *sensor)
{
    if (sensor->stopping)
        return;
    sensor->stopping = true;
    notify_stopping();
    taps_stop(sensor->taps);
}

/* Waits for a signal, for so long at most. */
static void serve_signals(struct sensor *sensor, int milliseconds)
{
    switch (signals_wait(sensor->signals, milliseconds)) {
    case SIGNALS_NONE: break;
    case SIGNALS_STOP: stop(sensor); break;
    case SIGNALS_RELOAD: sensor_reload(sensor); break;
    case SIGNALS_STATS: rounds_want_stats(&sensor->rounds); break;
    }
}

static void tell_refused(void)
{
    char message[CONFIG_MESSAGE];
    while (sandbox_refused(message))
        log_warning("%s", message);
}

static void tell_status(const struct stats *stats)
{
    char text[200];
    snprintf(text, sizeof text, "%ju packets, %ju lost, %ju sessions, %ju alerts",
             (uintmax_t)stats->capture.packets,
             (uintmax_t)(stats->capture.kernel_drops + stats->capture.interface_drops),
             (uintmax_t)stats->sessions, (uintmax_t)detect_stats_alerts(&stats->detect));
    notify_status(text);
    notify_alive();
}

/* All that is done about once a second. */
static void serve_time(struct sensor *sensor)
{
    struct stats *stats = &sensor->rounds.stats;
    if (rounds_ask(&sensor->rounds))
        taps_ask(sensor->taps);
    if (taps_answer(sensor->taps, stats)) {
        backend_stats(sensor->backend, stats);
        stats->refused_calls = sandbox_refusals();
        if (sensor->past != NULL)
            past_stats(sensor->past, &stats->past);
        bool due = rounds_complete(&sensor->rounds, sensor->now.config);
        if (due && (backend_wants_stats(sensor->backend) || sensor->rounds.wanted))
            backend_write_stats(sensor->backend, stats);
        if (due)
            sensor->rounds.wanted = false;
        if (sensor->health != NULL)
            health_update(sensor->health, stats);
        tell_status(stats);
    }
    if (sensor->past != NULL && rounds_save(&sensor->rounds, sensor->now.config->past.interval))
        save(sensor);
    tell_refused();
}

/* What the taps have; false where that is nothing. */
static bool serve_events(struct sensor *sensor)
{
    size_t count = 0;
    for (struct event *event; count < FLUSH_EVENTS && (event = taps_next(sensor->taps)) != NULL;
         count++) {
        if (event->time > sensor->time)
            sensor->time = event->time;
        backend_event(sensor->backend, event);
        free(event);
    }
    return count > 0;
}

/* Busy: signals are only looked at. Idle: what was written is handed over, and the naps grow. */
static void run(struct sensor *sensor)
{
    int nap = 0;
    while (!taps_ended(sensor->taps)) {
        bool busy = serve_events(sensor);
        nap = busy ? 0 : nap < 4 ? nap + 1 : 4;
        (void)backend_flush(sensor->backend);
        serve_time(sensor);
        serve_signals(sensor, nap);
    }
}

/* ---- the end ---- */

static void finish(struct sensor *sensor)
{
    if (sensor->past != NULL) {
        past_wait(sensor->past);
        save(sensor);
        backend_leave(sensor->backend);
    } else {
        backend_end(sensor->backend);
    }
    struct stats *stats = &sensor->rounds.stats;
    (void)taps_answer(sensor->taps, stats);
    backend_stats(sensor->backend, stats);
    stats->final = true;
    (void)rounds_complete(&sensor->rounds, sensor->now.config);
    if (backend_wants_stats(sensor->backend))
        backend_write_stats(sensor->backend, stats);
    log_info("%ju packets, %ju lost: %ju SMTP sessions, %ju messages, %ju alerts",
             (uintmax_t)stats->capture.packets,
             (uintmax_t)(stats->capture.kernel_drops + stats->capture.interface_drops),
             (uintmax_t)stats->sessions, (uintmax_t)stats->messages,
             (uintmax_t)detect_stats_alerts(&stats->detect));
}

static void say_start(const struct sensor *sensor)
{
    struct buf names;
    buf_init(&names, 1024);
    for (size_t i = 0; i < sensor->live.count; i++)
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", sensor->live.names[i]);
    log_info("listening on %.*s", (int)names.len, (const char *)names.at);
    struct span rest = span_text(rooms_live_filter(&sensor->live));
    while (rest.len > 0) {
        size_t line = span_find(rest, '\n');
        log_debug("kernel filter: %.*s", (int)line, (const char *)rest.at);
        rest = span_skip(rest, line + 1);
    }
    buf_done(&names);
    notify_ready();
}

/* False where records were lost. */
static bool close_all(struct sensor *sensor)
{
    taps_free(sensor->taps);
    health_free(sensor->health);
    bool whole = sensor->backend == NULL || backend_close(sensor->backend);
    whole = forward_close(sensor->forward) && whole;
    past_close(sensor->past);
    signals_close(sensor->signals);
    rooms_live_done(&sensor->live);
    options_done(&sensor->now);
    free(sensor);
    return whole;
}

int sensor_run(const struct sensor_options *options)
{
    struct sensor *sensor = calloc(1, sizeof *sensor);
    char message[CONFIG_MESSAGE] = "";
    int status = EXIT_USAGE;
    if (sensor == NULL)
        return status;
    sensor->options = *options;
    sensor->now = *options->first;
    sensor->signals = -1;
    rounds_init(&sensor->rounds);
    notify_start();
    enum err err = open_all(sensor, message);
    if (err != ERR_NONE) {
        log_error("%s", message[0] != '\0' ? message : err_text(err));
        /* An interface that is not there may come; a wrong setting stays wrong. */
        if (err == ERR_SYSTEM && sensor->taps == NULL)
            status = EXIT_DAMAGED;
    } else {
        say_start(sensor);
        run(sensor);
        status = sensor->stopping ? EXIT_DONE : EXIT_DAMAGED;
        if (!sensor->stopping)
            log_error("every interface is gone");
        finish(sensor);
    }
    if (!close_all(sensor))
        status = EXIT_DAMAGED;
    tell_refused();
    return status;
}
