/* Delivery reports in the forms of the common servers, in wording of our own. */
#include "helper_summary.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int make_mail(void **state)
{
    struct mail *mail;
    if (mail_new(NULL, &mail) != ERR_NONE)
        return -1;
    *state = mail;
    return 0;
}

static int free_mail(void **state)
{
    mail_free(*state);
    return 0;
}

#define QUOTED                                                                                     \
    "Received: from [198.51.100.126] by ns2.bt.example; Mon, 19 Jun 2006 06:18:46 +0000\r\n"       \
    "Received: from 500.202.999.352 by x.example with SMTP\r\n"                                    \
    "Message-ID: <forged@talk.example>\r\n"                                                        \
    "From: \"Jo\" <victim@talk.example>\r\n"                                                       \
    "Subject: =?iso-8859-1?Q?gr=FC=DF?=\r\n"                                                       \
    "\r\n"

#define STATUS                                                                                     \
    "Content-Type: message/delivery-status\r\n"                                                    \
    "\r\n"                                                                                         \
    "Reporting-MTA: dns; mx.rcpt.example\r\n"                                                      \
    "Arrival-Date: Mon, 19 Jun 2006 06:18:46 +0000\r\n"                                            \
    "\r\n"                                                                                         \
    "Final-Recipient: rfc822; nobody@rcpt.example\r\n"                                             \
    "Action: failed\r\n"                                                                           \
    "Status: 5.1.1 (no such user)\r\n"                                                             \
    "Diagnostic-Code: smtp; 550 no\r\n"                                                            \
    "\r\n"                                                                                         \
    "Final-Recipient: rfc822; second@rcpt.example\r\n"                                             \
    "Action: delayed\r\n"                                                                          \
    "\r\n"

#define HEAD "From: MAILER-DAEMON@rcpt.example\r\nSubject: no delivery\r\n"
#define TYPE "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"r/1\"\r\n"

static const char report[] = HEAD TYPE "\r\n"
                                       "this is MIME\r\n"
                                       "--r/1\r\n"
                                       "\r\n"
                                       "Your mail did not arrive.\r\n"
                                       "--r/1\r\n" STATUS "--r/1\r\n"
                                       "Content-Type: message/rfc822\r\n"
                                       "\r\n" QUOTED "the body\r\n"
                                       "--r/1--\r\n";

static void check_quoted(const struct mail_report *r)
{
    assert_true(r->is_report);
    assert_int_equal(r->quoted_count, 2);
    assert_true(span_equal(r->quoted[0].addr_text, SPAN_LITERAL("198.51.100.126")));
    assert_true(span_equal(r->quoted[0].by, SPAN_LITERAL("ns2.bt.example")));
    assert_true(r->quoted[1].impossible);
    assert_true(span_equal(r->quoted_message_id, SPAN_LITERAL("<forged@talk.example>")));
    assert_true(span_equal(r->quoted_from, SPAN_LITERAL("\"Jo\" <victim@talk.example>")));
    assert_true(span_equal(r->quoted_subject, SPAN_LITERAL("gr\xc3\xbc\xc3\x9f")));
}

static void check_failed(const struct mail_report *r, const char *recipient, const char *status)
{
    check_quoted(r);
    assert_true(span_equal(r->action, SPAN_LITERAL("failed")));
    assert_true(span_equal(r->status, span_text(status)));
    assert_true(span_equal(r->final_recipient, span_text(recipient)));
}

static void test_report(void **state)
{
    const struct mail_summary *s = feed_pieces(*state, span_text(report), 0);
    check_failed(&s->report, "nobody@rcpt.example", "5.1.1");
    assert_true(span_equal(s->report.reporting_mta, SPAN_LITERAL("mx.rcpt.example")));
    assert_true(s->visible);
    assert_int_equal(s->parts, 3);
    /* The returned header is no part of the report's own. */
    assert_int_equal(s->received_count, 0);
    assert_int_equal(s->id_state, MAIL_ID_ABSENT);
    assert_same_however_cut(*state, span_text(report));
}

/* The returned header alone, without an empty line behind it. */
static void test_headers_only(void **state)
{
    static const char text[] = HEAD TYPE
        "\r\n--r/1\r\n" STATUS
        "--r/1\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: \"Jo\" <victim@talk.example>\r\n"
        "Received: from a (b [192.0.2.1])\r\n by c\r\n--r/1--\r\n";
    const struct mail_report *r = &feed_pieces(*state, span_text(text), 0)->report;
    assert_true(r->is_report);
    assert_int_equal(r->quoted_count, 1);
    assert_true(span_equal(r->quoted[0].by, SPAN_LITERAL("c")));
    assert_true(span_equal(r->quoted_from, SPAN_LITERAL("\"Jo\" <victim@talk.example>")));
    assert_same_however_cut(*state, span_text(text));
}

static void test_no_report(void **state)
{
    static const char *const texts[] = {
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
        "--b\r\n\r\nread\r\n--b--\r\n",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b--\r\n",
        "Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno boundary",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
        "\r\nReceived: from a by b\r\n\r\n--b--\r\n",
        "Subject: x\r\n\r\nHi. This is the plumber speaking.\r\n--- Below this line is a copy of "
        "the "
        "message.\r\n\r\nReceived: from a by b\r\n",
        "Subject: x\r\n\r\nHello\r\nHi. This is the qmail-send program at x\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct mail_report *r = &feed_pieces(*state, span_text(texts[i]), 0)->report;
        assert_false(r->is_report);
        assert_int_equal(r->quoted_count, 0);
        assert_int_equal(r->action.len, 0);
        assert_same_however_cut(*state, span_text(texts[i]));
    }
}

