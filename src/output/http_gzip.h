/*
 * http_gzip: a body as gzip (RFC 1952), through zlib; the packer is kept between bodies.
 */
#ifndef MXTAP_OUTPUT_HTTP_GZIP_H
#define MXTAP_OUTPUT_HTTP_GZIP_H

#include <mxtap/buf.h>
#include <zlib.h>

struct http_gzip {
    z_stream stream;
    bool ready;
};

/* Appends body, packed. False: no memory, or it does not fit; what was appended is worthless. */
bool http_gzip_pack(struct http_gzip *gzip, struct span body, struct buf *packed);
void http_gzip_done(struct http_gzip *gzip);

#endif
