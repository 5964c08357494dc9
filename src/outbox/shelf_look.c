/* shelf_look: what is on the shelf: places, heads of records, counts. */
#ifdef MXTAP_OUTBOX

#include "shelf.h"

static void read_head(sqlite3_stmt *row, struct shelf_head *ret_head)
{
    ret_head->seq = (uint64_t)sqlite3_column_int64(row, 0);
    ret_head->put = sqlite3_column_int64(row, 1);
    ret_head->kind = (enum record_kind)sqlite3_column_int64(row, 2);
    ret_head->severity = (unsigned)sqlite3_column_int64(row, 3);
    ret_head->detector = (uint32_t)sqlite3_column_int64(row, 4);
    sql_text(row, 5, ret_head->format, sizeof ret_head->format);
    ret_head->octets = sqlite3_column_int64(row, 6);
}

enum err shelf_heads(struct shelf *shelf, struct shelf_head *ret_heads, size_t most,
                     size_t *ret_count)
{
    sqlite3_stmt *statement = shelf->statements[SHELF_HEADS];
    size_t count = 0;
    bool row = false;
    sqlite3_bind_int64(statement, 1, (int64_t)most);
    enum err err = sql_step(statement, &row);
    while (err == ERR_NONE && row && count < most) {
        read_head(statement, &ret_heads[count++]);
        err = sql_step(statement, &row);
    }
    sqlite3_reset(statement);
    *ret_count = count;
    return err;
}

enum err shelf_dead_oldest(struct shelf *shelf, int64_t *ret_put)
{
    sqlite3_stmt *statement = shelf->statements[SHELF_DEAD_OLDEST];
    bool row = false;
    enum err err = sql_step(statement, &row);
    if (err == ERR_NONE)
        *ret_put = row ? sqlite3_column_int64(statement, 0) : INT64_MAX;
    sqlite3_reset(statement);
    return err;
}

enum err shelf_dead_remove(struct shelf *shelf, size_t count, int64_t limit)
{
    sqlite3_bind_int64(shelf->statements[SHELF_DEAD_REMOVE], 1, (int64_t)count);
    if (limit == INT64_MAX)
        sqlite3_bind_null(shelf->statements[SHELF_DEAD_REMOVE], 2);
    else
        sqlite3_bind_int64(shelf->statements[SHELF_DEAD_REMOVE], 2, limit);
    return sql_do(shelf->statements[SHELF_DEAD_REMOVE]);
}

enum err shelf_places(struct shelf *shelf, bool (*visit)(void *arg, const struct place *place),
                      void *arg)
{
    struct place place;
    sqlite3_stmt *statement = NULL;
    bool row = false, more = true;
    enum err err = sql_prepare(shelf->file.db, "SELECT " PLACE_COLUMNS " FROM reader ORDER BY name",
                               &statement);
    if (err == ERR_NONE)
        err = sql_step(statement, &row);
    while (err == ERR_NONE && row && more) {
        place_read(statement, &place);
        more = visit(arg, &place);
        err = sql_step(statement, &row);
    }
    sqlite3_finalize(statement);
    return err;
}

/* A number that a statement asks for of a seq or a name. */
static enum err ask(struct shelf *shelf, const char *text, int64_t seq, const char *name,
                    int64_t *ret_number)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum err err = sql_prepare(shelf->file.db, text, &statement);
    if (err != ERR_NONE)
        return err;
    if (name != NULL)
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    else
        sqlite3_bind_int64(statement, 1, seq);
    err = sql_step(statement, &row);
    if (err == ERR_NONE)
        *ret_number = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return err;
}

enum err shelf_put_after(struct shelf *shelf, uint64_t seq, int64_t *ret_put)
{
    return ask(shelf, "SELECT put FROM record WHERE seq > ?1 ORDER BY seq LIMIT 1", (int64_t)seq,
               NULL, ret_put);
}

enum err shelf_dead_count(struct shelf *shelf, const char *name, uint64_t *ret_count)
{
    int64_t count = 0;
    enum err err = ask(shelf, "SELECT count(*) FROM dead WHERE reader = ?1", 0, name, &count);
    if (err == ERR_NONE)
        *ret_count = (uint64_t)count;
    return err;
}

enum err shelf_count(struct shelf *shelf, const struct place *place, uint64_t cursor, uint64_t last,
                     int64_t *ret_count, int64_t *ret_octets)
{
    struct shelf_head head;
    sqlite3_stmt *statement = NULL;
    int64_t count = 0, octets = 0;
    bool row = false;
    enum err err = sql_prepare(shelf->file.db,
                               "SELECT seq, put, kind, severity, detector, format, length(octets) "
                               "FROM record WHERE seq > ?1 AND seq <= ?2",
                               &statement);
    if (err != ERR_NONE)
        return err;
    sqlite3_bind_int64(statement, 1, (int64_t)cursor);
    sqlite3_bind_int64(statement, 2, (int64_t)last);
    err = sql_step(statement, &row);
    for (; err == ERR_NONE && row; err = sql_step(statement, &row)) {
        read_head(statement, &head);
        if (!place_wants(place, head.format, head.kind, head.severity, head.detector))
            continue;
        count++;
        octets += head.octets;
    }
    sqlite3_finalize(statement);
    if (err == ERR_NONE) {
        *ret_count = count;
        *ret_octets = octets;
    }
    return err;
}

bool shelf_is_foreign(struct shelf *shelf)
{
    int64_t version = shelf->foreign;
    if (sql_number(shelf->file.db, "PRAGMA data_version", &version) != ERR_NONE)
        return false;
    bool changed = version != shelf->foreign;
    shelf->foreign = version;
    return changed;
}

#endif
