/* wire over TLS: whose certificate is taken, versions, our own certificate, ends. */
#include "test.h"

#include "helper_cert.h"
#include "helper_wire.h"

#include <mxtap/clock.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static char trouble[256];
static struct helper_cert good, other; /* for localhost and 127.0.0.1; for another name */

static struct wire_options to(const char *address)
{
    return (struct wire_options){.kind = WIRE_TLS,
                                 .address = address,
                                 .default_port = "6514",
                                 .tls_ca = good.ca,
                                 .connect_time = 3 * CLOCK_SECOND,
                                 .answer_time = CLOCK_SECOND};
}

static struct wire *wire_of(const struct wire_options *options)
{
    struct wire *wire = NULL;
    trouble[0] = '\0';
    assert_int_equal(wire_new(options, &wire, trouble, sizeof trouble), ERR_NONE);
    assert_string_equal(trouble, "");
    return wire;
}

static struct receiver *receiver_with(const struct helper_cert *cert)
{
    return receiver_new(
        &(struct receiver_options){.kind = WIRE_TLS, .cert = cert->cert, .key = cert->key});
}

static bool connects(const struct wire_options *options)
{
    struct wire *wire = wire_of(options);
    bool connected = wire_connect(wire, -1, trouble, sizeof trouble);
    wire_free(wire);
    return connected;
}

static void expect_refused(const struct wire_options *options, const char *why)
{
    assert_false(connects(options));
    if (strstr(trouble, why) == NULL)
        fail_msg("'%s' instead of '%s'", trouble, why);
}

static void test_carries(void **state)
{
    (void)state;
    struct receiver *receiver = receiver_with(&good);
    const struct wire_options options = to(receiver_address(receiver));
    struct wire *wire = wire_of(&options);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(wire_write(wire, SPAN_LITERAL("text"), -1, trouble, sizeof trouble),
                     WIRE_WRITTEN);
    assert_true(wire_flush(wire, -1, trouble, sizeof trouble));
    assert_int_equal(receiver_wait(receiver, 4), 4);
    assert_memory_equal(receiver_octets(receiver).at, "text", 4);
    assert_true(wire_is_alive(wire, trouble, sizeof trouble));
    wire_close(wire);
    assert_int_equal(receiver_ended(receiver, 1), 1); /* close_notify */
    assert_string_equal(receiver_sni(receiver), "");  /* no address goes there */
    wire_free(wire);
    receiver_free(receiver);
}

/* A large write, in the pieces of the kernel and of TLS. */
static void test_large(void **state)
{
    (void)state;
    const size_t size = 8 << 20;
    struct receiver *receiver = receiver_with(&good);
    const struct wire_options options = to(receiver_address(receiver));
    struct wire *wire = wire_of(&options);
    uint8_t *octets = malloc(size);
    for (size_t i = 0; i < size; i++)
        octets[i] = (uint8_t)(i * 2654435761U >> 24);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(wire_write(wire, span_make(octets, size), -1, trouble, sizeof trouble),
                     WIRE_WRITTEN);
    assert_int_equal(receiver_wait(receiver, size), size);
    assert_memory_equal(receiver_octets(receiver).at, octets, size);
    free(octets);
    wire_free(wire);
    receiver_free(receiver);
}

static void test_name(void **state)
{
    (void)state;
    struct receiver *receiver = receiver_with(&good);
    char address[64];
    snprintf(address, sizeof address, "localhost:%s", receiver_port(receiver));
    struct wire_options options = to(address);
    assert_true(connects(&options));
    assert_int_equal(receiver_ended(receiver, 1), 1);
    assert_string_equal(receiver_sni(receiver), "localhost");
    options.address = receiver_address(receiver);
    options.tls_name = "localhost";
    assert_true(connects(&options));
    options.tls_name = "other.example";
    expect_refused(&options, "its certificate is not accepted for other.example: ");
    options.tls_name = "127.0.0.2";
    expect_refused(&options, "its certificate is not accepted for 127.0.0.2: ");
    receiver_free(receiver);
}

/* Signed by somebody else; for somebody else; by the system's authorities none of ours is. */
static void test_wrong(void **state)
{
    (void)state;
    struct receiver *receiver = receiver_with(&other);
    struct wire_options options = to(receiver_address(receiver));
    expect_refused(&options, "its certificate is not accepted for 127.0.0.1: ");
    options.tls_ca = other.ca;
    expect_refused(&options, "IP address mismatch");
    options.tls_name = "other.example";
    assert_true(connects(&options));
    options.tls_ca = NULL;
    expect_refused(&options, "its certificate is not accepted");
    setenv("SSL_CERT_FILE", other.ca, 1); /* now it is the system's */
    assert_true(connects(&options));
    unsetenv("SSL_CERT_FILE");
    receiver_free(receiver);
}

