/*
 * config_yaml: the YAML file, through libcyaml. Its schema is made from the tables of settings when
 * it is needed: a mapping of groups, each a mapping of texts; the texts are then set like --set
 * does. So a key that is no setting is an error with its line, and a value has one parser. sinks is
 * a sequence of mappings that may have the keys of every type of sink: which of them this item's
 * type has is known when they are set.
 */
#include "config_sinks.h"

#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stdlib.h>

struct entries {
    struct config_entry *list;
    size_t count, room;
};

static bool collect(void *arg, const struct config_entry *entry)
{
    struct entries *entries = arg;
    struct span name;
    const char *setting;
    if (config_sinks_path(entry->path, &name, &setting))
        return true; /* the file has a list of its own */
    if (entries->count == entries->room) {
        size_t room = entries->room == 0 ? 64 : entries->room * 2;
        struct config_entry *list = realloc(entries->list, room * sizeof *list);
        if (list == NULL)
            return false;
        entries->list = list;
        entries->room = room;
    }
    entries->list[entries->count++] = *entry;
    return true;
}

#define ITEM_KEYS 256
#define ITEM_NAME 0 /* places of the two keys that an item must have */
#define ITEM_TYPE 1

/*
 * The loaded texts lie in one array, in the order of the entries; a schema's offsets point there.
 * Behind them two places more: a pointer to the items of sinks, and their number. Each item is an
 * array of texts itself, in the order of item_keys.
 */
struct schema {
    cyaml_schema_field_t *fields[64]; /* every table made, to be freed */
    char *keys[512];
    size_t field_count, key_count;
    const char *item_keys[ITEM_KEYS];
    size_t item_key_count;
    cyaml_schema_field_t item_fields[ITEM_KEYS + 1];
    cyaml_schema_value_t item;
};

/* What was loaded. */
struct loaded {
    char **texts;
    char **items; /* item_key_count texts for each */
    size_t item_count;
};

static char *key_of(struct schema *schema, const char *text, size_t len)
{
    char *key = strndup(text, len);
    if (key != NULL && schema->key_count < sizeof schema->keys / sizeof schema->keys[0])
        schema->keys[schema->key_count++] = key;
    return key;
}

/* Does the entry lie below the first len octets of path? */
static bool below(const struct config_entry *entry, const char *path, size_t len)
{
    return strncmp(entry->path, path, len) == 0;
}

/*
 * The fields of the mapping whose path is the first prefix octets of list[first].path, over the
 * entries first to last, with room for one more; offsets count from first.
 */
static cyaml_schema_field_t *make_fields(struct schema *schema, const struct entries *entries,
                                         size_t first, size_t last, size_t prefix)
{
    cyaml_schema_field_t *fields = calloc(last - first + 2, sizeof *fields);
    if (fields == NULL || schema->field_count == sizeof schema->fields / sizeof schema->fields[0]) {
        free(fields);
        return NULL;
    }
    schema->fields[schema->field_count++] = fields;
    size_t count = 0;
    for (size_t i = first; i < last;) {
        const char *path = entries->list[i].path;
        size_t len = strcspn(path + prefix, ".");
        cyaml_schema_field_t *field = &fields[count++];
        field->key = key_of(schema, path + prefix, len);
        field->data_offset = (uint32_t)((i - first) * sizeof(char *));
        field->value.flags = CYAML_FLAG_OPTIONAL;
        if (path[prefix + len] == '\0') {
            field->value.type = CYAML_STRING;
            field->value.flags |= CYAML_FLAG_POINTER;
            field->value.data_size = sizeof(char);
            field->value.string.max = CYAML_UNLIMITED;
            i++;
            continue;
        }
        size_t end = i;
        while (end < last && below(&entries->list[end], path, prefix + len + 1))
            end++;
        field->value.type = CYAML_MAPPING;
        field->value.data_size = (uint32_t)((end - i) * sizeof(char *));
        field->value.mapping.fields = make_fields(schema, entries, i, end, prefix + len + 1);
        if (field->value.mapping.fields == NULL)
            return NULL;
        i = end;
    }
    return fields;
}

