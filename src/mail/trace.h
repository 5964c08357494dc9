/*
 * trace: the Received fields of one header, taken apart, topmost first.
 *
 * The table lives in the arena and grows up to MAIL_RECEIVED_MAX rows; more fields are counted.
 */
#ifndef MAIL_TRACE_H
#define MAIL_TRACE_H

#include "arena.h"

#include <mxtap/mail.h>

struct trace {
    struct mail_received *rows;
    size_t count, room;
    uint64_t total;
};

/* value: as it stands in the field, with its folds. Of one that is not whole nobody can say that
 * its address cannot be. */
void trace_add(struct trace *trace, struct arena *arena, struct span value, bool whole);

#endif