/* One for localhost that signs itself and is over since yesterday. */
static void make_expired(const char *cert_path, const char *key_path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    X509_set_version(cert, 2);
    X509_gmtime_adj(X509_getm_notBefore(cert), -2 * 86400);
    X509_gmtime_adj(X509_getm_notAfter(cert), -86400);
    X509_set_pubkey(cert, key);
    X509_NAME *name = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                               0);
    X509_set_issuer_name(cert, name);
    X509_EXTENSION *names =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(cert, names, -1);
    X509_EXTENSION_free(names);
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    FILE *out = fopen(cert_path, "we");
    assert_int_equal(PEM_write_X509(out, cert), 1);
    fclose(out);
    out = fopen(key_path, "we");
    assert_int_equal(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(out);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static void test_expired(void **state)
{
    (void)state;
    struct helper_cert expired = {.folder = "/tmp/mxtap-cert-XXXXXX"};
    assert_non_null(mkdtemp(expired.folder));
    snprintf(expired.cert, sizeof expired.cert, "%s/cert.pem", expired.folder);
    snprintf(expired.key, sizeof expired.key, "%s/key.pem", expired.folder);
    make_expired(expired.cert, expired.key);
    struct receiver *receiver = receiver_with(&expired);
    struct wire_options options = to(receiver_address(receiver));
    options.tls_ca = expired.cert;
    expect_refused(&options, "certificate has expired");
    /* One of ours is told, and used all the same. */
    struct wire *wire = NULL;
    options.tls_cert = expired.cert;
    options.tls_key = expired.key;
    assert_int_equal(wire_new(&options, &wire, trouble, sizeof trouble), ERR_NONE);
    assert_non_null(strstr(trouble, "has expired"));
    wire_free(wire);
    receiver_free(receiver);
    helper_cert_done(&expired);
}

static void test_versions(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < 3; i++) {
        const struct receiver_options receiver_options = {
            .kind = WIRE_TLS, .cert = good.cert, .key = good.key, .version = versions[i]};
        struct receiver *receiver = receiver_new(&receiver_options);
        const struct wire_options options = to(receiver_address(receiver));
        if (i > 0)
            assert_true(connects(&options));
        else
            expect_refused(&options, "TLS: ");
        receiver_free(receiver);
    }
}

/* The receiver wants a certificate: ours, none, somebody else's; in TLS 1.3 it says so late. */
static void own_certificate(int version)
{
    const struct receiver_options receiver_options = {.kind = WIRE_TLS,
                                                      .cert = good.cert,
                                                      .key = good.key,
                                                      .client_ca = good.ca,
                                                      .version = version};
    struct receiver *receiver = receiver_new(&receiver_options);
    struct wire_options options = to(receiver_address(receiver));
    expect_refused(&options, "TLS: ");
    options.tls_cert = other.cert;
    options.tls_key = other.key;
    expect_refused(&options, "TLS: ");
    options.tls_cert = good.cert;
    options.tls_key = good.key;
    assert_true(connects(&options));
    receiver_free(receiver);
}

static void test_own_certificate(void **state)
{
    (void)state;
    own_certificate(TLS1_2_VERSION);
    own_certificate(TLS1_3_VERSION);
}

static void test_files(void **state)
{
    (void)state;
    struct wire *wire = NULL;
    struct wire_options options = to("localhost:1");
    options.tls_ca = "/nonexistent/ca.pem";
    assert_int_equal(wire_new(&options, &wire, trouble, sizeof trouble), ERR_CONFIG);
    assert_memory_equal(trouble, "tls_ca: /nonexistent/ca.pem: ", 29);
    options.tls_ca = good.key;
    assert_int_equal(wire_new(&options, &wire, trouble, sizeof trouble), ERR_CONFIG);
    options = to("localhost:1");
    options.tls_cert = good.key;
    options.tls_key = good.key;
    assert_int_equal(wire_new(&options, &wire, trouble, sizeof trouble), ERR_CONFIG);
    assert_memory_equal(trouble, "tls_cert: ", 10);
    options.tls_cert = good.cert;
    options.tls_key = other.key;
    assert_int_equal(wire_new(&options, &wire, trouble, sizeof trouble), ERR_CONFIG);
    assert_memory_equal(trouble, "tls_key: ", 9);
    options.tls_name = "a b";
    assert_int_equal(wire_new(&options, &wire, trouble, sizeof trouble), ERR_CONFIG);
    assert_null(wire);
}

/* A peer that ends the connection; one that does not speak TLS at all; one that says nothing. */
static void test_ends(void **state)
{
    (void)state;
    struct receiver_options receiver_options = {
        .kind = WIRE_TLS, .cert = good.cert, .key = good.key, .close_after = 3};
    struct receiver *receiver = receiver_new(&receiver_options);
    struct wire_options options = to(receiver_address(receiver));
    struct wire *wire = wire_of(&options);
    assert_true(wire_connect(wire, -1, trouble, sizeof trouble));
    assert_int_equal(wire_write(wire, SPAN_LITERAL("abcdef"), -1, trouble, sizeof trouble),
                     WIRE_WRITTEN);
    for (int i = 0; i < 1000 && wire_is_alive(wire, trouble, sizeof trouble); i++)
        usleep(1000);
    assert_false(wire_is_connected(wire));
    wire_free(wire);
    receiver_free(receiver);

    receiver = receiver_new(&(struct receiver_options){.kind = WIRE_TCP, .close_after = 3});
    options = to(receiver_address(receiver));
    expect_refused(&options, receiver_address(receiver));
    receiver_free(receiver);

    receiver_options.silent = true;
    receiver = receiver_new(&receiver_options);
    options = to(receiver_address(receiver));
    options.connect_time = CLOCK_SECOND / 10;
    expect_refused(&options, "the handshake takes too long");
    int stop = eventfd(1, EFD_CLOEXEC);
    wire = wire_of(&options);
    assert_false(wire_connect(wire, stop, trouble, sizeof trouble));
    wire_free(wire);
    close(stop);
    receiver_free(receiver);
}

static int make_certs(void **state)
{
    (void)state;
    helper_cert_make(&good, NULL);
    helper_cert_make(&other, "other.example");
    return 0;
}

static int remove_certs(void **state)
{
    (void)state;
    helper_cert_done(&good);
    helper_cert_done(&other);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_carries), cmocka_unit_test(test_large),
        cmocka_unit_test(test_name),    cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_expired), cmocka_unit_test(test_versions),
        cmocka_unit_test(test_files),   cmocka_unit_test(test_own_certificate),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, make_certs, remove_certs);
}
