/* health: the counters that were handed over last, under a lock, and what is answered of them. */
#include "listen.h"
#include "metrics.h"
#include "server.h"

#include <errno.h>
#include <mxtap/health.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define FAILING_TIME (60 * CLOCK_SECOND) /* an output has lost records in it */
#define OUTPUTS      (sizeof((struct stats *)0)->outputs / sizeof((struct stats *)0)->outputs[0])

struct health {
    struct health_options options;
    uint16_t port;
    struct server *server;
    pthread_mutex_t lock; /* of what follows */
    bool counted;
    int64_t updated; /* of the monotonic clock */
    struct stats stats;
    struct {
        uint64_t dropped;
        int64_t since; /* when it last grew; 0: never */
    } outputs[OUTPUTS];
};

/* ---- the correlator's side ---- */

static void note_drops(struct health *health, int64_t now)
{
    for (size_t i = 0; i < health->stats.output_count && i < OUTPUTS; i++) {
        uint64_t dropped = health->stats.outputs[i].dropped;
        if (health->counted && dropped > health->outputs[i].dropped)
            health->outputs[i].since = now;
        health->outputs[i].dropped = dropped;
        int64_t since = health->outputs[i].since;
        if (since != 0 && now - since < FAILING_TIME)
            health->stats.outputs[i].failing = true;
    }
}

void health_update(struct health *health, const struct stats *stats)
{
    int64_t now = clock_steady();
    pthread_mutex_lock(&health->lock);
    health->stats = *stats;
    health->updated = now;
    note_drops(health, now);
    health->counted = true;
    pthread_mutex_unlock(&health->lock);
}

/* ---- the server's side ---- */

/* Of a copy, so that the correlator never waits for text to be made. */
static struct view look(struct health *health, struct stats *ret_stats)
{
    pthread_mutex_lock(&health->lock);
    *ret_stats = health->stats;
    bool counted = health->counted;
    int64_t age = counted ? clock_steady() - health->updated : 0;
    pthread_mutex_unlock(&health->lock);
    struct view view = view_of(ret_stats);
    view.counted = counted;
    view.stale = age > health->options.stale;
    view.age = (double)age / (double)CLOCK_SECOND;
    view.uptime += view.age;
    return view;
}

static unsigned status_of(const struct view *view)
{
    struct buf reason;
    buf_init(&reason, 1000);
    unsigned status = judge_view(view, &reason) ? 200 : 503;
    buf_done(&reason);
    return status;
}

static void answer(void *arg, const char *path, struct server_answer *ret_answer)
{
    struct stats stats;
    const struct view view = look(arg, &stats);
    ret_answer->status = 200;
    if (strcmp(path, "/metrics") == 0) {
        ret_answer->type = "text/plain; version=0.0.4; charset=utf-8";
        metrics_text(&view, &ret_answer->body);
    } else if (strcmp(path, "/health") == 0) {
        ret_answer->type = "application/json";
        ret_answer->status = status_of(&view);
        judge_json(&view, &ret_answer->body);
    } else if (strcmp(path, "/") == 0) {
        ret_answer->type = "text/html; charset=utf-8";
        page_html(&view, &ret_answer->body);
    } else {
        ret_answer->type = "text/plain; charset=utf-8";
        ret_answer->status = 404;
        buf_add_text(&ret_answer->body, "there are /, /health and /metrics\n");
    }
}

/* ---- start and end ---- */

static enum err say(const struct health_options *options, enum err err, char *message, size_t size)
{
    if (err == ERR_CONFIG)
        snprintf(message, size,
                 "health.listen: '%.60s' is no address of loopback with a port, such as "
                 "127.0.0.1:9465 or [::1]:9465",
                 options->listen);
    else if (err == ERR_SUPPORT)
        snprintf(message, size,
                 "health.listen: there is no HTTP: libmicrohttpd is not installed, or this "
                 "build was made without it (MXTAP_HEALTH)");
    else
        snprintf(message, size, "health.listen: %.60s: %s", options->listen,
                 err == ERR_SYSTEM ? strerror(errno) : err_text(err));
    return err;
}

enum err health_new(const struct health_options *options, struct health **ret_health,
                    char *ret_message, size_t message_size)
{
    struct health *health = calloc(1, sizeof *health);
    if (health == NULL)
        return say(options, ERR_MEMORY, ret_message, message_size);
    health->options = *options;
    pthread_mutex_init(&health->lock, NULL);
    struct server_options server = {
        .on_thread = options->on_thread,
        .thread_arg = options->arg,
        .answer = answer,
        .arg = health,
    };
    enum err err = listen_open(options->listen, &server.socket, &health->port);
    if (err == ERR_NONE)
        err = server_new(&server, &health->server);
    if (err != ERR_NONE) {
        say(options, err, ret_message, message_size);
        health_free(health);
        return err;
    }
    *ret_health = health;
    return ERR_NONE;
}

void health_free(struct health *health)
{
    if (health == NULL)
        return;
    server_free(health->server);
    pthread_mutex_destroy(&health->lock);
    free(health);
}

uint16_t health_port(const struct health *health)
{
    return health->port;
}

void health_metrics(const struct stats *stats, struct buf *out)
{
    const struct view view = view_of(stats);
    metrics_text(&view, out);
}
