/* The table of stream engines, from engines.def, and the settings they start from. */
#include <mxtap/clock.h>
#include <mxtap/stream.h>

#define ENGINE(name) extern const struct engine engine_##name;
#include "engines.def"
#undef ENGINE

static const struct engine *const engine_table[] = {
#define ENGINE(name) &engine_##name,
#include "engines.def"
#undef ENGINE
};

const struct engine *engine_at(size_t index)
{
    return index < sizeof engine_table / sizeof engine_table[0] ? engine_table[index] : NULL;
}

const struct engine *engine_find(const char *name)
{
    const struct engine *engine;
    for (size_t i = 0; (engine = engine_at(i)) != NULL; i++)
        if (strcmp(engine->name, name) == 0)
            return engine;
    return NULL;
}

void stream_defaults(struct stream_options *ret_options)
{
    *ret_options = (struct stream_options){
        .ports = {25},
        .max_flows = 65536,
        .max_queue = 1 << 20,
        .memory = 32 << 20,
        .idle_time = 600 * CLOCK_SECOND, /* RFC 5321 4.5.3.2: no wait in SMTP is longer */
        .half_open_time = 30 * CLOCK_SECOND,
        .closed_time = 30 * CLOCK_SECOND,
    };
}
