/* put: what smtp and mail know, read back from the record; ceilings and what is counted as cut. */
#include "test.h"

#include <mxtap/event.h>
#include <stdlib.h>

static const struct flow_info flow = {
    .flow_id = 77,
    .opened = 5,
    .source = "a.pcap",
    .client_port = 40000,
    .server_port = 25,
    .vlan = {10, 20},
    .vlan_count = 2,
    .syn = {.seen = true, .ttl = 64},
};

static const struct smtp_summary summary = {
    .flow = &flow,
    .facts = SMTP_BIT(SMTP_FACT_EHLO) | SMTP_BIT(SMTP_FACT_TLS),
    .helo = SPAN_LITERAL("client.example"),
    .helo_reply = SPAN_LITERAL("mx Hello client.example [192.0.2.1]"),
    .greeting = SPAN_LITERAL("mx ESMTP"),
    .helo_verb = SMTP_EHLO,
    .commands = 7,
    .unknown_commands = 1,
    .unseen_replies = 2,
    .auth_failed = 3,
    .transactions = 4,
    .messages = 3,
    .octets = {100, 200},
    .gaps = 1,
    .gap_octets = 1460,
    .now = 9,
    .number = 12,
};

static const struct smtp_reply refusal = {
    .code = 550, .enhanced = SPAN_LITERAL("5.1.1"), .text = SPAN_LITERAL("User unknown")};

static struct event_builder *builder;

static int set_up(void **state)
{
    (void)state;
    return event_builder_new(&builder) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    event_builder_free(builder);
    return 0;
}

static bool says(const struct event *event, struct event_ref ref, const char *text)
{
    return span_equal(event_text(event, ref), span_text(text));
}

static void test_session(void **state)
{
    (void)state;
    struct event *event = event_begin(builder, EVENT_CLOSE);
    event_put_session(builder, event, &summary, DIALECT_EHLO | DIALECT_QUIT);
    event_end(builder);
    assert_int_equal(event->time, 9);
    assert_int_equal(event->number, 12);
    assert_int_equal(event->flow.flow_id, 77);
    assert_string_equal(event->flow.source, "a.pcap");
    assert_int_equal(event->flow.vlan_count, 2);
    assert_int_equal(event->flow.vlan[1], 20);
    const struct event_session *session = &event->session;
    assert_true(session->facts == summary.facts);
    assert_true(says(event, session->helo, "client.example"));
    assert_true(says(event, session->greeting, "mx ESMTP"));
    assert_int_equal(session->helo_verb, SMTP_EHLO);
    assert_int_equal(session->octets[FROM_SERVER], 200);
    assert_int_equal(session->gap_octets, 1460);
    assert_int_equal(session->dialect, DIALECT_EHLO | DIALECT_QUIT);
    assert_int_equal(session->syn.ttl, 64);
    assert_int_equal(event->cut, 0);
}

static void test_verdict(void **state)
{
    (void)state;
    struct event *event = event_begin(builder, EVENT_VERDICT);
    event_put_session(builder, event, &summary, 0);
    const struct smtp_command command = {.verb = SMTP_RCPT,
                                         .path = SPAN_LITERAL("<Joe@EXAMPLE.org>"),
                                         .address = SPAN_LITERAL("Joe@EXAMPLE.org")};
    const struct smtp_transaction transaction = {.mail_path = SPAN_LITERAL("<A@B>"),
                                                 .mail_address = SPAN_LITERAL("A@B")};
    event_put_verdict(builder, event, &command, &refusal, &transaction);
    const struct event_verdict *verdict = &event->verdict;
    assert_int_equal(verdict->verb, SMTP_RCPT);
    assert_true(says(event, verdict->mail_path, "<A@B>"));
    assert_true(says(event, verdict->mail_address, "A@b"));
    assert_true(says(event, verdict->rcpt.path, "<Joe@EXAMPLE.org>"));
    assert_true(says(event, verdict->rcpt.address, "Joe@example.org"));
    assert_int_equal(verdict->rcpt.reply.code, 550);
    assert_true(says(event, verdict->rcpt.reply.enhanced, "5.1.1"));
    assert_true(says(event, verdict->rcpt.reply.text, "User unknown"));
}

