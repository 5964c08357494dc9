/*
 * transact: the mail transaction as it grows, command by command (RFC 5321 3.3).
 *
 * Fed with each exchange in the order of the commands. Strings and recipients are copied into a
 * small store that is emptied when the transaction ends. Ceilings: SMTP_RECIPIENTS_MAX recipients,
 * STORE_MAX octets, and the budget; what passes them is counted and not remembered.
 */
#ifndef SMTP_TRANSACT_H
#define SMTP_TRANSACT_H

#include "store.h"

#include <mxtap/smtp.h>

#define TRANSACT_FIRST 4 /* recipients that need no memory of their own */

struct transact {
    struct smtp_transaction shown; /* what the sink sees */
    struct smtp_recipient *recipients;
    size_t room;
    struct store store;
    struct budget *budget;
    struct smtp_recipient first[TRANSACT_FIRST];
};

void transact_init(struct transact *transact, struct budget *budget);
void transact_done(struct transact *transact);

/* Forgets the transaction; the next one gets tx_id. */
void transact_reset(struct transact *transact, uint32_t tx_id);

void transact_mail(struct transact *transact, const struct smtp_command *command,
                   const struct smtp_reply *reply);
void transact_rcpt(struct transact *transact, const struct smtp_command *command,
                   const struct smtp_reply *reply, bool opens);

/* Copies a reply, so that it lives as long as the transaction. */
struct smtp_reply transact_keep(struct transact *transact, const struct smtp_reply *reply);

/* LMTP: the reply to the content for one recipient (RFC 2033 4.2), by number among the accepted;
 * NULL: no such recipient is remembered. */
struct smtp_recipient *transact_accepted(struct transact *transact, uint32_t number);

#endif
