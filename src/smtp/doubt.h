/*
 * doubt: which command a reply answers while octets are missing (called by pair.c).
 *
 * In doubt each entry of the queue that the next reply may answer is alive, and so may be the end
 * of the queue, which stands for a command still to come.
 */
#ifndef SMTP_DOUBT_H
#define SMTP_DOUBT_H

#include "session.h"

/* From here on the alive bits count; the next reply is still for the oldest. */
SMTP_RARE void doubt_enter(struct queue *queue);

/* Is it the oldest command and no other that the next reply answers? Always, without doubt. */
bool doubt_is_certain(struct queue *queue);

/* Takes the oldest off; the next reply is then for the one behind it. */
void doubt_drop_head(struct queue *queue);

/* Gives the oldest out as unseen. */
SMTP_RARE void doubt_give_up(struct smtp_session *session);

/* Gives out what can get no reply any more, and leaves doubt where none is left. */
void doubt_tidy(struct smtp_session *session);

/* A reply came that fits nothing: it was for one of those alive, or for none. */
SMTP_RARE void doubt_widen(struct queue *queue);

/* A reply came. False: it is certain now whom it is for, and it is left to the caller. */
SMTP_RARE bool doubt_reply(struct smtp_session *session, const struct reply *reply);

#endif