/* A reply that was not seen is code 0 and nothing else. */
static void test_unseen(void **state)
{
    (void)state;
    struct event *event = event_begin(builder, EVENT_VERDICT);
    const struct smtp_command command = {.verb = SMTP_VRFY, .path = SPAN_LITERAL("joe")};
    const struct smtp_reply unseen = {.text = SPAN_LITERAL("left over")};
    event_put_verdict(builder, event, &command, &unseen, NULL);
    assert_int_equal(event->verdict.rcpt.reply.code, 0);
    assert_int_equal(event->verdict.rcpt.reply.text.at, 0);
    assert_int_equal(event->verdict.mail_path.at, 0);
}

/* More recipients than a record has places: the first ones are kept, the total is told. */
static void test_many_recipients(void **state)
{
    (void)state;
    enum { COUNT = SMTP_RECIPIENTS_MAX };
    struct smtp_recipient *recipients = calloc(COUNT, sizeof *recipients);
    assert_non_null(recipients);
    for (size_t i = 0; i < COUNT; i++)
        recipients[i] = (struct smtp_recipient){
            .path = SPAN_LITERAL("<a@b>"), .address = SPAN_LITERAL("a@b"), .reply = refusal};
    const struct smtp_transaction transaction = {
        .tx_id = 3,
        .recipients = recipients,
        .recipient_count = COUNT,
        .recipient_total = 5000,
        .ended_by = SMTP_RSET,
        .data_reply = refusal,
        .octets = 1762,
        .content = true,
        .lookalikes = 2,
    };
    struct event *event = event_begin(builder, EVENT_MESSAGE);
    event_put_session(builder, event, &summary, 0);
    event_put_transaction(builder, event, &transaction);
    event_end(builder);
    const struct event_message *message = &event->message;
    assert_int_equal(message->rcpts.len, EVENT_RCPTS_MAX);
    assert_int_equal(message->rcpt_total, 5000);
    assert_int_equal(message->ended_by, SMTP_RSET);
    assert_int_equal(message->octets, 1762);
    assert_int_equal(message->lookalikes, 2);
    assert_int_equal(message->data_reply.code, 550);
    assert_int_equal(message->content_reply.code, 0);
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    assert_true(says(event, rcpts[EVENT_RCPTS_MAX - 1].path, "<a@b>"));
    free(recipients);
}

/* Every text as long as it may be: the record stays under its ceiling, every ref inside it, and
 * what was left out is counted. */
static void test_greedy(void **state)
{
    (void)state;
    static uint8_t octets[8192];
    memset(octets, 'x', sizeof octets);
    const struct span text = span_make(octets, sizeof octets);
    static struct smtp_recipient recipients[EVENT_RCPTS_MAX];
    for (size_t i = 0; i < EVENT_RCPTS_MAX; i++)
        recipients[i] = (struct smtp_recipient){text, text, {550, text, text, 1, 0}};
    const struct smtp_transaction transaction = {.recipients = recipients,
                                                 .recipient_count = EVENT_RCPTS_MAX};
    static struct mail_received received[MAIL_RECEIVED_MAX];
    for (size_t i = 0; i < MAIL_RECEIVED_MAX; i++)
        received[i] = (struct mail_received){.raw = text, .helo = text, .name = text, .by = text};
    struct span list[MAIL_LIST_MAX];
    for (size_t i = 0; i < MAIL_LIST_MAX; i++)
        list[i] = text;
    const struct mail_summary mail = {
        .subject = text,
        .to = list,
        .to_count = MAIL_LIST_MAX,
        .to_total = MAIL_LIST_MAX,
        .received = received,
        .received_count = MAIL_RECEIVED_MAX,
        .report = {.quoted = received, .quoted_count = MAIL_RECEIVED_MAX},
    };
    struct event *event = event_begin(builder, EVENT_MESSAGE);
    event_put_session(builder, event, &summary, 0);
    event_put_transaction(builder, event, &transaction);
    event_put_mail(builder, event, &mail);
    event_end(builder);
    assert_true(event->size <= EVENT_MAX);
    assert_true(event->cut > 0);
    const struct event_rcpt *rcpts = event_rcpts(event, event->message.rcpts);
    for (uint32_t i = 0; i < event->message.rcpts.len; i++)
        assert_true(rcpts[i].path.at + rcpts[i].path.len <= event->size);
    const struct event_ref *to = event_refs(event, event->message.mail.to);
    for (uint32_t i = 0; i < event->message.mail.to.len; i++)
        assert_true(to[i].at + to[i].len <= event->size);
    const struct event_received *lines = event_received(event, event->message.mail.received);
    for (uint32_t i = 0; i < event->message.mail.received.len; i++)
        assert_true(lines[i].by.at + lines[i].by.len <= event->size);
    assert_true(event->message.has_mail);
}

