/* fmt_text: each kind of record as its line, with and without colour; never more than one line. */
#include "helper_stage.h"
#include "test.h"

static const struct format *text;
static struct stage *stage;
static struct buf record;

static int set_up(void **state)
{
    (void)state;
    text = format_find("text");
    stage = stage_new(PRIVACY_CLEAR);
    buf_init(&record, 1 << 20);
    return text == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    stage_free(stage);
    buf_done(&record);
    return 0;
}

/* The record since the last call is this line. */
static void expect(const char *line)
{
    buf_add_octet(&record, 0);
    assert_string_equal((const char *)record.at, line);
    buf_clear(&record);
}

static void test_alert(void **state)
{
    (void)state;
    const struct event_flow flow = stage_close(stage)->flow;
    struct alert alert = stage_alert(stage, NULL, &flow);
    text->alert(&stage->options, &alert, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 MEDIUM mx-probe (new) 203.0.113.9 -> 192.0.2.25:25: "
           "203.0.113.9 tested recipients.");
    alert.severity = 1;
    alert.state = CASE_GROWING;
    stage->options.color = true;
    text->alert(&stage->options, &alert, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 \x1b[1;31mHIGH   mx-probe\x1b[0m (growing) "
           "203.0.113.9 -> 192.0.2.25:25: 203.0.113.9 tested recipients.");
    alert.severity = 3;
    alert.state = CASE_ENDED;
    stage->options.color = false;
    struct event_flow six = flow;
    assert_true(addr_parse(SPAN_LITERAL("2001:db8::1"), &six.client));
    assert_true(addr_parse(SPAN_LITERAL("2001:db8::25"), &six.server));
    alert.flow = &six;
    text->alert(&stage->options, &alert, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 LOW    mx-probe (ended) 2001:db8::1 -> [2001:db8::25]:25: "
           "203.0.113.9 tested recipients.");
}

static void test_message(void **state)
{
    (void)state;
    struct event *event = stage_message(stage);
    text->smtp(&stage->options, event, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 smtp   203.0.113.9 -> 192.0.2.25:25 EHLO client.example from "
           "<joe@example.com> to <ann@example.org> (accepted), <bob@example.org> (unknown_user): "
           "1762 octets, accepted with 250");
    event->message.content_reply.code = 554;
    event->message.rcpt_total = 7;
    text->smtp(&stage->options, event, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 smtp   203.0.113.9 -> 192.0.2.25:25 EHLO client.example from "
           "<joe@example.com> to <ann@example.org> (accepted), <bob@example.org> (unknown_user) "
           "and 5 more: 1762 octets, refused with 554");
}

static void test_unseen(void **state)
{
    (void)state;
    struct event *event = stage_message(stage);
    event->session.helo.at = 0;
    event->message.mail_path.at = 0;
    event->message.rcpts.len = 0;
    event->message.rcpt_total = 0;
    event->message.content_reply.code = 0;
    text->smtp(&stage->options, event, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 smtp   203.0.113.9 -> 192.0.2.25:25: 1762 octets, the answer was "
           "not seen");
    event->message.content = false;
    text->smtp(&stage->options, event, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 smtp   203.0.113.9 -> 192.0.2.25:25: no message");
    text->smtp(&stage->options, stage_close(stage), STAGE_ID, &record);
    expect("2006-06-19 06:18:46 smtp   203.0.113.9 -> 192.0.2.25:25 EHLO client.example: no "
           "transaction in 5 commands");
}

static void test_stats(void **state)
{
    (void)state;
    const struct stats stats = stage_stats();
    text->stats(&stage->options, &stats, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 stats  100 packets, 7 flows, 9 sessions, 11 messages, 5 gaps, "
           "12 events, 3 alerts");
    struct stats live = stage_stats_live();
    live.drop_warning = false;
    text->stats(&stage->options, &live, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 stats  100 packets, 7 flows, 9 sessions, 11 messages, 5 gaps, "
           "12 events, 3 alerts, lost: 3 packets in the kernel, 21 in interfaces, 22 events");
    live.drop_warning = true;
    text->stats(&stage->options, &live, STAGE_ID, &record);
    expect("2006-06-19 06:18:46 stats  100 packets, 7 flows, 9 sessions, 11 messages, 5 gaps, "
           "12 events, 3 alerts, lost: 3 packets in the kernel, 21 in interfaces, 22 events "
           "WARNING: 1.25 % of the packets are lost");
}

static void test_hostile(void **state)
{
    (void)state;
    stage->summary.helo = SPAN_LITERAL("a\r\n\x1b[31m\xff\0");
    text->smtp(&stage->options, stage_close(stage), STAGE_ID, &record);
    expect("2006-06-19 06:18:46 smtp   203.0.113.9 -> 192.0.2.25:25 EHLO "
           "a\\x0d\\x0a\\x1b[31m\\xff\\x00: no transaction in 5 commands");
    text->smtp(&stage->options, stage_all(stage, SPAN_LITERAL("\n\x1b\xe2\x80\xae"), 100), STAGE_ID,
               &record);
    for (size_t i = 0; i < record.len; i++)
        assert_in_range(record.at[i], 0x20, 0x7e);
}

static void test_privacy(void **state)
{
    (void)state;
    stage_free(stage);
    stage = stage_new(PRIVACY_MASK);
    text->smtp(&stage->options, stage_message(stage), STAGE_ID, &record);
    expect("2006-06-19 06:18:46 smtp   203.0.113.9 -> 192.0.2.25:25 EHLO client.example from "
           "<j***@example.com> to <a***@example.org> (accepted), <b***@example.org> "
           "(unknown_user): 1762 octets, accepted with 250");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_alert), TEST(test_message), TEST(test_unseen),
        TEST(test_stats), TEST(test_hostile), TEST(test_privacy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
