/* Credentials never leave the room: not in any callback, however the octets are cut or lost. */
#include "smtp/helper_dialogue.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const scripts[] = {
    "S: 220 mx ESMTP\nC: EHLO a\nS: 250-mx\nS: 250 AUTH PLAIN LOGIN\n"
    "C: AUTH PLAIN c2VjcmV0\nS: 535 no\nC: auth plain c2VjcmV0\nS: 535 no\n"
    "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: c2VjcmV0\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\n"
    "S: 235 ok\nC: QUIT\nS: 221 bye\n",
    /* Without being asked, and refused. */
    "S: 220 mx ESMTP\nC: EHLO a\nS: 250 mx\n"
    "C: AUTH LOGIN\nC: c2VjcmV0\nC: c2VjcmV0\nS: 502 no\nS: 500 no\nS: 500 no\nC: QUIT\nS: 221 "
    "bye\n",
    /* One after the other although refused. */
    "S: 220 mx ESMTP\nC: EHLO a\nS: 250 mx\nC: AUTH LOGIN\nS: 502 no\nC: c2VjcmV0\nS: 500 no\n"
    "C: c2VjcmV0\nS: 500 no\nC: QUIT\nS: 221 bye\n",
    /* No mechanism, an unknown one, and commands of another protocol. */
    "S: 220 mx ESMTP\nC: HELO a\nS: 250 mx\nC: AUTH c2VjcmV0\nS: 504 no\nC:  AUTH X-OWN c2VjcmV0\n"
    "S: 504 no\nC: USER c2VjcmV0\nS: 500 no\nC: pass c2VjcmV0\nS: 500 no\nC:  PASS  c2VjcmV0\n"
    "S: 500 no\n",
    "M\nS: 334 VXNlcm5hbWU6\nC: c2VjcmV0\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 ok\n",
};

static void no_secret(const struct buf *heard, struct dialogue_cut cut)
{
    struct span secret = SPAN_LITERAL("c2VjcmV0");
    size_t at = span_find_span(buf_span(heard), secret);
    if (at == heard->len)
        return;
    print_error("hole at %zu of %zu, pieces of %zu, midstream at %zu:\n%.*s", cut.hole_at,
                cut.hole_len, cut.piece, cut.midstream_at, (int)heard->len,
                (const char *)heard->at);
    fail();
}

static void check(const struct dialogue *dialogue, struct dialogue_cut cut)
{
    struct record record;
    dialogue_run(dialogue, cut, &record);
    no_secret(&record.text, cut);
    no_secret(&record.spoken, cut);
    record_done(&record);
}

static void secrets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct dialogue dialogue;
        struct dialogue_cut cut = DIALOGUE_WHOLE;
        dialogue_read(&dialogue, scripts[i]);
        for (cut.piece = 0; cut.piece < 9; cut.piece++)
            check(&dialogue, cut);
        cut.piece = 0;
        for (size_t step = 0; step < dialogue.count; step++) {
            cut.hole_at = dialogue.steps[step].at;
            cut.hole_len = dialogue.steps[step].len;
            check(&dialogue, cut);
        }
        for (cut.hole_at = 0; cut.hole_at < dialogue.octets.len; cut.hole_at++)
            for (cut.hole_len = 1; cut.hole_len < 40; cut.hole_len += 3)
                check(&dialogue, cut);
        cut.hole_len = 0;
        for (cut.midstream_at = 1; cut.midstream_at < dialogue.octets.len; cut.midstream_at++)
            check(&dialogue, cut);
        dialogue_done(&dialogue);
    }
}

/* What may be seen. */
static void shown(void **state)
{
    (void)state;
    struct dialogue dialogue;
    struct record record;
    dialogue_read(&dialogue, scripts[0]);
    dialogue_run(&dialogue, DIALOGUE_WHOLE, &record);
    struct span spoken = buf_span(&record.spoken);
    assert_true(span_find_span(spoken, SPAN_LITERAL("C AUTH PLAIN [redacted]\nS 535 no\n")) <
                spoken.len);
    assert_true(span_find_span(spoken, SPAN_LITERAL("C AUTH LOGIN\nS 334 [redacted]\n"
                                                    "C [redacted]\nS 334 [redacted]\n"
                                                    "C [redacted]\nS 235 ok\n")) < spoken.len);
    assert_int_equal(record.auth_failed, 2);
    record_done(&record);
    dialogue_done(&dialogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets),
        cmocka_unit_test(shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
