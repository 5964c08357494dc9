/* http_gzip: deflate with gzip's header and trailer, fast rather than small: records repeat much.
 */
#include "http_gzip.h"

#define LEVEL  3
#define WINDOW (15 + 16) /* the largest one, and gzip's frame: zlib's deflateInit2 */
#define MEMORY 8

bool http_gzip_pack(struct http_gzip *gzip, struct span body, struct buf *packed)
{
    z_stream *stream = &gzip->stream;
    int status = gzip->ready
                     ? deflateReset(stream)
                     : deflateInit2(stream, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY);
    if (status != Z_OK)
        return false;
    gzip->ready = true;
    size_t room = deflateBound(stream, (uLong)body.len);
    size_t before = packed->len;
    uint8_t *out = body.len > UINT32_MAX || room > UINT32_MAX ? NULL : buf_extend(packed, room);
    if (out == NULL)
        return false;
    /* zlib only reads it. */
    stream->next_in = (z_const Bytef *)body.at;
    stream->avail_in = (uInt)body.len;
    stream->next_out = out;
    stream->avail_out = (uInt)room;
    status = deflate(stream, Z_FINISH);
    packed->len = before + room - stream->avail_out;
    return status == Z_STREAM_END;
}

void http_gzip_done(struct http_gzip *gzip)
{
    if (gzip->ready)
        deflateEnd(&gzip->stream);
    gzip->ready = false;
}
