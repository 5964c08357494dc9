/*
 * http_access: what opens a receiver's door: secrets and certificates of http_options, read once.
 *
 * Read when the sink is opened, so that the thread that sends need not be allowed to read them, and
 * so that what cannot work is told at once. new and free: the main thread.
 */
#ifndef MXTAP_OUTPUT_HTTP_ACCESS_H
#define MXTAP_OUTPUT_HTTP_ACCESS_H

#include "http.h"

struct http_access {
    char *authorization; /* "Basic ...", "Bearer ...", or NULL */
    char *password, *bearer, *proxy_password;
    struct buf ca, cert, key; /* PEM, or empty */
};

/* ret_message: as sink.open. access is to be done with in either case. */
enum err http_access_init(struct http_access *access, const struct http_options *options,
                          char *ret_message, size_t size) MXTAP_MUST_CHECK;
void http_access_done(struct http_access *access);
/* Somebody else's text, printable, blanks as one, without any of our secrets (extra, an
 * Authorization or NULL, among them). */
void http_access_show(const struct http_access *access, const char *extra, struct span text,
                      char *ret_text, size_t size);

#endif
