/* file: records in a file that is made new, emptied or appended to. */
#include "output_private.h"
#include "stdio_sink.h"

#include <stdio.h>

static enum err file_open(const struct sink_target *target, void **ret_state)
{
    FILE *file = fopen(target->path, target->append ? "ae" : "we");
    if (file == NULL)
        return ERR_SYSTEM;
    *ret_state = file;
    return ERR_NONE;
}

static enum err file_close(void *state)
{
    return fclose(state) == 0 ? ERR_NONE : ERR_SYSTEM;
}

const struct sink sink_file = {
    .name = "file",
    .summary = "a file",
    .open = file_open,
    .write = stdio_sink_write,
    .flush = stdio_sink_flush,
    .close = file_close,
};