static bool add_item_key(struct schema *schema, const char *key)
{
    for (size_t i = 0; i < schema->item_key_count; i++)
        if (strcmp(schema->item_keys[i], key) == 0)
            return true;
    if (schema->item_key_count == ITEM_KEYS)
        return false;
    size_t at = schema->item_key_count++;
    schema->item_keys[at] = key;
    schema->item_fields[at] = (cyaml_schema_field_t){
        .key = key,
        .data_offset = (uint32_t)(at * sizeof(char *)),
        .value = {.type = CYAML_STRING,
                  .flags = CYAML_FLAG_POINTER |
                           (at <= ITEM_TYPE ? CYAML_FLAG_DEFAULT : CYAML_FLAG_OPTIONAL),
                  .data_size = sizeof(char),
                  .string.max = CYAML_UNLIMITED},
    };
    return true;
}

/* The schema of an item: the keys of all types. */
static bool make_item(struct schema *schema)
{
    bool fits = add_item_key(schema, "name") && add_item_key(schema, "type");
    const struct setting *settings;
    void *options;
    for (size_t i = 0; sink_at(i) != NULL; i++) {
        const struct config_sink any = {.type = sink_at(i)};
        for (size_t table = 0; config_sinks_table(&any, table, &settings, &options); table++)
            for (const struct setting *setting = settings; setting->name != NULL; setting++)
                fits = fits && add_item_key(schema, setting->name);
    }
    schema->item = (cyaml_schema_value_t){
        .type = CYAML_MAPPING,
        .data_size = (uint32_t)(schema->item_key_count * sizeof(char *)),
        .mapping = {.fields = schema->item_fields},
    };
    return fits;
}

/* All fields of the file; NULL without memory. */
static const cyaml_schema_field_t *make_top(struct schema *schema, const struct entries *entries)
{
    cyaml_schema_field_t *fields = make_fields(schema, entries, 0, entries->count, 0);
    if (fields == NULL || !make_item(schema))
        return NULL;
    cyaml_schema_field_t *sinks = fields;
    while (sinks->key != NULL)
        sinks++;
    sinks->key = "sinks";
    sinks->data_offset = (uint32_t)(entries->count * sizeof(char *));
    sinks->count_offset = sinks->data_offset + (uint32_t)sizeof(char *);
    sinks->count_size = sizeof(size_t);
    sinks->value = (cyaml_schema_value_t){
        .type = CYAML_SEQUENCE,
        /* "sinks:" and nothing behind it is what is left where all items are comments. */
        .flags = CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER_NULL,
        .data_size = schema->item.data_size,
        .sequence = {.entry = &schema->item, .max = CYAML_UNLIMITED},
    };
    return fields;
}

static void schema_done(struct schema *schema)
{
    for (size_t i = 0; i < schema->field_count; i++)
        free(schema->fields[i]);
    for (size_t i = 0; i < schema->key_count; i++)
        free(schema->keys[i]);
}

struct complaint {
    char *message;
    size_t used;
    bool any; /* libcyaml has said something */
};

/* libcyaml explains an error over several lines; they become one. */
MXTAP_PRINTF(3, 0)
static void on_log(cyaml_log_t level, void *arg, const char *format, va_list arguments)
{
    struct complaint *complaint = arg;
    if (level < CYAML_LOG_ERROR)
        return;
    char line[256];
    vsnprintf(line, sizeof line, format, arguments);
    struct span text = span_text(line);
    if (span_starts(text, SPAN_LITERAL("Load: ")))
        text = span_skip(text, sizeof "Load: " - 1);
    text = span_trim(text);
    if (span_equal(text, SPAN_LITERAL("Backtrace:")) || complaint->used + 4 >= CONFIG_MESSAGE)
        return;
    complaint->used += (size_t)snprintf(
        complaint->message + complaint->used, CONFIG_MESSAGE - complaint->used, "%s%.*s",
        complaint->any ? "; " : ": ", (int)text.len, (const char *)text.at);
    complaint->any = true;
}

/* A value, or what is wrong with it and the file's name. */
static enum err apply_value(struct config *config, const char *path, const char *setting,
                            const char *text, char ret_message[CONFIG_MESSAGE])
{
    char message[CONFIG_MESSAGE] = "";
    enum err err = config_set(config, setting, span_text(text), message);
    if (err != ERR_NONE)
        snprintf(ret_message, CONFIG_MESSAGE, "%.200s: %.380s", path, message);
    return err;
}

