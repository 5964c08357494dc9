/* fmt_cef: each kind of record as its line; escapes and ceilings. tests/forward/check_formats.py
 * reads the records of every capture back. */
#include "cef.h"

#include "helper_stage.h"
#include "test.h"

static const struct format *format;
static struct stage *stage;
static struct buf record;

static int set_up(void **state)
{
    (void)state;
    format = format_find("cef");
    stage = stage_new(PRIVACY_CLEAR);
    buf_init(&record, 1 << 20);
    return format == NULL;
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

#define FLOW                                                                                       \
    "src=203.0.113.9 spt=40000 dst=192.0.2.25 dpt=25 proto=TCP app=SMTP start=1150697924123 "      \
    "filePath=day.pcap cs4=1:K5dXNrV/+A/CR9PlnuxagvmXSKs\\= cs4Label=communityId "
#define COMMON "rt=1150697926123 externalId=" STAGE_ID " "

static void test_alert(void **state)
{
    (void)state;
    struct event *event = stage_verdict(stage);
    const struct alert alert = stage_alert(stage, event, &event->flow);
    format->alert(&stage->options, &alert, STAGE_ID, &record);
    expect("CEF:0|mxtap|mxtap|" MXTAP_VERSION
           "|1001|SMTP session tests recipients (MX probe)|5|" COMMON
           "cat=Attempted Information Leak act=allowed " FLOW
           "cs1=mx-probe cs1Label=detector cs2=000000abcdef0123 cs2Label=case cs3=new "
           "cs3Label=state cs5=client.example cs5Label=helo suser=joe@example.com "
           "duser=bob@example.org msg=203.0.113.9 tested recipients.");
}

static void test_six(void **state)
{
    (void)state;
    struct event_flow flow = stage_close(stage)->flow;
    assert_true(addr_parse(SPAN_LITERAL("2001:db8::1"), &flow.client));
    assert_true(addr_parse(SPAN_LITERAL("2001:db8::25"), &flow.server));
    const struct alert alert = stage_alert(stage, NULL, &flow);
    stage->options.sensor = "tap|1=\\";
    stage->options.live = true;
    format->alert(&stage->options, &alert, STAGE_ID, &record);
    struct span text = buf_span(&record);
    static const char *const parts[] = {
        " c6a2=2001:db8::1 c6a2Label=Source IPv6 Address spt=40000 ",
        " c6a3=2001:db8::25 c6a3Label=Destination IPv6 Address dpt=25 ",
        " dvchost=tap|1\\=\\\\ deviceExternalId=tap|1\\=\\\\ ",
        " deviceInboundInterface=day.pcap ",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (span_find_span(text, span_text(parts[i])) == text.len)
            fail_msg("there is no \"%s\"", parts[i]);
    assert_int_equal(span_find_span(text, SPAN_LITERAL(" src=")), text.len);
}

static void test_message(void **state)
{
    (void)state;
    format->smtp(&stage->options, stage_message(stage), STAGE_ID, &record);
    expect("CEF:0|mxtap|mxtap|" MXTAP_VERSION "|smtp-transaction|SMTP transaction|0|" COMMON
           "cat=smtp " FLOW
           "outcome=success cs5=client.example cs5Label=helo suser=joe@example.com "
           "duser=ann@example.org,bob@example.org cn3=1762 cn3Label=octets cs6=<1@client.example> "
           "cs6Label=messageId cs1=accepted,unknown_user cs1Label=verdicts cn1=2 "
           "cn1Label=recipients cn2=250 cn2Label=replyCode msg=203.0.113.9 -> 192.0.2.25:25 EHLO "
           "client.example from <joe@example.com> to <ann@example.org> (accepted), "
           "<bob@example.org> (unknown_user): 1762 octets, accepted with 250");
    format->smtp(&stage->options, stage_close(stage), STAGE_ID, &record);
    expect("CEF:0|mxtap|mxtap|" MXTAP_VERSION
           "|smtp-session|SMTP session without a transaction|0|" COMMON "cat=smtp " FLOW
           "cs5=client.example cs5Label=helo msg=203.0.113.9 -> 192.0.2.25:25 "
           "EHLO client.example: no transaction in 5 commands");
}

static void test_stats(void **state)
{
    (void)state;
    struct stats stats = stage_stats();
    format->stats(&stage->options, &stats, STAGE_ID, &record);
    expect("CEF:0|mxtap|mxtap|" MXTAP_VERSION "|stats|Counters|0|" COMMON
           "cat=stats cn1=100 cn1Label=packets cn2=3 cn2Label=lostPackets cn3=3 cn3Label=alerts "
           "msg=100 packets, 7 flows, 9 sessions, 11 messages, 5 gaps, 12 events, 3 alerts");
}

static void test_escapes(void **state)
{
    (void)state;
    cef_begin(&record, "a|b\\c=d", "e\nf", 10, 5000000);
    cef_add_text(&record, "x", " a|b\\c=d\ne ");
    cef_add_text(&record, "y", "   ");
    cef_add_custom(&record, "cs1", "label", SPAN_LITERAL(" "));
    cef_add(&record, "z",
            SPAN_LITERAL("ab\xc3\xbc"
                         "c"),
            3);
    cef_add_count(&record, "n", UINT64_MAX);
    cef_add_text(&record, "v", "ends like a header|");
    cef_add_text(&record, "w", "w");
    expect("CEF:0|mxtap|mxtap|" MXTAP_VERSION
           "|a\\|b\\\\c=d|e f|10|rt=5 x=a|b\\\\c\\=d e z=ab n=9223372036854775807"
           " v=ends like a header| w=w");
}

/* One line, whatever a sender writes. */
static void test_hostile(void **state)
{
    (void)state;
    static const struct span nasty[] = {
        SPAN_LITERAL("\0"),
        SPAN_LITERAL("<\x1b]0;t\x07@\x9b>"),
        SPAN_LITERAL("a=b|c\\ d=e"),
        SPAN_LITERAL("a\r\nFake: 1\n\n"),
    };
    for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
        struct event *event = stage_all(stage, nasty[i], 300);
        const struct alert alert = stage_alert(stage, event, &event->flow);
        format->smtp(&stage->options, event, STAGE_ID, &record);
        format->alert(&stage->options, &alert, STAGE_ID, &record);
        for (size_t at = 0; at < record.len; at++)
            assert_true(record.at[at] >= ' ' && record.at[at] != 0x7f);
        buf_clear(&record);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_alert), TEST(test_six),     TEST(test_message),
        TEST(test_stats), TEST(test_escapes), TEST(test_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
