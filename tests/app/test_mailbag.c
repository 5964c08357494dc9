/* mailbag: each transaction gets its own message, also where a client sends ahead. */
#include "mailbag.h"
#include "test.h"

struct place {
    struct budget budget;
    struct mailbag *bag;
    struct mailbag_queue queue;
};

static int set_up(void **state)
{
    static struct place place;
    place = (struct place){0};
    budget_init(&place.budget, 16 << 20);
    *state = &place;
    return mailbag_new(&place.budget, &place.bag) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    mailbag_clear(place->bag, &place->queue);
    mailbag_free(place->bag);
    return place->budget.used == 0 ? 0 : -1;
}

static void send(struct place *place, const char *text)
{
    mailbag_begin(place->bag, &place->queue);
    mailbag_feed(&place->queue, span_text(text));
}

/* The subject of the transaction's message, which then goes. */
static void expect(struct place *place, uint64_t octets, const char *subject)
{
    const struct smtp_transaction transaction = {.content = true, .octets = octets};
    const struct mail_summary *mail = mailbag_match(&place->queue, &transaction);
    if (subject == NULL) {
        assert_null(mail);
    } else {
        assert_non_null(mail);
        assert_true(span_equal(mail->subject, span_text(subject)));
    }
    mailbag_settle(place->bag, &place->queue, &transaction);
}

static void test_one_by_one(void **state)
{
    struct place *place = *state;
    for (int i = 0; i < 10; i++) {
        send(place, "Subject: a\r\n\r\nx\r\n");
        assert_non_null(mailbag_end(&place->queue));
        expect(place, 17, "a");
        assert_int_equal(place->queue.count, 0);
    }
}

static void test_sent_ahead(void **state)
{
    struct place *place = *state;
    send(place, "Subject: a\r\n\r\nx\r\n");
    assert_non_null(mailbag_end(&place->queue));
    send(place, "Subject: second\r\n\r\nx\r\n");
    assert_non_null(mailbag_end(&place->queue));
    send(place, "Subject: third one");
    expect(place, 17, "a");
    expect(place, 22, "second");
    expect(place, 18, NULL); /* it is still coming */
    assert_non_null(mailbag_end(&place->queue));
    expect(place, 18, "third one");
}

/* A size that does not fit: one that waits alone is the one, of several none is taken. */
static void test_holes(void **state)
{
    struct place *place = *state;
    send(place, "Subject: a\r\n\r\n");
    mailbag_gap(&place->queue, 100);
    assert_non_null(mailbag_end(&place->queue));
    expect(place, 99999, "a");
    send(place, "Subject: b\r\n\r\n");
    send(place, "Subject: cc\r\n\r\n");
    assert_non_null(mailbag_end(&place->queue));
    expect(place, 99999, NULL);
    expect(place, 15, "cc");
    assert_int_equal(place->queue.count, 0);
}

static void test_ceiling(void **state)
{
    struct place *place = *state;
    for (int i = 0; i < 3 * MAILBAG_MAX; i++)
        send(place, "Subject: a\r\n\r\n");
    assert_int_equal(place->queue.count, MAILBAG_MAX);
    const struct smtp_transaction no_content = {0};
    assert_null(mailbag_match(&place->queue, &no_content));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_by_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sent_ahead, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_holes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ceiling, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
