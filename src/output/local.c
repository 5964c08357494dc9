/* local: two buffers of records, each with its length before it; the caller fills one while the
 * thread writes the other. */
#include "local.h"

#include "how.h"

#include <errno.h>
#include <mxtap/clock.h>
#include <stdio.h>
#include <stdlib.h>

#define WAKE_AT (256 * 1024) /* octets after which the thread is woken before a flush */
#define STUCK   (CLOCK_SECOND / 2)
#define TEND    CLOCK_SECOND /* between looks at what an idle sink has to do */

struct local {
    const struct sink *sink;
    struct sink_how *how; /* ours, as long as the sink is open */
    void *state;
    bool threaded;
    pthread_t thread;
    struct local *other; /* that this one follows; the thread's until it has taken it over */
    struct buf writing;  /* the thread's: what it took out of the queue, from done on */
    size_t done;
    pthread_mutex_t mutex; /* for what follows */
    pthread_cond_t wake;
    struct buf queue;
    size_t room;
    bool ending, failing;
    int trouble; /* errno of the last flush that failed */
    uint64_t records, octets, dropped, waiting;
    int cause; /* errno of the first record that was dropped by the sink; 0: none */
};

/* ---- the sink ---- */

static void lock(struct local *local)
{
    if (local->threaded)
        pthread_mutex_lock(&local->mutex);
}

static void unlock(struct local *local)
{
    if (local->threaded)
        pthread_mutex_unlock(&local->mutex);
}

/* False: it has no room, and a thread can wait until it has. */
static bool write_record(struct local *local, struct span record)
{
    enum err err = local->sink->write(local->state, record);
    int cause = errno;
    if (err != ERR_NONE && cause == ENOBUFS && local->threaded)
        return false;
    lock(local);
    if (err == ERR_NONE) {
        local->records++;
        local->octets += record.len + 1;
    } else {
        local->dropped++;
        if (local->cause == 0)
            local->cause = cause;
    }
    local->waiting -= local->threaded;
    unlock(local);
    return true;
}

static bool flush_sink(struct local *local)
{
    bool done = local->sink->flush(local->state) == ERR_NONE;
    int cause = errno;
    lock(local);
    local->failing = !done;
    local->trouble = cause;
    unlock(local);
    errno = cause;
    return done;
}

/* ---- the thread ---- */

static struct timespec after(int64_t nanoseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += nanoseconds;
    until.tv_sec += until.tv_nsec / CLOCK_SECOND;
    until.tv_nsec %= CLOCK_SECOND;
    return until;
}

/* Waits for records, or the end, and lets the sink tend what it has. The mutex is held. */
static void idle(struct local *local)
{
    bool more = false;
    while (!local->ending && local->queue.len == 0) {
        struct timespec until = after(TEND);
        if (local->sink->tend == NULL)
            pthread_cond_wait(&local->wake, &local->mutex);
        else if (more || pthread_cond_timedwait(&local->wake, &local->mutex, &until) == ETIMEDOUT) {
            pthread_mutex_unlock(&local->mutex);
            more = local->sink->tend(local->state);
            pthread_mutex_lock(&local->mutex);
        }
    }
}

/* Waits for records, or the end; false: it is the end and nothing is left. The mutex is held. */
static bool wait_for_records(struct local *local, bool stuck)
{
    struct timespec until = after(STUCK);
    if (stuck) {
        while (!local->ending &&
               pthread_cond_timedwait(&local->wake, &local->mutex, &until) != ETIMEDOUT)
            ;
        return true;
    }
    idle(local);
    return local->queue.len > 0 || local->done < local->writing.len;
}

static void swap_buffers(struct local *local)
{
    struct buf empty = local->writing;
    buf_clear_keep(&empty, 4 * WAKE_AT);
    local->writing = local->queue;
    local->queue = empty;
    local->done = 0;
}

static void write_taken(struct local *local)
{
    while (local->done < local->writing.len) {
        size_t len;
        memcpy(&len, local->writing.at + local->done, sizeof len);
        if (!write_record(local, span_make(local->writing.at + local->done + sizeof len, len)))
            return;
        local->done += sizeof len + len;
    }
}

/* What the one before could not write comes first. */
static void take_over(struct local *local)
{
    struct local *other = local->other;
    if (other == NULL)
        return;
    if (other->threaded)
        pthread_join(other->thread, NULL);
    other->threaded = false;
    size_t lost = 0;
    if (local->sink == other->sink && local->sink->follow != NULL)
        lost = local->sink->follow(local->state, other->state);
    struct buf writing = local->writing;
    struct buf queue = other->queue;
    pthread_mutex_lock(&local->mutex);
    local->writing = other->writing;
    local->done = other->done;
    queue.ceiling += local->room;
    buf_add(&queue, buf_span(&local->queue));
    other->queue = local->queue;
    local->queue = queue;
    local->waiting += other->waiting;
    local->dropped += other->dropped + lost;
    local->records += other->records - lost;
    local->octets += other->octets;
    if (local->cause == 0)
        local->cause = other->cause;
    pthread_mutex_unlock(&local->mutex);
    other->writing = writing;
    local->other = NULL;
    (void)local_close(other, 0);
}

