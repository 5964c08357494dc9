/*
 * remember: what the tables of this room share when they are saved and loaded (know_save, know_load
 * in <mxtap/know.h>).
 *
 * A table is one section, its entries in the order of their use, the oldest first, so that a
 * smaller memory keeps the newest. Entries whose time has been over for an hour are left out; what
 * is over since has perhaps still to be asked for by a session that began before. Nothing that is
 * loaded is believed to last longer than know lets anything last. One thread.
 */
#ifndef MXTAP_REMEMBER_H
#define MXTAP_REMEMBER_H

#include <mxtap/clock.h>
#include <mxtap/image.h>
#include <mxtap/lru.h>
#include <mxtap/pack.h>

#define REMEMBER_AFTER (3600 * CLOCK_SECOND)

/* A table while it is saved: the argument of visit. */
struct remember_saving {
    struct buf *out;
    int64_t over; /* what ended then or earlier is left out */
};

/* A table while it is loaded. */
struct remember_loading {
    struct pack_reader reader;
    int64_t ttl_max;
    int64_t used; /* the entry's last use; never earlier than that of the one before */
};

/* One section: visit puts an entry into it, or leaves it out. */
void remember_table(struct image *image, const char *section, const struct pack_field *fields,
                    struct lru *table, bool (*visit)(void *arg, const void *key, void *value),
                    int64_t over);

/* For a name: struct span. It is lent by the section. */
extern const struct pack_kind remember_name;

/* False where the section has nothing. */
bool remember_open(struct remember_loading *loading, const struct image *image, const char *section,
                   const struct pack_field *fields, int64_t ttl_max) MXTAP_MUST_CHECK;
/* The next entry, what the section has not of it at zero; false at the end. used points into it. */
bool remember_next(struct remember_loading *loading, void *ret_saved, size_t size,
                   const int64_t *used) MXTAP_MUST_CHECK;
/* *until is at most so many times ttl_max after the use of the entry. */
void remember_limit(const struct remember_loading *loading, int64_t *until, unsigned times);

#endif
