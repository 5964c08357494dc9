/* store: opening looks through the file and sets aside what is not ours; then the file is begun
 * anew. The descriptor that holds it outlives all that SQLite opens (fcntl(2): closing any
 * descriptor of a file drops the process's POSIX locks on it). */
#ifdef MXTAP_PAST

#include "store.h"

#include "file.h"
#include "load.h"
#include "save.h"
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ATTEMPTS 3 /* to have a file that is whole: what is there, and new ones */
#define WHY_SIZE 300

struct store {
    char *path; /* without symbolic links: the file itself is what is set aside */
    int fd;     /* that holds it */
    sqlite3 *db;
    int64_t time; /* of the image in it */
};

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    sqlite3_close(store->db);
    if (store->fd >= 0)
        close(store->fd);
    free(store->path);
    free(store);
}

static const char *reason(const struct store *store)
{
    int result = sqlite3_errcode(store->db);
    return result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE
               ? "is damaged: a checksum is wrong"
               : sqlite3_errmsg(store->db);
}

/* Opened and looked through. why is empty where SQLite has the words for it. */
static enum err look_through(struct store *store, char *why, size_t size)
{
    int64_t pieces;
    why[0] = '\0';
    int result =
        sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    enum err err = sql_err(result);
    if (err == ERR_NONE)
        err = schema_ready(store->db, why, size);
    if (err == ERR_NONE)
        err = load_time(store->db, &store->time, &pieces);
    if (err != ERR_NONE && why[0] == '\0')
        snprintf(why, size, "%s", reason(store));
    /* Our own statements are right: the file must be what is wrong ("unsupported file format"). */
    if (err == ERR_SYSTEM && (sqlite3_errcode(store->db) & 0xff) == SQLITE_ERROR)
        err = ERR_DAMAGED;
    return err;
}

/* One attempt: *ret_store, ERR_DAMAGED where the file has been set aside, or another error. */
static enum err try_open(const char *path, struct store **ret_store, char *ret_message, size_t size)
{
    char why[WHY_SIZE];
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return ERR_MEMORY;
    store->fd = -1;
    enum err err = file_hold(path, &store->fd, ret_message, size);
    if (err == ERR_NONE && (store->path = realpath(path, NULL)) == NULL)
        err = ERR_MEMORY;
    if (err != ERR_NONE) {
        store_close(store);
        return err;
    }
    err = look_through(store, why, sizeof why);
    if (err == ERR_DAMAGED) {
        enum err aside = store_set_aside(store, why, ret_message, size);
        return aside == ERR_NONE ? ERR_DAMAGED : aside;
    }
    if (err != ERR_NONE) {
        snprintf(ret_message, size, "%s: %s", path, why);
        store_close(store);
        return err;
    }
    *ret_store = store;
    return ERR_NONE;
}

enum err store_open(const char *path, struct store **ret_store, char *ret_message, size_t size)
{
    enum err err = ERR_DAMAGED;
    ret_message[0] = '\0';
    for (unsigned i = 0; i < ATTEMPTS && err == ERR_DAMAGED; i++)
        err = try_open(path, ret_store, ret_message, size);
    if (err == ERR_MEMORY)
        snprintf(ret_message, size, "%s: %s", path, err_text(err));
    return err;
}

int64_t store_time(const struct store *store)
{
    return store->time;
}

bool store_is_there(const struct store *store)
{
    return file_is_at(store->path, store->fd);
}

enum err store_write(struct store *store, const struct image *image, int64_t time,
                     char *ret_message, size_t size)
{
    enum err err = save_image(store->db, image, time);
    if (err == ERR_NONE)
        store->time = time;
    else
        snprintf(ret_message, size, "%s: %s", store->path, reason(store));
    return err;
}

enum err store_read(struct store *store, struct image **ret_image, int64_t *ret_time,
                    char *ret_message, size_t size)
{
    char lost[WHY_SIZE];
    int64_t pieces = 0;
    enum err err = load_time(store->db, ret_time, &pieces);
    *ret_image = NULL;
    if (err == ERR_NONE && pieces > 0) {
        err = load_image(store->db, pieces, ret_image, lost, sizeof lost);
        if (err == ERR_NONE && lost[0] != '\0')
            snprintf(ret_message, size, "%s: damaged and left out: %s", store->path, lost);
    }
    if (err != ERR_NONE)
        snprintf(ret_message, size, "%s: %s", store->path,
                 err == ERR_MEMORY ? err_text(err) : reason(store));
    return err;
}

enum err store_set_aside(struct store *store, const char *why, char *ret_message, size_t size)
{
    sqlite3_close(store->db);
    store->db = NULL;
    enum err err = file_set_aside(store->path, why, ret_message, size);
    store_close(store);
    return err;
}

#endif
