/* sender: making, starting and ending the thread of an output that sends; its counters. */
#include "how.h"
#include "sender_private.h"

#include <errno.h>
#include <fcntl.h>
#include <mxtap/clock.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void close_descriptor(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}

static void free_parts(struct sender *sender)
{
    if (sender->sink != NULL)
        (void)sender->row.sink->close(sender->sink);
    how_free(sender->row.sink, sender->how);
    if (sender->started)
        outbox_reader_free(sender->reader);
    else
        outbox_reader_undo(sender->reader);
    close_descriptor(sender->stop);
    close_descriptor(sender->ended);
    close_descriptor(sender->before);
    pthread_mutex_destroy(&sender->mutex);
    free(sender);
}

static enum err make_parts(struct sender *sender, const struct sink_how *how, char *ret_message,
                           size_t size)
{
    struct output_row *row = &sender->row;
    sender->how = how_copy(row->sink, how);
    if (sender->how == NULL)
        return ERR_MEMORY;
    row->name = sender->how->name;
    row->options = sender->how->options;
    sender->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sender->ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (sender->stop < 0 || sender->ended < 0)
        return ERR_SYSTEM;
    enum err err = outbox_reader_new(sender->outbox, row->name, row->format->name, &row->selection,
                                     &sender->reader);
    if (err == ERR_LIMIT)
        snprintf(ret_message, size,
                 "the outbox knows too many names: mxtap outbox purge --yes NAME forgets one that "
                 "is not used any more");
    if (err != ERR_NONE)
        return err;
    return row->sink->open(sender->how, &sender->sink, ret_message, size);
}

enum err sender_new(const struct output_row *row, const struct sink_how *how, struct outbox *outbox,
                    struct sender **ret_sender, char *ret_message, size_t size)
{
    struct sender *sender = calloc(1, sizeof *sender);
    if (sender == NULL)
        return ERR_MEMORY;
    sender->row = *row;
    sender->outbox = outbox;
    sender->stop = sender->ended = sender->before = -1;
    sender->flight.settle = row->settle;
    uint64_t seed = (uint64_t)clock_steady() ^ (uintptr_t)sender;
    backoff_init(&sender->backoff, row->retry_min, row->retry_max, seed);
    pthread_mutex_init(&sender->mutex, NULL);
    enum err err = make_parts(sender, how, ret_message, size);
    if (err != ERR_NONE) {
        int cause = errno;
        free_parts(sender);
        errno = cause;
        return err;
    }
    *ret_sender = sender;
    return ERR_NONE;
}

/* Whose end a successor of this one, which was stopped, waits for: where that one waits itself, it
 * will do nothing any more, but the one before it may be at work. */
static int to_wait_for(const struct sender *sender)
{
    bool waits = sender->before >= 0 && !sink_stopped(sender->before);
    return waits ? sender->before : sender->ended;
}

/* other may be freed before our thread gets to run: what it waits for is our own descriptor. */
enum err sender_start(struct sender *sender, const struct starter *starter, struct sender *other)
{
    if (other != NULL && other->started) {
        sender->before = fcntl(to_wait_for(other), F_DUPFD_CLOEXEC, 0);
        if (sender->before < 0)
            return ERR_SYSTEM;
    }
    enum err err = starter->start(starter->arg, sender_loop, sender, &sender->thread);
    sender->started = err == ERR_NONE;
    return err;
}

void sender_stop(struct sender *sender)
{
    (void)eventfd_write(sender->stop, 1);
}

bool sender_ended(struct sender *sender, int64_t patience)
{
    if (!sender->started)
        return true;
    int64_t until = clock_steady() + patience;
    struct pollfd wanted = {.fd = sender->ended, .events = POLLIN};
    int64_t left = patience;
    int found;
    do {
        found = poll(&wanted, 1, (int)((left + 999999) / 1000000));
        left = until - clock_steady();
    } while (found < 0 && errno == EINTR && left > 0);
    return found > 0;
}

/* The outbox tells a reader of new records before it counts them as written, and idle is taken back
 * before the reader looks: in this order nothing falls in between. */
bool sender_idle(struct sender *sender)
{
    struct outbox_stats outbox;
    outbox_stats(sender->outbox, &outbox);
    if (outbox.pending > 0 || sink_stopped(outbox_reader_fd(sender->reader)))
        return false;
    pthread_mutex_lock(&sender->mutex);
    bool idle = sender->idle;
    pthread_mutex_unlock(&sender->mutex);
    return idle;
}

void sender_stats(struct sender *sender, struct stats_output *ret_stats)
{
    struct outbox_reader_stats waiting;
    outbox_reader_stats(sender->reader, &waiting);
    pthread_mutex_lock(&sender->mutex);
    *ret_stats = sender->stats;
    pthread_mutex_unlock(&sender->mutex);
    snprintf(ret_stats->name, sizeof ret_stats->name, "%s", sender->row.name);
    ret_stats->sink = sender->row.sink->name;
    ret_stats->sends = true;
    ret_stats->depth = waiting.waiting;
    ret_stats->dropped = waiting.lost;
    ret_stats->dead = waiting.dead;
    ret_stats->oldest = waiting.oldest;
}

void sender_free(struct sender *sender)
{
    if (sender == NULL || !sender_ended(sender, 0))
        return;
    if (sender->started)
        pthread_join(sender->thread, NULL);
    free_parts(sender);
}
