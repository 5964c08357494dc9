/*
 * helper_cert: an authority made for one test, and a certificate of it for localhost and 127.0.0.1.
 */
#ifndef MXTAP_HELPER_CERT_H
#define MXTAP_HELPER_CERT_H

struct helper_cert {
    char folder[64];
    char ca[80], cert[80], key[80]; /* files (PEM) */
};

/* name: that the certificate is for in place of localhost; NULL: localhost and 127.0.0.1. */
void helper_cert_make(struct helper_cert *ret_cert, const char *name);
/* Removes the files. */
void helper_cert_done(struct helper_cert *cert);

#endif
