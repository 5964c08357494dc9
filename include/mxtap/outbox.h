/*
 * outbox: records that wait for their receivers, in a file that survives us (SQLite, WAL).
 *
 * One thread of its own writes (batches in one transaction each: records, cursors, dead letters,
 * removals). outbox_put hands it a copy, from one thread, and does not wait for the disk: records
 * stay in memory, up to a ceiling, while the disk is full or slow. What was committed survives
 * kill -9 and, once its batch is synced, the loss of power.
 *
 * A reader is one output's place in it: a cursor, kept in the file under the output's name. Readers
 * have connections of their own and see what was committed. A record is held until every reader's
 * cursor has passed it. Cursors of outputs that the configuration does not name any more stay and
 * hold nothing. A new reader begins with the next record.
 *
 * Ceilings: over size (octets of records waiting, with what SQLite needs beside them, by its own
 * account of pages in use) or age the oldest records go, whoever still waits for them, and each
 * reader that did counts them as lost: outbox_stats and outbox_reader_stats, told in the log.
 *
 * A file that is damaged is set aside (FILE.aside-TIME) and a new one is begun. Mode 0600. One
 * process has an outbox open (outbox_open); outbox_admin works beside it.
 *
 * Without SQLite (MXTAP_OUTBOX off) opening gives ERR_SUPPORT.
 */
#ifndef MXTAP_OUTBOX_H
#define MXTAP_OUTBOX_H

#include <mxtap/err.h>
#include <mxtap/record.h>
#include <mxtap/starter.h>

struct outbox;
struct outbox_reader;

#define OUTBOX_NAME   64 /* octets of an output's or a format's name, with its NUL */
#define OUTBOX_ANSWER PARCEL_ANSWER

struct outbox_options {
    const char *path;
    uint64_t size;   /* octets; 0: no ceiling */
    int64_t age;     /* nanoseconds of the clock since a record was put; 0: no ceiling */
    uint64_t memory; /* octets of records that the disk does not have yet */
    bool wait;       /* outbox_put waits for room in memory rather than refusing (replay) */
};

struct outbox_stats {
    uint64_t put, octets;             /* records that were put, their octets */
    uint64_t dropped;                 /* not taken: memory was full */
    uint64_t removed;                 /* by the ceilings, while somebody still waited for them */
    uint64_t waiting;                 /* records in the file */
    uint64_t file_octets;             /* of the file, with its WAL */
    uint64_t pending, pending_octets; /* records in memory only */
    bool failing;                     /* the last write did not work */
    char trouble[512];                /* why, or what was set aside; or empty */
};

struct outbox_reader_stats {
    uint64_t waiting; /* records behind its cursor that it wants */
    int64_t oldest;   /* clock time at which the oldest of them was put; 0: none waits */
    uint64_t lost;    /* removed by the ceilings before it had them */
    uint64_t dead;    /* dead letters in the file */
};

/* Opens the file and holds it; makes no thread. ret_message may have a line for the log with
 * ERR_NONE too. */
