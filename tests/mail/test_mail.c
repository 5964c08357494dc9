/* The parser of a message: header, body, holes, ceilings; every message cut in every way. */
#include "helper_summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include <mxtap/buf.h>

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

static const char ordinary[] = "Received: from relay.example (relay.example [192.0.2.1])\r\n"
                               "\tby mx.example (Postfix) with ESMTP id 4A5B\r\n"
                               "\tfor <joe@mx.example>; Mon, 19 Jun 2006 06:18:46 +0000\r\n"
                               "Received: from pc (unknown [198.51.100.7]) by relay.example; Mon, "
                               "19 Jun 2006 06:18:40 +0000\r\n"
                               "DKIM-Signature: v=1; a=rsa-sha256; d=relay.example; s=x; b=abc\r\n"
                               "Message-ID: <1234@relay.example>\r\n"
                               "Date: Mon, 19 Jun 2006 08:18:40 +0200\r\n"
                               "From: =?iso-8859-1?Q?J=FCrgen?= <jay@relay.example>\r\n"
                               "To: \"Doe, Joe\" <joe@mx.example>,\r\n"
                               " ann@mx.example\r\n"
                               "Cc: friends: a@b.example, c@d.example;\r\n"
                               "Subject: =?utf-8?Q?Hello?=\r\n"
                               " =?utf-8?Q?_there?=\r\n"
                               "X-Mailer: Hand 1.0\r\n"
                               "MIME-Version: 1.0\r\n"
                               "Content-Type: text/plain; charset=utf-8\r\n"
                               "\r\n"
                               "Hello Joe,\r\n\r\nhere I am.\r\n";

static void test_ordinary(void **state)
{
    const struct mail_summary *s = feed_pieces(*state, span_text(ordinary), 0);
    assert_true(span_equal(s->from, SPAN_LITERAL("J\xc3\xbcrgen <jay@relay.example>")));
    assert_true(span_equal(s->subject, SPAN_LITERAL("Hello there")));
    assert_true(span_equal(s->date_text, SPAN_LITERAL("Mon, 19 Jun 2006 08:18:40 +0200")));
    assert_true(span_equal(s->message_id, SPAN_LITERAL("<1234@relay.example>")));
    assert_true(span_equal(s->x_mailer, SPAN_LITERAL("Hand 1.0")));
    assert_int_equal(s->id_state, MAIL_ID_GOOD);
    assert_int_equal(s->to_count, 2);
    assert_true(span_equal(s->to[0], SPAN_LITERAL("\"Doe, Joe\" <joe@mx.example>")));
    assert_true(span_equal(s->to[1], SPAN_LITERAL("ann@mx.example")));
    assert_int_equal(s->cc_total, 2);
    assert_int_equal(s->received_count, 2);
    assert_true(span_equal(s->received[0].for_path, SPAN_LITERAL("<joe@mx.example>")));
    assert_true(span_equal(s->received[1].helo, SPAN_LITERAL("pc")));
    assert_int_equal(s->dkim_count, 1);
    assert_true(span_equal(s->dkim_domains[0], SPAN_LITERAL("relay.example")));
    assert_int_equal(s->repeated, MAIL_BIT(MAIL_RECEIVED));
    assert_int_equal(s->field_count, 12);
    assert_int_equal(s->octets, sizeof ordinary - 1);
    assert_int_equal(s->header_octets + s->body_octets, s->octets);
    assert_int_equal(s->body_octets, 26);
    assert_true(s->header_complete && s->visible);
    assert_false(s->header_malformed || s->header_cut || s->holes || s->report.is_report);
    assert_same_however_cut(*state, span_text(ordinary));
}

struct shape_row {
    const char *message;
    bool visible, malformed;
    unsigned fields, parts;
    size_t body;
};

