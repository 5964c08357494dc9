/* mhd: dlopen, and one dlsym for each function. */
#ifdef MXTAP_HEALTH

#include "mhd.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#define LIBRARY "libmicrohttpd.so.12" /* the soname since 0.9.45; Debian 12 has this one */

static bool find(void *library, const char *name, void *ret_function)
{
    void *function = dlsym(library, name);
    memcpy(ret_function, &function, sizeof function);
    return function != NULL;
}

enum err mhd_load(struct mhd *ret_mhd)
{
    struct mhd mhd;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    bool whole = library != NULL;
#define MHD_CALL(name) whole = whole && find(library, "MHD_" #name, &mhd.name);
    MHD_CALLS(MHD_CALL)
#undef MHD_CALL
    if (!whole)
        return ERR_SUPPORT;
    *ret_mhd = mhd;
    return ERR_NONE;
}

#endif
