/*
 * Expanding inputs: stat(2) tells a directory, scandir(3) lists it.
 */
#include "listing.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum err listing_add(struct listing *names, const char *folder, const char *file,
                            size_t index)
{
    if (names->count == names->room) {
        size_t room = names->room == 0 ? 16 : names->room * 2;
        struct name *list = realloc(names->list, room * sizeof *list);
        if (list == NULL)
            return ERR_MEMORY;
        names->list = list;
        names->room = room;
    }
    struct name *name = &names->list[names->count];
    *name = (struct name){.folder = folder == NULL ? 0 : index + 1};
    size_t len = folder == NULL ? 0 : strlen(folder);
    bool slash = len > 0 && folder[len - 1] != '/';
    if (asprintf(&name->path, "%s%s%s", folder == NULL ? "" : folder, slash ? "/" : "", file) < 0)
        return ERR_MEMORY;
    names->count++;
    return ERR_NONE;
}

static bool listing_is(const char *path, mode_t kind)
{
    struct stat status;
    return stat(path, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

bool listing_is_folder(const char *input)
{
    return strcmp(input, "-") != 0 && listing_is(input, S_IFDIR);
}

static enum err listing_add_folder(struct listing *names, const char *folder, size_t index)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return ERR_SYSTEM;
    enum err err = ERR_NONE;
    for (int i = 0; i < count; i++) {
        if (err == ERR_NONE)
            err = listing_add(names, folder, entries[i]->d_name, index);
        if (err == ERR_NONE && !listing_is(names->list[names->count - 1].path, S_IFREG))
            free(names->list[--names->count].path);
        free(entries[i]);
    }
    free(entries);
    return err;
}

enum err listing_expand(struct listing *names, const char *const *inputs, size_t count,
                        size_t *ret_failed)
{
    *names = (struct listing){NULL, 0, 0};
    for (size_t i = 0; i < count; i++) {
        enum err err = listing_is_folder(inputs[i]) ? listing_add_folder(names, inputs[i], i)
                                                    : listing_add(names, NULL, inputs[i], i);
        if (err != ERR_NONE) {
            *ret_failed = i;
            return err;
        }
    }
    return ERR_NONE;
}

void listing_done(struct listing *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i].path);
    free(names->list);
    *names = (struct listing){NULL, 0, 0};
}
