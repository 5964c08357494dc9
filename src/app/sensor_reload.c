/* sensor_reload: another configuration, made beside the one in force and swapped for it. */
#include "sensor_private.h"

#include "notify.h"
#include "rooms.h"

#include <mxtap/log.h>

static void on_alert(void *arg, const struct alert *alert)
{
    struct sensor *sensor = arg;
    rounds_alert(&sensor->rounds, alert->time);
}

enum err sensor_backend(struct sensor *sensor, const struct config *config,
                        struct backend **ret_backend, char ret_message[CONFIG_MESSAGE])
{
    struct backend_options options = {
        .config = config,
        .records = true,
        .whose = ROOMS_LIVE,
        .alerts = {on_alert, sensor},
    };
    forward_lend(sensor->forward, &options);
    return backend_new(&options, ret_backend, ret_message);
}

/* Everything of the new configuration is made before anything of the old one is let go. */
static enum err swap(struct sensor *sensor, struct options *next, char message[CONFIG_MESSAGE])
{
    struct rooms_live live;
    struct worker_options worker;
    struct backend *backend = NULL;
    enum err err = rooms_may_change(sensor->now.config, next->config, message);
    if (err == ERR_NONE)
        err = rooms_live(next->config, &live, message);
    if (err != ERR_NONE)
        return err;
    err = rooms_worker(next->config, &worker, message);
    bool changed = err == ERR_NONE &&
                   (memcmp(&worker, &sensor->worker, sizeof worker) != 0 ||
                    strcmp(rooms_live_filter(&live), rooms_live_filter(&sensor->live)) != 0);
    if (changed && ((worker.engine->capabilities & sensor->worker.engine->capabilities) &
                    ENGINE_WORKERS) == 0) {
        snprintf(message, CONFIG_MESSAGE,
                 "engine nids: what it watches and how needs a restart to change");
        err = ERR_CONFIG;
    }
    if (err == ERR_NONE)
        err = sensor_backend(sensor, next->config, &backend, message);
    if (err == ERR_NONE)
        err = backend_follow(backend, sensor->backend);
    if (err != ERR_NONE) {
        if (backend != NULL)
            (void)backend_close(backend);
        rooms_live_done(&live);
        return err;
    }
    sensor->backend = backend;
    if (changed)
        taps_change(sensor->taps, &worker, rooms_live_filter(&live));
    sensor->worker = worker;
    /* The names of the interfaces stay where they are: packets and flows point at them. */
    rooms_live_done(&sensor->live);
    sensor->live.text = live.text;
    options_done(&sensor->now);
    sensor->now = *next;
    return ERR_NONE;
}

void sensor_reload(struct sensor *sensor)
{
    struct options next = {0};
    char message[CONFIG_MESSAGE] = "";
    notify_reloading();
    enum err err = sensor->options.read_again(sensor->options.arg, &next);
    if (err == ERR_NONE) {
        err = swap(sensor, &next, message);
        if (err != ERR_NONE) {
            log_error("%s", message[0] != '\0' ? message : err_text(err));
            options_done(&next);
        }
    }
    rounds_reload(&sensor->rounds, err == ERR_NONE);
    if (err == ERR_NONE)
        log_info("the new configuration is in force");
    else
        log_error("the configuration was not changed: the old one stays in force");
    notify_ready();
}
