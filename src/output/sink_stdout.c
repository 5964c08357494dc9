/* stdout: records on standard output; each at once where that is a terminal. */
#include "output_private.h"

#include <errno.h>
#include <stdio.h>

static const struct setting no_settings[] = {SETTING_END};

static enum err stdout_open(const struct sink_how *how, void **ret_state, char *ret_message,
                            size_t size)
{
    (void)how;
    (void)ret_message;
    (void)size;
    *ret_state = stdout;
    return ERR_NONE;
}

static enum err stdout_flush(void *state)
{
    return fflush(state) == 0 ? ERR_NONE : ERR_SYSTEM;
}

/* A reader that has gone away (head) has what it wanted. */
static enum err stdout_close(void *state)
{
    errno = 0;
    return stdout_flush(state) == ERR_NONE || errno == EPIPE ? ERR_NONE : ERR_SYSTEM;
}

static enum err stdout_write(void *state, struct span record)
{
    errno = 0;
    bool whole = fwrite(record.at, 1, record.len, state) == record.len && putc('\n', state) != EOF;
    return whole || errno == EPIPE ? ERR_NONE : ERR_SYSTEM;
}

const struct sink sink_stdout = {
    .name = "stdout",
    .summary = "standard output",
    .settings = {no_settings},
    .format = "eve",
    .acknowledges = true,
    .open = stdout_open,
    .write = stdout_write,
    .flush = stdout_flush,
    .close = stdout_close,
};
