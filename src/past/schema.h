/*
 * schema: what the file of the past looks like, and whether a file does.
 *
 * The database carries our application_id, and the format as its user_version: a change of the
 * tables raises it. (What is in the sections is pack.h's, which reads sections of other versions.)
 * Table meta has one row, section one for each piece of a section, in order.
 */
#ifndef MXTAP_SCHEMA_H
#define MXTAP_SCHEMA_H

#include "sql.h"

#include <stddef.h>

/* An open database: its settings, its tables where it has none. ERR_DAMAGED: it is damaged or not
 * ours, and why tells in a few words. */
enum err schema_ready(sqlite3 *db, char *ret_why, size_t size) MXTAP_MUST_CHECK;

#endif
