/* secret: what is a reference, what is read, what is refused; and that no message has a secret. */
#include "test.h"

#include <mxtap/secret.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "Tr0ub4dor&3"

static char folder[] = "/tmp/mxtap-secret-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void make(const char *name, struct span octets, mode_t mode)
{
    FILE *out = fopen(path_of(name), "w");
    assert_non_null(out);
    assert_int_equal(fwrite(octets.at, 1, octets.len, out), octets.len);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(chmod(path_of(name), mode), 0);
}

/* Reads "PREFIX:name", or for files their path. */
static enum err read_it(const char *prefix, const char *name, char **ret_text, char message[300])
{
    char reference[200];
    snprintf(reference, sizeof reference, "%s:%s", prefix,
             strcmp(prefix, "file") == 0 ? path_of(name) : name);
    *ret_text = NULL;
    message[0] = '\0';
    enum err err = secret_read(reference, ret_text, message, 300);
    assert_null(strstr(message, SECRET));
    if (err == ERR_CONFIG || message[0] != '\0')
        assert_non_null(strstr(message, reference));
    return err;
}

static void reads(const char *prefix, const char *name, const char *wanted)
{
    char *text;
    char message[300];
    assert_int_equal(read_it(prefix, name, &text, message), ERR_NONE);
    assert_string_equal(message, "");
    assert_string_equal(text, wanted);
    secret_free(text);
}

static void refuses(const char *prefix, const char *name, const char *words)
{
    char *text;
    char message[300];
    assert_int_equal(read_it(prefix, name, &text, message), ERR_CONFIG);
    assert_null(text);
    if (strstr(message, words) == NULL)
        fail_msg("'%s' lacks '%s'", message, words);
}

static void test_references(void **state)
{
    (void)state;
    static const char *const good[] = {"file:/etc/x", "file:x",       "env:A",
                                       "env:_a9",     "credential:a", "credential:siem.token-2"};
    static const char *const bad[] = {"",
                                      "file:",
                                      "env:",
                                      "credential:",
                                      "env:A B",
                                      "env:A=b",
                                      "credential:..",
                                      "credential:.",
                                      "FILE:/x",
                                      "secret",
                                      "credential:a/b",
                                      " file:/x",
                                      "env:\xc3\xbc",
                                      "http://x",
                                      "credential:../b"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(secret_is_reference(span_text(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(secret_is_reference(span_text(bad[i])));
    assert_false(secret_is_reference(SPAN_NULL));
    assert_false(secret_is_reference(SPAN_LITERAL("file:/x\0y")));
    assert_false(secret_is_reference(SPAN_LITERAL("env:A\0")));
}

static void test_none(void **state)
{
    (void)state;
    char message[300] = "";
    char *text = message;
    assert_int_equal(secret_read(NULL, &text, message, sizeof message), ERR_NONE);
    assert_null(text);
    text = message;
    assert_int_equal(secret_read("", &text, message, sizeof message), ERR_NONE);
    assert_null(text);
    secret_free(NULL);
    assert_int_equal(secret_read(SECRET, &text, message, sizeof message), ERR_CONFIG);
    assert_null(strstr(message, SECRET));
    assert_non_null(strstr(message, "file:PATH"));
}

static void test_file(void **state)
{
    (void)state;
    make("plain", SPAN_LITERAL(SECRET), 0600);
    reads("file", "plain", SECRET);
    make("line", SPAN_LITERAL(SECRET "\n"), 0440);
    reads("file", "line", SECRET);
    make("crlf", SPAN_LITERAL(SECRET "\r\n"), 0400);
    reads("file", "crlf", SECRET);
    make("lines", SPAN_LITERAL(SECRET "\n\n"), 0400);
    reads("file", "lines", SECRET "\n");
    make("blanks", SPAN_LITERAL(" " SECRET " \r"), 0400);
    reads("file", "blanks", " " SECRET " \r");
    make("empty", SPAN_LITERAL(""), 0600);
    refuses("file", "empty", "empty");
    make("onlyline", SPAN_LITERAL("\r\n"), 0600);
    refuses("file", "onlyline", "empty");
    make("zero", SPAN_LITERAL(SECRET "\0" SECRET), 0600);
    refuses("file", "zero", "zero octet");
    refuses("file", "missing", "No such file");
    refuses("file", ".", "no regular file");
    assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
    refuses("file", "pipe", "no regular file");
}

/* The ceiling is of the secret, whatever line end comes behind. */
static void test_long(void **state)
{
    (void)state;
    char *octets = malloc(SECRET_MAX + 3);
    assert_non_null(octets);
    memset(octets, 'x', SECRET_MAX + 3);
    make("long", span_make(octets, SECRET_MAX + 1), 0600);
    refuses("file", "long", "longer than 65536");
    make("longer", span_make(octets, SECRET_MAX + 3), 0600);
    refuses("file", "longer", "longer than 65536");
    octets[SECRET_MAX] = '\r';
    octets[SECRET_MAX + 1] = '\n';
    make("most", span_make(octets, SECRET_MAX + 2), 0600);
    char *text;
    char message[300];
    assert_int_equal(read_it("file", "most", &text, message), ERR_NONE);
    assert_int_equal(strlen(text), SECRET_MAX);
    secret_free(text);
    octets[SECRET_MAX] = '\0';
    assert_int_equal(setenv("MXTAP_TEST_LONG", octets, 1), 0);
    assert_int_equal(read_it("env", "MXTAP_TEST_LONG", &text, message), ERR_NONE);
    secret_free(text);
    memset(octets, 'x', SECRET_MAX + 2);
    octets[SECRET_MAX + 2] = '\0';
    assert_int_equal(setenv("MXTAP_TEST_LONG", octets, 1), 0);
    refuses("env", "MXTAP_TEST_LONG", "longer than 65536");
    assert_int_equal(unsetenv("MXTAP_TEST_LONG"), 0);
    free(octets);
}

static void test_modes(void **state)
{
    (void)state;
    make("open", SPAN_LITERAL(SECRET "\n"), 0644);
    char *text;
    char message[300];
    assert_int_equal(read_it("file", "open", &text, message), ERR_NONE);
    assert_string_equal(text, SECRET);
    assert_non_null(strstr(message, "everybody"));
    assert_non_null(strstr(message, "0644"));
    secret_free(text);
    if (geteuid() != 0) {
        make("closed", SPAN_LITERAL(SECRET), 0000);
        refuses("file", "closed", "Permission denied");
    }
}

static void test_environment(void **state)
{
    (void)state;
    assert_int_equal(setenv("MXTAP_TEST_SECRET", SECRET, 1), 0);
    reads("env", "MXTAP_TEST_SECRET", SECRET);
    assert_int_equal(setenv("MXTAP_TEST_SECRET", "", 1), 0);
    refuses("env", "MXTAP_TEST_SECRET", "empty");
    assert_int_equal(unsetenv("MXTAP_TEST_SECRET"), 0);
    refuses("env", "MXTAP_TEST_SECRET", "no such variable");
}

static void test_credential(void **state)
{
    (void)state;
    make("siem.token", SPAN_LITERAL(SECRET "\n"), 0400);
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    refuses("credential", "siem.token", "LoadCredential");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "relative", 1), 0);
    refuses("credential", "siem.token", "LoadCredential");
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    reads("credential", "siem.token", SECRET);
    refuses("credential", "other", "No such file");
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references), cmocka_unit_test(test_none),
        cmocka_unit_test(test_file),       cmocka_unit_test(test_long),
        cmocka_unit_test(test_modes),      cmocka_unit_test(test_environment),
        cmocka_unit_test(test_credential),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
