/* saveng.c: section header, interface description and enhanced packet blocks, and on request the
 * other blocks that occur in real files: name resolution, interface statistics, custom and unknown
 * ones. */
#include "saveng.h"

#include <string.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_NAMES = 4,
    BLOCK_STATISTICS = 5,
    BLOCK_PACKET = 6,
    BLOCK_CUSTOM = 0x0bad,
    BLOCK_UNKNOWN = 0x0000b10c,
    INTERFACES = 8
};

/* The link types of the section that is being written; the index is the interface number. */
struct interfaces {
    enum link link[INTERFACES];
    uint32_t count;
};

static size_t saveng_begin(struct image *out, uint32_t type)
{
    size_t start = out->size;
    image_put32(out, type);
    image_put32(out, 0);
    return start;
}

static void saveng_end(struct image *out, size_t start)
{
    image_pad4(out, start);
    uint32_t total = (uint32_t)(out->size - start) + 4;
    image_put32(out, total);
    image_patch32(out, start + 4, total);
}

static void saveng_option(struct image *out, uint16_t code, const void *value, uint16_t n)
{
    size_t start = out->size;
    image_put16(out, code);
    image_put16(out, n);
    image_put(out, value, n);
    image_pad4(out, start);
}

static void saveng_comment(struct image *out)
{
    static const char words[] = "a comment, to be stepped over";
    saveng_option(out, 1, words, sizeof words - 1);
}

static void saveng_section(const struct shape *shape, struct image *out)
{
    size_t start = saveng_begin(out, BLOCK_SECTION);
    image_put32(out, 0x1a2b3c4d);
    image_put16(out, 1);
    image_put16(out, 0);
    image_put64(out, UINT64_MAX);
    if (shape->extra_blocks) {
        saveng_comment(out);
        saveng_option(out, 4, "variant", 7);
        saveng_option(out, 0, NULL, 0);
    }
    saveng_end(out, start);
}

static void saveng_interface(const struct shape *shape, struct image *out, enum link link)
{
    size_t start = saveng_begin(out, BLOCK_INTERFACE);
    image_put16(out, (uint16_t)link);
    image_put16(out, 0);
    image_put32(out, shape->snap);
    if (shape->extra_blocks) {
        saveng_option(out, 2, "tap0", 4);
        saveng_comment(out);
    }
    if (shape->resolution != 6) {
        uint8_t resolution =
            (uint8_t)(shape->resolution > 0 ? shape->resolution : 0x80 | -shape->resolution);
        saveng_option(out, 9, &resolution, 1);
    }
    if (shape->extra_blocks || shape->resolution != 6)
        saveng_option(out, 0, NULL, 0);
    saveng_end(out, start);
}

/* Time in units of the interface. A power of two is rounded up: reading it back and cutting to
 * nanoseconds gives the same nanosecond, as long as 2^N is more than 10^9. */
static uint64_t saveng_time(const struct shape *shape, uint64_t ns)
{
    if (shape->resolution == 9)
        return ns;
    if (shape->resolution == 6)
        return ns / 1000;
    uint64_t units = (uint64_t)1 << -shape->resolution;
    uint64_t fraction = (ns % 1000000000u * units + 999999999u) / 1000000000u;
    return ns / 1000000000u * units + fraction;
}

static void saveng_packet(const struct shape *shape, struct image *out, const struct packet *packet,
                          uint32_t interface)
{
    uint32_t len = shape->snap > 0 && packet->len > shape->snap ? shape->snap : packet->len;
    uint64_t time = saveng_time(shape, packet->ns);
    size_t start = saveng_begin(out, BLOCK_PACKET);
    image_put32(out, interface);
    image_put32(out, (uint32_t)(time >> 32));
    image_put32(out, (uint32_t)time);
    image_put32(out, len);
    image_put32(out, packet->wire_len);
    image_put(out, packet->bytes, len);
    image_pad4(out, start);
    if (shape->extra_blocks) {
        uint8_t flags[4] = {0, 0, 0, 0};
        saveng_option(out, 2, flags, sizeof flags);
        saveng_comment(out);
        saveng_option(out, 0, NULL, 0);
    }
    saveng_end(out, start);
}

/* One of the blocks that carry no packet, in turn. */
static void saveng_extra(struct image *out, size_t turn, uint64_t time)
{
    static const uint32_t types[] = {BLOCK_NAMES, BLOCK_STATISTICS, BLOCK_CUSTOM, BLOCK_UNKNOWN};
    uint32_t type = types[turn % 4];
    size_t start = saveng_begin(out, type);
    if (type == BLOCK_NAMES) {
        static const uint8_t record[] = {192, 0,   2,   1,   'm', 'x', '.', 'e',
                                         'x', 'a', 'm', 'p', 'l', 'e', 0};
        saveng_option(out, 1, record, sizeof record);
        saveng_option(out, 0, NULL, 0);
    } else if (type == BLOCK_STATISTICS) {
        image_put32(out, 0);
        image_put32(out, (uint32_t)(time >> 32));
        image_put32(out, (uint32_t)time);
    } else {
        image_put32(out, 32473); /* the enterprise number for documentation, RFC 5612 */
        image_put(out, "something of another program", 28);
    }
    saveng_end(out, start);
}

static uint32_t saveng_interface_of(struct interfaces *known, const struct shape *shape,
                                    struct image *out, enum link link)
{
    for (uint32_t i = 0; i < known->count; i++)
        if (known->link[i] == link)
            return i;
    if (known->count == INTERFACES)
        capture_die("more than %d link types", INTERFACES);
    known->link[known->count] = link;
    saveng_interface(shape, out, link);
    return known->count++;
}

void saveng_write(const struct capture *cap, struct image *out)
{
    const struct shape *shape = &cap->shape;
    struct interfaces known = {.count = 0};
    for (size_t i = 0; i < cap->count; i++) {
        if (i == 0 || (shape->section > 0 && i % shape->section == 0)) {
            if (i > 0)
                out->big_endian = !out->big_endian;
            known.count = 0;
            saveng_section(shape, out);
        }
        const struct packet *packet = &cap->packets[i];
        uint32_t interface = saveng_interface_of(&known, shape, out, packet->link);
        if (shape->extra_blocks && i % 3 == 0)
            saveng_extra(out, i / 3, saveng_time(shape, packet->ns));
        saveng_packet(shape, out, packet, interface);
    }
    if (cap->count == 0)
        saveng_section(shape, out);
}
