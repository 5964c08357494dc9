/* past: one image at a time is handed to a thread under a mutex; while it is being written, store
 * and image are that thread's, and the caller's otherwise. After a failure the file is closed, and
 * opened and looked through again at the next save. */
#include <mxtap/clock.h>
#include <mxtap/past.h>

#include "store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define ASIDES_MAX                                                                                 \
    3 /* files set aside while running: a disk that fails must not be filled as well */

struct past {
    char *path;
    void (*on_thread)(void *arg);
    void *arg;
    struct store *store; /* NULL after a failure */
    unsigned asides;
    pthread_t thread;
    pthread_mutex_t mutex; /* for what follows */
    pthread_cond_t handed, written;
    struct image *image; /* handed over and not written yet, or NULL */
    int64_t time;
    bool ending;
    struct past_stats stats;
};

/* ---- the thread that saves ---- */

/* The file may have been removed, or another one put in its place: then that is taken. */
static enum err have_store(struct past *past, char *ret_trouble, size_t size)
{
    if (past->store != NULL && store_is_there(past->store))
        return ERR_NONE;
    bool gone = past->store != NULL;
    store_close(past->store);
    past->store = NULL;
    enum err err = store_open(past->path, &past->store, ret_trouble, size);
    if (gone && err == ERR_NONE && ret_trouble[0] == '\0')
        snprintf(ret_trouble, size, "%s: was gone, begun anew", past->path);
    return err;
}

static void drop_store(struct past *past, enum err err, char *trouble, size_t size)
{
    struct store *store = past->store;
    past->store = NULL;
    if (err == ERR_DAMAGED && past->asides < ASIDES_MAX) {
        past->asides++;
        (void)!store_set_aside(store, "is damaged", trouble, size);
    } else {
        store_close(store);
    }
}

static enum err write_image(struct past *past, const struct image *image, int64_t time,
                            char *ret_trouble, size_t size)
{
    ret_trouble[0] = '\0';
    if (!image_is_whole(image)) {
        snprintf(ret_trouble, size, "%s: what is known did not fit into memory a second time",
                 past->path);
        return ERR_MEMORY;
    }
    enum err err = have_store(past, ret_trouble, size);
    if (err != ERR_NONE)
        return err;
    err = store_write(past->store, image, time, ret_trouble, size);
    if (err != ERR_NONE)
        drop_store(past, err, ret_trouble, size);
    return err;
}

static void count(struct past_stats *stats, const struct image *image, int64_t time)
{
    stats->saved++;
    stats->saved_at = time;
    stats->octets = 0;
    for (size_t i = 0; i < image_count(image); i++)
        stats->octets += image_at(image, i).len;
}

/* The mutex is held but while it writes. */
static void save(struct past *past)
{
    char trouble[sizeof past->stats.trouble];
    struct image *image = past->image;
    int64_t time = past->time;
    pthread_mutex_unlock(&past->mutex);
    int64_t began = clock_steady();
    enum err err = write_image(past, image, time, trouble, sizeof trouble);
    int64_t took = clock_steady() - began;
    pthread_mutex_lock(&past->mutex);
    if (err == ERR_NONE)
        count(&past->stats, image, time);
    else
        past->stats.failed++;
    past->stats.took = took;
    snprintf(past->stats.trouble, sizeof past->stats.trouble, "%s", trouble);
    image_free(image);
    past->image = NULL;
    pthread_cond_broadcast(&past->written);
}

static void *run(void *arg)
{
    struct past *past = arg;
    if (past->on_thread != NULL)
        past->on_thread(past->arg);
    pthread_mutex_lock(&past->mutex);
    while (past->image != NULL || !past->ending) {
        if (past->image != NULL)
            save(past);
        else
            pthread_cond_wait(&past->handed, &past->mutex);
    }
    pthread_mutex_unlock(&past->mutex);
    store_close(past->store); /* here, where system calls that it needs are let pass */
    past->store = NULL;
    return NULL;
}

/* ---- the caller ---- */

static void release(struct past *past)
{
    store_close(past->store);
    free(past->path);
    free(past);
}

enum err past_open(const struct past_options *options, struct past **ret_past, char *ret_message,
                   size_t size)
{
    struct past *past = calloc(1, sizeof *past);
    ret_message[0] = '\0';
    if (past == NULL)
        return ERR_MEMORY;
    past->on_thread = options->on_thread;
    past->arg = options->arg;
    past->path = strdup(options->path);
    enum err err = past->path == NULL ? ERR_MEMORY : ERR_NONE;
    if (err == ERR_NONE)
        err = store_open(past->path, &past->store, ret_message, size);
    if (err != ERR_NONE) {
        release(past);
        return err;
    }
    past->stats.saved_at = store_time(past->store);
    pthread_mutex_init(&past->mutex, NULL);
    pthread_cond_init(&past->handed, NULL);
    pthread_cond_init(&past->written, NULL);
    if (pthread_create(&past->thread, NULL, run, past) != 0) {
        snprintf(ret_message, size, "%s: no thread can be had for it", past->path);
        release(past);
        return ERR_SYSTEM;
    }
    *ret_past = past;
    return ERR_NONE;
}

enum err past_load(struct past *past, struct image **ret_image, int64_t *ret_time,
                   char *ret_message, size_t size)
{
    char why[sizeof past->stats.trouble];
    *ret_image = NULL;
    *ret_time = 0;
    ret_message[0] = '\0';
    if (past == NULL)
        return ERR_NONE;
    past_wait(past);
    if (past->store == NULL)
        return ERR_NONE;
    enum err err = store_read(past->store, ret_image, ret_time, ret_message, size);
    if (err != ERR_DAMAGED)
        return err;
    struct store *store = past->store;
    past->store = NULL;
    pthread_mutex_lock(&past->mutex);
    past->stats.saved_at = 0;
    pthread_mutex_unlock(&past->mutex);
    err = store_set_aside(store, "is damaged", ret_message, size);
    if (err == ERR_NONE)
        err = store_open(past->path, &past->store, why, sizeof why);
    return err;
}

bool past_save(struct past *past, struct image *image, int64_t time)
{
    if (past == NULL) {
        image_free(image);
        return false;
    }
    pthread_mutex_lock(&past->mutex);
    bool idle = past->image == NULL;
    if (idle) {
        past->image = image;
        past->time = time;
        pthread_cond_signal(&past->handed);
    }
    pthread_mutex_unlock(&past->mutex);
    if (!idle)
        image_free(image);
    return idle;
}

void past_wait(struct past *past)
{
    if (past == NULL)
        return;
    pthread_mutex_lock(&past->mutex);
    while (past->image != NULL)
        pthread_cond_wait(&past->written, &past->mutex);
    pthread_mutex_unlock(&past->mutex);
}

void past_stats(struct past *past, struct past_stats *ret_stats)
{
    if (past == NULL) {
        *ret_stats = (struct past_stats){0};
        return;
    }
    pthread_mutex_lock(&past->mutex);
    *ret_stats = past->stats;
    pthread_mutex_unlock(&past->mutex);
}

void past_close(struct past *past)
{
    if (past == NULL)
        return;
    pthread_mutex_lock(&past->mutex);
    past->ending = true;
    pthread_cond_signal(&past->handed);
    pthread_mutex_unlock(&past->mutex);
    pthread_join(past->thread, NULL);
    pthread_cond_destroy(&past->handed);
    pthread_cond_destroy(&past->written);
    pthread_mutex_destroy(&past->mutex);
    release(past);
}
