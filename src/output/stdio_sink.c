/* stdio_sink: a record and its line end, through stdio's buffer. */
#include "stdio_sink.h"

#include <stdio.h>

enum err stdio_sink_write(void *state, struct span record)
{
    if (fwrite(record.at, 1, record.len, state) != record.len || putc('\n', state) == EOF)
        return ERR_SYSTEM;
    return ERR_NONE;
}

enum err stdio_sink_flush(void *state)
{
    return fflush(state) == 0 ? ERR_NONE : ERR_SYSTEM;
}
