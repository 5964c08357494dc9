/* curl_library: each function that is called, by its name. */
#ifdef MXTAP_HTTP

#include "curl_library.h"

#include <mxtap/library.h>

#define LIBRARY "libcurl.so.4" /* the soname since 7.16 */

enum err curl_library_load(struct curl_library *ret_library)
{
    struct curl_library curl;
    void *library = library_open(LIBRARY);
    bool whole = true;
#define CURL_LIBRARY_CALL(name) whole = whole && library_find(library, "curl_" #name, &curl.name);
    CURL_LIBRARY_CALLS(CURL_LIBRARY_CALL)
#undef CURL_LIBRARY_CALL
    /* Counted by the library: a second time does no harm. */
    if (!whole || curl.global_init(CURL_GLOBAL_ALL) != CURLE_OK)
        return ERR_SUPPORT;
    *ret_library = curl;
    return ERR_NONE;
}

#endif
