/* load: the rows in order; a section is put together from its pieces and becomes the image's when
 * the last one is there. */
#ifdef MXTAP_PAST

#include "load.h"

#include "piece.h"

#include <stdio.h>

/* The section under way. */
struct reading {
    struct image *image;
    char name[IMAGE_NAME_MAX + 1]; /* empty: none */
    size_t length;
    struct buf octets;
    bool bad; /* a piece of it was */
    char *lost;
    size_t lost_size;
};

enum err load_time(sqlite3 *db, int64_t *ret_time, int64_t *ret_pieces)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum err err = sql_prepare(db, "SELECT time, version, pieces, checksum FROM meta", &statement);
    if (err == ERR_NONE)
        err = sql_step(statement, &row);
    *ret_time = *ret_pieces = 0;
    if (err == ERR_NONE && row) {
        int64_t time = sqlite3_column_int64(statement, 0);
        struct span version = span_text((const char *)sqlite3_column_text(statement, 1));
        int64_t pieces = sqlite3_column_int64(statement, 2);
        if (sqlite3_column_int64(statement, 3) != piece_checksum_meta(time, version, pieces))
            err = ERR_DAMAGED;
        else
            *ret_time = time, *ret_pieces = pieces;
    }
    sqlite3_finalize(statement);
    return err;
}

/* For the log: a damaged name may hold anything. */
static void lose(struct reading *reading, const char *name)
{
    size_t len = strlen(reading->lost);
    bool plain = name[0] != '\0';
    for (const char *at = name; *at != '\0'; at++)
        plain = plain && *at > ' ' && *at < 0x7f;
    snprintf(reading->lost + len, reading->lost_size - len, "%s%s", len > 0 ? ", " : "",
             plain ? name : "?");
}

/* The section under way is over. */
static enum err finish(struct reading *reading)
{
    if (reading->name[0] == '\0')
        return ERR_NONE;
    bool whole = !reading->bad && reading->octets.len == reading->length;
    struct buf *to = whole ? image_add(reading->image, reading->name) : NULL;
    if (to != NULL)
        *to = reading->octets;
    else
        buf_done(&reading->octets);
    if (!whole)
        lose(reading, reading->name);
    reading->name[0] = '\0';
    return whole && to == NULL ? ERR_MEMORY : ERR_NONE;
}

static void begin(struct reading *reading, struct span name, size_t length)
{
    memcpy(reading->name, name.at, name.len);
    reading->name[name.len] = '\0';
    reading->length = length;
    reading->bad = false;
    buf_init(&reading->octets, IMAGE_SECTION_MAX);
}

static enum err take_piece(struct reading *reading, int64_t checksum, struct span piece)
{
    size_t place = reading->octets.len;
    struct span name = span_text(reading->name);
    if (reading->bad || piece.len > reading->length - place ||
        checksum != piece_checksum(name, reading->length, place, piece)) {
        reading->bad = true;
        return ERR_NONE;
    }
    buf_add(&reading->octets, piece);
    return reading->octets.truncated ? ERR_MEMORY : ERR_NONE;
}

static enum err take_row(struct reading *reading, sqlite3_stmt *row)
{
    struct span name = {sqlite3_column_text(row, 0), (size_t)sqlite3_column_bytes(row, 0)};
    int64_t length = sqlite3_column_int64(row, 1);
    struct span piece = {sqlite3_column_blob(row, 3), (size_t)sqlite3_column_bytes(row, 3)};
    enum err err = ERR_NONE;
    if (!span_equal(name, span_text(reading->name)) || (size_t)length != reading->length) {
        err = finish(reading);
        if (name.len == 0 || name.len > IMAGE_NAME_MAX || span_find(name, '\0') < name.len ||
            length < 0 || (size_t)length > IMAGE_SECTION_MAX) {
            lose(reading, "");
            return err;
        }
        begin(reading, name, (size_t)length);
    }
    return err != ERR_NONE ? err : take_piece(reading, sqlite3_column_int64(row, 2), piece);
}

enum err load_image(sqlite3 *db, int64_t pieces, struct image **ret_image, char *ret_lost,
                    size_t size)
{
    struct reading reading = {.lost = ret_lost, .lost_size = size};
    sqlite3_stmt *statement = NULL;
    int64_t count = 0;
    ret_lost[0] = '\0';
    enum err err = image_new(&reading.image);
    if (err == ERR_NONE)
        err = sql_prepare(db, "SELECT name, length, checksum, octets FROM section ORDER BY id",
                          &statement);
    for (bool row = true; err == ERR_NONE && row;) {
        err = sql_step(statement, &row);
        if (err == ERR_NONE && row) {
            count++;
            err = take_row(&reading, statement);
        }
    }
    enum err last = finish(&reading);
    sqlite3_finalize(statement);
    if (err == ERR_NONE)
        err = last;
    if (err != ERR_NONE) {
        image_free(reading.image);
        return err;
    }
    if (count != pieces && ret_lost[0] == '\0')
        lose(&reading, "");
    *ret_image = reading.image;
    return ERR_NONE;
}

#endif
