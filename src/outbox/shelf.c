/* shelf: SQLite in WAL mode; records lie in the order of their seq, so they are put at the one end
 * of the tree and removed at the other. */
#ifdef MXTAP_OUTBOX

#include "shelf.h"

#include <mxtap/clock.h>
#include <stdio.h>

#define BUSY_TIME 5000 /* milliseconds for which another process may write */

/* A synced WAL loses nothing with the power. Freed pages are not cleared: records are no secrets of
 * ours. The cache has room for a whole transaction. */
const struct sqlfile_shape shelf_shape = {
    .format = 1,
    .tables = "CREATE TABLE meta (id INTEGER PRIMARY KEY, last INTEGER, records INTEGER);"
              "CREATE TABLE record (seq INTEGER PRIMARY KEY, put INTEGER, time INTEGER,"
              " kind INTEGER, severity INTEGER, detector INTEGER, key INTEGER, id TEXT,"
              " format TEXT, octets BLOB);"
              "CREATE TABLE reader (name TEXT PRIMARY KEY, format TEXT, kinds INTEGER,"
              " severity INTEGER, detectors TEXT, cursor INTEGER, holds INTEGER, waiting INTEGER,"
              " octets INTEGER, lost INTEGER, trouble TEXT, tried INTEGER) WITHOUT ROWID;"
              "CREATE TABLE dead (number INTEGER PRIMARY KEY, reader TEXT, again INTEGER,"
              " seq INTEGER, put INTEGER, time INTEGER, kind INTEGER, severity INTEGER,"
              " detector INTEGER, key INTEGER, id TEXT, format TEXT, answer TEXT, octets BLOB);"
              "CREATE INDEX dead_reader ON dead (reader, again)",
    .birth = "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL",
    .settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA secure_delete = OFF; PRAGMA journal_size_limit = 16777216",
    .first = "INSERT INTO meta VALUES (1, 0, 0)",
};

static const char *const texts[SHELF_STATEMENTS] = {
    [SHELF_PUT] = "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [SHELF_HEADS] = "SELECT seq, put, kind, severity, detector, format, length(octets) FROM record "
                    "ORDER BY seq LIMIT ?1",
    [SHELF_REMOVE] = "DELETE FROM record WHERE seq <= ?1",
    /* Somebody beside us may have moved the cursor on (outbox_admin_purge). */
    [SHELF_PLACE] = "INSERT INTO reader (" PLACE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                    " ?9, ?10, ?11, ?12) ON CONFLICT (name) DO UPDATE SET format = ?2, kinds = ?3,"
                    " severity = ?4, detectors = ?5, cursor = max(cursor, ?6), holds = ?7,"
                    " waiting = ?8, octets = ?9, lost = ?10, trouble = ?11, tried = ?12",
    [SHELF_META] = "UPDATE meta SET last = ?1, records = max(0, records + ?2)",
    [SHELF_DEAD_PUT] = "INSERT INTO dead (reader, again, seq, put, time, kind, severity, detector,"
                       " key, id, format, answer, octets) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7,"
                       " ?8, ?9, ?10, ?11, ?12)",
    [SHELF_DEAD_AGAIN] = "UPDATE dead SET again = 0, answer = ?2 WHERE number = ?1",
    [SHELF_DEAD_DONE] = "DELETE FROM dead WHERE number = ?1",
    [SHELF_DEAD_OLDEST] = "SELECT put FROM dead ORDER BY number LIMIT 1",
    [SHELF_DEAD_REMOVE] = "DELETE FROM dead WHERE number IN"
                          " (SELECT number FROM dead WHERE ?2 IS NULL OR put < ?2"
                          " ORDER BY number LIMIT ?1)",
    [SHELF_BEGIN] = "BEGIN IMMEDIATE",
    [SHELF_COMMIT] = "COMMIT",
};

static int count_pages(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct shelf *shelf = arg;
    (void)db, (void)name;
    shelf->wal = pages;
    return SQLITE_OK;
}

static enum err look(void *arg, sqlite3 *db)
{
    struct shelf *shelf = arg;
    int64_t last = 0, highest = 0, first = 0, records = 0;
    enum err err = sql_number(db, "SELECT last FROM meta", &last);
    if (err == ERR_NONE)
        err = sql_number(db, "SELECT records FROM meta", &records);
    if (err == ERR_NONE)
        err = sql_number(db, "SELECT min(seq) FROM record", &first);
    if (err == ERR_NONE)
        err = sql_number(db, "SELECT max(seq) FROM record", &highest);
    if (err != ERR_NONE)
        return err;
    if (last < 0 || last < highest || records < 0 || first < 0)
        return ERR_DAMAGED;
    shelf->last = (uint64_t)last;
    shelf->first = (uint64_t)first;
    shelf->records = (uint64_t)records;
    return ERR_NONE;
}

