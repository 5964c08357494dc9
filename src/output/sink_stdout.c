/* stdout: records on standard output; each at once where that is a terminal. */
#include "output_private.h"
#include "stdio_sink.h"

#include <errno.h>
#include <stdio.h>

static enum err stdout_open(const struct sink_target *target, void **ret_state)
{
    (void)target;
    *ret_state = stdout;
    return ERR_NONE;
}

/* A reader that has gone away (head) has what it wanted. */
static enum err stdout_close(void *state)
{
    errno = 0;
    return stdio_sink_flush(state) == ERR_NONE || errno == EPIPE ? ERR_NONE : ERR_SYSTEM;
}

static enum err stdout_write(void *state, struct span record)
{
    errno = 0;
    return stdio_sink_write(state, record) == ERR_NONE || errno == EPIPE ? ERR_NONE : ERR_SYSTEM;
}

const struct sink sink_stdout = {
    .name = "stdout",
    .summary = "standard output",
    .open = stdout_open,
    .write = stdout_write,
    .flush = stdio_sink_flush,
    .close = stdout_close,
};
