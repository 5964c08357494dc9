/*
 * image: what is remembered, as named sections of octets.
 *
 * Made by those who remember (detect_save, know_save), read by them again (detect_load,
 * know_load): after a restart, from a file (past.h); after a change of the configuration, at once.
 * A section is made with pack.h. Names are "room.owner.table" and never change their meaning. One
 * thread at a time.
 */
#ifndef MXTAP_IMAGE_H
#define MXTAP_IMAGE_H

#include <mxtap/buf.h>
#include <mxtap/err.h>

#define IMAGE_SECTION_MAX  ((size_t)256 << 20) /* octets of one section */
#define IMAGE_NAME_MAX     100                 /* octets */
#define IMAGE_SECTIONS_MAX 1000

struct image;

enum err image_new(struct image **ret_image) MXTAP_MUST_CHECK;
void image_free(struct image *image);

/* A new, empty section to be filled; NULL without memory, past IMAGE_SECTIONS_MAX, and for a name
 * that is empty or too long. What a name had already is replaced. The buf is the image's and stays
 * where it is. */
struct buf *image_add(struct image *image, const char *name);
/* Did all that was added fit, in its sections and into memory? What is not whole is better not kept
 * in the place of what was. */
bool image_is_whole(const struct image *image);
/* The octets of a section; empty where there is none. */
struct span image_find(const struct image *image, const char *name);
/* The sections in the order in which they were added. */
size_t image_count(const struct image *image);
const char *image_name(const struct image *image, size_t index);
struct span image_at(const struct image *image, size_t index);

#endif
