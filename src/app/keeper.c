/* keeper: one request at a time, under a mutex. */
#include "keeper.h"

#include <stdlib.h>

struct keeper {
    enum sandbox_role role;
    struct starter starter;
    pthread_t thread;
    pthread_mutex_t mutex; /* for what follows */
    pthread_cond_t asked, answered;
    struct job *job; /* asked for and not taken yet, or NULL */
    bool done, made, ending;
    pthread_t result;
};

/* A thread of a role: what it is to run. */
struct job {
    enum sandbox_role role;
    void *(*run)(void *);
    void *arg;
};

static void *run_job(void *arg)
{
    struct job job = *(struct job *)arg;
    free(arg);
    sandbox_inherit(job.role);
    return job.run(job.arg);
}

static void *keep(void *arg)
{
    struct keeper *keeper = arg;
    sandbox_enter(keeper->role);
    pthread_mutex_lock(&keeper->mutex);
    while (!keeper->ending) {
        if (keeper->job == NULL) {
            pthread_cond_wait(&keeper->asked, &keeper->mutex);
            continue;
        }
        keeper->made = pthread_create(&keeper->result, NULL, run_job, keeper->job) == 0;
        keeper->job = NULL;
        keeper->done = true;
        pthread_cond_signal(&keeper->answered);
    }
    pthread_mutex_unlock(&keeper->mutex);
    return NULL;
}

static enum err start(void *arg, void *(*run)(void *), void *job_arg, pthread_t *ret_thread)
{
    struct keeper *keeper = arg;
    struct job *job = malloc(sizeof *job);
    if (job == NULL)
        return ERR_MEMORY;
    *job = (struct job){keeper->role, run, job_arg};
    pthread_mutex_lock(&keeper->mutex);
    keeper->job = job;
    keeper->done = false;
    pthread_cond_signal(&keeper->asked);
    while (!keeper->done)
        pthread_cond_wait(&keeper->answered, &keeper->mutex);
    bool made = keeper->made;
    if (made)
        *ret_thread = keeper->result;
    else
        free(job);
    pthread_mutex_unlock(&keeper->mutex);
    return made ? ERR_NONE : ERR_SYSTEM;
}

enum err keeper_new(enum sandbox_role role, struct keeper **ret_keeper)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (keeper == NULL)
        return ERR_MEMORY;
    keeper->role = role;
    keeper->starter = (struct starter){start, keeper};
    pthread_mutex_init(&keeper->mutex, NULL);
    pthread_cond_init(&keeper->asked, NULL);
    pthread_cond_init(&keeper->answered, NULL);
    if (pthread_create(&keeper->thread, NULL, keep, keeper) != 0) {
        free(keeper);
        return ERR_SYSTEM;
    }
    *ret_keeper = keeper;
    return ERR_NONE;
}

const struct starter *keeper_starter(struct keeper *keeper)
{
    return &keeper->starter;
}

void keeper_free(struct keeper *keeper)
{
    if (keeper == NULL)
        return;
    pthread_mutex_lock(&keeper->mutex);
    keeper->ending = true;
    pthread_cond_signal(&keeper->asked);
    pthread_mutex_unlock(&keeper->mutex);
    pthread_join(keeper->thread, NULL);
    pthread_cond_destroy(&keeper->answered);
    pthread_cond_destroy(&keeper->asked);
    pthread_mutex_destroy(&keeper->mutex);
    free(keeper);
}
