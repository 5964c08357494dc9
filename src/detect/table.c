/* table: an lru under the detector's share, with a memory for the credit of what was evicted. */
#include "table.h"
#include "detect_private.h"
#include "heavy.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

/* Of a reserve: at most so much for one table's prepaid entries, and for headroom. */
#define PART 8
#define AGE  (3600 * CLOCK_SECOND) /* of what was evicted from a table without an age limit */
#define LOOK (60 * CLOCK_SECOND)   /* between two looks at every entry */

/* What is kept beside an lru that a detector owns. */
struct table {
    struct table *next;
    struct detect *detect;
    size_t detector; /* index */
    struct lru *lru;
    struct table_shape shape;
    void *arg;
    struct heavy heavy;
    uint64_t *evicted;
    int64_t now, next_look;
};

/* Not all: the rest is made anew with the table. */
static const struct pack_field beside_fields[] = {
    {"next_look", PACK_TIME, PACK_AT(struct table, next_look)},
    {"evicted", PACK_KIND, PACK_AT(struct table, heavy), .kind = &heavy_kind},
    PACK_END,
};

static uint64_t hash_of(const struct table *table, const void *key)
{
    return hash_keyed((struct hash_key){0}, key, table->shape.key);
}

static void table_leave(void *arg, const void *key, void *value, enum lru_reason reason)
{
    struct table *table = arg;
    if (reason == LRU_EVICTED) {
        ++*table->evicted;
        uint32_t credit = lru_credited(value);
        if (credit > 0)
            heavy_put(&table->heavy, hash_of(table, key), credit, table->now);
    }
    if (table->shape.leave != NULL)
        table->shape.leave(table->arg, key, value, reason);
}

static uint32_t table_recall(void *arg, const void *key, int64_t now)
{
    struct table *table = arg;
    table->now = now;
    return heavy_is_empty(&table->heavy) ? 0 : heavy_take(&table->heavy, hash_of(table, key), now);
}

enum err table_new(struct detect *detect, const struct table_shape *shape, void *arg,
                   struct lru **ret_table)
{
    struct table *table = calloc(1, sizeof *table);
    if (table == NULL)
        return ERR_MEMORY;
    struct budget *budget = detect_budget(detect);
    table->detect = detect;
    table->detector = detect_current(detect);
    table->shape = *shape;
    table->arg = arg;
    table->evicted = detect_evicted(detect);
    heavy_init(&table->heavy, shape->idle > 0 ? shape->idle : AGE, budget);
    size_t prepaid = budget->reserve / PART / (sizeof(struct heavy) + shape->key + shape->value);
    if (prepaid > TABLE_PREPAID)
        prepaid = TABLE_PREPAID;
    const struct lru_options options = {
        .key_size = shape->key,
        .value_size = shape->value,
        .max_entries = shape->max,
        .max_idle = shape->idle,
        .budget = budget,
        .prepaid = prepaid < shape->max ? prepaid : shape->max,
        .headroom = budget->reserve / PART,
        .leave = table_leave,
        .recall = table_recall,
        .arg = table,
    };
    enum err err = lru_new(&options, &table->lru);
    if (err != ERR_NONE) {
        free(table);
        return err;
    }
    struct table **last = detect_tables(detect);
    while (*last != NULL)
        last = &(*last)->next;
    *last = table;
    *ret_table = table->lru;
    return ERR_NONE;
}

void table_credit(struct lru *table, void *value, uint64_t count, const struct detect_case *c)
{
    uint64_t worth = count < UINT32_MAX / 2 ? count : UINT32_MAX / 2;
    if (c != NULL && c->open)
        worth += TABLE_CASE;
    lru_credit(table, value, (uint32_t)worth);
}

void table_note(const void *value, struct json_object *evidence)
{
    if (lru_recalled(value) > 0)
        json_object_object_add(evidence, "forgotten", json_object_new_boolean(true));
}

void table_free_all(struct table *tables)
{
    while (tables != NULL) {
        struct table *next = tables->next;
        heavy_done(&tables->heavy);
        free(tables);
        tables = next;
    }
}

/* ---- time ---- */

static bool look(void *arg, const void *key, void *value)
{
    struct table *table = arg;
    table->shape.look(table->arg, key, value, table->now);
    return true;
}

void table_pass_all(struct table *tables, int64_t now)
{
    for (struct table *table = tables; table != NULL; table = table->next) {
        detect_call(table->detect, table->detector);
        table->now = now;
        bool due = now >= table->next_look || table->next_look - now > LOOK;
        if (table->shape.look != NULL && due) {
            table->next_look = now + LOOK;
            lru_each(table->lru, look, table);
        }
        lru_expire(table->lru, now);
    }
}

/* ---- what is remembered ---- */

/* An entry while it is saved or loaded. */
struct entry {
    int64_t used;
    uint32_t credit, recalled;
    uint8_t key[TABLE_KEY_MAX];
    _Alignas(16) uint8_t value[];
};

