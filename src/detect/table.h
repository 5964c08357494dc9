/*
 * table: the tables of detectors, all charged to the one memory of the detectors.
 *
 * Bounded. A table has a ceiling of entries and an age limit; the memory that it may use is the
 * detector's share of detect.memory. Half of that memory is cut into equal reserves, one for each
 * detector that is on, the other half goes to whoever asks first: no detector can starve another. A
 * table can always hold TABLE_PREPAID entries (fewer where detect.memory is small), and new entries
 * leave some of the memory free, so that the lists of a going attack can grow during a flood.
 *
 * Fair. A detector tells with table_credit what an entry is worth: its main count, such as unknown
 * recipients, and whether a case is open. Entries of little credit are evicted first (see lru.h),
 * so a flood of new keys cannot push out an attack that has been going on. The credit of what was
 * evicted is remembered (heavy.h); an entry that comes back begins with it, and table_note says so
 * in the evidence: its counts are then lower bounds.
 *
 * Kept in time. About once a second of event time, entries that have been idle for too long leave,
 * and about once a minute each entry is looked at where the shape says so: for cases that have gone
 * quiet.
 *
 * Remembered. A table is saved and loaded by its shape: entries with their keys, times of use and
 * credits, and of the values the fields named (remember.h), under the name
 * "detect.<detector>.<table>". A section whose keys have another size is not taken, nor is what
 * stands in it behind an entry that was used earlier than the one before, or later than the image
 * was made: something is wrong from there on.
 *
 * Every eviction is counted in the detector's stats by itself. The value that lru_make or lru_find
 * gave is safe during the next lru_make of the same table, not longer. Tables are freed by their
 * detector with lru_free, in its close. One thread.
 */
#ifndef MXTAP_DETECT_TABLE_H
#define MXTAP_DETECT_TABLE_H

#include "cases.h"

#include <mxtap/detect.h>
#include <mxtap/lru.h>
#include <mxtap/pack.h>

#define TABLE_PREPAID 256
#define TABLE_CASE    4096 /* what an open case is worth beside its count */
#define TABLE_KEY_MAX 32   /* octets */

struct table_shape {
    const char *name;  /* "networks"; never changes its meaning */
    size_t key, value; /* octets */
    size_t max;        /* entries */
    int64_t idle;      /* nanoseconds of event time; 0: no limit */
    void (*leave)(void *arg, const void *key, void *value, enum lru_reason reason); /* or NULL */
    void (*look)(void *arg, const void *key, void *value, int64_t now);             /* or NULL */
    const struct pack_field *fields; /* of the value; NULL: the table is not remembered */
    /* Gives a new, zeroed value what fields do not: its ceilings, its budget. Or NULL. */
    void (*begin)(void *arg, void *value);
    /* The value was loaded: whatever could do harm, such as an index out of range, is made
     * harmless. Or NULL. */
    void (*mend)(void *value);
};

/* For a detector's open. */
enum err table_new(struct detect *detect, const struct table_shape *shape, void *arg,
                   struct lru **ret_table) MXTAP_MUST_CHECK;

/* What the entry of this value is worth: count, and more where its case (or NULL) is open. Never
 * lowers. Call it when the count or the case has changed. */
void table_credit(struct lru *table, void *value, uint64_t count, const struct detect_case *c);

/* Adds "forgotten": true to the evidence where the entry was evicted before and has come back. */
void table_note(const void *value, struct json_object *evidence);

/* For detect, with all tables there are: what is due by now; saving and loading; and, once the
 * tables are gone, freeing what is kept beside them. */
struct table;
void table_pass_all(struct table *tables, int64_t now);
void table_save_all(struct table *tables, struct image *image);
void table_load_all(struct table *tables, const struct image *image);
void table_free_all(struct table *tables);

#endif
