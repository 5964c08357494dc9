/* plain: addresses out of whatever stands for one, outcomes of every kind of event. */
#include "plain.h"

#include "helper_stage.h"
#include "test.h"

static void expect_address(const char *text, const char *wanted)
{
    struct span address = plain_address(span_text(text));
    if (!span_equal(address, span_text(wanted)))
        fail_msg("%s: %.*s", text, (int)address.len, (const char *)address.at);
}

static void test_address(void **state)
{
    (void)state;
    expect_address("joe@example.com", "joe@example.com");
    expect_address("<joe@example.com>", "joe@example.com");
    expect_address(" <joe@example.com> ", "joe@example.com");
    expect_address("Joe <joe@example.com>", "joe@example.com");
    expect_address("\"Joe <x>\" <joe@example.com>", "joe@example.com");
    expect_address("<@relay.example,@two.example:joe@example.com>", "joe@example.com");
    expect_address("<@relay.example:>", "");
    expect_address("<>", "");
    expect_address("", "");
    expect_address("<", "");
    expect_address(">", "");
    expect_address("postmaster", "");
    expect_address("@", "");
    expect_address("joe@", "");
    expect_address("<@example.com>", "");
    expect_address("joe at example", "");
    expect_address("a b@example.com", "");
    expect_address("<\tjoe@example.com>", "joe@example.com");
}

static void test_outcome(void **state)
{
    (void)state;
    struct stage *stage = stage_new(PRIVACY_CLEAR);
    struct event *event = stage_verdict(stage);
    assert_string_equal(plain_outcome(event), "failure");
    event->verdict.rcpt.reply.code = 0;
    assert_string_equal(plain_outcome(event), "unknown");
    assert_null(plain_outcome(stage_close(stage)));
    event = stage_message(stage);
    assert_string_equal(plain_outcome(event), "success");
    event->message.content_reply.code = 554;
    assert_string_equal(plain_outcome(event), "failure");
    event->message.content_reply.code = 0;
    assert_string_equal(plain_outcome(event), "unknown");
    /* Without content the last refusal before it counts. */
    event->message.content = false;
    assert_string_equal(plain_outcome(event), "failure");
    event->message.data_reply.code = 354;
    assert_string_equal(plain_outcome(event), "unknown");
    event->message.data_reply.code = 0;
    event->message.rcpts.len = 1;
    assert_string_equal(plain_outcome(event), "unknown");
    event->message.rcpts.len = 0;
    event->message.mail_reply.code = 451;
    assert_string_equal(plain_outcome(event), "failure");
    stage_free(stage);
}

/* Only where an alert is about one message, or about a login. */
static void test_alert_outcome(void **state)
{
    (void)state;
    struct stage *stage = stage_new(PRIVACY_CLEAR);
    struct event *event = stage_message(stage);
    struct alert alert = stage_alert(stage, event, &event->flow);
    assert_null(plain_alert_outcome(&alert));
    alert.detector = detect_find("empty-message");
    assert_string_equal(plain_alert_outcome(&alert), "success");
    alert.event = NULL;
    assert_null(plain_alert_outcome(&alert));
    stage_free(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address),
        cmocka_unit_test(test_outcome),
        cmocka_unit_test(test_alert_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
