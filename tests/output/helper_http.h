/*
 * helper_http: a small HTTP server for tests, a thread on 127.0.0.1, that answers what the test
 * says.
 *
 * It takes one connection after the other, keeps it alive, reads requests whole by their
 * Content-Length, and asks the test's function for the octets of each answer: whole, in pieces, cut
 * short, or never. The function is called by the thread of the server; tests look at what it noted
 * after helper_http_stop, or while no request is under way.
 */
#ifndef MXTAP_HELPER_HTTP_H
#define MXTAP_HELPER_HTTP_H

#include <mxtap/buf.h>

struct helper_cert;

struct helper_http_request {
    size_t number;     /* from 0 */
    size_t connection; /* from 0 */
    struct span head;  /* request line and fields, up to and with the empty line */
    struct span body;  /* as it was sent, packed or not */
};

struct helper_http_reply {
    struct buf octets; /* status line, fields, body */
    size_t piece;      /* octets of a write; 0: all at once */
    unsigned pause;    /* milliseconds between pieces */
    bool close;        /* the connection ends after the octets */
    bool hold;         /* after the octets nothing comes until the server is stopped */
};

struct helper_http_options {
    void (*serve)(void *arg, const struct helper_http_request *request,
                  struct helper_http_reply *reply);
    void *arg;
    const struct helper_cert *cert; /* TLS with this one; NULL: none */
    bool want_client;               /* a certificate of the same authority */
};

struct helper_http;

/* This build has no HTTP: tests of it are left out (exit status 77). */
bool helper_http_missing(void);

struct helper_http *helper_http_start(const struct helper_http_options *options);
void helper_http_stop(struct helper_http *server);
unsigned helper_http_port(const struct helper_http *server);
/* "http://127.0.0.1:PORT" or https://localhost:PORT; the server's. */
const char *helper_http_url(const struct helper_http *server);

/* "HTTP/1.1 STATUS X", further fields ("A: b\r\n" or ""), a Content-Length, and the body. */
void helper_http_answer(struct helper_http_reply *reply, unsigned status, const char *fields,
                        const char *body);
/* The value of a field of a head, in a buffer of its own for each call of a test; "" without. */
struct span helper_http_field(struct span head, const char *name);
/* A gzip body as it was; done by the caller. */
void helper_http_unpack(struct span packed, struct buf *ret_body);

#endif
