/* fetch: octets stand in one buffer, which moves while it grows: spans are set at the end. */
#ifdef MXTAP_OUTBOX

#include "fetch.h"

#include <stdlib.h>

void fetch_init(struct fetch *fetch)
{
    *fetch = (struct fetch){0};
    buf_init(&fetch->octets, SIZE_MAX / 2);
}

void fetch_done(struct fetch *fetch)
{
    free(fetch->parcels);
    free(fetch->more);
    buf_done(&fetch->octets);
}

void fetch_clear(struct fetch *fetch)
{
    fetch->count = 0;
    buf_clear_keep(&fetch->octets, (size_t)16 << 20);
}

bool fetch_wanted(sqlite3_stmt *row, const struct place *place)
{
    const char *format = (const char *)sqlite3_column_text(row, 8);
    return format != NULL &&
           place_wants(place, format, (enum record_kind)sqlite3_column_int64(row, 3),
                       (unsigned)sqlite3_column_int64(row, 4),
                       (uint32_t)sqlite3_column_int64(row, 5));
}

static enum err grow(struct fetch *fetch)
{
    size_t room = fetch->room == 0 ? 64 : fetch->room * 2;
    struct parcel *parcels = realloc(fetch->parcels, room * sizeof *parcels);
    if (parcels == NULL)
        return ERR_MEMORY;
    fetch->parcels = parcels;
    struct fetched *more = realloc(fetch->more, room * sizeof *more);
    if (more == NULL)
        return ERR_MEMORY;
    fetch->more = more;
    fetch->room = room;
    return ERR_NONE;
}

static void read_record(sqlite3_stmt *row, struct record *ret_record)
{
    ret_record->time = sqlite3_column_int64(row, 2);
    ret_record->kind = (enum record_kind)sqlite3_column_int64(row, 3);
    ret_record->severity = (unsigned)sqlite3_column_int64(row, 4);
    ret_record->detector = (uint32_t)sqlite3_column_int64(row, 5);
    ret_record->key = (uint64_t)sqlite3_column_int64(row, 6);
    sql_text(row, 7, ret_record->id, sizeof ret_record->id);
}

enum err fetch_add(struct fetch *fetch, sqlite3_stmt *row, bool dead)
{
    if (fetch->count == fetch->room && grow(fetch) != ERR_NONE)
        return ERR_MEMORY;
    const void *octets = sqlite3_column_blob(row, 9);
    size_t len = (size_t)sqlite3_column_bytes(row, 9), at = fetch->octets.len;
    uint8_t *copy = len == 0 ? NULL : buf_extend(&fetch->octets, len);
    if (len > 0 && copy == NULL)
        return ERR_MEMORY;
    if (len > 0)
        memcpy(copy, octets, len);
    struct parcel *parcel = &fetch->parcels[fetch->count];
    struct fetched *more = &fetch->more[fetch->count++];
    *parcel = (struct parcel){.state = PARCEL_WAITING};
    parcel->seq = (uint64_t)sqlite3_column_int64(row, 0);
    read_record(row, &parcel->record);
    parcel->record.octets.len = len;
    *more = (struct fetched){.put = sqlite3_column_int64(row, 1), .at = at};
    if (dead) {
        more->dead = (uint64_t)sqlite3_column_int64(row, 10);
        sql_text(row, 11, parcel->answer, sizeof parcel->answer);
    }
    return ERR_NONE;
}

void fetch_finish(struct fetch *fetch)
{
    for (size_t i = 0; i < fetch->count; i++)
        if (fetch->parcels[i].record.octets.len > 0)
            fetch->parcels[i].record.octets.at = fetch->octets.at + fetch->more[i].at;
}

#endif
