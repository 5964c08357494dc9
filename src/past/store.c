/* store: a file of one shape (sqlfile.h), in which the time of the image is read at once. */
#ifdef MXTAP_PAST

#include "store.h"

#include "load.h"
#include "save.h"

#include <mxtap/sqlfile.h>
#include <stdio.h>
#include <stdlib.h>

#define WHY_SIZE 300

struct store {
    struct sqlfile file;
    int64_t time; /* of the image in it */
};

static enum err look(void *arg, sqlite3 *db)
{
    struct store *store = arg;
    int64_t pieces;
    return load_time(db, &store->time, &pieces);
}

/* Table meta has one row, section one for each piece of a section, in order. (What is in the
 * sections is pack.h's, which reads sections of other versions.) The rollback journal is removed at
 * each commit, synced before the file is touched: see the record in docs/adr. Pages of the image
 * before are not cleared, for the next image takes them. */
static const struct sqlfile_shape shape = {
    .format = 1,
    .tables =
        "CREATE TABLE meta (id INTEGER PRIMARY KEY, time INTEGER, version TEXT, pieces INTEGER,"
        " checksum INTEGER);"
        "CREATE TABLE section (id INTEGER PRIMARY KEY, name TEXT, length INTEGER, checksum INTEGER,"
        " octets BLOB)",
    .birth = "PRAGMA page_size = 16384",
    .settings = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                "PRAGMA secure_delete = OFF",
    .first = "",
    .whole = true,
    .look = look,
};

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    sqlfile_close(&store->file);
    free(store);
}

enum err store_open(const char *path, struct store **ret_store, char *ret_message, size_t size)
{
    struct store *store = calloc(1, sizeof *store);
    ret_message[0] = '\0';
    if (store == NULL) {
        snprintf(ret_message, size, "%s: %s", path, err_text(ERR_MEMORY));
        return ERR_MEMORY;
    }
    enum err err = sqlfile_open(path, &shape, store, &store->file, ret_message, size);
    if (err != ERR_NONE)
        free(store);
    else
        *ret_store = store;
    return err;
}

int64_t store_time(const struct store *store)
{
    return store->time;
}

bool store_is_there(const struct store *store)
{
    return sqlfile_is_there(&store->file);
}

enum err store_write(struct store *store, const struct image *image, int64_t time,
                     char *ret_message, size_t size)
{
    enum err err = save_image(store->file.db, image, time);
    if (err == ERR_NONE)
        store->time = time;
    else
        snprintf(ret_message, size, "%s: %s", store->file.path, sqlfile_reason(&store->file));
    return err;
}

enum err store_read(struct store *store, struct image **ret_image, int64_t *ret_time,
                    char *ret_message, size_t size)
{
    char lost[WHY_SIZE];
    int64_t pieces = 0;
    enum err err = load_time(store->file.db, ret_time, &pieces);
    *ret_image = NULL;
    if (err == ERR_NONE && pieces > 0) {
        err = load_image(store->file.db, pieces, ret_image, lost, sizeof lost);
        if (err == ERR_NONE && lost[0] != '\0')
            snprintf(ret_message, size, "%s: damaged and left out: %s", store->file.path, lost);
    }
    if (err != ERR_NONE)
        snprintf(ret_message, size, "%s: %s", store->file.path,
                 err == ERR_MEMORY ? err_text(err) : sqlfile_reason(&store->file));
    return err;
}

enum err store_set_aside(struct store *store, const char *why, char *ret_message, size_t size)
{
    enum err err = sqlfile_set_aside(&store->file, why, ret_message, size);
    free(store);
    return err;
}

#endif
