/*
 * config_yaml: the YAML file, through libcyaml. Its schema is made from the tables of settings when
 * it is needed: a mapping of groups, each a mapping of texts; the texts are then set like --set
 * does. So a key that is no setting is an error with its line, and a value has one parser.
 */
#include "config.h"

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

/* The loaded texts lie in one array, in the order of the entries; a schema's offsets point there.
 */
struct schema {
    cyaml_schema_field_t *fields[64]; /* every table made, to be freed */
    char *keys[512];
    size_t field_count, key_count;
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
 * entries first to last; offsets count from base.
 */
static cyaml_schema_field_t *make_fields(struct schema *schema, const struct entries *entries,
                                         size_t first, size_t last, size_t prefix)
{
    cyaml_schema_field_t *fields = calloc(last - first + 1, sizeof *fields);
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

static enum err apply(struct config *config, const struct entries *entries, char **texts,
                      const char *path, char ret_message[CONFIG_MESSAGE])
{
    for (size_t i = 0; i < entries->count; i++) {
        if (texts[i] == NULL)
            continue;
        char message[CONFIG_MESSAGE] = "";
        enum err err = config_set(config, entries->list[i].path, span_text(texts[i]), message);
        if (err != ERR_NONE) {
            snprintf(ret_message, CONFIG_MESSAGE, "%.200s: %.380s", path, message);
            return err;
        }
    }
    return ERR_NONE;
}

static enum err load(struct config *config, const struct entries *entries, struct schema *schema,
                     const char *path, char ret_message[CONFIG_MESSAGE])
{
    const cyaml_schema_field_t *fields = make_fields(schema, entries, 0, entries->count, 0);
    if (fields == NULL)
        return ERR_MEMORY;
    const cyaml_schema_value_t top = {
        .type = CYAML_MAPPING,
        .flags = CYAML_FLAG_POINTER,
        .data_size = (uint32_t)(entries->count * sizeof(char *)),
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
    enum err err = texts == NULL ? ERR_NONE : apply(config, entries, texts, path, ret_message);
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
