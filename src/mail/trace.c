/* A table that starts small, since most messages carry a few Received fields, and moves twice. */
#include "trace.h"

#define ROWS_FIRST 4

static bool grow(struct trace *trace, struct arena *arena)
{
    size_t room = trace->room == 0 ? ROWS_FIRST : trace->room * 4;
    if (room > MAIL_RECEIVED_MAX)
        room = MAIL_RECEIVED_MAX;
    struct mail_received *rows = arena_take(arena, room * sizeof *rows);
    if (rows == NULL)
        return false;
    if (trace->count > 0)
        memcpy(rows, trace->rows, trace->count * sizeof *rows);
    trace->rows = rows;
    trace->room = room;
    return true;
}

void trace_add(struct trace *trace, struct arena *arena, struct span value, bool whole)
{
    trace->total++;
    if (trace->count == MAIL_RECEIVED_MAX)
        return;
    if (trace->count == trace->room && !grow(trace, arena))
        return;
    struct mail_received *row = &trace->rows[trace->count++];
    mail_received_parse(arena_unfold(arena, value), row);
    row->impossible &= whole;
}
