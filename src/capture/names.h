/*
 * names: the files behind the inputs that were named.
 *
 * Called by capture.c. A path or "-" stands for itself; a directory stands for the regular files in
 * it (not those of its own directories), in the order of their names. The list owns its strings.
 */
#ifndef NAMES_H
#define NAMES_H

#include <mxtap/err.h>
#include <stdbool.h>
#include <stddef.h>

struct name {
    char *path;
    size_t folder; /* index of the input it was found in, plus one; 0: named itself */
};

struct names {
    struct name *list;
    size_t count;
    size_t room;
};

/* ERR_SYSTEM (errno; *ret_failed is the index of the input) or ERR_MEMORY. names_done in any case.
 */
enum err names_expand(struct names *names, const char *const *inputs, size_t count,
                      size_t *ret_failed) MXTAP_MUST_CHECK;
void names_done(struct names *names);

bool names_is_folder(const char *input);

#endif
