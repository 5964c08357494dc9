/* dialogue: its layout with and without colour, lines left out, verdicts, findings, strange octets.
 */
#include "helper_stage.h"
#include "test.h"

#include <stdio.h>

static struct stage *stage;
static struct dialogue *dialogue;
static struct buf out;

static void make(enum privacy_mode mode, bool color, size_t max_lines)
{
    stage = stage_new(mode);
    const struct dialogue_options options = {color, stage->know, max_lines};
    assert_int_equal(dialogue_new(&options, &stage->flow, &dialogue), ERR_NONE);
    buf_init(&out, 1 << 20);
}

static void done(void)
{
    dialogue_free(dialogue);
    stage_free(stage);
    buf_done(&out);
}

static void add(enum dialogue_line kind, const char *text, unsigned milliseconds)
{
    dialogue_add(dialogue, kind, span_text(text),
                 stage->flow.opened + milliseconds * INT64_C(1000000));
}

static void finding(const char *reason, enum case_state state, unsigned severity, uint64_t id)
{
    const struct event_flow flow = stage_close(stage)->flow;
    struct alert alert = stage_alert(stage, NULL, &flow);
    alert.reason = reason;
    alert.state = state;
    alert.severity = severity;
    alert.case_id = id;
    dialogue_finding(dialogue, &alert);
}

static const char *print(enum close_reason reason)
{
    buf_clear(&out);
    dialogue_print(dialogue, &stage->summary, reason, stage->flow.opened + 1234000000, &out);
    buf_add_octet(&out, 0);
    return (const char *)out.at;
}

static void fill(void)
{
    add(DIALOGUE_SERVER, "220 mx.example.org ESMTP", 1);
    add(DIALOGUE_CLIENT, "EHLO client.example", 2);
    add(DIALOGUE_SERVER, "250 mx.example.org", 3);
    add(DIALOGUE_CLIENT, "RCPT TO:<bob@example.org>", 4);
    add(DIALOGUE_SERVER, "550 5.1.1 User unknown", 5);
    dialogue_verdict(dialogue, "unknown_user");
    add(DIALOGUE_CONTENT, "[message, 1762 octets, 12 header fields]", 6);
    add(DIALOGUE_NOTE, "[gap: 1460 octets of the client are missing]", 7);
    finding("203.0.113.9 tested recipients.", CASE_NEW, 2, 1);
}

static void test_layout(void **state)
{
    (void)state;
    make(PRIVACY_CLEAR, false, 100);
    fill();
    assert_string_equal(
        print(CLOSE_FIN),
        "=== 2006-06-19 06:18:44  203.0.113.9:40000 -> 192.0.2.25:25  client.example\n"
        "  06:18:44.124  S  220 mx.example.org ESMTP\n"
        "  06:18:44.125  C  EHLO client.example\n"
        "  06:18:44.126  S  250 mx.example.org\n"
        "  06:18:44.127  C  RCPT TO:<bob@example.org>\n"
        "  06:18:44.128  S  550 5.1.1 User unknown"
        "                                                  <- unknown_user\n"
        "  06:18:44.129  C  [message, 1762 octets, 12 header fields]\n"
        "  06:18:44.130     [gap: 1460 octets of the client are missing]\n"
        "  closed after 0.007 s: 5 commands, 2 messages\n"
        "  ! MEDIUM mx-probe (new): 203.0.113.9 tested recipients.\n");
    done();
}

