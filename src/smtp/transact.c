/* One envelope (RFC 5321 3.3): MAIL, then RCPTs, each with its reply. */
#include "transact.h"

#include <stdlib.h>

void transact_init(struct transact *transact, struct budget *budget)
{
    store_init(&transact->store, budget);
    transact->budget = budget;
    transact->recipients = transact->first;
    transact->room = TRANSACT_FIRST;
    transact->shown = (struct smtp_transaction){0};
}

void transact_done(struct transact *transact)
{
    if (transact->recipients != transact->first) {
        free(transact->recipients);
        if (transact->budget != NULL)
            budget_give(transact->budget, transact->room * sizeof *transact->recipients);
        transact->recipients = transact->first;
        transact->room = TRANSACT_FIRST;
    }
    store_reset(&transact->store);
}

void transact_reset(struct transact *transact, uint32_t tx_id)
{
    transact_done(transact);
    transact->shown = (struct smtp_transaction){.tx_id = tx_id};
}

struct smtp_reply transact_keep(struct transact *transact, const struct smtp_reply *reply)
{
    struct smtp_reply kept = *reply;
    kept.enhanced = store_keep(&transact->store, reply->enhanced);
    kept.text = store_keep(&transact->store, reply->text);
    return kept;
}

/* Copies a path and finds its address again inside the copy. */
static void keep_path(struct transact *transact, const struct smtp_command *command,
                      struct span *ret_path, struct span *ret_address)
{
    *ret_path = store_keep(&transact->store, command->path);
    *ret_address = SPAN_NULL;
    if (ret_path->len > 0 && command->address.len > 0)
        *ret_address = span_make(ret_path->at + (command->address.at - command->path.at),
                                 command->address.len);
}

void transact_mail(struct transact *transact, const struct smtp_command *command,
                   const struct smtp_reply *reply)
{
    struct smtp_transaction *shown = &transact->shown;
    shown->opened = true;
    keep_path(transact, command, &shown->mail_path, &shown->mail_address);
    shown->mail_params = store_keep(&transact->store, command->params);
    shown->mail_reply = transact_keep(transact, reply);
}

static bool room_recipient(struct transact *transact)
{
    size_t used = transact->shown.recipient_count;
    if (used < transact->room)
        return true;
    if (used >= SMTP_RECIPIENTS_MAX)
        return false;
    size_t room = transact->room * 2;
    size_t size = room * sizeof *transact->recipients;
    if (transact->budget != NULL && !budget_take(transact->budget, size))
        return false;
    struct smtp_recipient *grown = malloc(size);
    size_t given = size;
    if (grown != NULL) {
        memcpy(grown, transact->recipients, used * sizeof *grown);
        given = 0;
        if (transact->recipients != transact->first) {
            free(transact->recipients);
            given = transact->room * sizeof *grown;
        }
        transact->recipients = grown;
        transact->room = room;
    }
    if (transact->budget != NULL)
        budget_give(transact->budget, given);
    return grown != NULL;
}

void transact_rcpt(struct transact *transact, const struct smtp_command *command,
                   const struct smtp_reply *reply, bool opens)
{
    struct smtp_transaction *shown = &transact->shown;
    shown->opened = shown->opened || opens;
    shown->recipient_total++;
    if (!room_recipient(transact))
        return;
    struct smtp_recipient *recipient = &transact->recipients[shown->recipient_count++];
    keep_path(transact, command, &recipient->path, &recipient->address);
    recipient->reply = transact_keep(transact, reply);
    shown->recipients = transact->recipients;
}

struct smtp_recipient *transact_accepted(struct transact *transact, uint32_t number)
{
    for (size_t i = 0; i < transact->shown.recipient_count; i++) {
        struct smtp_recipient *recipient = &transact->recipients[i];
        if (recipient->reply.code / 100 == 2 && number-- == 0)
            return recipient;
    }
    return NULL;
}
