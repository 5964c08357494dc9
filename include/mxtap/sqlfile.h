/*
 * sqlfile: an SQLite file that is ours: held, looked through, set aside where it is damaged.
 *
 * A file carries the application_id of mxtap, and the format of its tables as its user_version. One
 * that is opened is held against other processes as long as it is open (heldfile.h) and has been
 * looked through; what is damaged, or not of this shape, is set aside and begun anew. One that is
 * joined belongs to somebody else: nothing in it is made or set aside. Messages are lines for the
 * log. One thread at a time, who need not be who opened it; each file has its own connection.
 */
#ifndef MXTAP_SQLFILE_H
#define MXTAP_SQLFILE_H

#include <mxtap/sql.h>

#include <stddef.h>

struct sqlfile_shape {
    int format;
    const char *tables; /* the statements that make them, as SQLite keeps them, with ";" between */
    const char *birth;  /* PRAGMAs before a new file has its tables */
    const char *settings; /* PRAGMAs of everyone who has it open */
    const char *first;    /* what is in a new file: statements, or "" */
    bool whole;           /* look at every page when it is opened (PRAGMA quick_check) */
    /* Reads what must be in it; may be NULL. ERR_DAMAGED: that cannot be believed. */
    enum err (*look)(void *arg, sqlite3 *db);
};

struct sqlfile {
    char *path; /* without symbolic links: the file itself is what is set aside */
    int fd;     /* that holds it, or -1 */
    sqlite3 *db;
};

/* arg is look's. With ERR_NONE too ret_message may have a line: what was set aside. */
enum err sqlfile_open(const char *path, const struct sqlfile_shape *shape, void *arg,
                      struct sqlfile *ret_file, char *ret_message, size_t size) MXTAP_MUST_CHECK;
enum err sqlfile_join(const char *path, const struct sqlfile_shape *shape, struct sqlfile *ret_file,
                      char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* Statements are to be finalized before. Of one that is closed, or all zero: nothing. */
void sqlfile_close(struct sqlfile *file);
/* Is it still the file at its path? */
bool sqlfile_is_there(const struct sqlfile *file);
/* What the last call that failed says of itself. */
const char *sqlfile_reason(const struct sqlfile *file);
/* Closes the file and sets it aside. */
enum err sqlfile_set_aside(struct sqlfile *file, const char *why, char *ret_message,
                           size_t size) MXTAP_MUST_CHECK;

#endif
