/*
 * mailbag: the mail parsers of a worker, and the messages of one talk that wait for their
 * transaction.
 *
 * Most often one message waits, and its transaction comes next. A client that does not wait for
 * replies may have sent several before the first is answered; they are kept in order, MAILBAG_MAX
 * at most (then the oldest is given up), and each transaction takes the one of its size. Parsers
 * are kept for the next message, for an ordinary session must cost no malloc. One thread.
 */
#ifndef MXTAP_MAILBAG_H
#define MXTAP_MAILBAG_H

#include <mxtap/mail.h>
#include <mxtap/smtp.h>

#define MAILBAG_MAX 4

struct mailbag;

/* A talk's messages, oldest first; all zero to begin with. */
struct mailbag_queue {
    struct mail *mails[MAILBAG_MAX];
    unsigned count;
    bool open; /* content is still coming for the last one */
};

enum err mailbag_new(struct budget *budget, struct mailbag **ret_bag) MXTAP_MUST_CHECK;
void mailbag_free(struct mailbag *bag);

/* Content begins, comes and ends. Without memory for a parser the message is just not looked at. */
void mailbag_begin(struct mailbag *bag, struct mailbag_queue *queue);
void mailbag_feed(struct mailbag_queue *queue, struct span data);
void mailbag_gap(struct mailbag_queue *queue, uint64_t length);
/* The summary of the message that has ended; NULL where none was open. */
const struct mail_summary *mailbag_end(struct mailbag_queue *queue);

/* The message of this transaction, or NULL; lives until mailbag_settle. */
const struct mail_summary *mailbag_match(const struct mailbag_queue *queue,
                                         const struct smtp_transaction *transaction);
/* The transaction is over: its message, and any older one, goes. */
void mailbag_settle(struct mailbag *bag, struct mailbag_queue *queue,
                    const struct smtp_transaction *transaction);
/* The talk is over. */
void mailbag_clear(struct mailbag *bag, struct mailbag_queue *queue);

#endif
