/*
 * admin: an outbox joined from beside: what admin.c and admin_purge.c share.
 *
 * Reads are over before anybody is called: nothing of the file is held while a caller writes to a
 * pipe that is slow. Writes are short transactions, for a sensor may want to write too.
 */
#ifndef MXTAP_OUTBOX_ADMIN_H
#define MXTAP_OUTBOX_ADMIN_H

#include "place.h"

#include <mxtap/sqlfile.h>

struct outbox_admin {
    struct sqlfile file;
};

struct admin_places {
    struct place *places;
    bool *holds; /* beside each: are records kept for it? */
    size_t count;
};

/* All places, or the one of this name. ERR_USAGE: there is none. */
enum err admin_places(struct outbox_admin *admin, const char *name,
                      struct admin_places *ret_places) MXTAP_MUST_CHECK;
void admin_places_done(struct admin_places *places);

#endif
