/*
 * rotate: puts a file of records aside and begins a new one; packs old ones and counts them.
 *
 * For sink_file.c, which says when. An old file gets its name (rotate_names.h) by one rename, when
 * it is whole. With compress it waits under a name that ends in .tmp until what was packed of it is
 * on the disk and has been renamed too. So whenever we are killed, each record is in one whole
 * file, and rotate_tend at the next start goes on where this one stopped.
 *
 * new: the main thread; everything else is the output's own. Failures are told in the log once,
 * until something works again, and tried again after a minute.
 */
#ifndef MXTAP_OUTPUT_ROTATE_H
#define MXTAP_OUTPUT_ROTATE_H

#include <mxtap/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rotate;

/* path: an existing file, and no link to one. ERR_CONFIG with a sentence, ERR_MEMORY. */
enum err rotate_new(const char *path, uint64_t keep, bool compress, struct rotate **ret_rotate,
                    char *ret_message, size_t size) MXTAP_MUST_CHECK;
/* What is being packed is left to the next one. */
void rotate_free(struct rotate *rotate);

/* Looks at the old files: finishes what was interrupted, removes those beyond keep. To be called
 * before the first rotate_move. */
void rotate_tend(struct rotate *rotate);
/* Has it been long enough since the last rotate_move that failed? */
bool rotate_ready(const struct rotate *rotate);
/* The file gets its old name; now: nanoseconds since 1970. */
bool rotate_move(struct rotate *rotate, int64_t now) MXTAP_MUST_CHECK;
/* It gets its own name back, since no new one can be opened: errno says why. */
void rotate_back(struct rotate *rotate);
/* Packs for about so long (nanoseconds); true: there is more to pack. */
bool rotate_work(struct rotate *rotate, int64_t patience);

#endif
