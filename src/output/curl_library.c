/* curl_library: dlopen, and one dlsym for each function. */
#ifdef MXTAP_HTTP

#include "curl_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#define LIBRARY "libcurl.so.4" /* the soname since 7.16 */

static bool find(void *library, const char *name, void *ret_function)
{
    void *function = dlsym(library, name);
    memcpy(ret_function, &function, sizeof function);
    return function != NULL;
}

enum err curl_library_load(struct curl_library *ret_library)
{
    struct curl_library curl;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    bool whole = library != NULL;
#define CURL_LIBRARY_CALL(name) whole = whole && find(library, "curl_" #name, &curl.name);
    CURL_LIBRARY_CALLS(CURL_LIBRARY_CALL)
#undef CURL_LIBRARY_CALL
    /* Counted by the library: a second time does no harm. */
    if (!whole || curl.global_init(CURL_GLOBAL_ALL) != CURLE_OK)
        return ERR_SUPPORT;
    *ret_library = curl;
    return ERR_NONE;
}

#endif
