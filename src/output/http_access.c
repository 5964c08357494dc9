/*
 * http_access: files and secrets into memory; basic authentication (RFC 7617), bearer tokens (RFC
 * 6750). OpenSSL, which libcurl will use too, says whether the certificates are any.
 */
#include "http_access.h"

#include <mxtap/secret.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

#define PEM_MAX    (1 << 20) /* octets of a file of certificates: the system's has 220 kB */
#define HIDDEN_MIN 4         /* octets: what is shorter hides nothing, and is found everywhere */

static enum err read_file(const char *what, const char *path, struct buf *file, char *ret_message,
                          size_t size)
{
    buf_init(file, PEM_MAX);
    if (path == NULL)
        return ERR_NONE;
    FILE *in = fopen(path, "re");
    uint8_t part[4096];
    size_t got = 1;
    while (in != NULL && got > 0 && !file->truncated) {
        got = fread(part, 1, sizeof part, in);
        buf_add(file, span_make(part, got));
    }
    bool failed = in == NULL || ferror(in);
    if (failed)
        snprintf(ret_message, size, "%s: %s cannot be read: %m", what, path);
    else if (file->truncated)
        snprintf(ret_message, size, "%s: %s is too long", what, path);
    OPENSSL_cleanse(part, sizeof part);
    if (in != NULL)
        fclose(in);
    return failed || file->truncated ? ERR_CONFIG : ERR_NONE;
}

/* A key that wants a password is refused; nobody is asked at a terminal. */
static int no_password(char *text, int size, int writing, void *arg)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)arg;
    return -1;
}

static enum err check_files(const struct http_options *options, char *ret_message, size_t size)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL)
        return ERR_MEMORY;
    SSL_CTX_set_default_passwd_cb(context, no_password);
    const char *wrong = NULL;
    if (options->tls_ca != NULL &&
        SSL_CTX_load_verify_locations(context, options->tls_ca, NULL) != 1)
        wrong = "tls_ca: holds no certificates (PEM)";
    else if (options->tls_cert != NULL &&
             SSL_CTX_use_certificate_chain_file(context, options->tls_cert) != 1)
        wrong = "tls_cert: holds no certificate (PEM)";
    else if (options->tls_key != NULL &&
             SSL_CTX_use_PrivateKey_file(context, options->tls_key, SSL_FILETYPE_PEM) != 1)
        wrong = "tls_key: holds no key (PEM, without a password) that fits tls_cert";
    SSL_CTX_free(context);
    ERR_clear_error();
    if (wrong != NULL)
        snprintf(ret_message, size, "%s", wrong);
    return wrong == NULL ? ERR_NONE : ERR_CONFIG;
}

/* Secrets become header fields: a line end would begin another one (RFC 9110 5.5). */
static bool fits_a_field(const char *secret)
{
    for (const char *at = secret; at != NULL && *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return false;
    }
    return true;
}

static enum err read_secret(const char *what, const char *reference, char **ret_secret,
                            char *ret_message, size_t size)
{
    char message[200] = "";
    enum err err = secret_read(reference, ret_secret, message, sizeof message);
    if (err == ERR_NONE && !fits_a_field(*ret_secret)) {
        snprintf(message, sizeof message, "has characters that cannot be sent");
        err = ERR_CONFIG;
    }
    if (message[0] != '\0')
        snprintf(ret_message, size, "%s: %s", what, message);
    return err;
}

enum err http_authorization(const char *scheme, const char *setting, const char *reference,
                            char **ret_value, char *ret_message, size_t size)
{
    char *secret = NULL;
    char *value = NULL;
    enum err err = read_secret(setting, reference, &secret, ret_message, size);
    if (err == ERR_NONE && secret != NULL && asprintf(&value, "%s %s", scheme, secret) < 0)
        err = ERR_MEMORY;
    secret_free(secret);
    if (err == ERR_NONE)
        *ret_value = value;
    return err;
}

