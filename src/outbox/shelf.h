/*
 * shelf: the outbox's file as its writer has it: tables, statements, numbers.
 *
 * Table record has the records that wait, reader the places, dead the letters that were refused;
 * meta one row: the last seq that was given to any record, and how many records there are. Every
 * function that changes something does so inside a transaction of the caller's (shelf_begin,
 * shelf_commit, shelf_undo). One thread at a time.
 */
#ifndef MXTAP_OUTBOX_SHELF_H
#define MXTAP_OUTBOX_SHELF_H

#include "backlog.h"
#include "place.h"

#include <mxtap/sqlfile.h>

enum shelf_statement {
    SHELF_PUT,
    SHELF_HEADS,
    SHELF_REMOVE,
    SHELF_PLACE,
    SHELF_META,
    SHELF_DEAD_PUT,
    SHELF_DEAD_AGAIN,
    SHELF_DEAD_DONE,
    SHELF_DEAD_OLDEST,
    SHELF_DEAD_REMOVE,
    SHELF_BEGIN,
    SHELF_COMMIT,
    SHELF_STATEMENTS
};

struct shelf {
    struct sqlfile file; /* db NULL: not open */
    sqlite3_stmt *statements[SHELF_STATEMENTS];
    uint64_t last;    /* seq that was given */
    uint64_t first;   /* no record before this one */
    uint64_t records; /* in the file */
    int64_t foreign;  /* PRAGMA data_version: others' changes */
    int wal;          /* pages in the WAL */
};

/* The shape of the file, for those who join it. */
extern const struct sqlfile_shape shelf_shape;

enum err shelf_open(struct shelf *shelf, const char *path, char *ret_message,
                    size_t size) MXTAP_MUST_CHECK;
void shelf_close(struct shelf *shelf);
/* Closes it and sets the file aside; why may be NULL: SQLite has the words. */
enum err shelf_set_aside(struct shelf *shelf, const char *why, char *ret_message,
                         size_t size) MXTAP_MUST_CHECK;

enum err shelf_begin(struct shelf *shelf) MXTAP_MUST_CHECK;
enum err shelf_commit(struct shelf *shelf) MXTAP_MUST_CHECK;
void shelf_undo(struct shelf *shelf);

enum err shelf_put(struct shelf *shelf, const struct queued *queued) MXTAP_MUST_CHECK;
enum err shelf_save_place(struct shelf *shelf, const struct place *place) MXTAP_MUST_CHECK;
/* last into the file, and how much the number of records has changed: others change it too. */
enum err shelf_save_meta(struct shelf *shelf, int64_t change) MXTAP_MUST_CHECK;
/* ret_change: of the number of dead letters. */
enum err shelf_letter(struct shelf *shelf, const char *name, const char *format,
                      const struct letter *letter, int *ret_change) MXTAP_MUST_CHECK;
/* Records up to and with seq go. */
enum err shelf_remove(struct shelf *shelf, uint64_t seq) MXTAP_MUST_CHECK;

/* What a record is, without its octets. */
struct shelf_head {
    uint64_t seq;
    int64_t put;
    enum record_kind kind;
    unsigned severity;
    uint32_t detector;
    char format[OUTBOX_NAME];
    int64_t octets;
};
/* The first ones, most of them at most. */
enum err shelf_heads(struct shelf *shelf, struct shelf_head *ret_heads, size_t most,
                     size_t *ret_count) MXTAP_MUST_CHECK;
/* Clock time at which the oldest dead letter was put; INT64_MAX: there is none. */
enum err shelf_dead_oldest(struct shelf *shelf, int64_t *ret_put) MXTAP_MUST_CHECK;
/* The oldest so many go, of those put before limit; INT64_MAX: of all. */
enum err shelf_dead_remove(struct shelf *shelf, size_t count, int64_t limit) MXTAP_MUST_CHECK;

/* Every place in the file, until visit returns false. */
enum err shelf_places(struct shelf *shelf, bool (*visit)(void *arg, const struct place *place),
                      void *arg) MXTAP_MUST_CHECK;
/* The first clock time of a record behind seq; 0: none. */
enum err shelf_put_after(struct shelf *shelf, uint64_t seq, int64_t *ret_put) MXTAP_MUST_CHECK;
enum err shelf_dead_count(struct shelf *shelf, const char *name,
                          uint64_t *ret_count) MXTAP_MUST_CHECK;
/* The records behind cursor, up to and with last, that place wants, and their octets. */
enum err shelf_count(struct shelf *shelf, const struct place *place, uint64_t cursor, uint64_t last,
                     int64_t *ret_count, int64_t *ret_octets) MXTAP_MUST_CHECK;
/* Did somebody else change the file since the last call? */
bool shelf_is_foreign(struct shelf *shelf);

#endif