static void test_color(void **state)
{
    (void)state;
    make(PRIVACY_CLEAR, true, 100);
    add(DIALOGUE_CLIENT, "QUIT", 2);
    add(DIALOGUE_SERVER, "221 Bye", 3);
    dialogue_verdict(dialogue, "other");
    finding("Seen.", CASE_NEW, 1, 1);
    assert_string_equal(print(CLOSE_RST),
                        "\x1b[1m=== 2006-06-19 06:18:44  203.0.113.9:40000 -> 192.0.2.25:25  "
                        "client.example\x1b[0m\n"
                        "\x1b[2m  06:18:44.125  \x1b[0m\x1b[36mC  QUIT\x1b[0m\n"
                        "\x1b[2m  06:18:44.126  \x1b[0m\x1b[32mS  221 Bye"
                        "                                                                 "
                        "\x1b[33m<- other\x1b[0m\n"
                        "\x1b[2m  reset after 0.003 s: 5 commands, 2 messages\x1b[0m\n"
                        "\x1b[1;31m  ! HIGH mx-probe (new)\x1b[0m: Seen.\n");
    done();
}

/* Without the colours both are the same text. */
static void test_color_is_all(void **state)
{
    (void)state;
    make(PRIVACY_CLEAR, false, 100);
    fill();
    struct buf plain;
    buf_init(&plain, 1 << 20);
    buf_add_text(&plain, print(CLOSE_END));
    done();
    make(PRIVACY_CLEAR, true, 100);
    fill();
    struct span colored = span_text(print(CLOSE_END));
    struct buf stripped;
    buf_init(&stripped, 1 << 20);
    while (colored.len > 0) {
        size_t escape = span_find(colored, 0x1b);
        buf_add(&stripped, span_head(colored, escape));
        colored = span_skip(colored, escape);
        colored = span_skip(colored, colored.len == 0 ? 0 : span_find(colored, 'm') + 1);
    }
    assert_true(span_equal(buf_span(&plain), buf_span(&stripped)));
    buf_done(&plain);
    buf_done(&stripped);
    done();
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* Whatever the number of lines: the first and the last ones are there, in order, none twice. */
static void test_left_out(void **state)
{
    (void)state;
    for (size_t max = 0; max <= 9; max++) {
        for (unsigned lines = 0; lines <= 40; lines++) {
            make(PRIVACY_CLEAR, false, max);
            size_t kept = max < 2 ? 2 : max;
            size_t head = kept / 2;
            char text[40];
            for (unsigned i = 0; i < lines; i++) {
                snprintf(text, sizeof text, "line %u.", i);
                add(DIALOGUE_CLIENT, text, i);
            }
            const char *printed = print(CLOSE_FIN);
            bool all = lines <= kept;
            assert_int_equal(count_lines(printed), 2 + (all ? lines : kept + 1));
            const char *last = printed;
            for (unsigned i = 0; i < lines; i++) {
                snprintf(text, sizeof text, "line %u.", i);
                const char *at = strstr(printed, text);
                assert_int_equal(at != NULL, all || i < head || i >= lines - (kept - head));
                if (at != NULL) {
                    assert_true(at > last);
                    last = at;
                }
            }
            snprintf(text, sizeof text, "  [... %zu line%s left out ...]\n", lines - kept,
                     lines - kept == 1 ? "" : "s");
            if (!all)
                assert_non_null(strstr(printed, text));
            done();
        }
    }
}

/* A class belongs to the last line of the server, however many commands came since; not to a line
 * that took its place. */
static void test_verdict(void **state)
{
    (void)state;
    make(PRIVACY_CLEAR, false, 4);
    dialogue_verdict(dialogue, "nobody");
    add(DIALOGUE_SERVER, "550 a", 0);
    add(DIALOGUE_CLIENT, "RCPT b", 1);
    dialogue_verdict(dialogue, "first");
    const char *printed = print(CLOSE_FIN);
    assert_null(strstr(printed, "nobody"));
    const char *line = strstr(printed, "550 a");
    assert_true(strstr(line, "<- first") < strchr(line, '\n'));
    add(DIALOGUE_SERVER, "550 c", 2);
    for (unsigned i = 3; i < 6; i++)
        add(DIALOGUE_CLIENT, "NOOP", i);
    dialogue_verdict(dialogue, "lost");
    assert_null(strstr(print(CLOSE_FIN), "lost"));
    done();
}

/* Of a case the latest word; more cases than there is room for are counted. */
static void test_findings(void **state)
{
    (void)state;
    make(PRIVACY_CLEAR, false, 4);
    finding("Five seen.", CASE_NEW, 2, 7);
    finding("Another.", CASE_NEW, 3, 8);
    finding("Ten seen.", CASE_GROWING, 1, 7);
    const char *printed = print(CLOSE_FIN);
    assert_null(strstr(printed, "Five"));
    assert_non_null(strstr(printed, "  ! HIGH mx-probe (growing): Ten seen.\n"
                                    "  ! LOW mx-probe (new): Another.\n"));
    for (uint64_t id = 100; id < 200; id++)
        finding("One more.", CASE_NEW, 3, id);
    assert_non_null(strstr(print(CLOSE_FIN), "  ! and 38 more\n"));
    done();
}

static void test_notes(void **state)
{
    (void)state;
    make(PRIVACY_CLEAR, false, 4);
    stage->summary.facts = SMTP_BIT(SMTP_FACT_CLIENT_SEEN) | SMTP_BIT(SMTP_FACT_TLS);
    stage->summary.commands = stage->summary.messages = 1;
    const char *printed = print(CLOSE_TIMEOUT);
    assert_non_null(strstr(printed, "  [one-sided: nothing of the server was captured]\n"));
    assert_non_null(strstr(
        printed, "  [encrypted from here; in all 300 octets of the client, 400 of the server]\n"));
    assert_non_null(strstr(printed, "  fell silent after 1.234 s: 1 command, 1 message\n"));
    stage->summary.facts = SMTP_BIT(SMTP_FACT_SERVER_SEEN) | SMTP_BIT(SMTP_FACT_NOT_SMTP);
    printed = print(CLOSE_END);
    assert_non_null(strstr(printed, "  [one-sided: nothing of the client was captured]\n"));
    assert_non_null(strstr(printed, "  [this is not SMTP: 700 octets left alone]\n"));
    done();
    stage = stage_new(PRIVACY_CLEAR);
    stage->flow.midstream = true;
    assert_true(addr_parse(SPAN_LITERAL("2001:db8::1"), &stage->flow.client));
    stage->summary.helo = SPAN_NULL;
    const struct dialogue_options options = {false, stage->know, 10};
    assert_int_equal(dialogue_new(&options, &stage->flow, &dialogue), ERR_NONE);
    buf_init(&out, 1 << 20);
    assert_non_null(strstr(print(CLOSE_EVICTED),
                           "  [2001:db8::1]:40000 -> 192.0.2.25:25  [picked up in the middle]\n"));
    done();
}

static void test_hostile(void **state)
{
    (void)state;
    make(PRIVACY_MASK, false, 100);
    stage->summary.helo = SPAN_LITERAL("\x1b[2J\n===");
    dialogue_add(dialogue, DIALOGUE_CLIENT, SPAN_LITERAL("RCPT TO:<j\x1b\0\xff@x>\r\n  ! HIGH"), 0);
    dialogue_add(dialogue, DIALOGUE_SERVER, SPAN_NULL, 0);
    static char longer[5000];
    memset(longer, 'x', sizeof longer - 1);
    dialogue_add(dialogue, DIALOGUE_SERVER, span_text(longer), 0);
    add(DIALOGUE_CLIENT, "MAIL FROM:<joe@example.com>", 0);
    const char *printed = print(CLOSE_FIN);
    assert_int_equal(count_lines(printed), 6);
    for (const char *at = printed; *at != '\0'; at++)
        assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
    assert_non_null(strstr(printed, "xxx [...]\n"));
    assert_true(strlen(printed) < 1500);
    assert_non_null(strstr(printed, "<j***@example.com>"));
    assert_null(strstr(printed, "joe@"));
    done();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),       cmocka_unit_test(test_color),
        cmocka_unit_test(test_color_is_all), cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_verdict),      cmocka_unit_test(test_findings),
        cmocka_unit_test(test_notes),        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
