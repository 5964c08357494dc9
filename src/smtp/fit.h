/*
 * fit: can this reply answer that command? (RFC 5321 4.3.2, RFC 4954, RFC 3207, RFC 2920)
 */
#ifndef SMTP_FIT_H
#define SMTP_FIT_H

#include "queue.h"
#include "reply.h"

enum fit {
    FIT_NO,
    FIT_MAYBE,
    FIT_SURE, /* the reply can hardly answer anything else */
};

enum fit fit_judge(const struct queue *queue, const struct pending *entry,
                   const struct reply *reply);

/* A code that only answers one kind of command: with none waiting nobody asked for it. */
bool fit_exclusive(unsigned code);

/* Does the reply name the very address that the command named? */
enum fit fit_subject(const struct queue *queue, const struct pending *entry,
                     const struct reply *reply);

#endif