enum err outbox_open(const struct outbox_options *options, struct outbox **ret_outbox,
                     char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* Starts the writing thread. Records put before wait. Nothing is kept any more for outputs that the
 * file knows and that have no reader by now: the configuration does not name them. */
enum err outbox_start(struct outbox *outbox, const struct starter *starter) MXTAP_MUST_CHECK;

/* Copies it, under the name of the format it is written in. False: no room, counted. */
bool outbox_put(struct outbox *outbox, const struct record *record, const char *format);
/* What was put is to be written now, and not when more has come; does not wait. */
void outbox_flush(struct outbox *outbox);
void outbox_stats(struct outbox *outbox, struct outbox_stats *ret_stats);
/* The configuration does not name this output any more: nothing is kept for it. Freeing its reader
 * does not say that: readers are freed at the end too, and what waits for them stays. */
void outbox_release(struct outbox *outbox, const char *name);
/* Writes what is in memory, for so long at most (nanoseconds), ends the thread, closes. Readers
 * must be freed before. False: some records could not be written, and are gone. */
bool outbox_close(struct outbox *outbox, int64_t patience);

/* A reader: made in the main thread, before outbox_start or after it; then its sender's. Its cursor
 * is in the file, or will be with the next transaction. The name is the output's; two readers of
 * one name may overlap for a moment (reload): the one made later counts. */
enum err outbox_reader_new(struct outbox *outbox, const char *name, const char *format,
                           const struct selection *selection,
                           struct outbox_reader **ret_reader) MXTAP_MUST_CHECK;
void outbox_reader_free(struct outbox_reader *reader);
/* Frees one that was made after outbox_start and whose output never came into force (another one of
 * the same configuration could not be opened): for its name all is as it was before. One made
 * before outbox_start is freed as above. */
void outbox_reader_undo(struct outbox_reader *reader);
/* Readable when there is something new since the last outbox_read (eventfd, which outbox_read
 * clears). */
int outbox_reader_fd(const struct outbox_reader *reader);
/*
 * The next records after those read before: first dead letters that were asked for again
 * (outbox_admin_retry), then by the cursor. At most max parcels and about octets octets (one at
 * least, however large). *ret_parcels (PARCEL_WAITING) are lent until the next call; 0: none now.
 * ERR_SYSTEM: the file cannot be read at the moment; try again later.
 */
enum err outbox_read(struct outbox_reader *reader, size_t max, size_t octets,
                     struct parcel **ret_parcels, size_t *ret_count) MXTAP_MUST_CHECK;
/* Everything read up to and with seq was dealt with: the cursor goes there, with the writer's next
 * transaction. The parcels that are PARCEL_REFUSED in what was read last become dead letters in the
 * same transaction. seq 0: the cursor stays, and only that is done. */
void outbox_settle(struct outbox_reader *reader, uint64_t seq);
/* Back to the cursor: what was read after it is read again. */
void outbox_rewind(struct outbox_reader *reader);
void outbox_reader_stats(struct outbox_reader *reader, struct outbox_reader_stats *ret_stats);

/* ---- beside a running process, or without one: mxtap outbox ---- */

struct outbox_admin;

enum err outbox_admin_open(const char *path, struct outbox_admin **ret_admin, char *ret_message,
                           size_t size) MXTAP_MUST_CHECK;
void outbox_admin_close(struct outbox_admin *admin);
/* What the last call that failed says of itself. */
const char *outbox_admin_reason(const struct outbox_admin *admin);

struct outbox_place {
    char name[OUTBOX_NAME], format[OUTBOX_NAME];
    struct outbox_reader_stats stats;
    uint64_t octets;   /* of the records waiting */
    char trouble[256]; /* of the last try that failed, or empty */
    int64_t tried;     /* clock time of it */
};
/* What the file holds of each output, by name. */
enum err outbox_admin_list(struct outbox_admin *admin,
                           void (*visit)(void *arg, const struct outbox_place *place),
                           void *arg) MXTAP_MUST_CHECK;
/* Below, ERR_USAGE: the file knows no output of this name. */
enum outbox_what { OUTBOX_WAITING, OUTBOX_DEAD };
/* The records of an output, oldest first; parcel.answer is set of dead ones. name NULL: all. */
enum err outbox_admin_export(struct outbox_admin *admin, const char *name, enum outbox_what what,
                             bool (*visit)(void *arg, const char *name,
                                           const struct parcel *parcel),
                             void *arg) MXTAP_MUST_CHECK;
/* Dead letters of an output (NULL: of all) are to be tried again; how many. */
enum err outbox_admin_retry(struct outbox_admin *admin, const char *name,
                            uint64_t *ret_count) MXTAP_MUST_CHECK;
/* Throws away what waits for, or is dead for, an output (NULL: for all), put before this clock time
 * (0: all); how many. Waiting: the cursor goes past them, and records that nobody waits for go. */
enum err outbox_admin_purge(struct outbox_admin *admin, const char *name, enum outbox_what what,
                            int64_t before, uint64_t *ret_count) MXTAP_MUST_CHECK;
/* A running sender says how its last try went, for outbox_admin_list; with the next transaction. */
void outbox_reader_trouble(struct outbox_reader *reader, const char *trouble);

#endif
