/* sqlfile: opening looks through the file and sets aside what is not ours; then the file is begun
 * anew. The descriptor that holds it outlives all that SQLite opens (fcntl(2): closing any
 * descriptor of a file drops the process's POSIX locks on it). */
#ifdef MXTAP_SQL

#include <mxtap/heldfile.h>
#include <mxtap/sqlfile.h>

#include "sqlshape.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ATTEMPTS 3 /* to have a file that is whole: what is there, and new ones */
#define WHY_SIZE 300

void sqlfile_close(struct sqlfile *file)
{
    if (file->path == NULL)
        return;
    sqlite3_close(file->db);
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    *file = (struct sqlfile){.fd = -1};
}

const char *sqlfile_reason(const struct sqlfile *file)
{
    int result = sqlite3_errcode(file->db);
    return result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE
               ? "is damaged: a checksum is wrong"
               : sqlite3_errmsg(file->db);
}

/* What a look came to. why is empty where SQLite has the words for it. */
static enum err looked(const struct sqlfile *file, enum err err, char *why, size_t size)
{
    if (err != ERR_NONE && why[0] == '\0')
        snprintf(why, size, "%s", sqlfile_reason(file));
    /* Our own statements are right: the file must be what is wrong ("unsupported file format"). */
    if (err == ERR_SYSTEM && (sqlite3_errcode(file->db) & 0xff) == SQLITE_ERROR)
        err = ERR_DAMAGED;
    return err;
}

static enum err connect_to(struct sqlfile *file)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    return sql_err(sqlite3_open_v2(file->path, &file->db, flags, NULL));
}

static enum err look_through(struct sqlfile *file, const struct sqlfile_shape *shape, void *arg,
                             char *why, size_t size)
{
    why[0] = '\0';
    enum err err = connect_to(file);
    if (err == ERR_NONE)
        err = sqlshape_ready(file->db, shape, why, size);
    if (err == ERR_NONE && shape->look != NULL)
        err = shape->look(arg, file->db);
    return looked(file, err, why, size);
}

/* One attempt: *ret_file, ERR_DAMAGED where the file has been set aside, or another error. */
static enum err try_open(const char *path, const struct sqlfile_shape *shape, void *arg,
                         struct sqlfile *ret_file, char *ret_message, size_t size)
{
    char why[WHY_SIZE];
    struct sqlfile file = {.fd = -1};
    int fd;
    enum err err = heldfile_hold(path, &fd, ret_message, size);
    if (err != ERR_NONE)
        return err;
    file.path = realpath(path, NULL);
    if (file.path == NULL) {
        close(fd);
        return ERR_MEMORY;
    }
    file.fd = fd;
    err = look_through(&file, shape, arg, why, sizeof why);
    if (err == ERR_DAMAGED) {
        enum err aside = sqlfile_set_aside(&file, why, ret_message, size);
        return aside == ERR_NONE ? ERR_DAMAGED : aside;
    }
    if (err != ERR_NONE) {
        snprintf(ret_message, size, "%s: %s", path, why);
        sqlfile_close(&file);
        return err;
    }
    *ret_file = file;
    return ERR_NONE;
}

enum err sqlfile_open(const char *path, const struct sqlfile_shape *shape, void *arg,
                      struct sqlfile *ret_file, char *ret_message, size_t size)
{
    enum err err = ERR_DAMAGED;
    ret_message[0] = '\0';
    for (unsigned i = 0; i < ATTEMPTS && err == ERR_DAMAGED; i++)
        err = try_open(path, shape, arg, ret_file, ret_message, size);
    if (err == ERR_MEMORY)
        snprintf(ret_message, size, "%s: %s", path, err_text(err));
    return err;
}

enum err sqlfile_join(const char *path, const struct sqlfile_shape *shape, struct sqlfile *ret_file,
                      char *ret_message, size_t size)
{
    char why[WHY_SIZE] = "";
    struct sqlfile file = {.fd = -1, .path = realpath(path, NULL)};
    ret_message[0] = '\0';
    if (file.path == NULL) {
        snprintf(ret_message, size, "%s: cannot be opened: %m", path);
        return ERR_SYSTEM;
    }
    enum err err = connect_to(&file);
    if (err == ERR_NONE)
        err = sqlshape_joined(file.db, shape, why, sizeof why);
    err = looked(&file, err, why, sizeof why);
    if (err != ERR_NONE) {
        snprintf(ret_message, size, "%s: %s", path, why);
        sqlfile_close(&file);
        return err;
    }
    *ret_file = file;
    return ERR_NONE;
}

bool sqlfile_is_there(const struct sqlfile *file)
{
    return heldfile_is_at(file->path, file->fd);
}

enum err sqlfile_set_aside(struct sqlfile *file, const char *why, char *ret_message, size_t size)
{
    sqlite3_close(file->db);
    file->db = NULL;
    enum err err = heldfile_set_aside(file->path, why, ret_message, size);
    sqlfile_close(file);
    return err;
}

#endif
