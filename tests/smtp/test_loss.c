/*
 * Thousands of made-up sessions, of clients that wait and of clients that pipeline, each with some
 * of its packets missing. No verdict may differ from the truth, and most must still be there.
 */
#include "smtp/helper_dialogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SESSIONS 1500

struct generator {
    uint64_t state;
    struct buf script;
    bool pipelines, names; /* the server names recipients in its replies */
    unsigned serial;
};

static unsigned draw(struct generator *generator, unsigned below)
{
    generator->state = generator->state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(generator->state >> 33) % below;
}

static void add_reply(struct generator *generator, const char *what, unsigned number)
{
    static const char *const replies[] = {"250 2.1.5 Ok", "550 5.1.1 User unknown",
                                          "450 4.2.0 Greylisted", "250 ok",
                                          "550-5.7.1 No\nS: 550 5.7.1 no and no"};
    if (generator->names && draw(generator, 3) > 0)
        buf_printf(&generator->script, "S: %s <%s%u@example.com>: text\n",
                   draw(generator, 2) == 0 ? "550 5.1.1" : "250 2.1.5", what, number);
    else
        buf_printf(&generator->script, "S: %s\n", replies[draw(generator, 5)]);
}

static void add_message(struct generator *generator)
{
    unsigned count = 1 + draw(generator, 6), first = generator->serial;
    const char *border = generator->pipelines ? "" : "|\n";
    struct buf *script = &generator->script;
    generator->serial += count + 1;
    buf_printf(script, "C: MAIL FROM:<s%u@example.org>\n%s", first, border);
    if (!generator->pipelines)
        buf_add_text(script, "S: 250 2.1.0 Ok\n");
    for (unsigned i = 1; i <= count; i++) {
        buf_printf(script, "C: RCPT TO:<r%u@example.com>\n", first + i);
        if (!generator->pipelines)
            add_reply(generator, "r", first + i);
    }
    if (draw(generator, 4) == 0) {
        buf_add_text(script, "C: RSET\n");
    } else {
        buf_add_text(script, "C: DATA\n");
    }
    bool reset = script->at[script->len - 2] == 'T';
    if (generator->pipelines) {
        buf_add_text(script, "S: 250 2.1.0 Ok\n");
        for (unsigned i = 1; i <= count; i++)
            add_reply(generator, "r", first + i);
    }
    if (reset) {
        buf_add_text(script, "S: 250 2.0.0 flushed\n");
        return;
    }
    if (draw(generator, 8) == 0) {
        buf_add_text(script, "S: 554 5.5.1 no valid recipients\n|\n"
                             "C: RSET\nS: 250 2.0.0 flushed\n");
        return;
    }
    buf_printf(script, "S: 354 go\nC: Subject: %u\nC: \n|\n", first);
    for (unsigned i = draw(generator, 4); i > 0; i--)
        buf_add_text(script, "C: a line of text\nC: QUIT\nC: RSET is a word\n|\n");
    buf_add_text(script, "C: .\n");
    buf_add_text(script, draw(generator, 3) == 0 ? "S: 554 5.7.1 spam\n" : "S: 250 2.0.0 queued\n");
}

static void make_script(struct generator *generator, uint64_t seed)
{
    *generator = (struct generator){.state = seed * 0x9e3779b97f4a7c15U + 1};
    buf_init(&generator->script, 1 << 20);
    generator->pipelines = draw(generator, 2) == 0;
    generator->names = draw(generator, 2) == 0;
    buf_add_text(&generator->script, "S: 220 mx ESMTP\nC: EHLO c.example.org\n"
                                     "S: 250-mx\nS: 250-PIPELINING\nS: 250 SIZE\n");
    for (unsigned i = 1 + draw(generator, 4); i > 0; i--)
        add_message(generator);
    buf_add_text(&generator->script, "C: QUIT\nS: 221 bye\n");
    buf_add_octet(&generator->script, '\0');
}

/* Packets become gaps, one in so many. */
static unsigned lose(struct dialogue *dialogue, struct generator *generator, unsigned one_in)
{
    unsigned lost = 0;
    for (size_t i = 0; i < dialogue->count; i++) {
        struct dialogue_step *step = &dialogue->steps[i];
        if (step->gap || draw(generator, one_in) > 0)
            continue;
        step->gap = true;
        step->missing = step->len;
        lost++;
    }
    return lost;
}

static size_t count_lines(const struct buf *buf)
{
    size_t lines = 0;
    for (size_t i = 0; i < buf->len; i++)
        lines += buf->at[i] == '\n';
    return lines;
}

static bool has_line(struct span rest, struct span line)
{
    while (rest.len > 0) {
        size_t end = span_find(rest, '\n');
        if (span_equal(span_head(rest, end), line))
            return true;
        rest = span_skip(rest, end + 1);
    }
    return false;
}

static void no_other(const struct generator *generator, const struct buf *whole,
                     const struct record *got, const struct buf *verdicts)
{
    struct span rest = buf_span(verdicts);
    while (rest.len > 0) {
        size_t end = span_find(rest, '\n');
        if (!has_line(buf_span(whole), span_head(rest, end))) {
            fprintf(stderr, "wrong: %.*s\n--- script\n%s--- spoken\n%.*s--- heard\n%.*s", (int)end,
                    (const char *)rest.at, (const char *)generator->script.at, (int)got->spoken.len,
                    (const char *)got->spoken.at, (int)got->text.len, (const char *)got->text.at);
            fail();
        }
        rest = span_skip(rest, end + 1);
    }
}

/* RSET, DATA and QUIT stand in a session more than once: only commands with a path are compared. */
static void check_loss(unsigned one_in, unsigned least_percent)
{
    size_t packets = 0, lost = 0, verdicts = 0, kept = 0;
    for (uint64_t seed = 1; seed <= SESSIONS; seed++) {
        struct generator generator;
        struct dialogue dialogue;
        struct record whole, got;
        make_script(&generator, seed);
        dialogue_read(&dialogue, (const char *)generator.script.at);
        dialogue_run(&dialogue, DIALOGUE_WHOLE, &whole);
        packets += dialogue.count;
        lost += lose(&dialogue, &generator, one_in);
        dialogue_run(&dialogue, DIALOGUE_WHOLE, &got);
        no_other(&generator, &whole.verdicts, &got, &got.verdicts);
        no_other(&generator, &whole.messages, &got, &got.messages);
        verdicts += count_lines(&whole.verdicts) + count_lines(&whole.messages);
        kept += count_lines(&got.verdicts) + count_lines(&got.messages);
        record_done(&whole);
        record_done(&got);
        dialogue_done(&dialogue);
        buf_done(&generator.script);
    }
    print_message("%zu of %zu packets lost, %zu of %zu verdicts kept (%zu %%)\n", lost, packets,
                  kept, verdicts, kept * 100 / verdicts);
    assert_true(kept * 100 >= verdicts * least_percent);
}

static void loss_of_1_percent(void **state)
{
    (void)state;
    check_loss(100, 90);
}

static void loss_of_5_percent(void **state)
{
    (void)state;
    check_loss(20, 75);
}

static void loss_of_20_percent(void **state)
{
    (void)state;
    check_loss(5, 35);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_of_1_percent),
        cmocka_unit_test(loss_of_5_percent),
        cmocka_unit_test(loss_of_20_percent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
