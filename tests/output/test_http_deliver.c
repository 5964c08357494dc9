/* http_deliver: what each status means; bodies are halved until the records to blame are found. */
#include "helper_delivery.h"
#include "helper_http.h"
#include "http.h"
#include "test.h"

#include <mxtap/clock.h>
#include <stdio.h>
#include <string.h>

/* Refuses bodies that are too long or that hold a record it does not like. */
struct receiver {
    size_t most;     /* records of a body; 0: any */
    const char *bad; /* numbers: ",3,17," */
    unsigned refuses, fails_at, fails_with;
    size_t requests;
    unsigned taken[HELPER_DELIVERY_MAX];
    size_t order[HELPER_DELIVERY_MAX], count;
};

static void serve(void *arg, const struct helper_http_request *request,
                  struct helper_http_reply *reply)
{
    struct receiver *receiver = arg;
    size_t numbers[HELPER_DELIVERY_MAX];
    size_t count = 0;
    bool bad = false;
    struct span rest = request->body;
    while (rest.len > 0) {
        size_t end = span_find(rest, '\n');
        char line[64] = "";
        char wanted[64];
        memcpy(line, rest.at, end);
        assert_int_equal(sscanf(line, "{\"n\":%zu}", &numbers[count]), 1);
        snprintf(wanted, sizeof wanted, ",%zu,", numbers[count]);
        bad = bad || strstr(receiver->bad, wanted) != NULL;
        count++;
        rest = span_skip(rest, end + 1);
    }
    if (++receiver->requests == receiver->fails_at) {
        helper_http_answer(reply, receiver->fails_with, "Retry-After: 3\r\n", "not now");
    } else if (bad || (receiver->most > 0 && count > receiver->most)) {
        helper_http_answer(reply, receiver->refuses, "", "cannot take that");
    } else {
        helper_http_answer(reply, 204, "", "");
        for (size_t i = 0; i < count; i++) {
            receiver->taken[numbers[i]]++;
            receiver->order[receiver->count++] = numbers[i];
        }
    }
}

struct stage {
    struct receiver receiver;
    struct helper_http *server;
    struct helper_delivery sender;
};

static void begin(struct stage *stage, size_t count)
{
    *stage = (struct stage){.receiver = {.bad = "", .refuses = 400}};
    stage->server =
        helper_http_start(&(struct helper_http_options){.serve = serve, .arg = &stage->receiver});
    char url[100];
    snprintf(url, sizeof url, "url=%s", helper_http_url(stage->server));
    const char *const settings[] = {url, NULL};
    helper_delivery_init(&stage->sender, sink_find("webhook"), settings, count);
}

static void end(struct stage *stage)
{
    helper_delivery_done(&stage->sender);
    helper_http_stop(stage->server);
}

static void test_judge(void **state)
{
    (void)state;
    static const struct {
        long from, to;
        enum http_verdict verdict;
    } rows[] = {
        {0, 199, HTTP_LATER},   {200, 299, HTTP_TAKEN}, {300, 399, HTTP_LATER},
        {400, 400, HTTP_NEVER}, {401, 405, HTTP_LATER}, {406, 406, HTTP_NEVER},
        {407, 408, HTTP_LATER}, {409, 420, HTTP_NEVER}, {421, 421, HTTP_LATER},
        {422, 424, HTTP_NEVER}, {425, 425, HTTP_LATER}, {426, 428, HTTP_NEVER},
        {429, 429, HTTP_LATER}, {430, 494, HTTP_NEVER}, {495, 497, HTTP_LATER},
        {498, 499, HTTP_NEVER}, {500, 700, HTTP_LATER},
    };
    long next = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(rows[i].from, next);
        for (; next <= rows[i].to; next++)
            assert_int_equal(http_judge(next), rows[i].verdict);
    }
}

/* Whichever records are bad, those are refused, with the answer, and all others taken once, in
 * order. */
static void test_halves(void **state)
{
    (void)state;
    static const char *const bads[] = {
        "", ",0,", ",16,", ",7,8,", ",0,1,2,3,16,", ",0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,"};
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        struct stage stage;
        begin(&stage, 17);
        stage.receiver.bad = bads[i];
        assert_int_equal(helper_delivery_send(&stage.sender), 0);
        for (size_t n = 0; n < 17; n++) {
            char wanted[20];
            snprintf(wanted, sizeof wanted, ",%zu,", n);
            bool bad = strstr(bads[i], wanted) != NULL;
            const struct parcel *parcel = &stage.sender.parcels[n];
            assert_int_equal(parcel->state, bad ? PARCEL_REFUSED : PARCEL_DELIVERED);
            assert_int_equal(strstr(parcel->answer, "answered 400: cannot take that") != NULL, bad);
            assert_int_equal(stage.receiver.taken[n], !bad);
        }
        for (size_t n = 1; n < stage.receiver.count; n++)
            assert_true(stage.receiver.order[n - 1] < stage.receiver.order[n]);
        assert_true(stage.receiver.requests <= 2 * 17);
        end(&stage);
    }
}

/* Too much at once is no reason to refuse any. */
static void test_too_large(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 33);
    stage.receiver.refuses = 413;
    stage.receiver.most = 5;
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    for (size_t n = 0; n < 33; n++)
        assert_int_equal(stage.receiver.taken[n], 1);
    end(&stage);
}

/* Where the receiver wants a pause in the midst, what was dealt with stays so. */
static void test_pause(void **state)
{
    (void)state;
    static const unsigned statuses[] = {401, 403, 429, 500, 503, 302};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct stage stage;
        begin(&stage, 16);
        stage.receiver.bad = ",2,";
        stage.receiver.fails_at = 5;
        stage.receiver.fails_with = statuses[i];
        size_t left = helper_delivery_send(&stage.sender);
        assert_true(left > 0 && left < 16);
        assert_non_null(strstr(stage.sender.delivery.trouble, ": not now"));
        assert_int_equal(stage.sender.delivery.wait, 3 * CLOCK_SECOND);
        assert_int_equal(helper_delivery_send(&stage.sender), 0);
        for (size_t n = 0; n < 16; n++)
            assert_int_equal(stage.receiver.taken[n], n != 2);
        end(&stage);
    }
}

static void test_none(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage, 2);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_int_equal(helper_delivery_send(&stage.sender), 0);
    assert_int_equal(stage.receiver.requests, 1);
    end(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judge),     cmocka_unit_test(test_halves),
        cmocka_unit_test(test_too_large), cmocka_unit_test(test_pause),
        cmocka_unit_test(test_none),
    };
    return helper_http_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
