/* sql: result codes as in sqlite3.h; a statement runs until it has no more rows. */
#ifdef MXTAP_SQL

#include <mxtap/sql.h>

#include <stddef.h>
#include <stdio.h>

enum err sql_err(int result)
{
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return ERR_NONE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ERR_DAMAGED;
    case SQLITE_NOMEM: return ERR_MEMORY;
    default: return ERR_SYSTEM;
    }
}

enum err sql_run(sqlite3 *db, const char *text)
{
    return sql_err(sqlite3_exec(db, text, NULL, NULL, NULL));
}

enum err sql_prepare(sqlite3 *db, const char *text, sqlite3_stmt **ret_statement)
{
    return sql_err(sqlite3_prepare_v2(db, text, -1, ret_statement, NULL));
}

enum err sql_step(sqlite3_stmt *statement, bool *ret_row)
{
    int result = sqlite3_step(statement);
    *ret_row = result == SQLITE_ROW;
    return sql_err(result);
}

enum err sql_do(sqlite3_stmt *statement)
{
    bool row;
    enum err err = sql_step(statement, &row);
    sqlite3_reset(statement);
    return err;
}

void sql_text(sqlite3_stmt *statement, int column, char *ret_text, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    snprintf(ret_text, size, "%s", text == NULL ? "" : text);
}

enum err sql_number(sqlite3 *db, const char *text, int64_t *ret_number)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum err err = sql_prepare(db, text, &statement);
    if (err == ERR_NONE)
        err = sql_step(statement, &row);
    if (err == ERR_NONE)
        *ret_number = row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return err;
}

#endif
