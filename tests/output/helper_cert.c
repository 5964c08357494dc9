/* helper_cert: X.509 by OpenSSL: P-256, valid for a day around now. */
#include "helper_cert.h"

#include "test.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void extend(X509 *cert, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    assert_non_null(extension);
    X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
}

static X509 *make(EVP_PKEY *key, const char *name, long serial)
{
    X509 *cert = X509_new();
    assert_non_null(cert);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    return cert;
}

static void store(const char *path, X509 *cert, EVP_PKEY *key)
{
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    if (cert != NULL)
        assert_int_equal(PEM_write_X509(out, cert), 1);
    if (key != NULL)
        assert_int_equal(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(out);
}

void helper_cert_make(struct helper_cert *ret_cert, const char *name)
{
    snprintf(ret_cert->folder, sizeof ret_cert->folder, "/tmp/mxtap-cert-XXXXXX");
    assert_non_null(mkdtemp(ret_cert->folder));
    snprintf(ret_cert->ca, sizeof ret_cert->ca, "%s/ca.pem", ret_cert->folder);
    snprintf(ret_cert->cert, sizeof ret_cert->cert, "%s/cert.pem", ret_cert->folder);
    snprintf(ret_cert->key, sizeof ret_cert->key, "%s/key.pem", ret_cert->folder);
    EVP_PKEY *ca_key = EVP_EC_gen("P-256");
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *ca = make(ca_key, ret_cert->folder + strlen("/tmp/"), 1);
    X509_set_issuer_name(ca, X509_get_subject_name(ca));
    extend(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
    extend(ca, ca, NID_subject_key_identifier, "hash");
    assert_true(X509_sign(ca, ca_key, EVP_sha256()) > 0);
    X509 *cert = make(key, name == NULL ? "localhost" : name, 2);
    X509_set_issuer_name(cert, X509_get_subject_name(ca));
    char names[100] = "DNS:localhost,IP:127.0.0.1";
    if (name != NULL)
        snprintf(names, sizeof names, "DNS:%s", name);
    extend(cert, ca, NID_subject_alt_name, names);
    assert_true(X509_sign(cert, ca_key, EVP_sha256()) > 0);
    store(ret_cert->ca, ca, NULL);
    store(ret_cert->cert, cert, NULL);
    store(ret_cert->key, NULL, key);
    X509_free(ca);
    X509_free(cert);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(key);
}

void helper_cert_done(struct helper_cert *cert)
{
    unlink(cert->ca);
    unlink(cert->cert);
    unlink(cert->key);
    rmdir(cert->folder);
}
