/*
 * sql: SQLite's calls with the errors of the house.
 *
 * Only in builds with SQLite (MXTAP_PAST or MXTAP_OUTBOX), as sqlfile.h. ERR_DAMAGED: the file is
 * no database, or a damaged one; ERR_SYSTEM: anything else, such as a full disk or a file that
 * another process is writing to; sqlite3_errmsg tells. One thread at a time.
 */
#ifndef MXTAP_SQL_H
#define MXTAP_SQL_H

#include <mxtap/err.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum err sql_err(int result) MXTAP_MUST_CHECK;
/* Statements whose rows are of no interest. */
enum err sql_run(sqlite3 *db, const char *text) MXTAP_MUST_CHECK;
enum err sql_prepare(sqlite3 *db, const char *text, sqlite3_stmt **ret_statement) MXTAP_MUST_CHECK;
/* One row, or the end of rows. */
enum err sql_step(sqlite3_stmt *statement, bool *ret_row) MXTAP_MUST_CHECK;
/* A statement without rows, from its first step to its reset. */
enum err sql_do(sqlite3_stmt *statement) MXTAP_MUST_CHECK;
/* The first column of the first row; 0 where there is none. */
enum err sql_number(sqlite3 *db, const char *text, int64_t *ret_number) MXTAP_MUST_CHECK;
/* A column of text, cut to size; NULL is empty. */
void sql_text(sqlite3_stmt *statement, int column, char *ret_text, size_t size);

#endif