static void *run(void *arg)
{
    struct local *local = arg;
    take_over(local);
    bool stuck = !flush_sink(local);
    pthread_mutex_lock(&local->mutex);
    while (wait_for_records(local, stuck)) {
        if (local->done == local->writing.len)
            swap_buffers(local);
        bool ending = local->ending;
        pthread_mutex_unlock(&local->mutex);
        write_taken(local);
        stuck = !flush_sink(local) || local->done < local->writing.len;
        pthread_mutex_lock(&local->mutex);
        if (stuck && ending)
            break;
    }
    pthread_mutex_unlock(&local->mutex);
    return NULL;
}

/* ---- the caller ---- */

enum err local_new(const struct output_row *row, const struct sink_how *how,
                   struct local **ret_local, char *ret_message, size_t size)
{
    struct local *local = calloc(1, sizeof *local);
    if (local == NULL)
        return ERR_MEMORY;
    local->sink = row->sink;
    local->room = row->queue;
    local->how = how_copy(row->sink, how);
    enum err err = local->how == NULL
                       ? ERR_MEMORY
                       : row->sink->open(local->how, &local->state, ret_message, size);
    if (err != ERR_NONE) {
        int cause = errno;
        how_free(row->sink, local->how);
        free(local);
        errno = cause;
        return err;
    }
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&local->mutex, NULL);
    pthread_cond_init(&local->wake, &steady);
    pthread_condattr_destroy(&steady);
    buf_init(&local->queue, local->room);
    buf_init(&local->writing, local->room);
    *ret_local = local;
    return ERR_NONE;
}

void local_stop(struct local *local)
{
    if (!local->threaded)
        return;
    pthread_mutex_lock(&local->mutex);
    local->ending = true;
    pthread_cond_signal(&local->wake);
    pthread_mutex_unlock(&local->mutex);
}

enum err local_start(struct local *local, const struct starter *starter, struct local *other)
{
    local->other = other;
    if (other != NULL)
        local_stop(other);
    if (starter == NULL) {
        take_over(local);
        return ERR_NONE;
    }
    local->threaded = true;
    enum err err = starter->start(starter->arg, run, local, &local->thread);
    if (err != ERR_NONE)
        local->threaded = false;
    return err;
}

void local_put(struct local *local, struct span record)
{
    if (!local->threaded) {
        write_record(local, record);
        return;
    }
    pthread_mutex_lock(&local->mutex);
    size_t size = sizeof record.len + record.len;
    bool fits = local->queue.len + size <= local->room;
    uint8_t *at = fits ? buf_extend(&local->queue, size) : NULL;
    if (at == NULL) {
        local->dropped++;
        if (local->cause == 0)
            local->cause = ENOBUFS;
    } else {
        memcpy(at, &record.len, sizeof record.len);
        memcpy(at + sizeof record.len, record.at, record.len);
        local->waiting++;
    }
    if (local->queue.len >= WAKE_AT)
        pthread_cond_signal(&local->wake);
    pthread_mutex_unlock(&local->mutex);
}

bool local_flush(struct local *local)
{
    if (!local->threaded)
        return flush_sink(local);
    pthread_mutex_lock(&local->mutex);
    if (local->queue.len > 0)
        pthread_cond_signal(&local->wake);
    pthread_mutex_unlock(&local->mutex);
    return true;
}

void local_stats(struct local *local, struct stats_output *ret_stats)
{
    lock(local);
    snprintf(ret_stats->name, sizeof ret_stats->name, "%s", local->how->name);
    ret_stats->sink = local->sink->name;
    ret_stats->records = local->records;
    ret_stats->octets = local->octets;
    ret_stats->dropped = local->dropped;
    ret_stats->depth = local->waiting;
    ret_stats->failing = local->failing;
    if (local->failing)
        snprintf(ret_stats->trouble, sizeof ret_stats->trouble, "%s", strerror(local->trouble));
    unlock(local);
}

bool local_idle(struct local *local)
{
    lock(local);
    bool idle = local->waiting == 0;
    unlock(local);
    return idle;
}

static bool join(struct local *local, int64_t patience)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    int64_t end = until.tv_nsec + patience;
    until.tv_sec += end / CLOCK_SECOND;
    until.tv_nsec = end % CLOCK_SECOND;
    return pthread_timedjoin_np(local->thread, NULL, &until) == 0;
}

uint64_t local_close(struct local *local, int64_t patience)
{
    if (local->threaded) {
        local_stop(local);
        if (!join(local, patience)) {
            /* It hangs in a write, and owns everything. */
            pthread_mutex_lock(&local->mutex);
            uint64_t lost = local->dropped + local->waiting + 1;
            pthread_mutex_unlock(&local->mutex);
            errno = EAGAIN;
            return lost;
        }
        local->threaded = false;
    }
    uint64_t lost = local->dropped + local->waiting;
    int cause = local->cause;
    if (local->sink->close(local->state) != ERR_NONE) {
        lost++;
        if (cause == 0)
            cause = errno;
    }
    how_free(local->sink, local->how);
    if (local->other != NULL)
        lost += local_close(local->other, 0);
    buf_done(&local->queue);
    buf_done(&local->writing);
    pthread_cond_destroy(&local->wake);
    pthread_mutex_destroy(&local->mutex);
    free(local);
    errno = cause;
    return lost;
}