struct saving {
    const struct table *table;
    struct entry *entry;
    struct buf *out;
    struct pack_field fields[PACK_FIELDS_MAX + 1]; /* of entry */
};

/* The fields of an entry, with those of its value. */
static bool saving_begin(struct saving *saving, const struct table *table)
{
    const struct pack_field own[] = {
        {"entry.key", PACK_OCTETS, .offset = offsetof(struct entry, key), .size = table->shape.key,
         .count = 1},
        {"entry.used", PACK_TIME, PACK_AT(struct entry, used)},
        {"entry.credit", PACK_UNSIGNED, PACK_AT(struct entry, credit)},
        {"entry.recalled", PACK_UNSIGNED, PACK_AT(struct entry, recalled)},
    };
    size_t count = sizeof own / sizeof own[0];
    memcpy(saving->fields, own, sizeof own);
    for (const struct pack_field *field = table->shape.fields; field->name != NULL; field++) {
        saving->fields[count] = *field;
        saving->fields[count++].offset += offsetof(struct entry, value);
    }
    saving->fields[count] = (struct pack_field){.name = NULL};
    saving->table = table;
    saving->entry = calloc(1, sizeof *saving->entry + table->shape.value);
    return saving->entry != NULL;
}

static void section_name(const struct table *table, const char *more, char ret_name[IMAGE_NAME_MAX])
{
    snprintf(ret_name, IMAGE_NAME_MAX, "detect.%s.%s%s", detect_at(table->detector)->name,
             table->shape.name, more);
}

static bool save_entry(void *arg, const void *key, void *value)
{
    struct saving *saving = arg;
    struct entry *entry = saving->entry;
    entry->used = lru_used(value);
    entry->credit = lru_credited(value);
    entry->recalled = lru_recalled(value);
    memcpy(entry->key, key, saving->table->shape.key);
    memcpy(entry->value, value, saving->table->shape.value);
    pack_put(saving->out, saving->fields, entry);
    return !saving->out->truncated;
}

static void save(struct table *table, struct image *image)
{
    char name[IMAGE_NAME_MAX];
    struct saving saving;
    section_name(table, "", name);
    if (saving_begin(&saving, table) && (saving.out = image_add(image, name)) != NULL) {
        pack_begin(saving.out, saving.fields);
        lru_each(table->lru, save_entry, &saving);
    }
    free(saving.entry);
    section_name(table, ".beside", name);
    struct buf *out = image_add(image, name);
    if (out != NULL) {
        pack_begin(out, beside_fields);
        pack_put(out, beside_fields, table);
    }
}

void table_save_all(struct table *tables, struct image *image)
{
    for (struct table *table = tables; table != NULL; table = table->next)
        if (table->shape.fields != NULL)
            save(table, image);
}

static bool has_keys_of(const struct pack_reader *reader, const struct saving *saving)
{
    for (size_t i = 0; i < reader->count; i++)
        if (reader->saved[i].field == &saving->fields[0])
            return reader->saved[i].size == saving->table->shape.key;
    return false;
}

/* The entry takes its place in the table; where there is none, its value is freed. */
static void settle(struct table *table, struct entry *entry, bool wrong)
{
    void *value = NULL;
    table->now = entry->used;
    if (table->shape.mend != NULL)
        table->shape.mend(entry->value);
    if (!wrong)
        value = lru_restore(table->lru, entry->key, entry->used, entry->credit, entry->recalled);
    if (value != NULL) {
        memcpy(value, entry->value, table->shape.value);
        return;
    }
    ++*table->evicted;
    if (table->shape.leave != NULL)
        table->shape.leave(table->arg, entry->key, entry->value, LRU_REMOVED);
}

static void load_entries(struct table *table, struct saving *saving, struct span section)
{
    struct pack_reader reader;
    struct entry *entry = saving->entry;
    if (!pack_open(&reader, section, saving->fields, table->detect) ||
        !has_keys_of(&reader, saving))
        return;
    bool wrong = false;
    for (int64_t last = CLOCK_EARLIEST; !wrong; last = entry->used) {
        memset(entry, 0, sizeof *entry + table->shape.value);
        if (table->shape.begin != NULL)
            table->shape.begin(table->arg, entry->value);
        if (!pack_get(&reader, entry))
            return;
        wrong = entry->used < last || entry->used > detect_latest(table->detect);
        settle(table, entry, wrong);
    }
}

static void load(struct table *table, const struct image *image)
{
    char name[IMAGE_NAME_MAX];
    struct saving saving;
    struct pack_reader reader;
    detect_call(table->detect, table->detector);
    section_name(table, ".beside", name);
    if (!pack_open(&reader, image_find(image, name), beside_fields, table->detect) ||
        !pack_get(&reader, table))
        table->next_look = CLOCK_EARLIEST;
    section_name(table, "", name);
    if (saving_begin(&saving, table))
        load_entries(table, &saving, image_find(image, name));
    free(saving.entry);
}

void table_load_all(struct table *tables, const struct image *image)
{
    for (struct table *table = tables; table != NULL; table = table->next)
        if (table->shape.fields != NULL)
            load(table, image);
}
