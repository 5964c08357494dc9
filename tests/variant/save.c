/* save.c: the classic pcap file format and gzip; pcapng is in saveng.c. */
#include "save.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "image.h"
#include "saveng.h"

static void save_pcap(const struct capture *cap, struct image *out)
{
    bool nano = cap->shape.resolution == 9;
    uint32_t snap = cap->shape.snap > 0 ? cap->shape.snap : 262144;
    enum link link = cap->count > 0 ? cap->packets[0].link : LINK_ETHERNET;
    image_put32(out, nano ? 0xa1b23c4d : 0xa1b2c3d4);
    image_put16(out, 2);
    image_put16(out, 4);
    image_put32(out, 0);
    image_put32(out, 0);
    image_put32(out, snap);
    image_put32(out, (uint32_t)link);
    for (size_t i = 0; i < cap->count; i++) {
        const struct packet *packet = &cap->packets[i];
        uint32_t fraction = (uint32_t)(packet->ns % 1000000000u);
        image_put32(out, (uint32_t)(packet->ns / 1000000000u));
        image_put32(out, nano ? fraction : fraction / 1000);
        image_put32(out, packet->len < snap ? packet->len : snap);
        image_put32(out, packet->wire_len);
        image_put(out, packet->bytes, packet->len < snap ? packet->len : snap);
    }
}

static void save_whole(FILE *file, const uint8_t *bytes, size_t size, const char *path)
{
    if (fwrite(bytes, 1, size, file) != size)
        capture_die("cannot write %s", path);
}

/* One gzip member (RFC 1952) around size octets. */
static void save_member(FILE *file, uint8_t *bytes, size_t size, const char *path)
{
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        capture_die("zlib does not start");
    uLong room = deflateBound(&stream, (uLong)size);
    uint8_t *packed = capture_alloc(room);
    stream.next_in = bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        capture_die("zlib does not finish");
    save_whole(file, packed, stream.total_out, path);
    deflateEnd(&stream);
    free(packed);
}

static bool save_one_link(const struct capture *cap)
{
    for (size_t i = 1; i < cap->count; i++)
        if (cap->packets[i].link != cap->packets[0].link)
            return false;
    return true;
}

void save_file(struct capture *cap, const char *path)
{
    for (size_t i = 0; i < cap->count; i++)
        if (cap->packets[i].link == LINK_IP)
            packet_to_ethernet(&cap->packets[i]);
    struct image out = {.big_endian = cap->shape.big_endian};
    if (cap->shape.form == FORM_PCAP && save_one_link(cap))
        save_pcap(cap, &out);
    else
        saveng_write(cap, &out);
    FILE *file = strcmp(path, "-") == 0 ? fdopen(dup(STDOUT_FILENO), "wb") : fopen(path, "wb");
    if (file == NULL)
        capture_die("cannot write %s", path);
    unsigned members = cap->shape.gzip;
    if (members == 0)
        save_whole(file, out.bytes, out.size, path);
    for (unsigned i = 0; i < members; i++) {
        size_t from = out.size / members * i;
        size_t to = i + 1 == members ? out.size : out.size / members * (i + 1);
        save_member(file, out.bytes + from, to - from, path);
    }
    if (fclose(file) != 0)
        capture_die("cannot write %s", path);
    image_done(&out);
}
