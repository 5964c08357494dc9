/* admin_purge: cursors go on, dead letters change or go; then, in short transactions, the records
 * that nobody waits for, and the room that they had. */
#ifdef MXTAP_OUTBOX

#include "admin.h"
#include "fetch.h"

#include <stdio.h>

#define SOME 5000 /* records removed in one transaction */

static enum err prepare(struct outbox_admin *admin, const char *text, const char *name,
                        int64_t number, sqlite3_stmt **ret_statement)
{
    enum err err = sql_prepare(admin->file.db, text, ret_statement);
    if (err != ERR_NONE)
        return err;
    sqlite3_bind_text(*ret_statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(*ret_statement, 2, number);
    return ERR_NONE;
}

/* A statement of a name (NULL: any) and a number; how many rows it changed. */
static enum err change(struct outbox_admin *admin, const char *text, const char *name,
                       int64_t number, uint64_t *ret_count)
{
    sqlite3_stmt *statement = NULL;
    enum err err = prepare(admin, text, name, number, &statement);
    if (err == ERR_NONE)
        err = sql_do(statement);
    if (err == ERR_NONE)
        *ret_count = (uint64_t)sqlite3_changes64(admin->file.db);
    sqlite3_finalize(statement);
    return err;
}

/* ERR_USAGE: there is no output of this name in the file. */
static enum err check_name(struct outbox_admin *admin, const char *name)
{
    struct admin_places places;
    enum err err = admin_places(admin, name, &places);
    if (err == ERR_NONE)
        admin_places_done(&places);
    return err;
}

enum err outbox_admin_retry(struct outbox_admin *admin, const char *name, uint64_t *ret_count)
{
    enum err err = check_name(admin, name);
    if (err != ERR_NONE)
        return err;
    return change(admin,
                  "UPDATE dead SET again = 1 WHERE (?1 IS NULL OR reader = ?1) AND again = 0", name,
                  0, ret_count);
}

/* ---- waiting ---- */

struct passing {
    uint64_t cursor;      /* where it goes */
    uint64_t count;       /* wanted ones that are passed */
    int64_t left, octets; /* wanted ones behind it */
};

static enum err look(struct outbox_admin *admin, const struct place *place, int64_t before,
                     struct passing *ret_passing)
{
    struct passing passing = {.cursor = place->cursor};
    sqlite3_stmt *statement = NULL;
    bool row = false, past = false;
    enum err err =
        sql_prepare(admin->file.db,
                    "SELECT " FETCH_RECORD " FROM record WHERE seq > ?1 ORDER BY seq", &statement);
    if (err == ERR_NONE) {
        sqlite3_bind_int64(statement, 1, (int64_t)place->cursor);
        err = sql_step(statement, &row);
    }
    for (; err == ERR_NONE && row; err = sql_step(statement, &row)) {
        bool wanted = fetch_wanted(statement, place);
        past = past || (before != 0 && sqlite3_column_int64(statement, 1) >= before);
        if (!past) {
            passing.cursor = (uint64_t)sqlite3_column_int64(statement, 0);
            passing.count += wanted;
        } else if (wanted) {
            passing.left++;
            passing.octets += sqlite3_column_bytes(statement, 9);
        }
    }
    sqlite3_finalize(statement);
    if (err == ERR_NONE)
        *ret_passing = passing;
    return err;
}

static enum err move(struct outbox_admin *admin, const struct place *place,
                     const struct passing *passing)
{
    sqlite3_stmt *statement = NULL;
    enum err err = prepare(admin,
                           "UPDATE reader SET cursor = max(cursor, ?2), waiting = ?3, octets = ?4"
                           " WHERE name = ?1",
                           place->name, (int64_t)passing->cursor, &statement);
    if (err == ERR_NONE) {
        sqlite3_bind_int64(statement, 3, passing->left);
        sqlite3_bind_int64(statement, 4, passing->octets);
        err = sql_do(statement);
    }
    sqlite3_finalize(statement);
    return err;
}

static enum err pass(struct outbox_admin *admin, const struct admin_places *places, int64_t before,
                     uint64_t *ret_count)
{
    uint64_t count = 0, rows;
    enum err err = ERR_NONE;
    for (size_t i = 0; err == ERR_NONE && i < places->count; i++) {
        const struct place *place = &places->places[i];
        struct passing passing;
        err = look(admin, place, before, &passing);
        if (err == ERR_NONE)
            err = move(admin, place, &passing);
        /* One that the configuration does not name, and whom nothing is left for, is forgotten. */
        if (err == ERR_NONE && !places->holds[i] && passing.left == 0)
            err = change(admin,
                         "DELETE FROM reader WHERE name = ?1 AND holds = 0"
                         " AND NOT EXISTS (SELECT 1 FROM dead WHERE reader = ?1)",
                         place->name, 0, &rows);
        if (err == ERR_NONE)
            count += passing.count;
    }
    if (err == ERR_NONE)
        *ret_count = count;
    return err;
}

/* ---- what nobody waits for ---- */

/* The lowest cursor for which records are kept; where none are kept for anybody, the lowest of all.
 */
#define HELD                                                                                       \
    "coalesce((SELECT min(cursor) FROM reader WHERE holds = 1), (SELECT min(cursor) FROM reader)," \
    " 9223372036854775807)"

static enum err remove_some(struct outbox_admin *admin, uint64_t *ret_count)
{
    uint64_t count = 0, rows;
    enum err err = sql_run(admin->file.db, "BEGIN IMMEDIATE");
    if (err != ERR_NONE)
        return err;
    err = change(admin,
                 "DELETE FROM record WHERE ?1 IS NULL AND seq IN (SELECT seq FROM record WHERE"
                 " seq <= " HELD " ORDER BY seq LIMIT ?2)",
                 NULL, SOME, &count);
    if (err == ERR_NONE)
        err = change(admin, "UPDATE meta SET records = max(0, records - ?2) WHERE ?1 IS NULL", NULL,
                     (int64_t)count, &rows);
    if (err == ERR_NONE)
        err = sql_run(admin->file.db, "COMMIT");
    if (err != ERR_NONE)
        sqlite3_exec(admin->file.db, "ROLLBACK", NULL, NULL, NULL);
    else
        *ret_count = count;
    return err;
}

static enum err remove_passed(struct outbox_admin *admin)
{
    uint64_t count;
    enum err err;
    do {
        err = remove_some(admin, &count);
    } while (err == ERR_NONE && count == SOME);
    if (err == ERR_NONE)
        err = sql_run(admin->file.db, "PRAGMA incremental_vacuum");
    return err;
}

enum err outbox_admin_purge(struct outbox_admin *admin, const char *name, enum outbox_what what,
                            int64_t before, uint64_t *ret_count)
{
    struct admin_places places;
    enum err err = admin_places(admin, name, &places);
    if (err != ERR_NONE)
        return err;
    if (what == OUTBOX_WAITING)
        err = pass(admin, &places, before, ret_count);
    else
        err = change(admin,
                     "DELETE FROM dead WHERE (?1 IS NULL OR reader = ?1) AND (?2 = 0 OR put < ?2)",
                     name, before, ret_count);
    admin_places_done(&places);
    return err == ERR_NONE ? remove_passed(admin) : err;
}

#endif
