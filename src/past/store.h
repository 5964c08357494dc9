/*
 * store: the image in an SQLite file, which is held as long as the store is open.
 *
 * A store that is opened has been looked through: it is ours, of this version's format, and whole
 * (PRAGMA quick_check); what was not is set aside and begun anew. Octets are kept in pieces of 1
 * MiB, each with a checksum, for SQLite has none of its own: reading and writing need no more
 * memory than the image and a few pieces. Messages are lines for the log. One thread at a time.
 */
#ifndef MXTAP_STORE_H
#define MXTAP_STORE_H

#include <mxtap/image.h>

struct store;

/* ERR_SUPPORT: this build has no SQLite. ret_message also tells what was set aside, or is empty. */
enum err store_open(const char *path, struct store **ret_store, char *ret_message,
                    size_t size) MXTAP_MUST_CHECK;
void store_close(struct store *store); /* NULL is legal */

/* The event time of the image in it; 0: none. */
int64_t store_time(const struct store *store);
/* Is it still the file at its path? */
bool store_is_there(const struct store *store);

/* Replaces what is in it, all or nothing. ERR_DAMAGED: the file is; ERR_SYSTEM: disk full and kin.
 * After a failure the store is to be closed or set aside, which undoes what was written. */
enum err store_write(struct store *store, const struct image *image, int64_t time,
                     char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* *ret_image is NULL where there is none. Sections that are damaged are left out, and ret_message
 * says which; ERR_DAMAGED: nothing can be read. */
enum err store_read(struct store *store, struct image **ret_image, int64_t *ret_time,
                    char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* Closes the store and sets its file aside. */
enum err store_set_aside(struct store *store, const char *why, char *ret_message,
                         size_t size) MXTAP_MUST_CHECK;

#endif
