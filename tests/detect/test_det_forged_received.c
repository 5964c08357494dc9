/* forged-received: the story with and without DNS, other forms; and everybody whose topmost line is
 * honest. */
#include "helper_scene.h"
#include "test.h"

#define CLIENT "91.122.24.126"
#define STORY  "from [" CLIENT "] by ns2.bt.net; Mon, 19 Jun 2006 06:18:46 +0100"
#define BELOW                                                                                      \
    "from pc ([10.0.0.7]) by mail.below.example with SMTP id b1; 19 Jun 2006 06:10:00 +0100"

struct sent {
    const char *client, *helo, *sender, *from;
    uint64_t facts;
    bool dns;   /* the story's answers: the client's name, MX and NS of talk21.com */
    bool holes; /* in the header */
};

static const struct sent story = {
    .client = CLIENT, .helo = "friend-pc", .sender = "jo@talk21.com", .from = "Jo <jo@talk21.com>"};

static void answers(struct scene *scene)
{
    scene_dns_ptr(scene, CLIENT, "ppp91-122-24-126.pppoe.avangard-dsl.ru");
    scene_dns_name(scene, DNS_NS, "talk21.com", "ns2.bt.net");
    scene_dns_name(scene, DNS_MX, "talk21.com", "mx1.talk21.bt.example");
}

static struct scene *deliver(const struct sent *sent, const char *topmost)
{
    struct scene *scene = scene_new("forged-received");
    if (sent->dns)
        answers(scene);
    scene_session(scene, sent->client, sent->helo);
    scene->sender = sent->sender;
    scene->summary.facts |= sent->facts;
    struct mail_received lines[2];
    mail_received_parse(span_text(topmost), &lines[0]);
    mail_received_parse(SPAN_LITERAL(BELOW), &lines[1]);
    const struct mail_summary mail = {
        .header_complete = !sent->holes,
        .holes = sent->holes,
        .from = span_text(sent->from),
        .received = lines,
        .received_count = 2,
        .received_total = 2,
        .body_octets = 100,
    };
    scene_message(scene, "anna@example.org", 900, "250 2.0.0 Ok", &mail);
    scene_end(scene);
    return scene;
}

static size_t alerts(const struct sent *sent, const char *topmost)
{
    struct scene *scene = deliver(sent, topmost);
    size_t count = scene->alert_count;
    scene_free(scene);
    return count;
}

static void has(const struct scene *scene, const char *text)
{
    if (strstr(scene->alerts[0].evidence, text) == NULL)
        fail_msg("no %s in %s", text, scene->alerts[0].evidence);
}

static void test_story_without_dns(void **state)
{
    (void)state;
    struct scene *scene = deliver(&story, STORY);
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 2);
    has(scene, "\"why\":[\"took_from_client\"]");
    has(scene, "\"by\":\"ns2.bt.net\"");
    has(scene, "\"line\":\"from [91.122.24.126] by ns2.bt.net");
    has(scene, "\"sender_domain\":\"talk21.com\"");
    has(scene, "\"confidence\":\"low\"");
    scene_free(scene);
}

static void test_story_with_dns(void **state)
{
    (void)state;
    struct sent sent = story;
    sent.dns = true;
    struct scene *scene = deliver(&sent, STORY);
    assert_int_equal(scene->alert_count, 1);
    has(scene, "\"why\":[\"took_from_client\",\"by_is_ns_of_sender\"]");
    has(scene, "\"role\":\"NS\",\"matched\":\"ns2.bt.net\"");
    has(scene, "\"confidence\":\"high\"");
    assert_non_null(strstr(scene->alerts[0].reason, "is an NS host of the sender's domain"));
    scene_free(scene);
    /* Without the client's address: only DNS tells. */
    scene = deliver(&sent, "from unknown (HELO jo) (198.51.100.7) by mx1.talk21.bt.example");
    assert_int_equal(scene->alert_count, 1);
    has(scene, "\"why\":[\"by_is_mx_of_sender\"]");
    scene_free(scene);
    assert_int_equal(
        alerts(&story, "from unknown (HELO jo) (198.51.100.7) by mx1.talk21.bt.example"), 0);
    /* A full name in HELO and nothing seen of the real one: it may be the MX under another name. */
    sent.client = "203.0.113.7";
    sent.helo = "h80.rent.example";
    assert_int_equal(alerts(&sent, "from ws ([10.1.1.1]) by mx1.talk21.bt.example with ESMTP"), 0);
    sent.helo = "localhost";
    assert_int_equal(alerts(&sent, "from ws ([10.1.1.1]) by mx1.talk21.bt.example with ESMTP"), 1);
    sent.client = CLIENT;
    /* The forged domain stands in the From field alone. */
    sent.sender = "bounces@bulk.example";
    scene = deliver(&sent, STORY);
    has(scene, "\"sender_domain\":\"talk21.com\"");
    has(scene, "\"confidence\":\"high\"");
    scene_free(scene);
}

