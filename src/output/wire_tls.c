/*
 * wire_tls: OpenSSL with octets moved by a BIO of our own, since its own one raises SIGPIPE.
 *
 * The receiver is checked as RFC 5425 5.2 and RFC 6125 say: a chain to a CA that we trust, and the
 * name or address that was configured in it. In TLS 1.3 a server judges our certificate after its
 * own handshake is over for us (RFC 8446 4.4.2.4), so where it asked for one we wait a moment for
 * what it says.
 */
#include "wire_tls.h"

#include "wire_socket.h"

#include <errno.h>
#include <mxtap/clock.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define VERDICT_TIME (CLOCK_SECOND / 4)
#define DRAIN_MAX    64

struct wire_tls {
    SSL_CTX *context;
    BIO_METHOD *method;
    struct wire_address name; /* that the certificate must have; its port means nothing */
    SSL *ssl;                 /* of the connection that there is, or NULL */
    int socket;
    bool asked; /* the server wants a certificate of ours */
    char why[200];
};

/* ---- the way to the socket ---- */

static int bio_write(BIO *bio, const char *octets, int len)
{
    const struct wire_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t wrote = send(tls->socket, octets, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (wrote < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        BIO_set_retry_write(bio);
    return (int)wrote;
}

static int bio_read(BIO *bio, char *octets, int len)
{
    const struct wire_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t got = recv(tls->socket, octets, (size_t)len, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        BIO_set_retry_read(bio);
    if (got == 0)
        errno = 0;
    return (int)got;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/* ---- what went wrong ---- */

static const char *library_reason(void)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
    ERR_clear_error();
    return reason == NULL ? "no reason given" : reason;
}

/* Of a call that returned result: the events to wait for, or 0 and why. */
static short judge(struct wire_tls *tls, int result)
{
    int cause = errno;
    switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ: return POLLIN;
    case SSL_ERROR_WANT_WRITE: return POLLOUT;
    case SSL_ERROR_ZERO_RETURN:
        snprintf(tls->why, sizeof tls->why, "the receiver closed the connection");
        return 0;
    case SSL_ERROR_SYSCALL:
        snprintf(tls->why, sizeof tls->why, "%s",
                 cause == 0 ? "the receiver closed the connection" : strerror(cause));
        return 0;
    default: break;
    }
    long verdict = SSL_get_verify_result(tls->ssl);
    if (verdict != X509_V_OK)
        snprintf(tls->why, sizeof tls->why, "its certificate is not accepted for %.80s: %s",
                 tls->name.host, X509_verify_cert_error_string(verdict));
    else
        snprintf(tls->why, sizeof tls->why, "TLS: %s", library_reason());
    ERR_clear_error();
    return 0;
}

const char *wire_tls_why(const struct wire_tls *tls)
{
    return tls->why;
}

/* ---- the context, once ---- */

/* A key with a password is refused rather than asked for on a terminal. */
static int no_password(char *text, int size, int writing, void *arg)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)arg;
    return 0;
}

static enum err refuse(const char *setting, const char *file, char *ret_message, size_t size)
{
    snprintf(ret_message, size, "%s: %s: %s", setting, file, library_reason());
    return ERR_CONFIG;
}

static enum err read_files(SSL_CTX *context, const struct wire_options *options, char *ret_message,
                           size_t size)
{
    ERR_clear_error();
    SSL_CTX_set_default_passwd_cb(context, no_password);
    if (options->tls_ca == NULL) {
        /* Not the paths: they bring a third way to the same folder, which reads the whole of it. */
        if (SSL_CTX_set_default_verify_file(context) != 1 ||
            SSL_CTX_set_default_verify_dir(context) != 1)
            return refuse("tls_ca", "the system's", ret_message, size);
    } else if (SSL_CTX_load_verify_file(context, options->tls_ca) != 1) {
        return refuse("tls_ca", options->tls_ca, ret_message, size);
    }
    if (options->tls_cert == NULL)
        return ERR_NONE;
    if (SSL_CTX_use_certificate_chain_file(context, options->tls_cert) != 1)
        return refuse("tls_cert", options->tls_cert, ret_message, size);
    if (SSL_CTX_use_PrivateKey_file(context, options->tls_key, SSL_FILETYPE_PEM) != 1)
        return refuse("tls_key", options->tls_key, ret_message, size);
    const X509 *own = SSL_CTX_get0_certificate(context);
    if (own != NULL && X509_cmp_current_time(X509_get0_notAfter(own)) < 0)
        snprintf(ret_message, size, "tls_cert: %s has expired", options->tls_cert);
    return ERR_NONE;
}

static int on_asked(SSL *ssl, void *arg)
{
    (void)ssl;
    struct wire_tls *tls = arg;
    tls->asked = true;
    return 1;
}

