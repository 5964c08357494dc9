/*
 * curl_library: libcurl, taken into the process only where a sink speaks HTTP.
 *
 * It brings some thirty libraries with it, which a replay and a sensor without such a sink need not
 * have. Loaded before the thread of the sink is made; never unloaded.
 */
#ifndef MXTAP_OUTPUT_CURL_LIBRARY_H
#define MXTAP_OUTPUT_CURL_LIBRARY_H

#include <curl/curl.h>
#include <mxtap/err.h>

/* The functions that are called, each with the type that its header gives it. */
#define CURL_LIBRARY_CALLS(CALL)                                                                   \
    CALL(global_init)                                                                              \
    CALL(easy_cleanup)                                                                             \
    CALL(easy_getinfo)                                                                             \
    CALL(easy_init)                                                                                \
    CALL(easy_setopt)                                                                              \
    CALL(easy_strerror)                                                                            \
    CALL(multi_add_handle)                                                                         \
    CALL(multi_cleanup)                                                                            \
    CALL(multi_info_read)                                                                          \
    CALL(multi_init)                                                                               \
    CALL(multi_perform)                                                                            \
    CALL(multi_poll)                                                                               \
    CALL(multi_remove_handle)                                                                      \
    CALL(slist_append)                                                                             \
    CALL(slist_free_all)

struct curl_library {
#define CURL_LIBRARY_CALL(name) __typeof__(&curl_##name) name;
    CURL_LIBRARY_CALLS(CURL_LIBRARY_CALL)
#undef CURL_LIBRARY_CALL
};

/* Main thread only: prepares the library too. ERR_SUPPORT: it is not installed, or not this one. */
enum err curl_library_load(struct curl_library *ret_library) MXTAP_MUST_CHECK;

#endif
