/* config: the tables of settings, walked; values set by path. The YAML file is config_yaml.c's,
 * what check prints config_print.c's. */
#include "config.h"

#include "config_sinks.h"
#include "settings.h"

#include <stdlib.h>

static void *group_options(const struct config *config, const struct settings_group *group)
{
    return (uint8_t *)(uintptr_t)config + group->offset;
}

enum err config_new(struct config **ret_config)
{
    struct config *config = calloc(1, sizeof *config);
    if (config == NULL)
        return ERR_MEMORY;
    config->detectors = calloc(detect_count(), sizeof *config->detectors);
    config->sinks = calloc(CONFIG_SINKS, sizeof *config->sinks);
    if (config->detectors == NULL || config->sinks == NULL) {
        free(config->detectors);
        free(config->sinks);
        free(config);
        return ERR_MEMORY;
    }
    for (const struct settings_group *group = settings_groups; group->name != NULL; group++)
        setting_defaults(group->settings, group_options(config, group));
    for (size_t i = 0; i < detect_count(); i++) {
        const struct detector *detector = detect_at(i);
        setting_defaults(settings_detector, &config->detectors[i]);
        config->detectors[i].options = calloc(1, detector->options_size + 1);
        if (config->detectors[i].options == NULL) {
            config_free(config);
            return ERR_MEMORY;
        }
        setting_defaults(detector->settings, config->detectors[i].options);
    }
    *ret_config = config;
    return ERR_NONE;
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    for (const struct settings_group *group = settings_groups; group->name != NULL; group++)
        setting_done(group->settings, group_options(config, group));
    for (size_t i = 0; i < detect_count(); i++) {
        if (config->detectors[i].options != NULL)
            setting_done(detect_at(i)->settings, config->detectors[i].options);
        free(config->detectors[i].options);
    }
    free(config->detectors);
    config_sinks_done(config);
    free(config);
}

/* Visits one table; false where visit wants no more. */
static bool each_of(const char *group, const char *name, const struct setting *settings,
                    void *options, bool (*visit)(void *, const struct config_entry *), void *arg)
{
    for (const struct setting *setting = settings; setting->name != NULL; setting++) {
        struct config_entry entry = {.setting = setting, .options = options};
        snprintf(entry.path, sizeof entry.path, "%s.%s%s%s", group, name, *name ? "." : "",
                 setting->name);
        if (!visit(arg, &entry))
            return false;
    }
    return true;
}

static bool each_sink(const struct config *config,
                      bool (*visit)(void *, const struct config_entry *), void *arg)
{
    const struct setting *settings;
    void *options;
    for (size_t i = 0; i < config->sink_count; i++)
        for (size_t table = 0; config_sinks_table(&config->sinks[i], table, &settings, &options);
             table++)
            if (!each_of("sinks", config->sinks[i].name, settings, options, visit, arg))
                return false;
    return true;
}

void config_each(const struct config *config,
                 bool (*visit)(void *arg, const struct config_entry *entry), void *arg)
{
    for (const struct settings_group *group = settings_groups; group->name != NULL; group++)
        if (!each_of(group->name, "", group->settings, group_options(config, group), visit, arg))
            return;
    if (!each_sink(config, visit, arg))
        return;
    for (size_t i = 0; i < detect_count(); i++) {
        const struct detector *detector = detect_at(i);
        struct detect_config *own = &config->detectors[i];
        if (!each_of("detectors", detector->name, settings_detector, own, visit, arg) ||
            !each_of("detectors", detector->name, detector->settings, own->options, visit, arg))
            return;
    }
}

struct wanted {
    const char *path;
    struct config_entry entry;
    bool found;
};

static bool match(void *arg, const struct config_entry *entry)
{
    struct wanted *wanted = arg;
    wanted->found = strcmp(entry->path, wanted->path) == 0;
    if (wanted->found)
        wanted->entry = *entry;
    return !wanted->found;
}

/* Why there is no such setting. */
static enum err refuse(const struct config *config, const char *path,
                       char ret_message[CONFIG_MESSAGE])
{
    struct span name;
    const char *setting;
    if (!config_sinks_path(path, &name, &setting)) {
        snprintf(ret_message, CONFIG_MESSAGE, "there is no setting '%.200s'", path);
        return ERR_CONFIG;
    }
    const struct config_sink *sink = config_sinks_find(config, name);
    if (sink == NULL)
        snprintf(ret_message, CONFIG_MESSAGE,
                 "%.200s: there is no sink of this name; its type comes first (sinks.NAME.type)",
                 path);
    else
        config_sinks_refuse(sink, path, ret_message);
    return ERR_CONFIG;
}

enum err config_set(struct config *config, const char *path, struct span value,
                    char ret_message[CONFIG_MESSAGE])
{
    struct span name;
    const char *setting;
    if (config_sinks_path(path, &name, &setting) && strcmp(setting, "type") == 0)
        return config_sinks_type(config, name, value, ret_message);
    struct wanted wanted = {.path = path};
    config_each(config, match, &wanted);
    if (!wanted.found)
        return refuse(config, path, ret_message);
    char message[300];
    enum err err =
        setting_set(wanted.entry.setting, wanted.entry.options, value, message, sizeof message);
    if (err == ERR_CONFIG)
        snprintf(ret_message, CONFIG_MESSAGE, "%.*s%s",
                 (int)(strlen(path) - strlen(wanted.entry.setting->name)), path, message);
    else if (err != ERR_NONE)
        snprintf(ret_message, CONFIG_MESSAGE, "%s", err_text(err));
    return err;
}

bool config_item(struct span *rest, struct span *ret_item)
{
    while (rest->len > 0) {
        size_t comma = span_find(*rest, ',');
        *ret_item = span_trim(span_head(*rest, comma));
        *rest = span_skip(*rest, comma + 1);
        if (ret_item->len > 0)
            return true;
    }
    return false;
}
