/* image.h: a growing file image in either byte order.
 *
 * Called by the writers. Owns its bytes until image_done. Running out of memory ends the program.
 */
#ifndef VARIANT_IMAGE_H
#define VARIANT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image {
    uint8_t *bytes;
    size_t size;
    size_t room;
    bool big_endian;
};

void image_put(struct image *image, const void *bytes, size_t n);
void image_put16(struct image *image, uint16_t value);
void image_put32(struct image *image, uint32_t value);
void image_put64(struct image *image, uint64_t value);

/* Zero octets up to the next multiple of four, counted from the octet at offset from. */
void image_pad4(struct image *image, size_t from);

/* Overwrites four octets that have been put before. */
void image_patch32(struct image *image, size_t at, uint32_t value);

void image_done(struct image *image);

#endif