static bool prepare(struct wire_tls *tls)
{
    tls->context = SSL_CTX_new(TLS_client_method());
    tls->method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mxtap wire");
    if (tls->context == NULL || tls->method == NULL)
        return false;
    BIO_meth_set_write(tls->method, bio_write);
    BIO_meth_set_read(tls->method, bio_read);
    BIO_meth_set_ctrl(tls->method, bio_control);
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(tls->context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(tls->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_cert_cb(tls->context, on_asked, tls);
    return SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) == 1;
}

enum err wire_tls_new(const struct wire_options *options, const struct wire_address *address,
                      struct wire_tls **ret_tls, char *ret_message, size_t size)
{
    struct wire_tls *tls = calloc(1, sizeof *tls);
    if (tls == NULL)
        return ERR_MEMORY;
    tls->name = *address;
    enum err err = prepare(tls) ? ERR_NONE : ERR_MEMORY;
    if (err == ERR_NONE && options->tls_name != NULL &&
        !wire_address_split(options->tls_name, "1", &tls->name)) {
        snprintf(ret_message, size, "tls_name: '%.100s' is no name", options->tls_name);
        err = ERR_CONFIG;
    }
    if (err == ERR_NONE)
        err = read_files(tls->context, options, ret_message, size);
    if (err != ERR_NONE) {
        wire_tls_free(tls);
        return err;
    }
    *ret_tls = tls;
    return ERR_NONE;
}

void wire_tls_free(struct wire_tls *tls)
{
    if (tls == NULL)
        return;
    wire_tls_end(tls, false);
    SSL_CTX_free(tls->context);
    BIO_meth_free(tls->method);
    free(tls);
}

/* ---- a connection ---- */

/* Whom we expect; the name goes out in the handshake too (SNI, RFC 6066 3: names only). */
static bool set_name(const struct wire_tls *tls)
{
    X509_VERIFY_PARAM *check = SSL_get0_param(tls->ssl);
    X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (tls->name.numeric)
        return X509_VERIFY_PARAM_set1_ip_asc(check, tls->name.host) == 1;
    return X509_VERIFY_PARAM_set1_host(check, tls->name.host, 0) == 1 &&
           SSL_set_tlsext_host_name(tls->ssl, tls->name.host) == 1;
}

static bool attach(struct wire_tls *tls, int socket)
{
    BIO *bio = BIO_new(tls->method);
    tls->ssl = SSL_new(tls->context);
    tls->socket = socket;
    tls->asked = false;
    if (bio == NULL || tls->ssl == NULL || !set_name(tls)) {
        BIO_free(bio);
        snprintf(tls->why, sizeof tls->why, "TLS: %s", library_reason());
        return false;
    }
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    return true;
}

static bool shake(struct wire_tls *tls, int stop, int64_t deadline)
{
    for (;;) {
        ERR_clear_error();
        errno = 0;
        int result = SSL_connect(tls->ssl);
        if (result == 1)
            return true;
        short events = judge(tls, result);
        if (events == 0)
            return false;
        enum wire_waited waited = wire_wait(tls->socket, events, stop, deadline);
        if (waited != WIRE_READY) {
            snprintf(tls->why, sizeof tls->why, "%s",
                     waited == WIRE_LATE ? "TLS: the handshake takes too long" : "stopped");
            return false;
        }
    }
}

bool wire_tls_begin(struct wire_tls *tls, int socket, int stop, int64_t deadline, char *ret_trouble,
                    size_t size)
{
    bool done = attach(tls, socket) && shake(tls, stop, deadline);
    if (done && tls->asked && SSL_version(tls->ssl) >= TLS1_3_VERSION) {
        (void)wire_wait(socket, POLLIN, stop, clock_steady() + VERDICT_TIME);
        done = wire_tls_drain(tls);
    }
    if (!done) {
        snprintf(ret_trouble, size, "%s", tls->why);
        wire_tls_end(tls, false);
    }
    return done;
}

long wire_tls_write(struct wire_tls *tls, struct span octets, short *ret_events)
{
    size_t wrote = 0;
    ERR_clear_error();
    errno = 0;
    int result = SSL_write_ex(tls->ssl, octets.at, octets.len, &wrote);
    if (result == 1)
        return (long)wrote;
    *ret_events = judge(tls, result);
    return *ret_events == 0 ? -1 : 0;
}

bool wire_tls_drain(struct wire_tls *tls)
{
    char thrown[4096];
    for (int i = 0; i < DRAIN_MAX; i++) {
        size_t got = 0;
        ERR_clear_error();
        errno = 0;
        int result = SSL_read_ex(tls->ssl, thrown, sizeof thrown, &got);
        if (result != 1)
            return judge(tls, result) != 0;
    }
    return true;
}

void wire_tls_end(struct wire_tls *tls, bool orderly)
{
    if (tls->ssl == NULL)
        return;
    ERR_clear_error();
    if (orderly)
        (void)SSL_shutdown(tls->ssl);
    SSL_free(tls->ssl);
    tls->ssl = NULL;
    ERR_clear_error();
}
