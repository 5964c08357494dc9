/* config_sinks: items of the list sinks, made by their type, each with tables of settings. */
#include "config_sinks.h"

#include "settings.h"

#include <stdlib.h>

#define PREFIX "sinks."

bool config_sinks_path(const char *path, struct span *ret_name, const char **ret_setting)
{
    if (strncmp(path, PREFIX, sizeof PREFIX - 1) != 0)
        return false;
    const char *name = path + sizeof PREFIX - 1;
    size_t len = strcspn(name, ".");
    if (len == 0 || name[len] == '\0' || name[len + 1] == '\0')
        return false;
    *ret_name = span_make(name, len);
    *ret_setting = name + len + 1;
    return true;
}

struct config_sink *config_sinks_find(const struct config *config, struct span name)
{
    for (size_t i = 0; i < config->sink_count; i++)
        if (span_equal(span_text(config->sinks[i].name), name))
            return &config->sinks[i];
    return NULL;
}

bool config_sinks_table(const struct config_sink *sink, size_t index,
                        const struct setting **ret_settings, void **ret_options)
{
    const struct sink *type = sink->type;
    const struct setting *settings = NULL;
    const void *options = sink;
    switch (index) {
    case 0: /* over the type itself, whose name is a text like any other */
        settings = settings_sink_type;
        options = type;
        break;
    case 1: settings = settings_sink; break;
    case 2: settings = sink_sends(type) ? settings_sink_sending : settings_sink_local; break;
    default:
        settings = index - 3 <= SINK_TABLES ? type->settings[index - 3] : NULL;
        options = sink->options;
    }
    if (settings == NULL)
        return false;
    *ret_settings = settings;
    *ret_options = (void *)(uintptr_t)options;
    return true;
}

/* Only tables that have values of their own: not that of the type. */
static void each_table(struct config_sink *sink, void (*call)(const struct setting *, void *))
{
    const struct setting *settings;
    void *options;
    for (size_t i = 1; config_sinks_table(sink, i, &settings, &options); i++)
        call(settings, options);
}

/* It stands in paths of settings, in metrics and on command lines. */
static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t lower = span_lower_octet(name.at[i]);
        bool first = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
        if (!first && (i == 0 || (lower != '-' && lower != '_')))
            return false;
    }
    return name.len > 0 && name.len < sizeof((struct config_sink *)NULL)->name;
}

static enum err refuse_type(struct span name, struct span type, char ret_message[CONFIG_MESSAGE])
{
    struct buf names;
    buf_init(&names, 300);
    for (size_t i = 0; sink_at(i) != NULL; i++)
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", sink_at(i)->name);
    snprintf(ret_message, CONFIG_MESSAGE, PREFIX "%.*s.type: '%.*s' is none of %.*s", (int)name.len,
             (const char *)name.at, type.len < 60 ? (int)type.len : 60, (const char *)type.at,
             (int)names.len, (const char *)names.at);
    buf_done(&names);
    return ERR_CONFIG;
}

static const struct sink *find_type(struct span text)
{
    for (size_t i = 0; sink_at(i) != NULL; i++)
        if (span_equal(span_text(sink_at(i)->name), text))
            return sink_at(i);
    return NULL;
}

static enum err new_item(struct config *config, struct span name, char ret_message[CONFIG_MESSAGE],
                         struct config_sink **ret_sink)
{
    if (!is_name(name)) {
        snprintf(ret_message, CONFIG_MESSAGE,
                 PREFIX "%.*s: a name has letters, digits, - and _ and begins with a letter or a "
                        "digit; %zu at most",
                 name.len < 100 ? (int)name.len : 100, (const char *)name.at,
                 sizeof((struct config_sink *)NULL)->name - 1);
        return ERR_CONFIG;
    }
    if (span_equal(name, SPAN_LITERAL("output"))) {
        snprintf(ret_message, CONFIG_MESSAGE,
                 PREFIX "output: is the name of the plain output (output.file)");
        return ERR_CONFIG;
    }
    if (config->sink_count == CONFIG_SINKS) {
        snprintf(ret_message, CONFIG_MESSAGE, PREFIX "%.*s: one too many (%d at most)",
                 (int)name.len, (const char *)name.at, CONFIG_SINKS);
        return ERR_CONFIG;
    }
    struct config_sink *sink = &config->sinks[config->sink_count++];
    memcpy(sink->name, name.at, name.len);
    *ret_sink = sink;
    return ERR_NONE;
}

enum err config_sinks_type(struct config *config, struct span name, struct span type,
                           char ret_message[CONFIG_MESSAGE])
{
    struct config_sink *sink = config_sinks_find(config, name);
    const struct sink *found = find_type(type);
    if (found == NULL && (sink != NULL || is_name(name)))
        return refuse_type(name, type, ret_message);
    void *options = calloc(1, found == NULL ? 1 : found->options_size + 1);
    if (options == NULL) {
        snprintf(ret_message, CONFIG_MESSAGE, "%s", err_text(ERR_MEMORY));
        return ERR_MEMORY;
    }
    enum err err = sink == NULL ? new_item(config, name, ret_message, &sink) : ERR_NONE;
    if (err != ERR_NONE) {
        free(options);
        return err;
    }
    if (sink->type != NULL)
        each_table(sink, setting_done);
    free(sink->options);
    sink->type = found;
    sink->options = options;
    each_table(sink, setting_defaults);
    return ERR_NONE;
}

void config_sinks_refuse(const struct config_sink *sink, const char *path,
                         char ret_message[CONFIG_MESSAGE])
{
    struct buf names;
    buf_init(&names, 380);
    const struct setting *settings;
    void *options;
    for (size_t i = 0; config_sinks_table(sink, i, &settings, &options); i++)
        for (const struct setting *setting = settings; setting->name != NULL; setting++)
            buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", setting->name);
    snprintf(ret_message, CONFIG_MESSAGE, "%.150s: %s has no such setting, but %.*s", path,
             sink->type->name, (int)names.len, (const char *)names.at);
    buf_done(&names);
}

void config_sinks_done(struct config *config)
{
    for (size_t i = 0; i < config->sink_count; i++) {
        each_table(&config->sinks[i], setting_done);
        free(config->sinks[i].options);
    }
    free(config->sinks);
    config->sinks = NULL;
    config->sink_count = 0;
}
