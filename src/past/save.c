/* save: the new rows are written behind the old ones, into pages that the image before the last
 * left free, and the old ones are deleted then: the journal need hold neither. */
#ifdef MXTAP_PAST

#include "save.h"

#include "piece.h"

#define INSERT                                                                                     \
    "INSERT INTO section (id, name, length, checksum, octets) VALUES (?1, ?2, ?3, ?4, ?5)"

/* The rows as they are written. */
struct writing {
    sqlite3_stmt *insert;
    int64_t first, next; /* ids */
};

static enum err put_piece(struct writing *writing, const char *name, struct span section,
                          size_t place)
{
    static const uint8_t nothing[1];
    struct span piece = span_head(span_skip(section, place), PIECE_MAX);
    sqlite3_stmt *insert = writing->insert;
    bool row;
    int64_t checksum = piece_checksum(span_text(name), section.len, place, piece);
    sqlite3_bind_int64(insert, 1, writing->next++);
    sqlite3_bind_text(insert, 2, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, (int64_t)section.len);
    sqlite3_bind_int64(insert, 4, checksum);
    sqlite3_bind_blob64(insert, 5, piece.len == 0 ? nothing : piece.at, piece.len, SQLITE_STATIC);
    enum err err = sql_step(insert, &row);
    sqlite3_reset(insert);
    return err;
}

/* An empty section has one piece too. */
static enum err put_section(struct writing *writing, const char *name, struct span section)
{
    size_t place = 0;
    enum err err;
    do {
        err = put_piece(writing, name, section, place);
        place += PIECE_MAX;
    } while (err == ERR_NONE && place < section.len);
    return err;
}

static enum err put_meta(sqlite3 *db, int64_t time, int64_t pieces)
{
    sqlite3_stmt *statement = NULL;
    bool row;
    enum err err =
        sql_prepare(db, "INSERT OR REPLACE INTO meta VALUES (1, ?1, ?2, ?3, ?4)", &statement);
    if (err != ERR_NONE)
        return err;
    sqlite3_bind_int64(statement, 1, time);
    sqlite3_bind_text(statement, 2, MXTAP_VERSION, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, pieces);
    sqlite3_bind_int64(statement, 4, piece_checksum_meta(time, span_text(MXTAP_VERSION), pieces));
    err = sql_step(statement, &row);
    sqlite3_finalize(statement);
    return err;
}

static enum err drop_before(sqlite3 *db, int64_t first)
{
    sqlite3_stmt *statement = NULL;
    bool row;
    enum err err = sql_prepare(db, "DELETE FROM section WHERE id < ?1", &statement);
    if (err != ERR_NONE)
        return err;
    sqlite3_bind_int64(statement, 1, first);
    err = sql_step(statement, &row);
    sqlite3_finalize(statement);
    return err;
}

static enum err put_image(sqlite3 *db, const struct image *image, int64_t time)
{
    struct writing writing = {0};
    enum err err = sql_number(db, "SELECT max(id) FROM section", &writing.first);
    if (err == ERR_NONE && writing.first == INT64_MAX) /* nobody has saved that often */
        err = ERR_DAMAGED;
    if (err == ERR_NONE)
        writing.next = ++writing.first;
    if (err == ERR_NONE)
        err = sql_prepare(db, INSERT, &writing.insert);
    for (size_t i = 0; err == ERR_NONE && i < image_count(image); i++)
        err = put_section(&writing, image_name(image, i), image_at(image, i));
    sqlite3_finalize(writing.insert);
    if (err == ERR_NONE)
        err = put_meta(db, time, writing.next - writing.first);
    return err != ERR_NONE ? err : drop_before(db, writing.first);
}

enum err save_image(sqlite3 *db, const struct image *image, int64_t time)
{
    enum err err = sql_run(db, "BEGIN IMMEDIATE");
    if (err != ERR_NONE)
        return err;
    err = put_image(db, image, time);
    return err != ERR_NONE ? err : sql_run(db, "COMMIT");
}

#endif