static const struct shape_row shapes[] = {
    {"", false, false, 0, 0, 0},
    {"\r\n", false, false, 0, 0, 0},
    {"\n", false, false, 0, 0, 0},
    {"Subject: x", false, false, 1, 0, 0},
    {"Subject: x\r\n", false, false, 1, 0, 0},
    {"Subject: x\r\n\r\n \r\n\t\r\n", false, false, 1, 0, 6},
    {"Subject: x\r\n\r\n \r\n\ta\r\n", true, false, 1, 0, 7},
    {"Subject: x\n\na\n", true, false, 1, 0, 2},
    {"Subject: x\r\r\n\r\r\na\r\r\n", true, false, 1, 0, 4},
    {"hello world\r\n", true, true, 0, 0, 13},
    {"hello", true, true, 0, 0, 5},
    {"Subject: x\r\nno field here\r\n", true, true, 1, 0, 15},
    {" Subject: x\r\n\r\n", true, true, 0, 0, 15},
    {"From joe Mon Jun 19\r\nSubject: x\r\n\r\n", false, true, 1, 0, 0},
    {">From joe\nFrom: x\n\nb", true, true, 1, 0, 1},
    {"From : x\r\n\r\nb", true, false, 1, 0, 1},
    {"Subject : x\r\n y\r\n\tz\r\n\r\n", false, false, 1, 0, 0},
    {":\r\n", true, true, 0, 0, 3},
    {"A:\r\nB:\r\n\r\n", false, false, 2, 0, 0},
    {"Na\xefme: x\r\n\r\n", true, true, 0, 0, 12},
    {"\rSubject: x\r\n", true, true, 0, 0, 13},
    {"Content-Type: text/html\r\n\r\n<p>&nbsp;</p>\r\n", false, false, 1, 0, 15},
    {"Content-Type: text/html\r\n\r\n<p>a</p>\r\n", true, false, 1, 0, 10},
    {"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n", false, false, 2, 0,
     2},
    {"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n", true, false, 2,
     0, 6},
    {"Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n \r\n", true, false, 2, 0,
     3},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\n "
     "\r\n--b--\r\nafter\r\n",
     false, false, 1, 1, 34},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\nContent-Type: "
     "text/html\r\n\r\n<p>\r\n--b--\r\n",
     false, false, 1, 2, 54},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n\r\n--b--\r\n", true,
     false, 1, 1, 24},
    {"Content-Type: multipart/mixed; boundary=\"b c\"\r\n\r\n--b c  \r\nContent-Type: "
     "application/x\r\nContent-Transfer-Encoding: base64\r\n\r\nAA==\r\n--b c--",
     true, false, 1, 1, 88},
    /* Inner multipart, ended by the outer boundary. */
    {"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/alternative; "
     "boundary=i\r\n\r\n--i\r\n\r\n--o\r\n\r\n\r\n--i\r\nx\r\n--o--\r\n",
     true, false, 1, 3, 87},
    /* A boundary that never comes. */
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\nsome text\r\n", true, false, 1, 0, 11},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n\r\n", false, false, 1, 0, 2},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx", true, false, 1, 1, 8},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nnot a field", true, false, 1, 1, 16},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: y", false, false, 1, 1, 9},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b", false, false, 1, 1, 3},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--bb\r\n\r\n--b--\r\n", true, false, 1, 0,
     15},
    {"Content-Type: multipart/mixed; boundary=\"\"\r\n\r\nx", true, false, 1, 0, 1},
};

static void test_shapes(void **state)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape_row *row = &shapes[i];
        const struct mail_summary *s = feed_pieces(*state, span_text(row->message), 0);
        if (s->visible != row->visible || s->header_malformed != row->malformed ||
            s->field_count != row->fields || s->parts != row->parts || s->body_octets != row->body)
            fail_msg("%s\nvisible %d malformed %d fields %lu parts %lu body %lu", row->message,
                     s->visible, s->header_malformed, s->field_count, s->parts, s->body_octets);
        assert_true(s->header_complete);
        assert_same_however_cut(*state, span_text(row->message));
    }
}

