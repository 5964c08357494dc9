/*
 * server: HTTP/1.1 for few clients (libmicrohttpd), in a thread of its own.
 *
 * GET and HEAD only, one request a connection, small limits: a client may be slow or hostile and
 * costs no more than its connection, and that not for long. Signals are blocked in the thread.
 */
#ifndef MXTAP_HEALTH_SERVER_H
#define MXTAP_HEALTH_SERVER_H

#include <mxtap/buf.h>
#include <mxtap/err.h>

#define SERVER_BODY_MAX (512 * 1024) /* octets of an answer */

struct server_answer {
    unsigned status;
    const char *type; /* of the body */
    struct buf body;  /* empty and with a ceiling when the answer is asked for */
};

struct server_options {
    int socket; /* listening; the server's from now on, on failure too */
    void (*on_thread)(void *thread_arg);
    void *thread_arg;
    /* Called in the server's thread. */
    void (*answer)(void *arg, const char *path, struct server_answer *ret_answer);
    void *arg;
};

struct server;

/* ERR_SUPPORT: this build has no libmicrohttpd. */
enum err server_new(const struct server_options *options,
                    struct server **ret_server) MXTAP_MUST_CHECK;
void server_free(struct server *server);

#endif
