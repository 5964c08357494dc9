/*
 * once: cases that are reported a single time: a session or a message is what it is.
 *
 * The id of the case is of the detector, the flow, the key and the flow's opening, so it is stable
 * for the same packets. Used by the detectors whose key is a session or a message.
 */
#ifndef MXTAP_ONCE_H
#define MXTAP_ONCE_H

#include "evidence.h"

/* The state that a detector without tables needs. */
struct once {
    struct detect *detect;
    const void *options;
};

enum err once_open(struct detect *detect, const void *options, void **ret_state);
void once_close(void *state);

/* Reports the event's session (tx_id 0) or the message with this tx_id, in state new; takes the
 * evidence over. reason is ended by its length. */
void once_report(struct detect *detect, const struct detector *detector, unsigned severity,
                 uint32_t tx_id, const struct event *event, const struct buf *reason,
                 struct json_object *evidence);

#endif
