/*
 * mhd: libmicrohttpd, taken into the process only where somebody wants to be answered over HTTP.
 *
 * It brings seven libraries of TLS with it, which a replay and a sensor without health.listen need
 * not have: they cost a third of the time that a program of ours takes to start, and are code in
 * the process of a sensor that faces strangers. Called by server.c before its thread is made.
 */
#ifndef MXTAP_HEALTH_MHD_H
#define MXTAP_HEALTH_MHD_H

#include <microhttpd.h>
#include <mxtap/err.h>

/* The functions that are called, each with the type that its header gives it. */
#define MHD_CALLS(CALL)                                                                            \
    CALL(add_response_header)                                                                      \
    CALL(create_response_from_buffer)                                                              \
    CALL(destroy_response)                                                                         \
    CALL(get_connection_info)                                                                      \
    CALL(get_daemon_info)                                                                          \
    CALL(get_timeout)                                                                              \
    CALL(lookup_connection_value)                                                                  \
    CALL(queue_response)                                                                           \
    CALL(run)                                                                                      \
    CALL(start_daemon)                                                                             \
    CALL(stop_daemon)

struct mhd {
#define MHD_CALL(name) __typeof__(&MHD_##name) name;
    MHD_CALLS(MHD_CALL)
#undef MHD_CALL
};

/* ERR_SUPPORT: the library is not installed, or not this one. It is never unloaded. */
enum err mhd_load(struct mhd *ret_mhd) MXTAP_MUST_CHECK;

#endif
