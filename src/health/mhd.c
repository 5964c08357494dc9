/* mhd: each function that is called, by its name. */
#ifdef MXTAP_HEALTH

#include "mhd.h"

#include <mxtap/library.h>

#define LIBRARY "libmicrohttpd.so.12" /* the soname since 0.9.45; Debian 12 has this one */

enum err mhd_load(struct mhd *ret_mhd)
{
    struct mhd mhd;
    void *library = library_open(LIBRARY);
    bool whole = true;
#define MHD_CALL(name) whole = whole && library_find(library, "MHD_" #name, &mhd.name);
    MHD_CALLS(MHD_CALL)
#undef MHD_CALL
    if (!whole)
        return ERR_SUPPORT;
    *ret_mhd = mhd;
    return ERR_NONE;
}

#endif
