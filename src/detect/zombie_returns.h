/*
 * zombie_returns: who comes back after a temporary failure, as a queue does.
 *
 * Used by det_zombie_sender.c. A delivery is known by the client's network (a pool may come back
 * from another address of it), sender and recipient, and remembered for a day after the first
 * temporary failure (RFC 5321 4.5.4.1: a client keeps trying for days). The table charges the
 * detector's memory. One thread.
 */
#ifndef MXTAP_ZOMBIE_RETURNS_H
#define MXTAP_ZOMBIE_RETURNS_H

#include "table.h"

/* To be freed with lru_free. */
enum err zombie_returns_new(struct detect *detect, struct lru **ret_deferred) MXTAP_MUST_CHECK;
/* Takes in the EVENT_VERDICT of a RCPT; true where its delivery was deferred before, at least wait
 * nanoseconds ago. */
bool zombie_returns_note(struct lru *deferred, const struct event *event, int64_t wait);

#endif
