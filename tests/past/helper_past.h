/*
 * helper_past: a folder for the file of the past, images to put into it, and what is in it.
 */
#ifndef MXTAP_TEST_PAST_H
#define MXTAP_TEST_PAST_H

#include "test.h"

#include <mxtap/past.h>

#define PLACE_MESSAGE 512

struct place {
    char folder[200];
    char path[240]; /* of the file */
    struct past *past;
    char message[PLACE_MESSAGE]; /* of the last place_open or place_load */
};

void place_make(struct place *place);
/* Closes the past, removes the folder and what is in it. */
void place_remove(struct place *place);
enum err place_open(struct place *place);
void place_close(struct place *place);
/* What stands in the folder beside the file: how many names have this in them ("": all). */
unsigned place_others(const struct place *place, const char *part);
void place_fill(const struct place *place, const void *octets, size_t size);

/* An image of three sections whose octets depend on the seed: an empty one, a short one, and one of
 * size octets. */
struct image *image_of(unsigned seed, size_t size);
bool image_is(const struct image *image, unsigned seed, size_t size);
/* Saves such an image, with the seed as its time, and waits. */
void place_save(struct place *place, unsigned seed, size_t size);
/* Loads it again and compares; the file is open. */
void place_has(struct place *place, unsigned seed, size_t size);
void place_has_none(struct place *place);

#endif
