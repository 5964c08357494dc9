/* table: an lru under the detector's share, with a memory for the credit of what was evicted. */
#include "table.h"
#include "detect_private.h"
#include "heavy.h"

#include <json-c/json.h>
#include <stdlib.h>

#define PART                                                                                       \
    8 /* of a reserve: at most so much for one table's prepaid entries, and for headroom           \
       */
#define AGE (3600 * CLOCK_SECOND) /* of what was evicted from a table without an age limit */

/* What is kept beside an lru that a detector owns. */
struct table {
    struct table *next;
    struct table_shape shape;
    void *arg;
    struct heavy heavy;
    uint64_t *evicted;
    int64_t now;
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

enum err table_new(struct detect *detect, struct table_shape shape, void *arg,
                   struct lru **ret_table)
{
    struct table *table = calloc(1, sizeof *table);
    if (table == NULL)
        return ERR_MEMORY;
    struct budget *budget = detect_budget(detect);
    table->shape = shape;
    table->arg = arg;
    table->evicted = detect_evicted(detect);
    heavy_init(&table->heavy, shape.idle > 0 ? shape.idle : AGE, budget);
    size_t prepaid = budget->reserve / PART / (sizeof(struct heavy) + shape.key + shape.value);
    if (prepaid > TABLE_PREPAID)
        prepaid = TABLE_PREPAID;
    const struct lru_options options = {
        .key_size = shape.key,
        .value_size = shape.value,
        .max_entries = shape.max,
        .max_idle = shape.idle,
        .budget = budget,
        .prepaid = prepaid < shape.max ? prepaid : shape.max,
        .headroom = budget->reserve / PART,
        .leave = table_leave,
        .recall = table_recall,
        .arg = table,
    };
    enum err err = lru_new(&options, ret_table);
    if (err != ERR_NONE) {
        free(table);
        return err;
    }
    struct table **tables = detect_tables(detect);
    table->next = *tables;
    *tables = table;
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
