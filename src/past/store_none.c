/* store_none: the store of a build without SQLite: none can be opened, so the rest is not called.
 */
#ifndef MXTAP_PAST

#include "store.h"

#include <stdio.h>

enum err store_open(const char *path, struct store **ret_store, char *ret_message, size_t size)
{
    (void)ret_store;
    snprintf(ret_message, size, "%s: this build of mxtap cannot save what is known (no SQLite)",
             path);
    return ERR_SUPPORT;
}

void store_close(struct store *store)
{
    (void)store;
}

int64_t store_time(const struct store *store)
{
    (void)store;
    return 0;
}

bool store_is_there(const struct store *store)
{
    (void)store;
    return false;
}

enum err store_write(struct store *store, const struct image *image, int64_t time,
                     char *ret_message, size_t size)
{
    (void)store, (void)image, (void)time, (void)ret_message, (void)size;
    return ERR_SUPPORT;
}

enum err store_read(struct store *store, struct image **ret_image, int64_t *ret_time,
                    char *ret_message, size_t size)
{
    (void)store, (void)ret_image, (void)ret_time, (void)ret_message, (void)size;
    return ERR_SUPPORT;
}

enum err store_set_aside(struct store *store, const char *why, char *ret_message, size_t size)
{
    (void)store, (void)why, (void)ret_message, (void)size;
    return ERR_SUPPORT;
}

#endif
