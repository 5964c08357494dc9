/* image.c: a growing byte array that knows the byte order of the file it will become. */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"

void image_put(struct image *image, const void *bytes, size_t n)
{
    if (image->size + n > image->room) {
        size_t room = (image->size + n) * 2;
        uint8_t *grown = realloc(image->bytes, room);
        if (grown == NULL)
            capture_die("out of memory");
        image->bytes = grown;
        image->room = room;
    }
    if (n > 0)
        memcpy(image->bytes + image->size, bytes, n);
    image->size += n;
}

static void image_number(const struct image *image, uint8_t *at, unsigned width, uint64_t value)
{
    for (unsigned i = 0; i < width; i++) {
        unsigned shift = 8 * (image->big_endian ? width - 1 - i : i);
        at[i] = (uint8_t)(value >> shift);
    }
}

static void image_put_number(struct image *image, unsigned width, uint64_t value)
{
    uint8_t bytes[8];
    image_number(image, bytes, width, value);
    image_put(image, bytes, width);
}

void image_put16(struct image *image, uint16_t value)
{
    image_put_number(image, 2, value);
}

void image_put32(struct image *image, uint32_t value)
{
    image_put_number(image, 4, value);
}

void image_put64(struct image *image, uint64_t value)
{
    image_put_number(image, 8, value);
}

void image_pad4(struct image *image, size_t from)
{
    while ((image->size - from) % 4 != 0)
        image_put(image, "", 1);
}

void image_patch32(struct image *image, size_t at, uint32_t value)
{
    image_number(image, image->bytes + at, 4, value);
}

void image_done(struct image *image)
{
    free(image->bytes);
    image->bytes = NULL;
    image->size = image->room = 0;
}
