/* Names of fields and single-field parsers: Message-ID, dates, encoded words, addresses, types. */
#include "helper_summary.h"

#include "address.h"
#include "ctype.h"
#include "fields.h"
#include "words.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int field;
    } rows[] = {
        {"To", MAIL_TO},
        {"CC", MAIL_CC},
        {"from", MAIL_FROM},
        {"Date", MAIL_DATE},
        {"Sender", MAIL_SENDER},
        {"Action", FIELDS_ACTION},
        {"Status", FIELDS_STATUS},
        {"SUBJECT", MAIL_SUBJECT},
        {"List-Id", MAIL_LIST_ID},
        {"Received", MAIL_RECEIVED},
        {"Reply-To", MAIL_REPLY_TO},
        {"X-Mailer", MAIL_X_MAILER},
        {"Message-Id", MAIL_MESSAGE_ID},
        {"User-Agent", MAIL_X_MAILER},
        {"References", MAIL_REFERENCES},
        {"Precedence", FIELDS_PRECEDENCE},
        {"Return-Path", MAIL_RETURN_PATH},
        {"In-Reply-To", MAIL_IN_REPLY_TO},
        {"Mime-Version", MAIL_MIME_VERSION},
        {"Content-type", MAIL_CONTENT_TYPE},
        {"Reporting-MTA", FIELDS_REPORTING_MTA},
        {"DKIM-Signature", MAIL_DKIM_SIGNATURE},
        {"Auto-Submitted", MAIL_AUTO_SUBMITTED},
        {"Final-Recipient", FIELDS_FINAL_RECIPIENT},
        {"List-Unsubscribe", MAIL_LIST_ID},
        {"Original-Recipient", FIELDS_ORIGINAL_RECIPIENT},
        {"Content-Disposition", FIELDS_DISPOSITION},
        {"Content-Transfer-Encoding", MAIL_CONTENT_ENCODING},
        {"", FIELDS_NONE},
        {"Tu", FIELDS_NONE},
        {"X-Received", FIELDS_NONE},
        {"Content-Transfer-Encodings", FIELDS_NONE},
        {"A-Name-That-Is-Longer-Than-All-The-Others", FIELDS_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(fields_find(span_text(rows[i].name)), rows[i].field);
}

static void test_message_id(void **state)
{
    (void)state;
    static const char *const good[] = {
        "<a@b>",
        "<20060619061846.4A5B6C@mx.example>",
        " <000001c69368$8d0c0d50$0100007f@pc> ",
        "<a.b.c!d#e$f%g&h'i*j+k-l/m=n?o^p_q`r{s|t}u~v@x.example>",
        "<\"quoted words\"@x.example>",
        "<\"a\\\"b\".c@x.example>",
        "<abc@[192.0.2.1]>",
        "(comment (nested)) <a@b> (tail)",
        "< a . b @ c . d >",
        "<gr\xc3\xbc\xc3\x9f@example>",
        "<host_name@under_score>",
    };
    static const char *const bad[] = {
        "",           "a@b",        "<>",           "<a>",       "<@b>",
        "<a@>",       "<a@b",       "a@b>",         "<a b@c>",   "<a@b@c>",
        "<a..b@c>",   "<a.@b>",     "<.a@b>",       "<a@b.>",    "<a@.b>",
        "<a@b><c@d>", "<a@b> junk", "<a@[1.2.3.4>", "<a:b@c>",   "<[1]@c>",
        "<a\x01@c>",  "<\"open@c>", "<a@\"b\">",    "<a,b@c>",   "<a@b c>",
        "<a@b..c>",   "<\xff@c>",   "<\xc3@c>",     "<a@[x y]>", "<a(@c>",
        "<a@<b@c>>",  "\"<a@b>\"",  "<a;b@c>",      "<a\\b@c>",  "<\xe0\x80\x80@c>",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(mail_message_id_good(span_text(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mail_message_id_good(span_text(bad[i])));
    assert_false(mail_message_id_good(span_make("<a\0b@c>", 7)));
}

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *time;
    } good[] = {
        {"Mon, 19 Jun 2006 06:18:46 +0000", "2006-06-19T06:18:46.000000+0000"},
        {"Mon, 19 Jun 2006 08:18:46 +0200 (CEST)", "2006-06-19T06:18:46.000000+0000"},
        {"19 Jun 2006 06:18:46 -0000", "2006-06-19T06:18:46.000000+0000"},
        {"Mon,19 Jun 06 06:18 GMT", "2006-06-19T06:18:00.000000+0000"},
        {"Sun, 18 Jun 2006 23:18:46 PDT", "2006-06-19T06:18:46.000000+0000"},
        {"Mon, 19 Jun 2006 01:18:46 EST", "2006-06-19T06:18:46.000000+0000"},
        {"mon, 19 JUN 2006 06:18:46 Z", "2006-06-19T06:18:46.000000+0000"},
        {"(x) Mon (y) , 19 Jun 2006 06 : 18 : 46 (z) UT", "2006-06-19T06:18:46.000000+0000"},
        {"1 Jan 70 00:00:00 +0000", "1970-01-01T00:00:00.000000+0000"},
        {"29 Feb 2000 00:00:00 +0000", "2000-02-29T00:00:00.000000+0000"},
        {"31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00.000000+0000"},
        {"Fri, 1 Jan 49 00:00 +0000", "2049-01-01T00:00:00.000000+0000"},
        {"Tue, 4 Jul 106 12:00:00 +0530", "2006-07-04T06:30:00.000000+0000"},
        {"Wed, 31 Dec 1969 23:59:59 +0000", "1969-12-31T23:59:59.000000+0000"},
    };
    static const char *const bad[] = {
        "",
        "yesterday",
        "Mon Jun 19 06:18:46 2006",
        "2006-06-19T06:18:46Z",
        "Mon, 32 Jun 2006 06:18:46 +0000",
        "Mon, 0 Jun 2006 06:18:46 +0000",
        "29 Feb 2001 00:00:00 +0000",
        "29 Feb 1900 00:00:00 +0000",
        "19 Foo 2006 06:18:46 +0000",
        "19 Jun 2006 24:18:46 +0000",
        "19 Jun 2006 06:60:46 +0000",
        "19 Jun 2006 06:18:61 +0000",
        "19 Jun 2006 06:18:46",
        "19 Jun 2006 06:18:46 +02",
        "19 Jun 2006 06:18:46 +0260",
        "19 Jun 2006",
        "19 Jun 99999 06:18:46 +0000",
        "19 Jun 2262 06:18:46 +0000",
        "19 Jun 1899 06:18:46 +0000",
        "19 Jun 6 06:18:46 +0000",
        "119 Jun 2006 06:18:46 +0000",
        "19 Jun 2006 06:18:46 Pacific Daylight",
        "%CURRENT_DATE_TIME",
        "(open",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t time;
        char text[CLOCK_TEXT_SIZE];
        assert_true(mail_date_parse(span_text(good[i].text), &time));
        clock_text(time, text);
        assert_string_equal(text, good[i].time);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t time = 42;
        if (mail_date_parse(span_text(bad[i]), &time) || time != 42)
            fail_msg("'%s' passes for a date", bad[i]);
    }
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"plain", "plain"},
        {"=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=", "Gr\xc3\xbc\xc3\x9f"
                                        "e"},
        {"=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=", "Gr\xc3\xbc\xc3\x9f"
                                                  "e aus K\xc3\xb6ln"},
        {"=?ISO-8859-1*de?q?=FC?=", "\xc3\xbc"},
        {"=?us-ascii?B?SGVsbG8=?=", "Hello"},
        {"=?utf-8?b?SGVs?= =?utf-8?b?bG8=?=", "Hello"},
        {"=?utf-8?Q?a?=  b", "a  b"},
        {"x =?utf-8?Q?a?= =?utf-8?Q?b?= =?nonsense?Q?c?= d", "x ab =?nonsense?Q?c?= d"},
        {"=?utf-8?B?w6?= =?utf-8?B?k=?=", "\xc3"}, /* half a character, as it came */
        {"=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "\xc3\xa4"},
        {"=?koi8-r?B?8NLJ18XU?=", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82"},
        {"=?gb2312?B?xOO6ww==?=", "\xe4\xbd\xa0\xe5\xa5\xbd"},
        {"=?gb2312?B?xA==?= =?gb2312?B?4w==?=", "\xe4\xbd\xa0"},
        {"=?iso-2022-jp?B?GyRCJDMbKEI=?=", "\xe3\x81\x93"},
        {"=?windows-1252?Q?=80?= a =?utf-8?Q?=41?=", "\xe2\x82\xac a A"},
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
        {"=?utf-8?Q?abc", "=?utf-8?Q?abc"},
        {"=?utf-8?Q", "=?utf-8?Q"},
        {"=?", "=?"},
        {"=?=?=?=?", "=?=?=?=?"},
        {"=?utf-8?Q?\?=", ""},
        {"=?utf-8?Q?=ZZ=4?=", "=ZZ=4"},
        {"=?utf-8?B?!!!!?=", ""},
        {"=?ISO-2022-CN-EXT?Q?a?=", "=?ISO-2022-CN-EXT?Q?a?="},
        {"=?utf-8//TRANSLIT?Q?a?=", "=?utf-8//TRANSLIT?Q?a?="},
        {"=?euc-jp?Q?=A4=B3=FF?=", "\xe3\x81\x93\xef\xbf\xbd"},
        {"\xe4 8-bit", "\xe4 8-bit"},
    };
    struct words words;
    struct arena arena;
    words_init(&words);
    arena_init(&arena, NULL, 65536);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span out = words_decode(&words, &arena, span_text(rows[i].in));
        if (!span_equal(out, span_text(rows[i].out)))
            fail_msg("%s -> '%.*s'", rows[i].in, (int)out.len, (const char *)out.at);
    }
    arena_done(&arena);
    words_done(&words);
}

/* A word that grows when it is converted stays under the ceiling. */
static void test_words_long(void **state)
{
    (void)state;
    struct words words;
    struct arena arena;
    struct buf in;
    words_init(&words);
    arena_init(&arena, NULL, 1 << 20);
    buf_init(&in, 1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_add_text(&in, "=?iso-8859-1?Q?=FC=FC=FC=FC?= ");
    struct span out = words_decode(&words, &arena, buf_span(&in));
    assert_true(out.len <= MAIL_FIELD_MAX && out.len > MAIL_FIELD_MAX / 2);
    assert_true(words.cut);
    buf_done(&in);
    arena_done(&arena);
    words_done(&words);
}

static void test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *list, *split; /* joined with | */
    } rows[] = {
        {"", ""},
        {"a@b", "a@b|"},
        {"a@b, c@d ,e@f", "a@b|c@d|e@f|"},
        {"\"Doe, Joe\" <joe@x>, (a, b) c@d", "\"Doe, Joe\" <joe@x>|(a, b) c@d|"},
        {"friends: a@b, \"x;y\" <c@d>;, e@f", "a@b|\"x;y\" <c@d>|e@f|"},
        {"undisclosed-recipients:;", ""},
        {",,, ,a@b,,", "a@b|"},
        {"<a,b@c>, d", "<a,b@c>|d|"},
        {"\"open, a@b", "\"open, a@b|"},
        {"\"q\\\",\" <a@b>, c", "\"q\\\",\" <a@b>|c|"},
        {"(((, a@b", "(((, a@b|"},
        {"<@r1,@r2:a@b>, c@d", "<@r1,@r2:a@b>|c@d|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char joined[256] = "";
        struct span rest = span_text(rows[i].list);
        struct span address;
        while (address_next(&rest, &address)) {
            strncat(joined, (const char *)address.at, address.len);
            strncat(joined, "|", 2);
        }
        assert_string_equal(joined, rows[i].split);
    }
}

static void test_types(void **state)
{
    (void)state;
    struct ctype type = ctype_parse(span_text(
        "Multipart/Report; report-type=delivery-status ; x=\"a;b\\\"\";\tboundary=\"=_ a/b\" (c)"));
    assert_true(ctype_is(&type, SPAN_LITERAL("multipart/report")));
    assert_true(ctype_is(&type, SPAN_LITERAL("multipart/")));
    assert_false(ctype_is(&type, SPAN_LITERAL("multipart/mixed")));
    assert_true(span_equal(type.boundary, SPAN_LITERAL("=_ a/b")));
    assert_true(span_equal(type.report_type, SPAN_LITERAL("delivery-status")));
    type = ctype_parse(span_text("text/plain;boundary=x"));
    assert_int_equal(type.boundary.len, 0);
    type = ctype_parse(span_text("multipart/mixed; boundary"));
    assert_int_equal(type.boundary.len, 0);
    type = ctype_parse(span_text("multipart/mixed; boundary=\"open"));
    assert_true(span_equal(type.boundary, SPAN_LITERAL("open")));
    type = ctype_parse(SPAN_NULL);
    assert_int_equal(type.type.len, 0);
    struct span dkim = SPAN_LITERAL("v=1; a=rsa-sha256; bd=no; d = example.com ; s=x; b=AAd=x");
    assert_true(span_equal(ctype_param(dkim, SPAN_LITERAL("d")), SPAN_LITERAL("example.com")));
}

/* As a whole message says it: absent, folded, repeated. */
static void test_id_states(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum mail_id_state state;
    } rows[] = {
        {"X: y\r\n\r\n", MAIL_ID_ABSENT},
        {"Message-ID: <a@b>\r\n\r\n", MAIL_ID_GOOD},
        {"message-id:\r\n <a@b>\r\n\r\n", MAIL_ID_GOOD},
        {"Message-Id: a@b\r\n\r\n", MAIL_ID_MALFORMED},
        {"Message-Id:\r\n\r\n", MAIL_ID_MALFORMED},
        {"Message-Id: <a@b>\r\nMessage-ID: bad\r\n\r\n", MAIL_ID_GOOD},
    };
    struct mail *mail;
    assert_int_equal(mail_new(NULL, &mail), ERR_NONE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(feed_pieces(mail, span_text(rows[i].header), 0)->id_state, rows[i].state);
    mail_free(mail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),      cmocka_unit_test(test_message_id),
        cmocka_unit_test(test_dates),      cmocka_unit_test(test_words),
        cmocka_unit_test(test_words_long), cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_types),      cmocka_unit_test(test_id_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
