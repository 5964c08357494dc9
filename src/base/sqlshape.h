/*
 * sqlshape: does a database have the shape that it should have? (sqlfile.h)
 */
#ifndef MXTAP_SQLSHAPE_H
#define MXTAP_SQLSHAPE_H

#include <mxtap/sqlfile.h>

/* An open database: its settings, its tables where it has none. ERR_DAMAGED: it is damaged or not
 * ours, and why tells in a few words. */
enum err sqlshape_ready(sqlite3 *db, const struct sqlfile_shape *shape, char *ret_why,
                        size_t size) MXTAP_MUST_CHECK;
/* The same without making anything, and without looking at every page. */
enum err sqlshape_joined(sqlite3 *db, const struct sqlfile_shape *shape, char *ret_why,
                         size_t size) MXTAP_MUST_CHECK;

#endif
