/* Lines taken apart: a table of what clients write. */
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct row {
    const char *line;
    enum smtp_verb verb;
    const char *path, *address, *params;
    bool loose, lower, plausible;
};

static const struct row rows[] = {
    {"EHLO a.example", SMTP_EHLO, "", "", "", false, false, true},
    {"EHLO", SMTP_EHLO, "", "", "", false, false, false},
    {"ehlo a", SMTP_EHLO, "", "", "", false, true, true},
    {"HELO two words", SMTP_HELO, "", "", "", false, false, false},
    {"HELLO a", SMTP_UNKNOWN, "", "", "", false, false, false},
    {"MAIL FROM:<a@b>", SMTP_MAIL, "<a@b>", "a@b", "", false, false, true},
    {"MAIL From:<a@b> SIZE=3 BODY=8BITMIME", SMTP_MAIL, "<a@b>", "a@b", "SIZE=3 BODY=8BITMIME",
     false, false, true},
    {"MAIL FROM:<>", SMTP_MAIL, "<>", "", "", false, false, true},
    {"MAIL FROM: <a@b>", SMTP_MAIL, "<a@b>", "a@b", "", true, false, true},
    {"MAIL FROM : <a@b>", SMTP_MAIL, "<a@b>", "a@b", "", true, false, true},
    {"MAIL FROM:a@b SIZE=1", SMTP_MAIL, "a@b", "a@b", "SIZE=1", true, false, true},
    {"MAIL FROM <a@b>", SMTP_MAIL, "<a@b>", "a@b", "", true, false, true},
    {"MAIL FROM:<a@b>SIZE=1", SMTP_MAIL, "<a@b>", "a@b", "SIZE=1", true, false, true},
    {"MAIL FROM:<a@b", SMTP_MAIL, "<a@b", "a@b", "", true, false, true},
    {"MAIL FROM:", SMTP_MAIL, "", "", "", true, false, true},
    {"MAIL me a letter", SMTP_MAIL, "me", "me", "a letter", true, false, false},
    {"MAIL", SMTP_MAIL, "", "", "", true, false, false},
    {"MAIL:", SMTP_MAIL, ":", ":", "", true, false, false},
    {"MAILER", SMTP_UNKNOWN, "", "", "", false, false, false},
    {"rcpt to:<c@d>", SMTP_RCPT, "<c@d>", "c@d", "", false, true, true},
    {"RCPT TO:<@r1,@r2:c@d>", SMTP_RCPT, "<@r1,@r2:c@d>", "c@d", "", false, false, true},
    {"RCPT TO:<\"a > b\"@c> NOTIFY=NEVER", SMTP_RCPT, "<\"a > b\"@c>", "\"a > b\"@c",
     "NOTIFY=NEVER", false, false, true},
    {"RCPT TO:<\"a@b>", SMTP_RCPT, "<\"a@b>", "\"a@b", "", false, false, true},
    {"RCPT TO:<\"a\\", SMTP_RCPT, "<\"a\\", "\"a\\", "", true, false, true},
    {"RCPT TO:< c@d >", SMTP_RCPT, "< c@d >", "c@d", "", true, false, true},
    {"RCPT  TO:<c@d>", SMTP_RCPT, "<c@d>", "c@d", "", true, false, true},
    {" RCPT TO:<c@d>", SMTP_RCPT, "<c@d>", "c@d", "", true, false, false},
    {"VRFY postmaster", SMTP_VRFY, "postmaster", "postmaster", "", false, false, true},
    {"VRFY <a@b>", SMTP_VRFY, "<a@b>", "a@b", "", false, false, true},
    {"EXPN staff", SMTP_EXPN, "staff", "staff", "", false, false, true},
    {"DATA", SMTP_DATA, "", "", "", false, false, true},
    {"DATA ", SMTP_DATA, "", "", "", false, false, true},
    {"DATA is a word", SMTP_DATA, "", "", "", false, false, false},
    {"QUIT", SMTP_QUIT, "", "", "", false, false, true},
    {"QUITE", SMTP_UNKNOWN, "", "", "", false, false, false},
    {"RSET", SMTP_RSET, "", "", "", false, false, true},
    {"NOOP x", SMTP_NOOP, "", "", "", false, false, false},
    {"BDAT 12 LAST", SMTP_BDAT, "", "", "", false, false, true},
    {"BDAT x", SMTP_BDAT, "", "", "", false, false, false},
    {"BDAT 99999999999", SMTP_BDAT, "", "", "", false, false, false},
    {"STARTTLS", SMTP_STARTTLS, "", "", "", false, false, true},
    {"STARTING", SMTP_UNKNOWN, "", "", "", false, false, false},
    {"AUTH PLAIN AGE=", SMTP_AUTH, "", "", "", false, false, true},
    {"XCLIENT ADDR=192.0.2.1", SMTP_XCLIENT, "", "", "", false, false, true},
    {"XFORWARD NAME=x", SMTP_XFORWARD, "", "", "", false, false, true},
    {"PROXY TCP4 192.0.2.1 192.0.2.2 1 25", SMTP_PROXY, "", "", "", false, false, false},
    {"SOML FROM:<a@b>", SMTP_SEND, "<a@b>", "a@b", "", false, false, false},
    {"Subject: x", SMTP_UNKNOWN, "", "", "", false, false, false},
    {"", SMTP_UNKNOWN, "", "", "", false, false, false},
    {".", SMTP_UNKNOWN, "", "", "", false, false, false},
};

static void check_span(const char *line, const char *what, struct span got, const char *want)
{
    if (got.len == strlen(want) && (got.len == 0 || memcmp(got.at, want, got.len) == 0))
        return;
    print_error("%s: %s is '%.*s', not '%s'\n", line, what, (int)got.len,
                got.len == 0 ? "" : (const char *)got.at, want);
    fail();
}

static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct parsed parsed;
        command_parse(span_text(row->line), &parsed);
        check_span(row->line, "verb", span_text(smtp_verb_name(parsed.verb)),
                   smtp_verb_name(row->verb));
        check_span(row->line, "path", parsed.path, row->path);
        check_span(row->line, "address", parsed.address, row->address);
        check_span(row->line, "params", parsed.params, row->params);
        if (parsed.loose != row->loose || parsed.lower != row->lower ||
            command_plausible(&parsed) != row->plausible) {
            print_error("%s: loose %d lower %d plausible %d\n", row->line, parsed.loose,
                        parsed.lower, command_plausible(&parsed));
            fail();
        }
    }
}

/* What is plausible was possible at every octet before. */
static void becoming(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span line = span_text(rows[i].line);
        for (size_t len = 1; rows[i].plausible && len <= line.len; len++)
            assert_true(command_may_become(span_head(line, len)));
    }
    assert_false(command_may_become(SPAN_LITERAL("Subject")));
    assert_false(command_may_become(SPAN_LITERAL(".")));
    assert_false(command_may_become(SPAN_LITERAL("\r\n")));
    assert_false(command_may_become(SPAN_LITERAL("DATABASE")));
}

static bool is_http(const char *line)
{
    struct parsed parsed;
    command_parse(span_text(line), &parsed);
    return command_is_http(&parsed);
}

static void http(void **state)
{
    (void)state;
    assert_true(is_http("GET / HTTP/1.1"));
    assert_true(is_http("CONNECT mx:25 HTTP/1.0"));
    assert_true(is_http("Host: example.com"));
    assert_false(is_http("MAIL FROM: <a@b>"));
    assert_false(is_http("what:"));
    assert_false(is_http("12345"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(becoming),
        cmocka_unit_test(http),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
