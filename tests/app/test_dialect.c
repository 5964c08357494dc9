/* What the exchanges of a session make of its dialect. */
#include "dialect.h"
#include "test.h"

#include <mxtap/know.h>

static struct dialect dialect;
static uint64_t facts;
static bool ahead;

static void start(void)
{
    dialect = (struct dialect){0};
    facts = 0;
    ahead = false;
}

static enum smtp_verb verb_of(struct span line)
{
    static const struct {
        const char *name;
        enum smtp_verb verb;
    } verbs[] = {{"HELO", SMTP_HELO}, {"EHLO", SMTP_EHLO}, {"MAIL", SMTP_MAIL}, {"RCPT", SMTP_RCPT},
                 {"DATA", SMTP_DATA}, {"BDAT", SMTP_BDAT}, {"RSET", SMTP_RSET}, {"VRFY", SMTP_VRFY},
                 {"QUIT", SMTP_QUIT}, {".", SMTP_CONTENT}, {"NOOP", SMTP_NOOP}};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (span_starts_nocase(line, span_text(verbs[i].name)))
            return verbs[i].verb;
    return SMTP_UNKNOWN;
}

/* A command and the code of its reply. */
static void say(const char *text, unsigned code)
{
    struct span line = span_text(text);
    struct smtp_command command = {.verb = verb_of(line), .line = line, .ahead = ahead};
    struct smtp_reply reply = {.code = code};
    size_t colon = span_find(line, ':'), blank = span_find(line, ' ');
    command.argument = span_skip(line, blank + 1);
    if (colon < line.len) {
        struct span rest = span_trim(span_skip(line, colon + 1));
        command.path = span_word(&rest);
        command.params = rest;
    }
    if (command.verb == SMTP_QUIT)
        facts |= SMTP_BIT(SMTP_FACT_QUIT);
    dialect_exchange(&dialect, &command, &reply, facts);
    if (command.verb == SMTP_EHLO && code >= 500)
        facts |= SMTP_BIT(SMTP_FACT_EHLO_REFUSED);
}

static void pipelined(const char *text, unsigned code)
{
    ahead = true;
    facts |= SMTP_BIT(SMTP_FACT_PIPELINED);
    say(text, code);
    ahead = false;
}

static void is(const char *wanted)
{
    char text[KNOW_DIALECT_TEXT];
    know_dialect_text(dialect.bits, text);
    assert_string_equal(text, wanted);
    start();
}

static void syntax(void **state)
{
    (void)state;
    start();
    say("EHLO a.example", 250);
    say("MAIL FROM:<a@b.example> SIZE=10 BODY=8BITMIME", 250);
    say("RCPT TO:<c@d.example> ORCPT=rfc822;c@d.example", 250);
    is("EUZBO");
    say("helo a", 250);
    say("mail from: a@b.example ", 250);
    is("Hlsnt");
    say("EHLO a.example", 250);
    say("MAIL From:<a@b.example>", 250);
    is("EUk");
    say("mail FROM:<a@b.example>", 250);
    is("lk");
    say("Mail From:<a@b.example>", 250);
    is("mk");
    facts = SMTP_BIT(SMTP_FACT_BARE_LF);
    say("VRFY a", 252);
    is("UVf");
}

static void order(void **state)
{
    (void)state;
    start();
    say("EHLO a.example", 502);
    say("HELO a.example", 250);
    is("EHhU");
    say("EHLO a.example", 250);
    say("RSET", 250);
    say("MAIL FROM:<>", 250);
    is("EURr");
    say("MAIL FROM:<>", 250);
    pipelined("RCPT TO:<a@b.example>", 250);
    pipelined("DATA", 354);
    say(".", 250);
    say("RSET", 250);
    is("UPDRa");
    say("MAIL FROM:<>", 250);
    say("RCPT TO:<a@b.example>", 250);
    say("BDAT 10", 250);
    say("RSET", 250);
    is("UCR");
    say("MAIL FROM:<>", 250);
    pipelined("RCPT TO:<a@b.example>", 250);
    pipelined("BDAT 10", 250);
    facts |= SMTP_BIT(SMTP_FACT_QUIT);
    say("BDAT 10 LAST", 250);
    is("UPDCq");
    say("MAIL FROM:<>", 250);
    say("DATA", 354);
    facts |= SMTP_BIT(SMTP_FACT_QUIT);
    say(".", 250);
    is("Uq");
    facts |= SMTP_BIT(SMTP_FACT_QUIT);
    say(".", 0); /* its reply was not seen */
    is("-");
}

