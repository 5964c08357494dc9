/*
 * load: the image out of the database.
 *
 * Nothing is believed that its checksum does not bear out: a section of which a piece is damaged,
 * missing or too many is left out, and the message names it.
 */
#ifndef MXTAP_LOAD_H
#define MXTAP_LOAD_H

#include <mxtap/sql.h>

#include <mxtap/image.h>

/* The event time of the image, 0 where there is none. ERR_DAMAGED: that cannot be believed. */
enum err load_time(sqlite3 *db, int64_t *ret_time, int64_t *ret_pieces) MXTAP_MUST_CHECK;
/* All sections that are whole. ret_lost (at least one octet) has the names of those that are not.
 */
enum err load_image(sqlite3 *db, int64_t pieces, struct image **ret_image, char *ret_lost,
                    size_t size) MXTAP_MUST_CHECK;

#endif