static void test_mail(void **state)
{
    (void)state;
    const struct span to[] = {SPAN_LITERAL("Ann <ann@x>"), SPAN_LITERAL("b@y")};
    const struct mail_received received[] = {
        {.raw = SPAN_LITERAL("from a by b"),
         .helo = SPAN_LITERAL("a"),
         .by = SPAN_LITERAL("b"),
         .impossible = true},
    };
    const struct mail_summary mail = {
        .present = MAIL_BIT(MAIL_FROM) | MAIL_BIT(MAIL_TO),
        .from = SPAN_LITERAL("Joe <joe@x>"),
        .subject = SPAN_LITERAL("hello"),
        .date_text = SPAN_LITERAL("Mon, 19 Jun 2006 06:18:46 +0200"),
        .to = to,
        .to_count = 2,
        .to_total = 9,
        .received = received,
        .received_count = 1,
        .received_total = 1,
        .dkim_domains = {SPAN_LITERAL("x.example")},
        .dkim_count = 1,
        .id_state = MAIL_ID_MALFORMED,
        .body_octets = 10,
        .header_complete = true,
        .report = {.is_report = true, .status = SPAN_LITERAL("5.1.1")},
    };
    struct event *event = event_begin(builder, EVENT_MESSAGE);
    event_put_mail(builder, event, &mail);
    event_end(builder);
    const struct event_mail *got = &event->message.mail;
    assert_true(says(event, got->from, "Joe <joe@x>"));
    assert_true(says(event, got->subject, "hello"));
    assert_int_equal(got->to.len, 2);
    assert_int_equal(got->to_total, 9);
    assert_true(says(event, event_refs(event, got->to)[1], "b@y"));
    assert_true(says(event, event_received(event, got->received)[0].raw, "from a by b"));
    assert_true(event_received(event, got->received)[0].impossible);
    assert_true(says(event, event_refs(event, got->dkim)[0], "x.example"));
    assert_int_equal(got->id_state, MAIL_ID_MALFORMED);
    assert_true(got->is_report);
    assert_true(says(event, got->report_status, "5.1.1"));
    assert_int_equal(got->cc.len, 0);
    assert_int_equal(event->cut, 0);
}

