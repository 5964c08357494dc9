/* config: the tables of settings, walked; values set by path. The YAML file is config_yaml.c's. */
#include "config.h"

#include "settings.h"

#include <stdlib.h>

#define VALUE_MAX 4200 /* octets of a value: more than setting.c takes */

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
    if (config->detectors == NULL) {
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

void config_each(const struct config *config,
                 bool (*visit)(void *arg, const struct config_entry *entry), void *arg)
{
    for (const struct settings_group *group = settings_groups; group->name != NULL; group++)
        if (!each_of(group->name, "", group->settings, group_options(config, group), visit, arg))
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

enum err config_set(struct config *config, const char *path, struct span value,
                    char ret_message[CONFIG_MESSAGE])
{
    struct wanted wanted = {.path = path};
    config_each(config, match, &wanted);
    if (!wanted.found) {
        snprintf(ret_message, CONFIG_MESSAGE, "there is no setting '%.200s'", path);
        return ERR_CONFIG;
    }
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

struct printing {
    FILE *out;
    bool help;
    char group[64], name[64]; /* whose heads have been printed */
};

/* The heads that this path opens: the group, and below detectors the name. */
static void print_heads(struct printing *printing, const char *path, size_t group_len,
                        size_t name_len)
{
    if (strncmp(printing->group, path, group_len) != 0 || printing->group[group_len] != '\0') {
        snprintf(printing->group, sizeof printing->group, "%.*s", (int)group_len, path);
        printing->name[0] = '\0';
        fprintf(printing->out, "%s:\n", printing->group);
    }
    const char *name = path + group_len + 1;
    if (name_len > 0 &&
        (strncmp(printing->name, name, name_len) != 0 || printing->name[name_len] != '\0')) {
        snprintf(printing->name, sizeof printing->name, "%.*s", (int)name_len, name);
        fprintf(printing->out, "  %s:\n", printing->name);
    }
}

/* A text in the double quotes of YAML. */
static void print_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static bool print_entry(void *arg, const struct config_entry *entry)
{
    struct printing *printing = arg;
    size_t group_len = strcspn(entry->path, ".");
    const char *rest = entry->path + group_len + 1;
    size_t name_len = strchr(rest, '.') == NULL ? 0 : strcspn(rest, ".");
    print_heads(printing, entry->path, group_len, name_len);
    char value[VALUE_MAX];
    setting_print(entry->setting, entry->options, value, sizeof value);
    const char *indent = name_len > 0 ? "    " : "  ";
    if (printing->help)
        fprintf(printing->out, "%s# %s%s%s%s; default %s\n", indent, entry->setting->help,
                *entry->setting->unit ? " (" : "", entry->setting->unit,
                *entry->setting->unit ? ")" : "",
                *entry->setting->fallback ? entry->setting->fallback : "none");
    fprintf(printing->out, "%s%s: ", indent, entry->setting->name);
    if (entry->setting->type == SETTING_TEXT)
        print_quoted(printing->out, value);
    else
        fputs(value, printing->out);
    fputc('\n', printing->out);
    return true;
}

void config_print(const struct config *config, FILE *out, bool help)
{
    struct printing printing = {.out = out, .help = help};
    config_each(config, print_entry, &printing);
}
