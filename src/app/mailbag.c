/* mailbag: a stack of idle parsers, and a short queue for each talk. */
#include "mailbag.h"

#include <stdlib.h>

#define IDLE_MAX 256 /* parsers kept for the next messages */

struct mailbag {
    struct budget *budget;
    struct mail *idle[IDLE_MAX];
    unsigned count;
};

enum err mailbag_new(struct budget *budget, struct mailbag **ret_bag)
{
    struct mailbag *bag = calloc(1, sizeof *bag);
    if (bag == NULL)
        return ERR_MEMORY;
    bag->budget = budget;
    *ret_bag = bag;
    return ERR_NONE;
}

void mailbag_free(struct mailbag *bag)
{
    if (bag == NULL)
        return;
    for (unsigned i = 0; i < bag->count; i++)
        mail_free(bag->idle[i]);
    free(bag);
}

static struct mail *take(struct mailbag *bag)
{
    struct mail *mail = NULL;
    if (bag->count == 0)
        return mail_new(bag->budget, &mail) == ERR_NONE ? mail : NULL;
    mail = bag->idle[--bag->count];
    mail_reset(mail);
    return mail;
}

static void give_back(struct mailbag *bag, struct mail *mail)
{
    if (bag->count < IDLE_MAX)
        bag->idle[bag->count++] = mail;
    else
        mail_free(mail);
}

/* The first count messages go. */
static void drop(struct mailbag *bag, struct mailbag_queue *queue, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        give_back(bag, queue->mails[i]);
    for (unsigned i = count; i < queue->count; i++)
        queue->mails[i - count] = queue->mails[i];
    queue->count -= count;
}

void mailbag_begin(struct mailbag *bag, struct mailbag_queue *queue)
{
    (void)mailbag_end(queue);
    if (queue->count == MAILBAG_MAX)
        drop(bag, queue, 1);
    struct mail *mail = take(bag);
    if (mail == NULL)
        return;
    queue->mails[queue->count++] = mail;
    queue->open = true;
}

void mailbag_feed(struct mailbag_queue *queue, struct span data)
{
    if (queue->open)
        mail_feed(queue->mails[queue->count - 1], data);
}

void mailbag_gap(struct mailbag_queue *queue, uint64_t length)
{
    if (queue->open)
        mail_gap(queue->mails[queue->count - 1], length);
}

const struct mail_summary *mailbag_end(struct mailbag_queue *queue)
{
    if (!queue->open)
        return NULL;
    queue->open = false;
    mail_end(queue->mails[queue->count - 1]);
    return mail_summary(queue->mails[queue->count - 1]);
}

/* The place behind the transaction's message; 0 where it has none. What is still open is a later
 * one's. */
static unsigned find(const struct mailbag_queue *queue, const struct smtp_transaction *transaction)
{
    unsigned ended = queue->count - (queue->open ? 1 : 0);
    if (!transaction->content || ended == 0)
        return 0;
    for (unsigned i = 0; i < ended; i++)
        if (mail_summary(queue->mails[i])->octets == transaction->octets)
            return i + 1;
    /* Sizes are no help where octets are missing; one that waits alone is the one. */
    return ended == 1 ? 1 : 0;
}

const struct mail_summary *mailbag_match(const struct mailbag_queue *queue,
                                         const struct smtp_transaction *transaction)
{
    unsigned place = find(queue, transaction);
    return place == 0 ? NULL : mail_summary(queue->mails[place - 1]);
}

void mailbag_settle(struct mailbag *bag, struct mailbag_queue *queue,
                    const struct smtp_transaction *transaction)
{
    drop(bag, queue, find(queue, transaction));
}

void mailbag_clear(struct mailbag *bag, struct mailbag_queue *queue)
{
    (void)mailbag_end(queue);
    drop(bag, queue, queue->count);
}