/* The mechanism as written and nothing behind it; clear is what anybody could have read. */
static void test_auth(void **state)
{
    (void)state;
    static const struct {
        const char *argument, *mechanism;
        uint64_t facts;
        bool clear;
    } cases[] = {
        {"PLAIN AGpvZQBzZWNyZXQ=", "PLAIN", 0, true},
        {"login", "login", SMTP_BIT(SMTP_FACT_EHLO), true},
        {"PLAIN", "PLAIN", SMTP_BIT(SMTP_FACT_TLS), false},
        {"LOGIN", "LOGIN", SMTP_BIT(SMTP_FACT_DECRYPTED), false},
        {"CRAM-MD5", "CRAM-MD5", 0, false},
        {"PLAINLY", "PLAINLY", 0, false},
        {"", "", 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct event *event = event_begin(builder, EVENT_AUTH);
        event_put_session(builder, event, &summary, 0);
        const struct smtp_command command = {.verb = SMTP_AUTH,
                                             .argument = span_text(cases[i].argument)};
        event_put_auth(builder, event, &command, &refusal, cases[i].facts);
        event_end(builder);
        assert_true(says(event, event->auth.mechanism, cases[i].mechanism));
        assert_int_equal(event->auth.clear, cases[i].clear);
        assert_int_equal(event->auth.reply.code, 550);
        const struct span record = span_make(event, event->size);
        assert_null(memmem(record.at, record.len, "AGpvZQ", 6));
    }
}

/* A request for a connection: the flow that it would be, and no session. */
static void test_asked(void **state)
{
    (void)state;
    struct ip_info ip = {.time = 5,
                         .number = 7,
                         .source = "a.pcap",
                         .src_port = 40000,
                         .dst_port = 25,
                         .vlan = {10},
                         .vlan_count = 1};
    assert_true(addr_parse(SPAN_LITERAL("10.0.0.7"), &ip.src));
    assert_true(addr_parse(SPAN_LITERAL("192.0.2.25"), &ip.dst));
    struct event *event = event_begin(builder, EVENT_OPEN);
    event_put_asked(event, &ip);
    event_end(builder);
    assert_int_equal(event->kind, EVENT_OPEN);
    assert_int_equal(event->time, 5);
    assert_int_equal(event->number, 7);
    assert_int_equal(event->flow.opened, 5);
    assert_true(addr_equal(&event->flow.client, &ip.src));
    assert_true(addr_equal(&event->flow.server, &ip.dst));
    assert_int_equal(event->flow.server_port, 25);
    assert_int_equal(event->flow.vlan[0], 10);
    assert_int_equal(event->session.helo.len, 0);
    struct flow_info same = {.opened = 5,
                             .client = ip.src,
                             .server = ip.dst,
                             .client_port = 40000,
                             .server_port = 25,
                             .vlan = {10},
                             .vlan_count = 1};
    assert_true(event->flow.flow_id == stream_flow_id(&same));
}

static void test_dns(void **state)
{
    (void)state;
    struct dns_record records[40] = {
        {.type = DNS_MX,
         .ttl = 300,
         .preference = 10,
         .owner = SPAN_LITERAL("example.org"),
         .name = SPAN_LITERAL("mx.example.org")},
        {.type = DNS_A, .ttl = 60, .owner = SPAN_LITERAL("mx.example.org")},
    };
    assert_true(addr_parse(SPAN_LITERAL("192.0.2.25"), &records[1].addr));
    for (size_t i = 2; i < 40; i++)
        records[i] = records[1];
    const struct dns_answer answer = {.time = 9,
                                      .number = 3,
                                      .qtype = DNS_MX,
                                      .rcode = DNS_NOERROR,
                                      .negative_ttl = 77,
                                      .qname = SPAN_LITERAL("example.org"),
                                      .records = records,
                                      .count = 40,
                                      .total = 40};
    struct event *event = event_begin(builder, EVENT_DNS);
    event_put_dns(builder, event, &answer);
    event_end(builder);
    assert_int_equal(event->time, 9);
    assert_int_equal(event->number, 3);
    assert_int_equal(event->dns.qtype, DNS_MX);
    assert_int_equal(event->dns.negative_ttl, 77);
    assert_true(says(event, event->dns.qname, "example.org"));
    assert_int_equal(event->dns.records.len, 40);
    const struct event_dns_record *got = event_dns_records(event, event->dns.records);
    assert_int_equal(got[0].preference, 10);
    assert_true(says(event, got[0].owner, "example.org"));
    assert_true(says(event, got[0].name, "mx.example.org"));
    assert_int_equal(got[39].ttl, 60);
    assert_true(addr_equal(&got[39].addr, &records[1].addr));
    assert_int_equal(got[39].name.len, 0);
}

/* A name that does not exist has no records. */
static void test_no_records(void **state)
{
    (void)state;
    const struct dns_answer answer = {
        .qtype = DNS_PTR, .rcode = DNS_NXDOMAIN, .qname = SPAN_LITERAL("1.2.0.192.in-addr.arpa")};
    struct event *event = event_begin(builder, EVENT_DNS);
    event_put_dns(builder, event, &answer);
    event_end(builder);
    assert_int_equal(event->dns.rcode, DNS_NXDOMAIN);
    assert_int_equal(event->dns.records.len, 0);
    assert_int_equal(event->cut, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_session), TEST(test_verdict),    TEST(test_unseen), TEST(test_many_recipients),
        TEST(test_greedy),  TEST(test_mail),       TEST(test_auth),   TEST(test_asked),
        TEST(test_dns),     TEST(test_no_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
