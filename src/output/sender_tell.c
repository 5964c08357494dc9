/* sender_tell: how the tries go, in the counters, in the outbox and in the log, where the same
 * trouble is told once a minute at most, and another one every few seconds. */
#include "sender_private.h"

#include <inttypes.h>
#include <mxtap/clock.h>
#include <mxtap/log.h>
#include <stdio.h>

#define QUIET (60 * CLOCK_SECOND)

void sender_tell_failed(struct sender *sender, const char *trouble)
{
    if (trouble[0] == '\0')
        trouble = "the receiver takes no more for now";
    int64_t now = clock_steady();
    pthread_mutex_lock(&sender->mutex);
    sender->stats.failing = true;
    snprintf(sender->stats.trouble, sizeof sender->stats.trouble, "%s", trouble);
    pthread_mutex_unlock(&sender->mutex);
    outbox_reader_trouble(sender->reader, trouble);
    if (sender->failed_at == 0)
        sender->failed_at = now;
    bool again = strcmp(sender->logged_as, trouble) == 0;
    int64_t quiet = again ? QUIET : QUIET / 10;
    if ((again && sender->logged) || (sender->logged_at != 0 && now - sender->logged_at < quiet))
        return;
    log_warning("%s: %s; records wait in the outbox", sender->row.name, trouble);
    snprintf(sender->logged_as, sizeof sender->logged_as, "%s", trouble);
    sender->logged_at = now;
    sender->logged = true;
}

void sender_tell_works(struct sender *sender)
{
    if (sender->failed_at == 0)
        return;
    pthread_mutex_lock(&sender->mutex);
    sender->stats.failing = false;
    sender->stats.trouble[0] = '\0';
    pthread_mutex_unlock(&sender->mutex);
    outbox_reader_trouble(sender->reader, "");
    if (sender->logged)
        log_info("%s: goes on, after %" PRId64 " s", sender->row.name,
                 (clock_steady() - sender->failed_at) / CLOCK_SECOND);
    sender->failed_at = 0;
    sender->logged = false;
}

void sender_tell_refused(struct sender *sender, uint64_t count, const char *answer)
{
    int64_t now = clock_steady();
    pthread_mutex_lock(&sender->mutex);
    sender->stats.refused += count;
    pthread_mutex_unlock(&sender->mutex);
    sender->refused += count;
    if (sender->refused_at != 0 && now - sender->refused_at < QUIET)
        return;
    log_warning("%s: the receiver refused %" PRIu64
                " records, which are set aside (mxtap outbox list --dead); the last with: %s",
                sender->row.name, sender->refused, answer[0] == '\0' ? "no answer" : answer);
    sender->refused = 0;
    sender->refused_at = now;
}