static void after_recipient(const char *next, const char *wanted)
{
    say("MAIL FROM:<x@y.example>", 250);
    say("RCPT TO:<a@b.example>", 550);
    say(next, 250);
    is(wanted);
}

static void reactions(void **state)
{
    (void)state;
    start();
    after_recipient("RSET", "UR5r");
    after_recipient("QUIT", "UQ5q");
    after_recipient("RCPT TO:<c@b.example>", "U5n");
    after_recipient("MAIL FROM:<x@y.example>", "U5n");
    after_recipient("RCPT TO:<a@b.example>", "U5a");
    after_recipient("DATA", "U5i");
    after_recipient("NOOP", "UN");
    say("MAIL FROM:<x@y.example>", 451);
    say("RCPT TO:<a@b.example>", 503);
    is("U4i");
    say("VRFY a", 550);
    say("VRFY b", 550);
    is("UV5n");
    /* Only the first reaction counts, of each kind of refusal. */
    say("VRFY a", 550);
    say("RSET", 250);
    say("VRFY a", 450);
    say("QUIT", 221);
    is("UVRrQ4q5r");
    say("VRFY a", 550);
    say("VRFY b", 550);
    say("QUIT", 221);
    is("UVQ5n");
    say("RCPT TO:<a@b.example>", 421);
    say("QUIT", 221);
    is("UQ");
}

/* What was under way when the refusal came is no reaction. */
static void under_way(void **state)
{
    (void)state;
    start();
    say("MAIL FROM:<>", 250);
    pipelined("RCPT TO:<a@b.example>", 450);
    pipelined("DATA", 554);
    say("RSET", 250);
    pipelined("QUIT", 221);
    is("UPDRQ4r");
    /* Content has to follow a DATA that was accepted. */
    say("MAIL FROM:<>", 250);
    pipelined("RCPT TO:<a@b.example>", 550);
    pipelined("DATA", 354);
    say(".", 550);
    is("UPD");
    /* One of two recipients was accepted. */
    say("MAIL FROM:<>", 250);
    pipelined("RCPT TO:<a@b.example>", 550);
    pipelined("RCPT TO:<c@b.example>", 250);
    say("DATA", 354);
    is("UP");
    /* What came next was not captured. */
    say("VRFY a", 550);
    facts |= SMTP_BIT(SMTP_FACT_GAP_CLIENT);
    say("RSET", 250);
    is("UVRr");
}

static void greeting(void **state)
{
    (void)state;
    const struct smtp_reply shut = {.code = 554}, busy = {.code = 421}, good = {.code = 220};
    start();
    dialect_greeting(&dialect, &shut, 0);
    say("QUIT", 221);
    is("UQ5q");
    dialect_greeting(&dialect, &shut, 0);
    say("EHLO a.example", 503);
    is("EU5i");
    dialect_greeting(&dialect, &shut, SMTP_BIT(SMTP_FACT_EARLY_TALKER));
    say("EHLO a.example", 503);
    is("EU");
    dialect_greeting(&dialect, &busy, 0);
    say("QUIT", 221);
    is("UQ");
    dialect_greeting(&dialect, &good, 0);
    say("QUIT", 221);
    is("UQ");
}

static void end_is(enum close_reason reason, uint64_t end_facts, const char *wanted)
{
    say("VRFY a", 550);
    dialect_end(&dialect, reason, end_facts);
    is(wanted);
}

static void end(void **state)
{
    (void)state;
    start();
    end_is(CLOSE_FIN, 0, "UV5c");
    end_is(CLOSE_RST, 0, "UV5c");
    end_is(CLOSE_TIMEOUT, 0, "UV");
    end_is(CLOSE_END, 0, "UV");
    end_is(CLOSE_FIN, SMTP_BIT(SMTP_FACT_SERVER_CLOSED), "UV");
    end_is(CLOSE_FIN, SMTP_BIT(SMTP_FACT_GAP_CLIENT), "UV");
    dialect_end(&dialect, CLOSE_FIN, 0);
    is("-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntax),    cmocka_unit_test(order),    cmocka_unit_test(reactions),
        cmocka_unit_test(under_way), cmocka_unit_test(greeting), cmocka_unit_test(end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
