/* reader_read: by seq, from the position on; each read is one statement that is over when it
 * returns. */
#ifdef MXTAP_OUTBOX

#include "reader.h"

#include <sys/eventfd.h>

#define READ "SELECT " FETCH_RECORD " FROM record WHERE seq > ?1 ORDER BY seq"
#define READ_DEAD                                                                                  \
    "SELECT " FETCH_DEAD " FROM dead WHERE reader = ?1 AND again = 1 AND number > ?2"              \
    " AND format = ?3 ORDER BY number"

void reader_disconnect(struct outbox_reader *reader)
{
    sqlite3_finalize(reader->read);
    sqlite3_finalize(reader->read_dead);
    reader->read = reader->read_dead = NULL;
    sqlfile_close(&reader->file);
}

enum err reader_connect(struct outbox_reader *reader)
{
    char message[200];
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    unsigned generation = outbox->generation;
    pthread_mutex_unlock(&outbox->lock);
    if (reader->read_dead != NULL && generation == reader->generation)
        return ERR_NONE;
    reader_disconnect(reader);
    enum err err = sqlfile_join(outbox->path, &shelf_shape, &reader->file, message, sizeof message);
    if (err == ERR_NONE)
        err = sql_prepare(reader->file.db, READ, &reader->read);
    if (err == ERR_NONE)
        err = sql_prepare(reader->file.db, READ_DEAD, &reader->read_dead);
    if (err == ERR_NONE)
        reader->generation = generation;
    else
        reader_disconnect(reader);
    return err;
}

/* ---- rows ---- */

static bool was_told(const struct outbox_reader *reader, uint64_t seq)
{
    size_t low = 0, high = reader->told_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reader->told[middle] == seq)
            return true;
        if (reader->told[middle] < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static enum err take(struct outbox_reader *reader, sqlite3_stmt *row, bool dead)
{
    struct fetch *fetch = &reader->fetch;
    enum err err = fetch_add(fetch, row, dead);
    if (err != ERR_NONE)
        return err;
    const struct parcel *parcel = &fetch->parcels[fetch->count - 1];
    const struct fetched *more = &fetch->more[fetch->count - 1];
    const struct sent sent = {.seq = parcel->seq,
                              .dead = more->dead,
                              .put = more->put,
                              .octets = parcel->record.octets.len};
    err = underway_add(&reader->underway, &sent);
    if (err != ERR_NONE)
        fetch->count--;
    return err;
}

/* Is there no room for this row? */
static bool is_full(const struct fetch *fetch, sqlite3_stmt *row, size_t max, size_t octets)
{
    return fetch->count == max ||
           (fetch->count > 0 && fetch->octets.len + (size_t)sqlite3_column_bytes(row, 9) > octets);
}

/* What is under way may be in the file as if it waited. */
static enum err read_dead(struct outbox_reader *reader, size_t max, size_t octets)
{
    sqlite3_stmt *statement = reader->read_dead;
    bool row = false;
    sqlite3_bind_text(statement, 1, reader->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, (int64_t)reader->dead);
    sqlite3_bind_text(statement, 3, reader->wants.format, -1, SQLITE_STATIC);
    enum err err = sql_step(statement, &row);
    for (; err == ERR_NONE && row; err = sql_step(statement, &row)) {
        uint64_t number = (uint64_t)sqlite3_column_int64(statement, 10);
        if (is_full(&reader->fetch, statement, max, octets))
            break;
        if (!underway_has_dead(&reader->underway, number))
            err = take(reader, statement, true);
        if (err != ERR_NONE)
            break;
        reader->dead = number;
    }
    sqlite3_reset(statement);
    return err;
}

static enum err read_waiting(struct outbox_reader *reader, size_t max, size_t octets)
{
    sqlite3_stmt *statement = reader->read;
    bool row = false;
    sqlite3_bind_int64(statement, 1, (int64_t)reader->position);
    enum err err = sql_step(statement, &row);
    for (; err == ERR_NONE && row; err = sql_step(statement, &row)) {
        uint64_t seq = (uint64_t)sqlite3_column_int64(statement, 0);
        bool wanted = fetch_wanted(statement, &reader->wants) && !was_told(reader, seq);
        if (reader->fetch.count == max ||
            (wanted && is_full(&reader->fetch, statement, max, octets)))
            break;
        if (wanted)
            err = take(reader, statement, false);
        if (err != ERR_NONE)
            break;
        reader->position = seq;
    }
    sqlite3_reset(statement);
    return err;
}

/* ---- a read ---- */

/* The place as it is now; false: nothing may be read at the moment. */
static bool look_at_place(struct outbox_reader *reader)
{
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    const struct place *place = reader->place;
    if (reader->position < place->cursor)
        reader->position = place->cursor;
    if (reader->asked != place->asked) {
        reader->asked = place->asked;
        reader->dead = 0;
    }
    bool well = !outbox->closed && place->letters_octets < LETTERS_MOST;
    pthread_mutex_unlock(&outbox->lock);
    return well;
}

/* Nothing that it wants is before its position: the cursor goes there, with the next round. */
static void pass_over(struct outbox_reader *reader)
{
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    struct place *place = reader->place;
    if (reader->underway.count == 0 && reader->position > place->cursor) {
        place->cursor = reader->position;
        place->changed = true;
    }
    pthread_mutex_unlock(&outbox->lock);
}

static void found(struct outbox_reader *reader)
{
    struct outbox *outbox = reader->outbox;
    fetch_finish(&reader->fetch);
    if (reader->fetch.more[0].dead != 0 || reader->underway.count > reader->fetch.count)
        return;
    pthread_mutex_lock(&outbox->lock);
    reader->place->oldest = reader->fetch.more[0].put;
    pthread_mutex_unlock(&outbox->lock);
}

static enum err unreadable(struct outbox_reader *reader, enum err err)
{
    struct outbox *outbox = reader->outbox;
    pthread_mutex_lock(&outbox->lock);
    if (err == ERR_DAMAGED) {
        outbox->damaged = true;
        box_wake(outbox, 0);
    }
    pthread_mutex_unlock(&outbox->lock);
    return err == ERR_MEMORY ? err : ERR_SYSTEM;
}

enum err outbox_read(struct outbox_reader *reader, size_t max, size_t octets,
                     struct parcel **ret_parcels, size_t *ret_count)
{
    eventfd_t value;
    (void)eventfd_read(reader->event, &value);
    fetch_clear(&reader->fetch);
    reader->number = reader->underway.passed + reader->underway.count;
    enum err err = ERR_NONE;
    if (look_at_place(reader)) {
        err = reader_connect(reader);
        if (err == ERR_NONE)
            err = read_dead(reader, max, octets);
        if (err == ERR_NONE && reader->fetch.count == 0)
            err = read_waiting(reader, max, octets);
    }
    if (reader->fetch.count > 0)
        found(reader);
    else if (err != ERR_NONE)
        return unreadable(reader, err);
    else
        pass_over(reader);
    *ret_parcels = reader->fetch.parcels;
    *ret_count = reader->fetch.count;
    return ERR_NONE;
}

#endif