static void test_nul(void **state)
{
    static const char message[] = "Subject: a\0b\r\n\0: x\r\n\r\n";
    struct span span = span_make(message, sizeof message - 1);
    const struct mail_summary *s = feed_pieces(*state, span, 0);
    assert_int_equal(s->subject.len, 3);
    assert_true(s->header_malformed);
    assert_same_however_cut(*state, span);
}

static void test_presence(void **state)
{
    const struct mail_summary *s =
        feed_pieces(*state, span_text("Precedence: bulk\nFROM: a\nFrom: b\nX-Unknown: c\n\n"), 0);
    assert_int_equal(s->present, MAIL_BIT(MAIL_LIST_ID) | MAIL_BIT(MAIL_FROM));
    assert_int_equal(s->repeated, MAIL_BIT(MAIL_FROM));
    assert_true(span_equal(s->from, SPAN_LITERAL("a")));
    s = feed_pieces(*state, span_text("Precedence: first-class\n\n"), 0);
    assert_int_equal(s->present, 0);
}

/* The handwriting is that of the names and their order; relays do not change it. */
static void test_shape_and_digest(void **state)
{
    static const char *const texts[] = {
        "From: a\nSubject: b\n\nx", "Received: from a by b\nFrom: c\nSubject: d\n\nx",
        "Subject: b\nFrom: a\n\nx", "FROM: a\nSubject: b\n\nx",
        "From: a\nSubject: b\n\ny",
    };
    uint64_t shape[5], digest[5];
    for (size_t i = 0; i < 5; i++) {
        const struct mail_summary *s = feed_pieces(*state, span_text(texts[i]), 0);
        shape[i] = s->shape;
        digest[i] = s->digest;
    }
    assert_true(shape[0] == shape[1] && shape[0] == shape[4]);
    assert_true(shape[0] != shape[2] && shape[0] != shape[3]);
    assert_true(digest[0] == digest[2] && digest[0] == digest[3]);
    assert_true(digest[0] != digest[1] && digest[0] != digest[4]);
    /* Stable for ever: it stands in records. */
    assert_true(digest[0] == UINT64_C(0x7ab23f09c8855061));
}

static void test_gap_in_header(void **state)
{
    struct mail *mail = *state;
    mail_reset(mail);
    mail_feed(mail, SPAN_LITERAL("From: a\r\nMessage-ID: <123"));
    mail_gap(mail, 100);
    mail_feed(mail, SPAN_LITERAL("est of a line\r\n\tits continuation\r\nSubject: s\r\n\r\nbody"));
    mail_end(mail);
    const struct mail_summary *s = mail_summary(mail);
    assert_true(s->holes && s->visible && !s->header_malformed && s->header_complete);
    assert_true(s->header_holes);
    assert_int_equal(s->present,
                     MAIL_BIT(MAIL_FROM) | MAIL_BIT(MAIL_MESSAGE_ID) | MAIL_BIT(MAIL_SUBJECT));
    assert_int_equal(s->id_state, MAIL_ID_GOOD);
    assert_int_equal(s->body_octets, 4);
}

/* The hole swallowed the end of the header. */
static void test_gap_over_end_of_header(void **state)
{
    struct mail *mail = *state;
    mail_reset(mail);
    mail_feed(mail, SPAN_LITERAL("From: a\r\n"));
    mail_gap(mail, 1000);
    mail_feed(mail, SPAN_LITERAL("half a line\r\nthis is text\r\n"));
    mail_end(mail);
    const struct mail_summary *s = mail_summary(mail);
    assert_true(s->holes && s->visible && !s->header_malformed && !s->header_complete);
    assert_int_equal(s->field_count, 1);
}

static void test_gap_in_body(void **state)
{
    struct mail *mail = *state;
    mail_reset(mail);
    mail_feed(mail, SPAN_LITERAL("From: a\r\n\r\n \r\n"));
    mail_gap(mail, 0);
    assert_false(mail_summary(mail)->holes);
    mail_gap(mail, 10);
    mail_feed(mail, SPAN_LITERAL("\r\n"));
    mail_end(mail);
    const struct mail_summary *s = mail_summary(mail);
    assert_true(s->holes && s->visible && s->header_complete && !s->header_holes);
    assert_int_equal(s->body_octets, 5);
}

