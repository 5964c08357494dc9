/* sqlshape: application_id and user_version first, for the rest only says something of a file that
 * is ours; then the text of the tables, then every page (PRAGMA quick_check). */
#ifdef MXTAP_SQL

#include "sqlshape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define APPLICATION 0x6d787470 /* "mxtp" */

/* Before anything is read: nothing in the file is run, no temporary files, and a writer waits a
 * moment for those who read. */
static enum err guard(sqlite3 *db)
{
    sqlite3_busy_timeout(db, 500);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return sql_run(db, "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON");
}

/* Can it be written to? Better known now than at the first save; and a journal that a killed
 * process had only begun goes. On a full disk what is in the file is still of use. */
static enum err try_writing(sqlite3 *db, int format)
{
    char text[100];
    snprintf(text, sizeof text, "BEGIN IMMEDIATE; PRAGMA user_version = %d; COMMIT", format);
    enum err err = sql_run(db, text);
    if (err == ERR_SYSTEM && (sqlite3_errcode(db) & 0xff) == SQLITE_FULL) {
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL); /* where SQLite has not done so itself */
        return ERR_NONE;
    }
    return err;
}

static enum err create(sqlite3 *db, const struct sqlfile_shape *shape)
{
    char text[100];
    snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             APPLICATION, shape->format);
    const char *const steps[] = {shape->birth,  shape->settings, "BEGIN IMMEDIATE",
                                 shape->tables, shape->first,    text};
    enum err err = ERR_NONE;
    for (size_t i = 0; err == ERR_NONE && i < sizeof steps / sizeof *steps; i++)
        err = sql_run(db, steps[i]);
    return err;
}

static enum err differs(char *ret_why, size_t size, const char *what)
{
    snprintf(ret_why, size, "%s", what);
    return ERR_DAMAGED;
}

/* A database of nobody's with nothing in it is a new one. */
static enum err is_ours(sqlite3 *db, int known, bool *ret_new, char *ret_why, size_t size)
{
    int64_t application = 0, format = 0, items = 0;
    enum err err = sql_number(db, "PRAGMA application_id", &application);
    if (err == ERR_NONE)
        err = sql_number(db, "PRAGMA user_version", &format);
    if (err == ERR_NONE)
        err = sql_number(db, "SELECT count(*) FROM sqlite_schema", &items);
    if (err != ERR_NONE)
        return err;
    *ret_new = application == 0 && format == 0 && items == 0;
    if (*ret_new)
        return ERR_NONE;
    if (application != APPLICATION)
        return differs(ret_why, size, "is a database of another program");
    if (format == known)
        return ERR_NONE;
    snprintf(ret_why, size, "has format %" PRId64 ", this mxtap knows %d", format, known);
    return ERR_DAMAGED;
}

static enum err has_tables(sqlite3 *db, const char *tables, char *ret_why, size_t size)
{
    sqlite3_stmt *statement = NULL;
    bool row = false, same = false;
    enum err err = sql_prepare(db, "SELECT group_concat(sql, ';') FROM sqlite_schema", &statement);
    if (err == ERR_NONE)
        err = sql_step(statement, &row);
    if (err == ERR_NONE && row) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        same = text != NULL && strcmp(text, tables) == 0;
    }
    sqlite3_finalize(statement);
    return err != ERR_NONE || same ? err : differs(ret_why, size, "is damaged: its tables differ");
}

static enum err is_whole(sqlite3 *db, char *ret_why, size_t size)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum err err = sql_prepare(db, "PRAGMA quick_check(1)", &statement);
    if (err == ERR_NONE)
        err = sql_step(statement, &row);
    const char *text =
        err == ERR_NONE && row ? (const char *)sqlite3_column_text(statement, 0) : "";
    if (err == ERR_NONE && (text == NULL || strcmp(text, "ok") != 0)) {
        snprintf(ret_why, size, "is damaged: %s", text == NULL ? "" : text);
        for (char *at = ret_why; *at != '\0'; at++)
            if (*at == '\n')
                *at = ' ';
        err = ERR_DAMAGED;
    }
    sqlite3_finalize(statement);
    return err;
}

enum err sqlshape_ready(sqlite3 *db, const struct sqlfile_shape *shape, char *ret_why, size_t size)
{
    bool new = false;
    enum err err = guard(db);
    if (err == ERR_NONE)
        err = is_ours(db, shape->format, &new, ret_why, size);
    if (err == ERR_NONE && sqlite3_db_readonly(db, "main") != 0)
        err = differs(ret_why, size, "is damaged: it asks not to be written to");
    if (err != ERR_NONE)
        return err;
    if (new)
        return create(db, shape);
    err = has_tables(db, shape->tables, ret_why, size);
    if (err == ERR_NONE && shape->whole)
        err = is_whole(db, ret_why, size);
    if (err == ERR_NONE)
        err = sql_run(db, shape->settings);
    return err == ERR_NONE ? try_writing(db, shape->format) : err;
}

enum err sqlshape_joined(sqlite3 *db, const struct sqlfile_shape *shape, char *ret_why, size_t size)
{
    bool new = false;
    enum err err = guard(db);
    if (err == ERR_NONE)
        err = is_ours(db, shape->format, &new, ret_why, size);
    if (err == ERR_NONE && new)
        err = differs(ret_why, size, "is empty");
    if (err == ERR_NONE)
        err = has_tables(db, shape->tables, ret_why, size);
    return err == ERR_NONE ? sql_run(db, shape->settings) : err;
}

#endif