static char *make_basic(const char *user, const char *password)
{
    char *plain = NULL;
    int len = asprintf(&plain, "%s:%s", user, password);
    if (len < 0)
        return NULL;
    static const char scheme[] = "Basic ";
    char *value = malloc(sizeof scheme + ((size_t)len + 2) / 3 * 4);
    if (value != NULL) {
        memcpy(value, scheme, sizeof scheme - 1);
        EVP_EncodeBlock((unsigned char *)value + sizeof scheme - 1, (const unsigned char *)plain,
                        len);
    }
    secret_free(plain);
    return value;
}

static enum err make_authorization(struct http_access *access, const struct http_options *options)
{
    if (access->bearer == NULL && options->user == NULL)
        return ERR_NONE;
    if (access->bearer == NULL)
        access->authorization =
            make_basic(options->user, access->password == NULL ? "" : access->password);
    else if (asprintf(&access->authorization, "Bearer %s", access->bearer) < 0)
        access->authorization = NULL;
    return access->authorization == NULL ? ERR_MEMORY : ERR_NONE;
}

enum err http_access_init(struct http_access *access, const struct http_options *options,
                          char *ret_message, size_t size)
{
    *access = (struct http_access){0};
    const struct {
        const char *name, *path;
        struct buf *file;
    } files[] = {{"tls_ca", options->tls_ca, &access->ca},
                 {"tls_cert", options->tls_cert, &access->cert},
                 {"tls_key", options->tls_key, &access->key}};
    const struct {
        const char *name, *reference;
        char **secret;
    } secrets[] = {{"password", options->password, &access->password},
                   {"bearer", options->bearer, &access->bearer},
                   {"proxy_password", options->proxy_password, &access->proxy_password}};
    enum err err = ERR_NONE;
    for (size_t i = 0; i < 3 && err == ERR_NONE; i++)
        err = read_file(files[i].name, files[i].path, files[i].file, ret_message, size);
    if (err == ERR_NONE)
        err = check_files(options, ret_message, size);
    for (size_t i = 0; i < 3 && err == ERR_NONE; i++)
        err = read_secret(secrets[i].name, secrets[i].reference, secrets[i].secret, ret_message,
                          size);
    return err == ERR_NONE ? make_authorization(access, options) : err;
}

void http_access_done(struct http_access *access)
{
    secret_free(access->authorization);
    secret_free(access->password);
    secret_free(access->bearer);
    secret_free(access->proxy_password);
    if (access->key.len > 0)
        OPENSSL_cleanse(access->key.at, access->key.len);
    buf_done(&access->ca);
    buf_done(&access->cert);
    buf_done(&access->key);
}

/* The part of an Authorization that is secret: what follows the scheme. */
static const char *credentials(const char *authorization)
{
    const char *blank = authorization == NULL ? NULL : strchr(authorization, ' ');
    return blank == NULL ? authorization : blank + 1;
}

void http_access_show(const struct http_access *access, const char *extra, struct span text,
                      char *ret_text, size_t size)
{
    const struct span hidden[] = {
        span_text(access->password),       span_text(access->bearer),
        span_text(access->proxy_password), span_text(credentials(access->authorization)),
        span_text(credentials(extra)),
    };
    size_t len = 0;
    text = span_trim(text);
    while (text.len > 0 && len + 1 < size) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
            if (hidden[i].len >= HIDDEN_MIN && hidden[i].len > skip && span_starts(text, hidden[i]))
                skip = hidden[i].len;
        }
        uint8_t octet = text.at[0];
        text = span_skip(text, skip == 0 ? 1 : skip);
        if (skip > 0)
            len += (size_t)snprintf(ret_text + len, size - len, "***");
        else if (octet > ' ' && octet < 0x7f)
            ret_text[len++] = (char)octet;
        else if (octet >= 0x7f)
            ret_text[len++] = '?';
        else if (len > 0 && ret_text[len - 1] != ' ')
            ret_text[len++] = ' ';
    }
    ret_text[len < size ? len : size - 1] = '\0';
}