/* A gap at every place of an ordinary message: no field is invented. */
static void test_gap_everywhere(void **state)
{
    struct mail *mail = *state;
    struct span message = span_text(ordinary);
    uint32_t present = feed_pieces(mail, message, 0)->present;
    for (size_t at = 0; at < message.len; at++) {
        for (size_t lost = 1; lost < 200; lost += 33) {
            mail_reset(mail);
            mail_feed(mail, span_head(message, at));
            mail_gap(mail, lost);
            mail_feed(mail, span_skip(message, at + lost));
            mail_end(mail);
            const struct mail_summary *s = mail_summary(mail);
            assert_true(s->holes && s->visible);
            assert_int_equal(s->present & ~present, 0);
            assert_int_not_equal(s->id_state, MAIL_ID_MALFORMED);
        }
    }
}

static void test_huge_field(void **state)
{
    struct mail *mail = *state;
    mail_reset(mail);
    mail_feed(mail, SPAN_LITERAL("Subject: "));
    for (int i = 0; i < 100; i++)
        mail_feed(mail, SPAN_LITERAL("0123456789012345678901234567890123456789012345678901234567890"
                                     "123456789012345678901234567890123456789\r\n "));
    mail_feed(mail, SPAN_LITERAL("\r\nFrom: a\r\n\r\n"));
    mail_end(mail);
    const struct mail_summary *s = mail_summary(mail);
    assert_true(s->header_cut && s->header_complete);
    assert_true(s->subject.len > 7000 && s->subject.len <= MAIL_FIELD_MAX);
    assert_true(span_equal(s->from, SPAN_LITERAL("a")));
}

/* Ten megabytes of header, as one field and as many. */
static void test_huge_header(void **state)
{
    static uint8_t block[65536];
    struct mail *mail = *state;
    for (int kind = 0; kind < 3; kind++) {
        mail_reset(mail);
        memset(block, kind == 0 ? ' ' : kind == 1 ? 'a' : '\n', sizeof block);
        mail_feed(mail, SPAN_LITERAL("X: y\r\n Z:"));
        if (kind == 2)
            for (size_t i = 0; i + 4 <= sizeof block; i += 4)
                memcpy(block + i, "a:b\n", 4);
        for (int i = 0; i < 160; i++)
            mail_feed(mail, span_make(block, sizeof block));
        mail_end(mail);
        const struct mail_summary *s = mail_summary(mail);
        assert_true(s->header_cut && s->visible && !s->header_complete);
        assert_int_equal(s->octets, 160 * sizeof block + 9);
        assert_int_equal(s->header_octets, s->octets);
        assert_int_equal(s->body_octets, 0);
    }
}

static void test_many_fields(void **state)
{
    struct buf header;
    buf_init(&header, 16 << 20);
    for (int i = 0; i < 100000; i++)
        buf_add_text(&header, i % 3 == 0   ? "Received: from a ([192.0.2.1]) by b\r\n"
                              : i % 3 == 1 ? "To: a@b, c@d\r\n"
                                           : "DKIM-Signature: d=x.example\r\n");
    buf_add_text(&header, "\r\nbody\r\n");
    const struct mail_summary *s = feed_pieces(*state, buf_span(&header), 0);
    assert_true(s->header_cut && s->field_count > 8000);
    assert_int_equal(s->received_count, MAIL_RECEIVED_MAX);
    assert_true(s->received_total > 3000);
    assert_int_equal(s->to_count, MAIL_LIST_MAX);
    assert_true(s->to_total > 6000);
    assert_int_equal(s->dkim_count, MAIL_DKIM_MAX);
    buf_done(&header);
}

