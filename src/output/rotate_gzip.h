/*
 * rotate_gzip: packs one file into another, some of it at a time (RFC 1952, zlib).
 *
 * For rotate.c, whose thread has records to write in between.
 */
#ifndef MXTAP_OUTPUT_ROTATE_GZIP_H
#define MXTAP_OUTPUT_ROTATE_GZIP_H

#include <mxtap/err.h>

struct rotate_gzip;

enum rotate_gzip_state {
    ROTATE_GZIP_MORE,
    ROTATE_GZIP_DONE,  /* all is in the file, and on the disk */
    ROTATE_GZIP_FAILED /* errno says why */
};

/* Owns both descriptors when it has been made. */
enum err rotate_gzip_new(int from, int into, struct rotate_gzip **ret_gzip) MXTAP_MUST_CHECK;
void rotate_gzip_free(struct rotate_gzip *gzip);
/* Takes the next 64 KiB. */
enum rotate_gzip_state rotate_gzip_step(struct rotate_gzip *gzip);

#endif