static void test_qmail(void **state)
{
    static const char text[] =
        HEAD "\r\nHi. This is the qmail-send program at mx.rcpt.example.\r\n"
             "I could not deliver what follows.\r\n\r\n"
             "<nobody@rcpt.example>:\r\n"
             "192.0.2.9 does not like recipient.\r\n"
             "Remote host said: 550 5.1.1 unknown\r\n\r\n"
             "--- Below this line is a copy of the message.\r\n\r\n" QUOTED "body\r\n";
    check_failed(&feed_pieces(*state, span_text(text), 0)->report, "nobody@rcpt.example", "5.1.1");
    assert_same_however_cut(*state, span_text(text));
}

static void test_exim(void **state)
{
    static const char text[] = HEAD
        "\r\nThis message was created automatically by mail delivery software.\r\n\r\n"
        "An address failed for good:\r\n\r\n"
        "  nobody@rcpt.example\r\n"
        "    SMTP error after RCPT TO:<nobody@rcpt.example>:\r\n"
        "    host mx [5.6.7.8]: 550 5.7.1 no\r\n\r\n"
        "------ This is a copy of the message, including all the headers. ------\r\n\r\n" QUOTED
        "body\r\n";
    check_failed(&feed_pieces(*state, span_text(text), 0)->report, "nobody@rcpt.example", "5.7.1");
    assert_same_however_cut(*state, span_text(text));
}

static void test_delayed(void **state)
{
    static const char text[] =
        HEAD "\r\nThis message was created automatically by mail delivery software.\r\n"
             "A message that you sent has not yet been delivered to\r\n\r\n"
             "  slow@rcpt.example\r\n    Delay reason: 4.4.1 time-out\r\n";
    const struct mail_report *r = &feed_pieces(*state, span_text(text), 0)->report;
    assert_true(r->is_report);
    assert_true(span_equal(r->action, SPAN_LITERAL("delayed")));
    assert_true(span_equal(r->status, SPAN_LITERAL("4.4.1")));
    assert_same_however_cut(*state, span_text(text));
}

/* A report whose server sends plain text and the message as an attachment. */
static void test_mixed(void **state)
{
    static const char text[] = HEAD
        "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\n"
        "Your message did not reach some or all of the people.\r\n\r\n  nobody@rcpt.example on 19 "
        "Jun\r\n"
        "  nobody@rcpt.example\r\n#5.1.1 smtp;550\r\n\r\n"
        "--m\r\nContent-Type: message/rfc822\r\n\r\n" QUOTED "--m--\r\n";
    check_failed(&feed_pieces(*state, span_text(text), 0)->report, "nobody@rcpt.example", "5.1.1");
    assert_same_however_cut(*state, span_text(text));
}

/* Octets are missing in the report: what is found is still found. */
static void test_gap(void **state)
{
    struct mail *mail = *state;
    struct span text = span_text(report);
    for (size_t at = 0; at < text.len; at += 3) {
        mail_reset(mail);
        mail_feed(mail, span_head(text, at));
        mail_gap(mail, 40);
        mail_feed(mail, span_skip(text, at + 40));
        mail_end(mail);
        const struct mail_summary *s = mail_summary(mail);
        assert_true(s->holes && s->visible);
        assert_true(s->report.quoted_count <= 2);
    }
    mail_reset(mail);
    size_t status = span_find_span(text, SPAN_LITERAL("Reporting-MTA"));
    mail_feed(mail, span_head(text, status + 20));
    mail_gap(mail, 10);
    mail_feed(mail, span_skip(text, status + 30));
    mail_end(mail);
    check_failed(&mail_summary(mail)->report, "nobody@rcpt.example", "5.1.1");
}

/* The ceiling: a report whose returned header comes after 256 KiB of text. */
static void test_far_away(void **state)
{
    static uint8_t filler[65536];
    struct mail *mail = *state;
    for (size_t i = 0; i < sizeof filler; i++)
        filler[i] = i % 64 == 63 ? '\n' : 'x';
    mail_reset(mail);
    mail_feed(mail, SPAN_LITERAL(HEAD TYPE "\r\n--r/1\r\n" STATUS "--r/1\r\n\r\n"));
    for (int i = 0; i < 5; i++)
        mail_feed(mail, span_make(filler, sizeof filler));
    mail_feed(mail, SPAN_LITERAL("--r/1\r\nContent-Type: message/rfc822\r\n\r\n" QUOTED));
    mail_end(mail);
    const struct mail_report *r = &mail_summary(mail)->report;
    assert_true(r->is_report);
    assert_int_equal(r->quoted_count, 0);
    assert_true(span_equal(r->status, SPAN_LITERAL("5.1.1")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_mail, free_mail)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_report), TEST(test_headers_only), TEST(test_no_report),
        TEST(test_qmail),  TEST(test_exim),         TEST(test_delayed),
        TEST(test_mixed),  TEST(test_gap),          TEST(test_far_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
