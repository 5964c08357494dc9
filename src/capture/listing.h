/*
 * listing: the files behind the inputs that were named.
 *
 * Called by capture.c. A path or "-" stands for itself; a directory stands for the regular files in
 * it (not those of its own directories), in the order of their names. The list owns its strings.
 */
#ifndef LISTING_H
#define LISTING_H

#include <mxtap/err.h>
#include <stdbool.h>
#include <stddef.h>

struct name {
    char *path;
    size_t folder; /* index of the input it was found in, plus one; 0: named itself */
};

struct listing {
    struct name *list;
    size_t count;
    size_t room;
};

/* ERR_SYSTEM (errno; *ret_failed is the index of the input) or ERR_MEMORY. listing_done in any
 * case.
 */
enum err listing_expand(struct listing *names, const char *const *inputs, size_t count,
                        size_t *ret_failed) MXTAP_MUST_CHECK;
void listing_done(struct listing *names);

bool listing_is_folder(const char *input);

#endif
