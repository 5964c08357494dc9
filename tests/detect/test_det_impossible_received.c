/* impossible-received: addresses that cannot be, in any line; versions, ids and names are none. */
#include "helper_scene.h"
#include "test.h"

#define OWN                                                                                        \
    "from ws4 (ws4.office.example [10.1.2.4]) by gw.office.example with ESMTP id 999.300.400"

static struct scene *deliver(const char *const *lines, size_t count, const char *reply)
{
    struct scene *scene = scene_new("impossible-received");
    scene_session(scene, "203.0.113.9", "gw.office.example");
    struct mail_received received[4];
    for (size_t i = 0; i < count; i++)
        mail_received_parse(span_text(lines[i]), &received[i]);
    const struct mail_summary mail = {.header_complete = true,
                                      .received = received,
                                      .received_count = count,
                                      .received_total = count,
                                      .body_octets = 40};
    scene_message(scene, "anna@example.org", 900, reply, &mail);
    scene_end(scene);
    return scene;
}

static size_t alerts(const char *line)
{
    const char *const lines[] = {OWN, line};
    struct scene *scene = deliver(lines, 2, "250 2.0.0 Ok");
    size_t count = scene->alert_count;
    scene_free(scene);
    return count;
}

static void test_impossible(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "from mail.friend.example ([500.202.999.352]) by mx.friend.example with SMTP id x1",
        "from unknown (HELO friend.example) (300.1.2.3) by mx.friend.example with SMTP",
        "from 000.000.000 by mail.friend.example with HTTP",
        "from friend (friend.example [0.12.13.14]) by mx.friend.example (8.14.4/8.14.4) id q25",
        "from friend ([10.20.30]) by mx.friend.example with ESMTP id x5",
        "from friend ([192.0.2.1.7]) by mx.friend.example with ESMTP id x5",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (alerts(lines[i]) != 1)
            fail_msg("%s", lines[i]);
}

static void test_possible(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "from a.example (a.example [198.51.100.255]) by b.example (8.17.1/8.17.1) with ESMTP id 1",
        "by 2002:a05:6000:1a8b:b0:341:b3c3:6fb4 with SMTP id bv11csp1234567wrb",
        "from 7.a.example (7.a.example. [203.0.113.77]) by mx.a.example id 999.300.400.500",
        "from 192.168.256.example (192.168.256.example [10.0.0.7]) by d.example (Release 8.5.999)",
        "from [10.0.0.255] (unknown [10.255.255.254]) by 300.example (Postfix 3.7.11.256)",
        "from x ([fe80::85a7:c2b1:1a9a:70fd%5]) by y.example with mapi id 15.20.7452.049",
        "from x (localhost [127.0.0.1]) by y.example (qpsmtpd/0.94) with ESMTP; 30.02.2026 99.99",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (alerts(lines[i]) != 0)
            fail_msg("%s", lines[i]);
}

/* Several lines of one message are one case; a refused message counts too. */
static void test_evidence(void **state)
{
    (void)state;
    static const char *const lines[] = {OWN, "from a ([500.202.999.352]) by b.example",
                                        "from c ([10.1.1.1]) by d.example",
                                        "from 000.000.000 by e.example"};
    struct scene *scene = deliver(lines, 4, "554 5.7.1 Spam");
    assert_int_equal(scene->alert_count, 1);
    assert_int_equal(scene->alerts[0].severity, 3);
    assert_non_null(strstr(scene->alerts[0].evidence,
                           "{\"line_number\":2,\"address\":\"500.202.999.352\",\"line\":"));
    assert_non_null(strstr(scene->alerts[0].evidence,
                           "{\"line_number\":4,\"address\":\"000.000.000\",\"line\":"));
    assert_non_null(strstr(scene->alerts[0].evidence, "\"line_count\":2"));
    assert_non_null(strstr(scene->alerts[0].reason, "line 2 of 4"));
    scene_free(scene);
}

/* The real parser: a line that a gap cuts short is no impossible one. */
static void test_cut_line(void **state)
{
    (void)state;
    struct mail *mail;
    assert_int_equal(mail_new(NULL, &mail), ERR_NONE);
    mail_feed(mail, SPAN_LITERAL("Received: from a ([192.0.2"));
    mail_gap(mail, 40);
    mail_feed(mail, SPAN_LITERAL("\r\nSubject: x\r\n\r\nbody\r\n"));
    mail_end(mail);
    struct scene *scene = scene_new("impossible-received");
    scene_session(scene, "203.0.113.9", "gw.office.example");
    scene_message(scene, "anna@example.org", 900, "250 2.0.0 Ok", mail_summary(mail));
    scene_end(scene);
    assert_int_equal(mail_summary(mail)->received_count, 1);
    assert_int_equal(scene->alert_count, 0);
    scene_free(scene);
    mail_free(mail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_impossible),
        cmocka_unit_test(test_possible),
        cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_cut_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
