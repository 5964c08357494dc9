/* Reply lines and how they become replies. */
#include "reply.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void check(struct span got, const char *want)
{
    if (got.len != strlen(want) || (got.len > 0 && memcmp(got.at, want, got.len) != 0)) {
        print_error("'%.*s', not '%s'\n", (int)got.len, got.len == 0 ? "" : (const char *)got.at,
                    want);
        fail();
    }
}

struct row {
    const char *line;
    unsigned code; /* 0: no reply line */
    bool last, odd;
    const char *enhanced, *text;
};

static void lines(void **state)
{
    static const struct row rows[] = {
        {"250 ok", 250, true, false, "", "ok"},
        {"250", 250, true, false, "", ""},
        {"250-", 250, false, false, "", ""},
        {"250 2.1.5 Ok", 250, true, false, "2.1.5", "Ok"},
        {"550-5.1.1 <a@b>: no", 550, false, false, "5.1.1", "<a@b>: no"},
        {"550 5.7.606", 550, true, false, "5.7.606", ""},
        {"550 #5.1.0 Address rejected.", 550, true, false, "", "#5.1.0 Address rejected."},
        {"450 5.7.1 odd but seen", 450, true, false, "5.7.1", "odd but seen"},
        {"550 5.1.1: no", 550, true, false, "", "5.1.1: no"},
        {"250 10.1.2.3 is you", 250, true, false, "", "10.1.2.3 is you"},
        {"250 1.2.3 three numbers", 250, true, false, "", "1.2.3 three numbers"},
        {"250\ttab", 250, true, true, "", "tab"},
        {"250:colon", 250, true, true, "", "colon"},
        {"2500 octets", 0, false, false, "", ""},
        {"199 low", 0, false, false, "", ""},
        {"600 high", 0, false, false, "", ""},
        {"25", 0, false, false, "", ""},
        {"", 0, false, false, "", ""},
        {"250x", 0, false, false, "", ""},
        {"500.12", 0, false, false, "", ""},
        {"hello", 0, false, false, "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply_line line;
        bool is_reply = reply_line_parse(span_text(rows[i].line), &line);
        if (is_reply != (rows[i].code != 0)) {
            print_error("%s\n", rows[i].line);
            fail();
        }
        if (!is_reply)
            continue;
        assert_int_equal(line.code, rows[i].code);
        assert_int_equal(line.last, rows[i].last);
        assert_int_equal(line.odd, rows[i].odd);
        check(line.enhanced, rows[i].enhanced);
        check(line.text, rows[i].text);
    }
}

static bool add(struct reply_parts *parts, const char *text, struct reply *ret_reply)
{
    struct reply_line line;
    assert_true(reply_line_parse(span_text(text), &line));
    return reply_add(parts, &line, ret_reply);
}

static void several_lines(void **state)
{
    (void)state;
    struct reply_parts parts;
    struct reply reply;
    reply_init(&parts);
    assert_false(add(&parts, "550-5.1.1 The account does not exist.", &reply));
    assert_false(add(&parts, "550-5.1.1 Please check", &reply));
    assert_true(add(&parts, "550 5.1.1 the address", &reply));
    assert_int_equal(reply.out.code, 550);
    assert_int_equal(reply.out.lines, 3);
    check(reply.out.enhanced, "5.1.1");
    check(reply.out.text, "The account does not exist. Please check the address");
    check(reply.first, "The account does not exist.");
    assert_false(parts.malformed || reply.keywords || parts.open);
}

static void keywords(void **state)
{
    (void)state;
    struct reply_parts parts;
    struct reply reply;
    reply_init(&parts);
    assert_false(add(&parts, "250-mx.example.com Hello", &reply));
    assert_false(add(&parts, "250-SIZE 100", &reply));
    assert_true(add(&parts, "250 pipelining", &reply));
    assert_true(reply.keywords && reply.pipelining);
    assert_true(add(&parts, "250 PIPELINING", &reply));
    assert_false(reply.keywords || reply.pipelining);
    assert_true(reply_is_keyword(SPAN_LITERAL("AUTH=LOGIN PLAIN")));
    assert_false(reply_is_keyword(SPAN_LITERAL("Ok")));
    assert_false(reply_is_keyword(SPAN_LITERAL("2.1.0 Ok")));
}

static void malformed(void **state)
{
    (void)state;
    struct reply_parts parts;
    struct reply reply;
    reply_init(&parts);
    assert_false(add(&parts, "250-one", &reply));
    reply_add_text(&parts, SPAN_LITERAL("two"));
    assert_true(parts.malformed);
    assert_true(add(&parts, "251 three", &reply));
    assert_int_equal(reply.out.code, 251);
    check(reply.out.text, "one two three");
    /* A line without a code and without a reply around it is none. */
    reply_add_text(&parts, SPAN_LITERAL("lost"));
    assert_false(parts.open);
}

static void long_text(void **state)
{
    (void)state;
    struct reply_parts parts;
    struct reply reply;
    char line[600];
    memset(line, 'x', sizeof line);
    memcpy(line, "250-", 4);
    line[sizeof line - 1] = '\0';
    reply_init(&parts);
    for (int i = 0; i < 5; i++)
        assert_false(add(&parts, line, &reply));
    assert_true(add(&parts, "250 end", &reply));
    assert_int_equal(reply.out.text.len, SMTP_REPLY_TEXT_MAX);
    assert_int_equal(reply.out.lines, 6);
}

static void subject(void **state)
{
    (void)state;
    check(reply_subject(SPAN_LITERAL("<a@b>: no")), "a@b");
    check(reply_subject(SPAN_LITERAL("user <a@b> no")), "");
    check(reply_subject(SPAN_LITERAL("<a@b")), "");
    check(reply_subject(SPAN_LITERAL("")), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),     cmocka_unit_test(several_lines), cmocka_unit_test(keywords),
        cmocka_unit_test(malformed), cmocka_unit_test(long_text),     cmocka_unit_test(subject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
