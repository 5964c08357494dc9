/* rotate_gzip: deflate with a gzip header (RFC 1952), level 6: the usual one. */
#include "rotate_gzip.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define STEP        (64 * 1024)
#define LEVEL       6
#define GZIP_WINDOW (15 + 16) /* the largest window; 16 asks zlib for a gzip header */
#define MEMORY      8         /* zlib's default */

struct rotate_gzip {
    int from, into;
    z_stream stream;
    uint8_t in[STEP], out[STEP];
};

enum err rotate_gzip_new(int from, int into, struct rotate_gzip **ret_gzip)
{
    struct rotate_gzip *gzip = calloc(1, sizeof *gzip);
    if (gzip == NULL)
        return ERR_MEMORY;
    if (deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        free(gzip);
        return ERR_MEMORY;
    }
    gzip->from = from;
    gzip->into = into;
    *ret_gzip = gzip;
    return ERR_NONE;
}

void rotate_gzip_free(struct rotate_gzip *gzip)
{
    if (gzip == NULL)
        return;
    (void)deflateEnd(&gzip->stream);
    close(gzip->from);
    close(gzip->into);
    free(gzip);
}

static bool write_all(int descriptor, const uint8_t *at, size_t length)
{
    while (length > 0) {
        ssize_t wrote = write(descriptor, at, length);
        if (wrote < 0 && errno != EINTR)
            return false;
        if (wrote > 0) {
            at += wrote;
            length -= (size_t)wrote;
        }
    }
    return true;
}

enum rotate_gzip_state rotate_gzip_step(struct rotate_gzip *gzip)
{
    ssize_t got;
    do
        got = read(gzip->from, gzip->in, sizeof gzip->in);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return ROTATE_GZIP_FAILED;
    gzip->stream.next_in = gzip->in;
    gzip->stream.avail_in = (unsigned)got;
    do {
        gzip->stream.next_out = gzip->out;
        gzip->stream.avail_out = sizeof gzip->out;
        (void)deflate(&gzip->stream, got == 0 ? Z_FINISH : Z_NO_FLUSH);
        if (!write_all(gzip->into, gzip->out, sizeof gzip->out - gzip->stream.avail_out))
            return ROTATE_GZIP_FAILED;
    } while (gzip->stream.avail_out == 0);
    if (got > 0)
        return ROTATE_GZIP_MORE;
    return fsync(gzip->into) == 0 ? ROTATE_GZIP_DONE : ROTATE_GZIP_FAILED;
}