static void test_forms(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "from [" CLIENT "] (helo=jo) by ns2.bt.net with esmtp (Exim 4.43) id 1Abc-0001-XY",
        "from unknown (HELO jo) (" CLIENT ") by ns2.bt.net with SMTP",
        "from jo (unknown [" CLIENT "]) by ns2.bt.net. (Postfix) with ESMTP id 1234",
        "from jo ([" CLIENT "]) by [198.51.100.1] with SMTP",
        "from " CLIENT " by ns2.bt.net with HTTP",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_int_equal(alerts(&story, lines[i]), 1);
    struct sent sent = story;
    sent.helo = "talk21.com";
    assert_int_equal(alerts(&sent, STORY), 1);
    sent.client = "2001:db8:7::97";
    assert_int_equal(alerts(&sent, "from [IPv6:2001:db8:7::97] by ns2.bt.net with ESMTP"), 1);
    sent = story;
    sent.dns = true;
    assert_int_equal(
        alerts(&sent, "from ppp91-122-24-126.pppoe.avangard-dsl.ru by other.example with SMTP"), 1);
}

/* Servers whose topmost line is their own, however odd it looks. */
static void test_honest_relays(void **state)
{
    (void)state;
    static const struct sent gateway = {.client = "203.0.113.9",
                                        .helo = "gw.office.example",
                                        .sender = "paul@office.example",
                                        .from = "paul@office.example"};
    static const char *const lines[] = {
        /* a relay for its users, inside and on the road */
        "from ws4 (ws4.office.example [10.1.2.4]) by gw.office.example (Postfix) with ESMTP id 1",
        "from phone ([198.51.100.77]) by smtp.office.example with ESMTPSA id 2",
        /* webmail or a multi-homed server that relays to itself */
        "from www (gw.office.example [203.0.113.9]) by gw.office.example with ESMTP id 3",
        "from gw ([203.0.113.9]) by smtp2.office.example with ESMTP id 4",
        "from gw ([203.0.113.9]) by [203.0.113.10] with ESMTP id 5",
        "from gw ([203.0.113.9]) by 10.0.0.9 with ESMTP id 6",
        /* a content filter, fetchmail */
        "from gw.office.example ([203.0.113.9]) by localhost (amavisd-new, port 10024) with ESMTP",
        "from pop.isp.example [198.51.100.7] by localhost with POP3 (fetchmail-6.4.2)",
        "from gw ([203.0.113.9]) by localhost.localdomain (8.14.4/8.14.4) with ESMTP id 7",
        /* names that only hold inside */
        "from gw ([203.0.113.9]) by web01 with ESMTP id 8",
        "from gw ([203.0.113.9]) by EX01.corp.local with Microsoft SMTP Server id 15.1.2",
        /* a forwarder, a list: somebody else's mail, with their own line on top */
        "from mx.friend.example ([198.51.100.20]) by gw.office.example with ESMTP id 9",
        /* a local message, and lines without a by */
        "by gw.office.example (Postfix, from userid 1000) id A1",
        "from gw ([203.0.113.9])",
        "",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (alerts(&gateway, lines[i]) != 0)
            fail_msg("%s", lines[i]);
}

/* One server under two names; a hoster that is the MX of its customers. */
static void test_known_by_dns(void **state)
{
    (void)state;
    struct sent sent = story;
    sent.dns = true;
    sent.helo = "out.brand.example";
    assert_int_equal(alerts(&sent, "from x ([" CLIENT "]) by mail.avangard-dsl.ru with ESMTP"), 0);
    struct scene *scene = scene_new("forged-received");
    scene_dns_name(scene, DNS_MX, "brand.example", "mail.brand.example");
    scene_dns_addr(scene, "mail.brand.example", "203.0.113.9");
    scene_session(scene, "203.0.113.9", "server1");
    scene->sender = "paul@brand.example";
    struct mail_received line;
    mail_received_parse(SPAN_LITERAL("from ws ([10.1.1.1]) by mail.brand.example with ESMTP"),
                        &line);
    const struct mail_summary mail = {.header_complete = true,
                                      .received = &line,
                                      .received_count = 1,
                                      .received_total = 1,
                                      .body_octets = 10};
    scene_message(scene, "anna@example.org", 900, "250 2.0.0 Ok", &mail);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
    sent.helo = "out7.talk21.bt.example";
    assert_int_equal(alerts(&sent, "from x ([198.51.100.7]) by mx1.talk21.bt.example with ESMTP"),
                     0);
}

/* Clients that log in or that stand for another, and headers that were not seen whole. */
static void test_not_judged(void **state)
{
    (void)state;
    static const enum smtp_fact facts[] = {SMTP_FACT_AUTHENTICATED, SMTP_FACT_XCLIENT,
                                           SMTP_FACT_PROXY, SMTP_FACT_LMTP};
    struct sent sent = story;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        sent.facts = SMTP_BIT(facts[i]);
        assert_int_equal(alerts(&sent, STORY), 0);
    }
    sent.facts = 0;
    sent.holes = true;
    assert_int_equal(alerts(&sent, STORY), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_story_without_dns),
        cmocka_unit_test(test_story_with_dns),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_honest_relays),
        cmocka_unit_test(test_known_by_dns),
        cmocka_unit_test(test_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
