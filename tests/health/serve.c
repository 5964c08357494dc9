/*
 * serve: the health page over the counters of helper_sample.c, for check_health.py and for a look
 * at the page.
 *
 * Prints its port, then takes a word a line from standard input: "update" hands over fresh
 * counters, "down" has an interface down, "storm" hands over counters all the time. Each is
 * answered with a line "ok" when it is done. It ends with standard input.
 */
#include "helper_sample.h"

#include <mxtap/health.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

struct storm {
    struct health *health;
    atomic_bool over;
};

static void *storm(void *arg)
{
    struct storm *at = arg;
    struct stats stats = sample_stats();
    while (!atomic_load(&at->over)) {
        stats.sessions++;
        health_update(at->health, &stats);
        usleep(200);
    }
    return NULL;
}

static void obey(struct storm *at, struct span word, pthread_t *thread, bool *storming)
{
    struct stats stats = sample_stats();
    if (span_equal(word, SPAN_LITERAL("down")))
        stats.interfaces[0].up = false;
    if (span_equal(word, SPAN_LITERAL("storm")) && !*storming)
        *storming = pthread_create(thread, NULL, storm, at) == 0;
    else
        health_update(at->health, &stats);
    puts("ok");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct storm at = {0};
    char message[200];
    const struct health_options options = {
        .listen = argc > 1 ? argv[1] : "127.0.0.1:0",
        .stale = 3600 * CLOCK_SECOND,
    };
    enum err err = health_new(&options, &at.health, message, sizeof message);
    if (err != ERR_NONE) {
        fprintf(stderr, "%s\n", message);
        return err == ERR_SUPPORT ? 77 : 1;
    }
    printf("%u\n", health_port(at.health));
    fflush(stdout);
    char line[100];
    pthread_t thread;
    bool storming = false;
    while (fgets(line, sizeof line, stdin) != NULL)
        obey(&at, span_trim(span_text(line)), &thread, &storming);
    atomic_store(&at.over, true);
    if (storming)
        pthread_join(thread, NULL);
    health_free(at.health);
    return 0;
}
