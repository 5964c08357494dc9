/* outbox: taking records in. They stand in memory, in the order of their seq, until the writer has
 * committed them; the ceiling of memory counts them until then. */
#ifdef MXTAP_OUTBOX

#include "box.h"

#include <stdio.h>
#include <stdlib.h>

#define HURRY ((size_t)1 << 20) /* octets that are written without waiting for more */

struct place *box_place(struct outbox *outbox, const char *name)
{
    for (size_t i = 0; i < outbox->place_count; i++)
        if (strcmp(outbox->places[i].name, name) == 0)
            return &outbox->places[i];
    return NULL;
}

void box_wake(struct outbox *outbox, int64_t due)
{
    if (due >= outbox->due)
        return;
    outbox->due = due;
    pthread_cond_signal(&outbox->work);
}

static void release(struct outbox *outbox)
{
    backlog_done(&outbox->incoming);
    backlog_done(&outbox->taken);
    for (size_t i = 0; i < outbox->place_count; i++)
        letters_done(&outbox->places[i].letters);
    writer_free(outbox->writer);
    pthread_cond_destroy(&outbox->room);
    pthread_cond_destroy(&outbox->work);
    pthread_mutex_destroy(&outbox->lock);
    free(outbox->path);
    free(outbox);
}

void box_leave(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    bool unused = --outbox->users == 0;
    pthread_mutex_unlock(&outbox->lock);
    if (unused)
        release(outbox);
}

static void init_locks(struct outbox *outbox)
{
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&outbox->lock, NULL);
    pthread_cond_init(&outbox->work, &steady);
    pthread_cond_init(&outbox->room, NULL);
    pthread_condattr_destroy(&steady);
}

enum err outbox_open(const struct outbox_options *options, struct outbox **ret_outbox,
                     char *ret_message, size_t size)
{
    struct outbox *outbox = calloc(1, sizeof *outbox);
    ret_message[0] = '\0';
    if (outbox == NULL)
        return ERR_MEMORY;
    outbox->size = options->size;
    outbox->age = options->age;
    outbox->memory = options->memory;
    outbox->wait = options->wait;
    outbox->due = INT64_MAX;
    outbox->users = 1;
    init_locks(outbox);
    outbox->path = strdup(options->path);
    enum err err = outbox->path == NULL ? ERR_MEMORY : writer_new(outbox, ret_message, size);
    if (err != ERR_NONE) {
        release(outbox);
        return err;
    }
    *ret_outbox = outbox;
    return ERR_NONE;
}

/* Whether records are kept for a place is said in the file from now on. */
enum err outbox_start(struct outbox *outbox, const struct starter *starter)
{
    outbox->started = true;
    for (size_t i = 0; i < outbox->place_count; i++)
        outbox->places[i].changed = true;
    enum err err = starter->start(starter->arg, writer_run, outbox, &outbox->thread);
    if (err != ERR_NONE)
        outbox->started = false;
    return err;
}

/* ---- records ---- */

static bool fits(const struct outbox *outbox, size_t size)
{
    return outbox->stats.pending == 0 || outbox->stats.pending_octets + size <= outbox->memory;
}

/* Is there room, now or after a while? */
static bool have_room(struct outbox *outbox, size_t size)
{
    while (!fits(outbox, size)) {
        if (!outbox->wait || !outbox->started)
            return false;
        box_wake(outbox, 0);
        pthread_cond_wait(&outbox->room, &outbox->lock);
    }
    return true;
}

static void count_fresh(struct outbox *outbox, const struct record *record, const char *format,
                        int64_t now)
{
    for (size_t i = 0; i < outbox->place_count; i++) {
        struct place *place = &outbox->places[i];
        if (!place->holds ||
            !place_wants(place, format, record->kind, record->severity, record->detector))
            continue;
        if (place->fresh == 0 && place->filed <= 0)
            place->oldest = now;
        place->fresh++;
    }
}

bool outbox_put(struct outbox *outbox, const struct record *record, const char *format)
{
    size_t size = backlog_size(record, format);
    int64_t now = clock_real();
    pthread_mutex_lock(&outbox->lock);
    bool taken = have_room(outbox, size) &&
                 backlog_put(&outbox->incoming, record, format, outbox->last + 1, now);
    if (!taken) {
        outbox->stats.dropped++;
    } else {
        outbox->last++;
        outbox->stats.put++;
        outbox->stats.octets += record->octets.len;
        outbox->stats.pending++;
        outbox->stats.pending_octets += size;
        count_fresh(outbox, record, format, now);
        if (outbox->incoming.octets >= HURRY)
            box_wake(outbox, 0);
        else if (outbox->due == INT64_MAX)
            box_wake(outbox, clock_steady() + LINGER);
    }
    pthread_mutex_unlock(&outbox->lock);
    return taken;
}

void outbox_flush(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    if (outbox->stats.pending > 0)
        box_wake(outbox, 0);
    pthread_mutex_unlock(&outbox->lock);
}

void outbox_stats(struct outbox *outbox, struct outbox_stats *ret_stats)
{
    pthread_mutex_lock(&outbox->lock);
    *ret_stats = outbox->stats;
    pthread_mutex_unlock(&outbox->lock);
}

void outbox_release(struct outbox *outbox, const char *name)
{
    pthread_mutex_lock(&outbox->lock);
    struct place *place = box_place(outbox, name);
    if (place != NULL && place->holds) {
        place->holds = false;
        place->changed = true;
        box_wake(outbox, clock_steady() + LINGER);
    }
    pthread_mutex_unlock(&outbox->lock);
}

/* Where there is no thread, the caller writes what waits. */
bool outbox_close(struct outbox *outbox, int64_t patience)
{
    pthread_mutex_lock(&outbox->lock);
    outbox->ending = true;
    outbox->deadline = clock_steady() + patience;
    pthread_cond_signal(&outbox->work);
    bool started = outbox->started;
    pthread_mutex_unlock(&outbox->lock);
    if (started)
        pthread_join(outbox->thread, NULL);
    else
        writer_run(outbox);
    pthread_mutex_lock(&outbox->lock);
    outbox->closed = true;
    bool whole = outbox->stats.pending == 0;
    pthread_mutex_unlock(&outbox->lock);
    box_leave(outbox);
    return whole;
}

#endif
