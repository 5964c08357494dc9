/* hec: what Splunk answers, and what is none of its answers. */
#include "hec.h"

#include "test.h"

#include <stdio.h>

static struct hec_answer parse(const char *text)
{
    struct hec_answer answer;
    hec_parse(span_text(text), &answer);
    return answer;
}

static void test_answers(void **state)
{
    (void)state;
    struct hec_answer answer = parse("{\"text\":\"Success\",\"code\":0,\"ackId\":7}");
    assert_int_equal(answer.code, HEC_SUCCESS);
    assert_int_equal(answer.ack, 7);
    assert_int_equal(answer.event, HEC_NONE);
    answer = parse("{\"text\":\"Invalid data format\",\"code\":6,\"invalid-event-number\":3}\n");
    assert_int_equal(answer.code, HEC_BAD_FORMAT);
    assert_int_equal(answer.event, 3);
    assert_int_equal(answer.ack, HEC_NONE);
    answer = parse("{\"text\":\"Server is busy\",\"code\":9}");
    assert_int_equal(answer.code, 9);
    assert_false(hec_blames_event(answer.code));
}

static void test_nonsense(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "[{\"code\":0}]",
        "0",
        "\"code\"",
        "null",
        "<html><body>Welcome</body></html>",
        "{\"code\":\"0\"}",
        "{\"code\":0.0}",
        "{\"code\":null}",
        "{\"code\":-1}",
        "{\"code\":1000}",
        "{\"code\":99999999999999999999}",
        "{\"text\":\"Success\"}",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}},\"code\":0}",
        "{\"text\":\"Success\",\"code\":0,\"ackId\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct hec_answer answer = parse(texts[i]);
        assert_int_equal(answer.code, HEC_NONE);
        assert_int_equal(answer.event, HEC_NONE);
        assert_int_equal(answer.ack, HEC_NONE);
        assert_false(hec_has_ack(span_text(texts[i]), 0));
    }
    struct hec_answer answer =
        parse("{\"code\":0,\"ackId\":-5,\"invalid-event-number\":99999999999999999999}");
    assert_int_equal(answer.code, 0);
    assert_int_equal(answer.ack, HEC_NONE);
    assert_int_equal(answer.event, HEC_NONE);
}

/* Cut at every place, no answer says more than the whole one. */
static void test_every_cut(void **state)
{
    (void)state;
    static const char whole[] = "{\"text\":\"Success\",\"code\":0,\"ackId\":7}";
    static const char acks[] = "{\"acks\":{\"7\":true}}";
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        struct hec_answer answer;
        hec_parse(span_make(whole, len), &answer);
        assert_int_equal(answer.code, HEC_NONE);
    }
    for (size_t len = 0; len < sizeof acks - 1; len++)
        assert_false(hec_has_ack(span_make(acks, len), 7));
}

static void test_too_long(void **state)
{
    (void)state;
    static char text[6000];
    snprintf(text, sizeof text, "{\"code\":0,\"text\":\"%*s\"}", 5000, "");
    assert_int_equal(parse(text).code, HEC_NONE);
}

static void test_acks(void **state)
{
    (void)state;
    assert_true(hec_has_ack(span_text("{\"acks\":{\"7\":true}}"), 7));
    assert_true(hec_has_ack(span_text("{\"acks\":{\"6\":false,\"7\":true}}"), 7));
    assert_false(hec_has_ack(span_text("{\"acks\":{\"6\":false,\"7\":true}}"), 6));
    assert_false(hec_has_ack(span_text("{\"acks\":{\"7\":1}}"), 7));
    assert_false(hec_has_ack(span_text("{\"acks\":{\"7\":\"true\"}}"), 7));
    assert_false(hec_has_ack(span_text("{\"acks\":[true]}"), 0));
    assert_false(hec_has_ack(span_text("{\"acks\":true}"), 0));
    assert_false(hec_has_ack(span_text("{\"7\":true}"), 7));
}

static void test_whose_fault(void **state)
{
    (void)state;
    /* An index, token or channel that is wrong is so for every event: the operator's matter. */
    static const int events[] = {HEC_BAD_FORMAT, HEC_EVENT_MISSING, HEC_EVENT_BLANK, HEC_BAD_FIELDS,
                                 HEC_TOO_LARGE};
    size_t blamed = 0;
    for (int code = -1; code < 100; code++)
        blamed += hec_blames_event(code);
    assert_int_equal(blamed, sizeof events / sizeof events[0]);
    for (size_t i = 0; i < blamed; i++)
        assert_true(hec_blames_event(events[i]));
    assert_false(hec_blames_event(HEC_BAD_INDEX));
    assert_false(hec_blames_event(HEC_ACK_DISABLED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),   cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_every_cut), cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_acks),      cmocka_unit_test(test_whose_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
