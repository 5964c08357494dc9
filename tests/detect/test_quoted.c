/* quoted: which quoted lines can be believed, who handed the mail over, what is forged below. */
#include "helper_scene.h"
#include "test.h"

#include "quoted.h"

struct about {
    const char *client, *helo, *mta, *failed, *from;
    const char *lines[4];
};

static struct quoted judge(const struct about *about)
{
    struct scene *scene = scene_new("forged-received");
    scene_session(scene, about->client, about->helo);
    struct mail_received lines[4];
    size_t count = 0;
    for (; count < 4 && about->lines[count] != NULL; count++)
        mail_received_parse(span_text(about->lines[count]), &lines[count]);
    const struct mail_summary mail = {.report = {.is_report = true,
                                                 .reporting_mta = span_text(about->mta),
                                                 .final_recipient = span_text(about->failed),
                                                 .quoted_from = span_text(about->from),
                                                 .quoted = lines,
                                                 .quoted_count = count}};
    struct smtp_recipient victim = {SPAN_LITERAL("<anna@example.org>"),
                                    SPAN_LITERAL("anna@example.org"), scene_reply("250 Ok")};
    struct smtp_transaction made = {.recipients = &victim, .recipient_count = 1};
    struct event *event = event_begin(scene->builder, EVENT_MESSAGE);
    event_put_session(scene->builder, event, &scene->summary, 0);
    event_put_transaction(scene->builder, event, &made);
    event_put_mail(scene->builder, event, &mail);
    struct quoted quoted;
    quoted_judge(scene->know, event_end(scene->builder), &quoted);
    quoted.name = SPAN_NULL; /* it points into the event */
    scene_free(scene);
    return quoted;
}

static const struct about postfix = {
    .client = "203.0.113.10",
    .helo = "mx.rcpt.example",
    .mta = "mx.rcpt.example",
    .failed = "nobody@rcpt.example",
    .lines = {"from pc (unknown [91.122.24.126]) by mx.rcpt.example (Postfix) with SMTP id 1"},
};

static void is_handed(const struct quoted *quoted, const char *from)
{
    struct addr addr;
    assert_true(addr_parse(span_text(from), &addr));
    assert_int_equal(quoted->origin, QUOTED_HANDED);
    assert_true(addr_equal(&quoted->from, &addr));
}

static void test_handed_over(void **state)
{
    (void)state;
    struct quoted quoted = judge(&postfix);
    is_handed(&quoted, "91.122.24.126");
    assert_false(quoted.authenticated);
    assert_int_equal(quoted.forged, 1);
    /* An inner server reports; the outer one took it. */
    struct about about = postfix;
    about.mta = "inner";
    about.helo = "inner.rcpt.example";
    about.lines[0] = "from mx.rcpt.example (mx.rcpt.example [203.0.113.10]) by inner.rcpt.example";
    about.lines[1] = postfix.lines[0];
    quoted = judge(&about);
    is_handed(&quoted, "91.122.24.126");
    /* The sender had logged in. */
    about.lines[1] = "from road ([91.122.24.126]) by mx.rcpt.example with ESMTPSA id 4";
    quoted = judge(&about);
    assert_true(quoted.authenticated);
}

static void test_inside_and_unknown(void **state)
{
    (void)state;
    struct about about = postfix;
    about.lines[0] = "by mx.rcpt.example (Postfix, from userid 33) id 2";
    assert_int_equal(judge(&about).origin, QUOTED_INSIDE);
    about.lines[0] = "from ws ([10.1.2.3]) by mx.rcpt.example with ESMTP";
    assert_int_equal(judge(&about).origin, QUOTED_INSIDE);
    about.lines[0] = "from pc ([91.122.24.126]) by mx.elsewhere.example with SMTP";
    assert_int_equal(judge(&about).origin, QUOTED_UNKNOWN);
    about.lines[0] = NULL;
    assert_int_equal(judge(&about).origin, QUOTED_UNKNOWN);
}

static void test_forged_below(void **state)
{
    (void)state;
    struct about about = postfix;
    about.lines[1] = "from [91.122.24.126] by ns2.bt.net; Mon, 19 Jun 2006 06:18:46 +0100";
    about.lines[2] = "from x ([198.51.100.1]) by y.example with SMTP";
    assert_int_equal(judge(&about).forged, 1);
    about.lines[1] = "from mx.example.net ([192.0.2.25]) by mx.example.net with ESMTP";
    assert_string_equal(judge(&about).why, "by_is_mx_of_sender");
    about.lines[1] = "from ws ([10.1.2.3]) by relay.friend.example with ESMTP";
    assert_int_equal(judge(&about).forged, 3);
    about.lines[2] = "from 500.202.999.352 by y.example with SMTP";
    assert_int_equal(judge(&about).forged, 2);
    assert_string_equal(judge(&about).why, "impossible_address");
    assert_int_equal(judge(&about).origin, QUOTED_HANDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_handed_over),
        cmocka_unit_test(test_inside_and_unknown),
        cmocka_unit_test(test_forged_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