static void test_nested(void **state)
{
    struct buf message;
    buf_init(&message, 1 << 20);
    buf_add_text(&message, "Content-Type: multipart/mixed; boundary=b0\r\n\r\n");
    for (int i = 0; i < 1000; i++)
        buf_printf(&message, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i,
                   i + 1);
    const struct mail_summary *s = feed_pieces(*state, buf_span(&message), 0);
    assert_true(s->visible); /* too deep to tell */
    assert_true(s->parts > 10 && s->parts < 20);
    assert_same_however_cut(*state, span_head(buf_span(&message), 3000));
    buf_done(&message);
}

/* What cannot be decided within the ceiling may be visible; what comes after costs nothing. */
static void test_blank_without_end(void **state)
{
    static uint8_t blanks[65536];
    struct mail *mail = *state;
    memset(blanks, ' ', sizeof blanks);
    for (int count = 3; count < 6; count++) {
        mail_reset(mail);
        mail_feed(mail, SPAN_LITERAL("A: b\r\n\r\n"));
        for (int i = 0; i < count; i++)
            mail_feed(mail, span_make(blanks, sizeof blanks));
        mail_end(mail);
        assert_int_equal(mail_summary(mail)->visible, count > 3);
    }
}

static void test_long_lines(void **state)
{
    struct buf message;
    buf_init(&message, 1 << 20);
    buf_add_text(&message, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n");
    for (int i = 0; i < 3000; i++)
        buf_add_octet(&message, ' ');
    buf_add_text(&message, "\r\n--b");
    for (int i = 0; i < 990; i++)
        buf_add_octet(&message, ' ');
    buf_add_text(&message, "\r\nX: y\r\n\r\n--b--\r\n");
    const struct mail_summary *s = feed_pieces(*state, buf_span(&message), 0);
    assert_int_equal(s->parts, 2);
    assert_false(s->visible);
    assert_same_however_cut(*state, buf_span(&message));
    buf_done(&message);
}

/* A parser that is used again remembers nothing; a summary is empty after a reset. */
static void test_reuse(void **state)
{
    static char before[SUMMARY_SIZE], after[SUMMARY_SIZE];
    struct mail *mail = *state;
    summary_text(feed_pieces(mail, span_text(shapes[10].message), 0), before);
    feed_pieces(mail, span_text(ordinary), 3);
    mail_feed(mail, SPAN_LITERAL("after the end"));
    mail_gap(mail, 5);
    assert_int_equal(mail_summary(mail)->octets, sizeof ordinary - 1);
    summary_text(feed_pieces(mail, span_text(shapes[10].message), 0), after);
    assert_string_equal(before, after);
}

static void test_budget(void **state)
{
    (void)state;
    struct budget budget;
    struct mail *mail;
    budget_init(&budget, 100);
    assert_int_equal(mail_new(&budget, &mail), ERR_LIMIT);
    /* Enough for the parser, not for a text: everything is counted, nothing kept. */
    budget_init(&budget, 16384);
    assert_int_equal(mail_new(&budget, &mail), ERR_NONE);
    budget.ceiling = budget.used;
    const struct mail_summary *s = feed_pieces(mail, span_text(ordinary), 0);
    assert_true(s->header_cut && s->field_count == 12 && s->visible);
    assert_int_equal(s->subject.len, 0);
    assert_int_equal(s->received_total, 2);
    assert_int_equal(s->received_count, 0);
    budget.ceiling = 1 << 20;
    s = feed_pieces(mail, span_text(ordinary), 0);
    assert_false(s->header_cut);
    assert_int_equal(s->received_count, 2);
    mail_free(mail);
    assert_int_equal(budget.used, 0);
    mail_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_mail, free_mail)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ordinary),
        TEST(test_shapes),
        TEST(test_nul),
        TEST(test_presence),
        TEST(test_shape_and_digest),
        TEST(test_gap_in_header),
        TEST(test_gap_over_end_of_header),
        TEST(test_gap_in_body),
        TEST(test_gap_everywhere),
        TEST(test_huge_field),
        TEST(test_huge_header),
        TEST(test_many_fields),
        TEST(test_nested),
        TEST(test_blank_without_end),
        TEST(test_long_lines),
        TEST(test_reuse),
        cmocka_unit_test(test_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