static enum err apply_item(struct config *config, const struct schema *schema,
                           const struct loaded *loaded, size_t at, const char *path,
                           char ret_message[CONFIG_MESSAGE])
{
    char **texts = loaded->items + at * schema->item_key_count;
    for (size_t i = 0; i < at; i++) {
        if (strcmp(loaded->items[i * schema->item_key_count + ITEM_NAME], texts[ITEM_NAME]) == 0) {
            snprintf(ret_message, CONFIG_MESSAGE, "%.200s: sinks: '%.100s' is there twice", path,
                     texts[ITEM_NAME]);
            return ERR_CONFIG;
        }
    }
    char message[CONFIG_MESSAGE] = "";
    enum err err = config_sinks_type(config, span_text(texts[ITEM_NAME]),
                                     span_text(texts[ITEM_TYPE]), message);
    if (err != ERR_NONE)
        snprintf(ret_message, CONFIG_MESSAGE, "%.200s: %.380s", path, message);
    for (size_t i = ITEM_TYPE + 1; i < schema->item_key_count && err == ERR_NONE; i++) {
        char setting[200];
        snprintf(setting, sizeof setting, "sinks.%s.%s", texts[ITEM_NAME], schema->item_keys[i]);
        if (texts[i] != NULL)
            err = apply_value(config, path, setting, texts[i], ret_message);
    }
    return err;
}

static enum err apply(struct config *config, const struct entries *entries,
                      const struct schema *schema, const struct loaded *loaded, const char *path,
                      char ret_message[CONFIG_MESSAGE])
{
    enum err err = ERR_NONE;
    for (size_t i = 0; i < entries->count && err == ERR_NONE; i++)
        if (loaded->texts[i] != NULL)
            err = apply_value(config, path, entries->list[i].path, loaded->texts[i], ret_message);
    for (size_t i = 0; i < loaded->item_count && err == ERR_NONE; i++)
        err = apply_item(config, schema, loaded, i, path, ret_message);
    return err;
}

static enum err load(struct config *config, const struct entries *entries, struct schema *schema,
                     const char *path, char ret_message[CONFIG_MESSAGE])
{
    const cyaml_schema_field_t *fields = make_top(schema, entries);
    if (fields == NULL)
        return ERR_MEMORY;
    const cyaml_schema_value_t top = {
        .type = CYAML_MAPPING,
        .flags = CYAML_FLAG_POINTER,
        .data_size = (uint32_t)((entries->count + 2) * sizeof(char *)),
        .mapping = {.fields = fields},
    };
    struct complaint complaint = {.message = ret_message};
    complaint.used = (size_t)snprintf(ret_message, CONFIG_MESSAGE, "%.200s", path);
    const cyaml_config_t cyaml = {
        .log_fn = on_log,
        .log_ctx = &complaint,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = cyaml_mem,
    };
    char **texts = NULL;
    cyaml_err_t failed = cyaml_load_file(path, &cyaml, &top, (cyaml_data_t **)&texts, NULL);
    if (failed != CYAML_OK) {
        if (complaint.used + 4 < CONFIG_MESSAGE)
            snprintf(ret_message + complaint.used, CONFIG_MESSAGE - complaint.used, ": %s",
                     cyaml_strerror(failed));
        return ERR_CONFIG;
    }
    enum err err = ERR_NONE;
    if (texts != NULL) {
        struct loaded loaded = {.texts = texts, .items = (char **)texts[entries->count]};
        memcpy(&loaded.item_count, &texts[entries->count + 1], sizeof loaded.item_count);
        err = apply(config, entries, schema, &loaded, path, ret_message);
    }
    cyaml_free(&cyaml, &top, texts, 0);
    return err;
}

enum err config_load(struct config *config, const char *path, char ret_message[CONFIG_MESSAGE])
{
    struct entries entries = {0};
    config_each(config, collect, &entries);
    struct schema *schema = calloc(1, sizeof *schema);
    enum err err = schema == NULL ? ERR_MEMORY : load(config, &entries, schema, path, ret_message);
    if (schema != NULL)
        schema_done(schema);
    free(schema);
    free(entries.list);
    return err;
}
