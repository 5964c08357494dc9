/* registry: the tables of formats and sinks, and the settings of a sink. */
#include "output_private.h"

#include <poll.h>
#include <stdlib.h>

static const struct format *const formats[] = {
#define FORMAT(name) &format_##name,
#include "formats.def"
#undef FORMAT
};

static const struct sink *const sinks[] = {
#define SINK(name) &sink_##name,
#include "sinks.def"
#undef SINK
};

const struct format *format_at(size_t index)
{
    return index < sizeof formats / sizeof formats[0] ? formats[index] : NULL;
}

const struct format *format_find(const char *name)
{
    for (size_t i = 0; format_at(i) != NULL; i++)
        if (strcmp(format_at(i)->name, name) == 0)
            return format_at(i);
    return NULL;
}

const struct sink *sink_at(size_t index)
{
    return index < sizeof sinks / sizeof sinks[0] ? sinks[index] : NULL;
}

const struct sink *sink_find(const char *name)
{
    for (size_t i = 0; sink_at(i) != NULL; i++)
        if (strcmp(sink_at(i)->name, name) == 0)
            return sink_at(i);
    return NULL;
}

enum err sink_options_new(const struct sink *sink, void **ret_options)
{
    void *options = calloc(1, sink->options_size + 1);
    if (options == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; sink->settings[i] != NULL; i++)
        setting_defaults(sink->settings[i], options);
    *ret_options = options;
    return ERR_NONE;
}

void sink_options_free(const struct sink *sink, void *options)
{
    if (options == NULL)
        return;
    for (size_t i = 0; sink->settings[i] != NULL; i++)
        setting_done(sink->settings[i], options);
    free(options);
}

const struct setting *sink_setting(const struct sink *sink, struct span name)
{
    const struct setting *found = NULL;
    for (size_t i = 0; found == NULL && sink->settings[i] != NULL; i++)
        found = setting_find(sink->settings[i], name);
    return found;
}

bool sink_stopped(int stop)
{
    struct pollfd wanted = {.fd = stop, .events = POLLIN};
    return poll(&wanted, 1, 0) > 0;
}
