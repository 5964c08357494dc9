/* namesfile: what it says of addresses and names, and which faults it finds. */
#include "namesfile.h"

#include "helper_learn.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[32];

static void make_file(const char *text)
{
    snprintf(path, sizeof path, "/tmp/mxtap-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static struct namesfile *load(const char *text)
{
    struct namesfile *file = NULL;
    char message[200] = "";
    make_file(text);
    if (namesfile_new(path, &file, message, sizeof message) != ERR_NONE)
        fail_msg("%s", message);
    unlink(path);
    return file;
}

static void is_addr(const struct namesfile *file, const char *text, enum name_class expected)
{
    struct addr addr;
    enum name_class class = NAME_UNKNOWN;
    assert_true(addr_parse(span_text(text), &addr));
    assert_int_equal(namesfile_addr(file, &addr, &class), expected != NAME_UNKNOWN);
    assert_int_equal(class, expected);
}

static void is_name(const struct namesfile *file, const char *name, enum name_class expected)
{
    enum name_class class = NAME_UNKNOWN;
    assert_int_equal(namesfile_name(file, span_text(name), &class), expected != NAME_UNKNOWN);
    assert_int_equal(class, expected);
}

static void test_networks(void **state)
{
    (void)state;
    struct namesfile *file = load("# ours\n"
                                  "dynamic 203.0.113.0/24\n"
                                  "static\t203.0.113.128/25   # business lines\n"
                                  "\n"
                                  "  MAIL 203.0.113.200\r\n"
                                  "hosting 2001:db8:1::/48\n"
                                  "mail 2001:db8:1::25\n"
                                  "dynamic 203.0.113.0/24");
    is_addr(file, "203.0.113.5", NAME_DYNAMIC);
    is_addr(file, "203.0.113.129", NAME_STATIC);
    is_addr(file, "203.0.113.200", NAME_MAIL);
    is_addr(file, "203.0.114.1", NAME_UNKNOWN);
    is_addr(file, "2001:db8:1::1", NAME_HOSTING);
    is_addr(file, "2001:db8:1::25", NAME_MAIL);
    is_addr(file, "2001:db8:2::1", NAME_UNKNOWN);
    is_name(file, "mx.example.com", NAME_UNKNOWN);
    namesfile_free(file);
    file = load("static 0.0.0.0/0\n");
    is_addr(file, "192.0.2.1", NAME_STATIC);
    is_addr(file, "2001:db8::1", NAME_UNKNOWN);
    namesfile_free(file);
}

static void test_names(void **state)
{
    (void)state;
    struct namesfile *file = load("dynamic .adsl.example.com\n"
                                  "static  .biz.adsl.Example.com\n"
                                  "mail    mx.biz.adsl.example.com.\n"
                                  "hosting .example\n");
    is_name(file, "5.adsl.example.com", NAME_DYNAMIC);
    is_name(file, "5.pool.ADSL.example.com.", NAME_DYNAMIC);
    is_name(file, "adsl.example.com", NAME_UNKNOWN);
    is_name(file, "xadsl.example.com", NAME_UNKNOWN);
    is_name(file, "5.biz.adsl.example.com", NAME_STATIC);
    is_name(file, "mx.biz.adsl.example.com", NAME_MAIL);
    is_name(file, "a.mx.biz.adsl.example.com", NAME_STATIC);
    is_name(file, "host.example", NAME_HOSTING);
    is_name(file, "example", NAME_UNKNOWN);
    is_name(file, "", NAME_UNKNOWN);
    is_name(file, ".", NAME_UNKNOWN);
    is_name(file, "..", NAME_UNKNOWN);
    namesfile_free(file);
    file = load("");
    is_addr(file, "192.0.2.1", NAME_UNKNOWN);
    is_name(file, "a.example", NAME_UNKNOWN);
    namesfile_free(file);
}

static void refused(const char *text, const char *where, const char *what)
{
    struct namesfile *file = NULL;
    char message[300] = "";
    make_file(text);
    assert_int_equal(namesfile_new(path, &file, message, sizeof message), ERR_CONFIG);
    assert_int_equal(namesfile_new(path, &file, NULL, 0), ERR_CONFIG);
    unlink(path);
    assert_null(file);
    if (strstr(message, path) == NULL || strstr(message, where) == NULL ||
        strstr(message, what) == NULL)
        fail_msg("'%s' lacks '%s' or '%s'", message, where, what);
}

static void test_faults(void **state)
{
    (void)state;
    refused("mail a.example\nspam b.example\n", "line 2", "'spam' is none of dynamic, static");
    refused("mail\n", "line 1", "'mail' stands without");
    refused("mail # a.example\n", "line 1", "'mail' stands without");
    refused("mail a.example b.example\n", "line 1", "'b.example' is one word too many");
    refused("mail 192.0.2.0/33\n", "line 1", "'192.0.2.0/33' is no network");
    refused("mail a\n", "line 1", "'a' is no network");
    refused("mail a..example\n", "line 1", "is no network");
    refused("mail .\n", "line 1", "is no network");
    refused("mail *.example\n", "line 1", "is no network");
    refused("mail 192.0.2.1\n\ndynamic 192.0.2.1/32\n", "line 3", "another class");
    refused("mail A.example\ndynamic b.example\nstatic a.example.\n", "line 3", "another class");
}

static void test_too_long(void **state)
{
    (void)state;
    char *text = malloc(2 * NAMESFILE_LINES + 100);
    assert_non_null(text);
    for (size_t i = 0; i < NAMESFILE_LINES; i++)
        memcpy(text + 2 * i, "#\n", 2);
    text[2 * NAMESFILE_LINES] = '\0';
    namesfile_free(load(text));
    memcpy(text + 2 * NAMESFILE_LINES, "mail a.example\n", 16);
    refused(text, "line 65537", "one line too many");
    free(text);
    struct namesfile *file = NULL;
    char message[300] = "";
    assert_int_equal(namesfile_new("/nonexistent/names", &file, message, sizeof message),
                     ERR_SYSTEM);
    assert_string_equal(message, "/nonexistent/names: No such file or directory");
}

/* ---- what know makes of it ---- */

static void is_host(struct learn *learn, const char *addr, const char *expected)
{
    struct know_host host = learn_find(learn, addr);
    assert_string_equal(learn_text(&host), expected);
}

static void test_know(void **state)
{
    (void)state;
    make_file("static 203.0.113.0/28\n"
              "mail 203.0.113.25\n"
              "dynamic 203.0.113.64/26\n"
              "mail mx.example.com\n"
              "static .dsl.example.net\n");
    struct learn *learn = learn_new(NULL, path, 0);
    unlink(path);
    is_host(learn, "203.0.113.5", "unknown static file unseen");
    learn_ptr(learn, "203.0.113.5", 300, "5-113-0-203.pool.example.org");
    is_host(learn, "203.0.113.5", "5-113-0-203.pool.example.org static file unseen");
    learn_ptr(learn, "203.0.113.200", 300, "200-113-0-203.dsl.example.net");
    is_host(learn, "203.0.113.200", "200-113-0-203.dsl.example.net static file unseen");
    assert_true(learn_is_server(learn, "203.0.113.25"));
    assert_false(learn_is_server(learn, "203.0.113.5"));
    /* Whoever has an address may call it mx.example.com; only the way back says that it is. */
    learn_ptr(learn, "203.0.113.201", 300, "mx.example.com");
    assert_false(learn_is_server(learn, "203.0.113.201"));
    learn_a(learn, "mx.example.com", 300, "203.0.113.202");
    is_host(learn, "203.0.113.201", "mx.example.com mail dns refuted");
    learn_ptr(learn, "203.0.113.202", 300, "mx.example.com");
    is_host(learn, "203.0.113.202", "mx.example.com mail file confirmed");
    assert_true(learn_is_server(learn, "203.0.113.202"));
    /* An MX host in a pool is not believed. */
    learn_asked(learn, DNS_MX, "evil.example", DNS_NOERROR);
    learn_host(learn, DNS_MX, NULL, 300, "mx.evil.example");
    learn_answer(learn);
    learn_a(learn, "mx.evil.example", 300, "203.0.113.70");
    assert_false(learn_is_server(learn, "203.0.113.70"));
    learn_free(learn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_networks), cmocka_unit_test(test_names),
        cmocka_unit_test(test_faults),   cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
