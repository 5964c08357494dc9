/* upkeep: what others changed in the file, what is to be counted, the WAL, the size of the file. */
#ifdef MXTAP_OUTBOX

#include "writer.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#define WAL_GOOD 1024 /* pages after which the WAL goes into the file */
#define WAL_MOST 4096 /* and after which readers are waited for, so that it begins anew */

/* Free pages that stay in the file for what comes next, and those given back at a time. */
#define FREE_GOOD  512
#define FREE_SHARE 1024

/* ---- others ---- */

static bool adopt_place(void *arg, const struct place *found)
{
    struct outbox *outbox = arg;
    pthread_mutex_lock(&outbox->lock);
    struct place *place = box_place(outbox, found->name);
    if (place != NULL) {
        place->asked++;
        if (found->cursor > place->cursor) {
            place->cursor = found->cursor;
            place->uncounted = true;
        }
        reader_tell(outbox, place->name);
    }
    pthread_mutex_unlock(&outbox->lock);
    return true;
}

static enum err adopt_foreign(struct outbox *outbox)
{
    struct shelf *shelf = &outbox->writer->shelf;
    int64_t records = 0;
    enum err err = shelf_places(shelf, adopt_place, outbox);
    if (err == ERR_NONE)
        err = sql_number(shelf->file.db, "SELECT records FROM meta", &records);
    if (err == ERR_NONE)
        shelf->records = records > 0 ? (uint64_t)records : 0;
    outbox->writer->dead_uncounted = true;
    return err;
}

/* ---- counting ---- */

static uint64_t count_backlog(const struct backlog *backlog, const struct place *place)
{
    uint64_t count = 0;
    for (const struct queued *queued = backlog->head; queued != NULL; queued = queued->next)
        count += queued->seq > place->cursor &&
                 place_wants(place, queued->format, queued->record.kind, queued->record.severity,
                             queued->record.detector);
    return count;
}

/* Meanwhile the reader may settle some, which takes them off filed. */
static enum err count_place(struct outbox *outbox, size_t index)
{
    struct place *place = &outbox->places[index];
    int64_t count = 0, octets = 0;
    pthread_mutex_lock(&outbox->lock);
    struct place was = *place;
    uint64_t last = outbox->filed;
    place->uncounted = false;
    place->fresh = count_backlog(&outbox->taken, place) + count_backlog(&outbox->incoming, place);
    pthread_mutex_unlock(&outbox->lock);
    enum err err = shelf_count(&outbox->writer->shelf, &was, was.cursor, last, &count, &octets);
    pthread_mutex_lock(&outbox->lock);
    if (err == ERR_NONE) {
        place->filed += count - was.filed;
        place->octets += octets - was.octets;
        place->changed = true;
    } else {
        place->uncounted = true;
    }
    pthread_mutex_unlock(&outbox->lock);
    return err;
}

static enum err count_dead(struct outbox *outbox, size_t index)
{
    struct place *place = &outbox->places[index]; /* its name never changes */
    uint64_t count = 0;
    enum err err = shelf_dead_count(&outbox->writer->shelf, place->name, &count);
    pthread_mutex_lock(&outbox->lock);
    if (err == ERR_NONE)
        place->dead = count;
    pthread_mutex_unlock(&outbox->lock);
    return err;
}

enum err adopt(struct outbox *outbox)
{
    bool uncounted[OUTBOX_PLACES];
    struct writer *writer = outbox->writer;
    enum err err = ERR_NONE;
    if (shelf_is_foreign(&writer->shelf))
        err = adopt_foreign(outbox);
    pthread_mutex_lock(&outbox->lock);
    size_t count = outbox->place_count;
    for (size_t i = 0; i < count; i++)
        uncounted[i] = outbox->places[i].uncounted && outbox->places[i].holds;
    pthread_mutex_unlock(&outbox->lock);
    for (size_t i = 0; err == ERR_NONE && i < count; i++)
        if (uncounted[i])
            err = count_place(outbox, i);
    for (size_t i = 0; err == ERR_NONE && writer->dead_uncounted && i < count; i++)
        err = count_dead(outbox, i);
    if (err == ERR_NONE)
        writer->dead_uncounted = false;
    return err;
}

/* ---- the file ---- */

void upkeep_checkpoint(struct writer *writer, bool now)
{
    struct shelf *shelf = &writer->shelf;
    if (shelf->file.db == NULL || (shelf->wal < WAL_GOOD && !now))
        return;
    int how = shelf->wal >= WAL_MOST ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
    if (sqlite3_wal_checkpoint_v2(shelf->file.db, NULL, how, NULL, NULL) == SQLITE_OK && now)
        shelf->wal = 0;
}

void upkeep_shrink(struct outbox *outbox)
{
    char text[60];
    struct shelf *shelf = &outbox->writer->shelf;
    int64_t pages = 0, unused = 0;
    if (sql_number(shelf->file.db, "PRAGMA page_count", &pages) != ERR_NONE ||
        sql_number(shelf->file.db, "PRAGMA freelist_count", &unused) != ERR_NONE)
        return;
    if (unused < FREE_GOOD || unused < pages / 4)
        return;
    snprintf(text, sizeof text, "PRAGMA incremental_vacuum(%d)", FREE_SHARE);
    if (sql_run(shelf->file.db, text) == ERR_NONE)
        upkeep_checkpoint(outbox->writer, true);
}

static uint64_t size_of(const char *path, const char *behind)
{
    char name[PATH_MAX];
    struct stat status;
    int len = snprintf(name, sizeof name, "%s%s", path, behind);
    if (len < 0 || (size_t)len >= sizeof name || stat(name, &status) != 0)
        return 0;
    return (uint64_t)status.st_size;
}

void upkeep_measure(struct outbox *outbox)
{
    const char *path = outbox->writer->shelf.file.path;
    uint64_t octets = size_of(path, "") + size_of(path, "-wal");
    pthread_mutex_lock(&outbox->lock);
    outbox->stats.file_octets = octets;
    pthread_mutex_unlock(&outbox->lock);
}

#endif
