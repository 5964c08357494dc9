/*
 * save: an image into the database, in one transaction.
 */
#ifndef MXTAP_SAVE_H
#define MXTAP_SAVE_H

#include <mxtap/sql.h>

#include <mxtap/image.h>

/* On failure the transaction may still be open: the caller asks for the reason, then closes. */
enum err save_image(sqlite3 *db, const struct image *image, int64_t time) MXTAP_MUST_CHECK;

#endif