enum err shelf_open(struct shelf *shelf, const char *path, char *ret_message, size_t size)
{
    struct sqlfile_shape shape = shelf_shape;
    shape.look = look;
    *shelf = (struct shelf){.file.fd = -1};
    enum err err = sqlfile_open(path, &shape, shelf, &shelf->file, ret_message, size);
    if (err != ERR_NONE)
        return err;
    sqlite3_busy_timeout(shelf->file.db, BUSY_TIME);
    sqlite3_wal_hook(shelf->file.db, count_pages, shelf);
    err = sql_run(shelf->file.db, "PRAGMA cache_size = -32768");
    for (size_t i = 0; err == ERR_NONE && i < SHELF_STATEMENTS; i++)
        err = sql_prepare(shelf->file.db, texts[i], &shelf->statements[i]);
    if (err == ERR_NONE)
        err = sql_number(shelf->file.db, "PRAGMA data_version", &shelf->foreign);
    if (err == ERR_NONE)
        return ERR_NONE;
    snprintf(ret_message, size, "%s: %s", path, sqlfile_reason(&shelf->file));
    shelf_close(shelf);
    return err;
}

static void forget_statements(struct shelf *shelf)
{
    for (size_t i = 0; i < SHELF_STATEMENTS; i++)
        sqlite3_finalize(shelf->statements[i]);
    memset(shelf->statements, 0, sizeof shelf->statements);
}

void shelf_close(struct shelf *shelf)
{
    forget_statements(shelf);
    sqlfile_close(&shelf->file);
}

enum err shelf_set_aside(struct shelf *shelf, const char *why, char *ret_message, size_t size)
{
    forget_statements(shelf);
    return sqlfile_set_aside(&shelf->file, why, ret_message, size);
}

enum err shelf_begin(struct shelf *shelf)
{
    return sql_do(shelf->statements[SHELF_BEGIN]);
}

enum err shelf_commit(struct shelf *shelf)
{
    return sql_do(shelf->statements[SHELF_COMMIT]);
}

void shelf_undo(struct shelf *shelf)
{
    if (shelf->file.db != NULL && sqlite3_get_autocommit(shelf->file.db) == 0)
        sqlite3_exec(shelf->file.db, "ROLLBACK", NULL, NULL, NULL);
}

/* seq, put, time, kind, severity, detector, key, id, format from parameter at on. */
static int bind_record(sqlite3_stmt *put, int at, uint64_t seq, int64_t clock,
                       const struct record *record, const char *format)
{
    sqlite3_bind_int64(put, at++, (int64_t)seq);
    sqlite3_bind_int64(put, at++, clock);
    sqlite3_bind_int64(put, at++, record->time);
    sqlite3_bind_int64(put, at++, record->kind);
    sqlite3_bind_int64(put, at++, record->severity);
    sqlite3_bind_int64(put, at++, record->detector);
    sqlite3_bind_int64(put, at++, (int64_t)record->key);
    sqlite3_bind_text(put, at++, record->id, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, at++, format, -1, SQLITE_STATIC);
    return at;
}

static void bind_octets(sqlite3_stmt *put, int at, struct span octets)
{
    sqlite3_bind_blob64(put, at, octets.len == 0 ? "" : (const void *)octets.at, octets.len,
                        SQLITE_STATIC);
}

enum err shelf_put(struct shelf *shelf, const struct queued *queued)
{
    sqlite3_stmt *put = shelf->statements[SHELF_PUT];
    int at = bind_record(put, 1, queued->seq, queued->put, &queued->record, queued->format);
    bind_octets(put, at, queued->record.octets);
    return sql_do(put);
}

enum err shelf_save_place(struct shelf *shelf, const struct place *place)
{
    place_bind(shelf->statements[SHELF_PLACE], place);
    return sql_do(shelf->statements[SHELF_PLACE]);
}

enum err shelf_save_meta(struct shelf *shelf, int64_t change)
{
    sqlite3_bind_int64(shelf->statements[SHELF_META], 1, (int64_t)shelf->last);
    sqlite3_bind_int64(shelf->statements[SHELF_META], 2, change);
    return sql_do(shelf->statements[SHELF_META]);
}

enum err shelf_letter(struct shelf *shelf, const char *name, const char *format,
                      const struct letter *letter, int *ret_change)
{
    sqlite3_stmt *statement;
    if (letter->dead == 0) {
        statement = shelf->statements[SHELF_DEAD_PUT];
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
        int at = bind_record(statement, 2, letter->seq, letter->put, &letter->record, format);
        sqlite3_bind_text(statement, at, letter->answer, -1, SQLITE_STATIC);
        bind_octets(statement, at + 1, letter->record.octets);
        *ret_change = 1;
        return sql_do(statement);
    }
    statement = shelf->statements[letter->refused ? SHELF_DEAD_AGAIN : SHELF_DEAD_DONE];
    sqlite3_bind_int64(statement, 1, (int64_t)letter->dead);
    if (letter->refused)
        sqlite3_bind_text(statement, 2, letter->answer, -1, SQLITE_STATIC);
    enum err err = sql_do(statement);
    *ret_change = letter->refused ? 0 : -sqlite3_changes(shelf->file.db);
    return err;
}

enum err shelf_remove(struct shelf *shelf, uint64_t seq)
{
    sqlite3_bind_int64(shelf->statements[SHELF_REMOVE], 1, (int64_t)seq);
    enum err err = sql_do(shelf->statements[SHELF_REMOVE]);
    uint64_t count = (uint64_t)sqlite3_changes(shelf->file.db);
    if (err == ERR_NONE) {
        shelf->records -= count < shelf->records ? count : shelf->records;
        shelf->first = seq + 1;
    }
    return err;
}

#endif
