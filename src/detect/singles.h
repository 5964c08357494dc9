/*
 * singles: the one name that a client has given in HELO so far; nearly all have but one.
 *
 * For helo-spoof. An array of fixed size by the client's address, charged to the detector's memory;
 * two clients that share a place overwrite each other. Names over SINGLE_NAME octets have no place.
 * One thread.
 */
#ifndef MXTAP_DETECT_SINGLES_H
#define MXTAP_DETECT_SINGLES_H

#include <mxtap/detect.h>

#define SINGLE_NAME 39 /* octets */

struct single {
    struct addr client;
    int64_t time;
    uint8_t len; /* 0: free */
    char name[SINGLE_NAME];
};

/* NULL where there is no memory for them, which is legal below; then nobody is known. */
struct single *singles_new(struct detect *detect);
void singles_free(struct detect *detect, struct single *singles);

/* The client's place; NULL where it has none, or another client has it. */
struct single *singles_find(struct single *singles, const struct addr *client);
/* Remembers the name as the client's first, or as the same again: true. False where it has another
 * name already, or no place. */
bool singles_note(struct single *singles, const struct addr *client, struct span name, int64_t now);

/* For a detector's save and load: the section "detect.helo-spoof.singles". */
void singles_save(const struct single *singles, struct image *image);
void singles_load(struct detect *detect, struct single *singles, const struct image *image);

#endif
