/* Scripts in, records out: see helper_dialogue.h. */
#include "smtp/helper_dialogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <mxtap/clock.h>

#define MEGABYTE (1 << 20)

static unsigned hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static void add_escaped(struct buf *buf, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '\\' && i + 1 < len) {
            c = text[++i];
            if (c == 'x' && i + 2 < len) {
                buf_add_octet(buf, (uint8_t)(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2])));
                i += 2;
                continue;
            }
            c = c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c;
        }
        buf_add_octet(buf, (uint8_t)c);
    }
}

static void add_step(struct dialogue *dialogue, const char *line, size_t len, bool *border)
{
    struct dialogue_step *last = dialogue->count > 0 ? &dialogue->steps[dialogue->count - 1] : NULL;
    struct dialogue_step step = {.at = dialogue->octets.len};
    if (len < 2) {
        *border = true;
        return;
    }
    step.direction = line[0] == 'S' ? FROM_SERVER : FROM_CLIENT;
    if (line[0] == 'T') {
        step.wait = strtoll(line + 2, NULL, 10) * CLOCK_SECOND;
    } else if (line[1] == '-') {
        step.gap = true;
        step.missing = strtoull(line + 2, NULL, 10);
    } else {
        const char *text = len > 3 ? line + 3 : line + len;
        add_escaped(&dialogue->octets, text, len > 3 ? len - 3 : 0);
        if (line[1] == ':')
            buf_add_text(&dialogue->octets, "\r\n");
        step.len = dialogue->octets.len - step.at;
        if (last != NULL && !*border && !last->gap && last->wait == 0 &&
            last->direction == step.direction) {
            last->len += step.len;
            return;
        }
    }
    *border = false;
    assert_true(dialogue->count < DIALOGUE_STEPS);
    dialogue->steps[dialogue->count++] = step;
}

void dialogue_read(struct dialogue *dialogue, const char *script)
{
    dialogue->count = 0;
    dialogue->midstream = false;
    buf_init(&dialogue->octets, 8 * MEGABYTE);
    bool border = false;
    for (const char *line = script; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        if (len == 1 && line[0] == 'M')
            dialogue->midstream = true;
        else if (len > 0)
            add_step(dialogue, line, len, &border);
        line += len + (line[len] == '\n');
    }
}

void dialogue_done(struct dialogue *dialogue)
{
    buf_done(&dialogue->octets);
}

struct run {
    struct smtp_session *session;
    struct record *record;
    struct dialogue_cut cut;
    int64_t now;
    uint64_t number;
    struct buf packet; /* octets on the heap of exactly their size, for the sanitizer */
};

static void deliver(struct run *run, enum direction direction, struct span data)
{
    run->number++;
    run->now += 1000 * CLOCK_MICROSECOND;
    if (data.len == 0 || (run->cut.client_only && direction == FROM_SERVER) ||
        (run->cut.server_only && direction == FROM_CLIENT))
        return;
    uint8_t *copy = malloc(data.len);
    assert_non_null(copy);
    memcpy(copy, data.at, data.len);
    smtp_session_data(run->session, direction, span_make(copy, data.len), run->now, run->number);
    free(copy);
}

/* Octets [from, to) of the step, in the pieces that the cut asks for. */
static void deliver_part(struct run *run, const struct dialogue_step *step, struct span octets,
                         size_t from, size_t to)
{
    if (from < run->cut.midstream_at)
        from = run->cut.midstream_at < to ? run->cut.midstream_at : to;
    while (from < to) {
        size_t end = to;
        if (run->cut.piece > 0 && from + run->cut.piece < to)
            end = from + run->cut.piece;
        if (run->cut.split > from && run->cut.split < end)
            end = run->cut.split;
        deliver(run, step->direction, span_make(octets.at + from, end - from));
        from = end;
    }
}

static void run_step(struct run *run, const struct dialogue_step *step, struct span octets)
{
    size_t from = step->at, to = step->at + step->len;
    size_t hole = run->cut.hole_at, hole_end = hole + run->cut.hole_len;
    run->now += step->wait;
    if (step->gap) {
        buf_add_text(&run->record->spoken,
                     step->direction == FROM_CLIENT ? "C (gap)\n" : "S (gap)\n");
        smtp_session_gap(run->session, step->direction, step->missing, run->now, run->number);
        return;
    }
    if (hole >= to || hole_end <= from || run->cut.hole_len == 0) {
        deliver_part(run, step, octets, from, to);
        return;
    }
    size_t start = hole > from ? hole : from, end = hole_end < to ? hole_end : to;
    deliver_part(run, step, octets, from, start);
    buf_add_text(&run->record->spoken, step->direction == FROM_CLIENT ? "C (gap)\n" : "S (gap)\n");
    smtp_session_gap(run->session, step->direction, end - start, run->now, run->number);
    deliver_part(run, step, octets, end, to);
}

void dialogue_run(const struct dialogue *dialogue, struct dialogue_cut cut, struct record *record)
{
    static struct smtp_shelf shelf; /* each runs in what the one before it has left */
    struct flow_info flow = {.midstream = dialogue->midstream || cut.midstream_at > 0};
    struct budget budget;
    budget_init(&budget, 16 * MEGABYTE);
    struct run run = {.cut = cut, .record = record};
    struct smtp_sink sink = record_init(record);
    assert_int_equal(smtp_session_new(&flow, &sink, &budget, &shelf, &run.session), 0);
    for (size_t i = 0; i < dialogue->count; i++)
        run_step(&run, &dialogue->steps[i], buf_span(&dialogue->octets));
    smtp_session_end(run.session, CLOSE_FIN, run.now, run.number);
    assert_int_equal(budget.used, 0);
    assert_int_equal(shelf.count, 1);
}

static void compare(const struct dialogue *dialogue, struct dialogue_cut cut, const char *expected,
                    const char *want_facts)
{
    struct record record;
    char got_facts[1024];
    dialogue_run(dialogue, cut, &record);
    buf_add_octet(&record.text, '\0');
    record_facts(record.facts, got_facts, sizeof got_facts);
    if (strcmp((char *)record.text.at, expected) != 0 || strcmp(got_facts, want_facts) != 0) {
        print_error("pieces of %zu, split at %zd:\n", cut.piece, (ssize_t)cut.split);
        print_error("--- expected, facts %s\n%s--- got, facts %s\n%s", want_facts, expected,
                    got_facts, (char *)record.text.at);
        fail();
    }
    record_done(&record);
}

static bool has_line(const struct buf *all, const char *line, size_t len)
{
    struct span rest = buf_span(all);
    while (rest.len > 0) {
        size_t end = span_find(rest, '\n');
        if (end == len && memcmp(rest.at, line, len) == 0)
            return true;
        rest = span_skip(rest, end + 1);
    }
    return false;
}

/* Every verdict of the run stands in the whole one, too. */
static void no_other_verdict(const struct buf *whole, const struct buf *got,
                             struct dialogue_cut cut, const struct record *record)
{
    struct span rest = buf_span(got);
    while (rest.len > 0) {
        size_t end = span_find(rest, '\n');
        if (!has_line(whole, (const char *)rest.at, end)) {
            print_error("hole at %zu of %zu octets, midstream at %zu, client only %d, server only "
                        "%d: wrong verdict: %.*s\n",
                        cut.hole_at, cut.hole_len, cut.midstream_at, cut.client_only,
                        cut.server_only, (int)end, (const char *)rest.at);
            print_error("--- lines\n%.*s--- heard\n%.*s", (int)record->spoken.len,
                        (const char *)record->spoken.at, (int)record->text.len,
                        (const char *)record->text.at);
            fail();
        }
        rest = span_skip(rest, end + 1);
    }
}

static void check_cut(const struct dialogue *dialogue, const struct record *whole,
                      struct dialogue_cut cut)
{
    struct record record;
    dialogue_run(dialogue, cut, &record);
    no_other_verdict(&whole->verdicts, &record.verdicts, cut, &record);
    no_other_verdict(&whole->messages, &record.messages, cut, &record);
    record_done(&record);
}

static void check_holes(const struct dialogue *dialogue)
{
    static const size_t lengths[] = {1, 2, 3, 7, 20, 61, 200, 1000};
    struct record whole;
    dialogue_run(dialogue, DIALOGUE_WHOLE, &whole);
    struct dialogue_cut cut = DIALOGUE_WHOLE;
    for (size_t at = 0; at < dialogue->octets.len; at++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            cut.hole_at = at;
            cut.hole_len = lengths[i];
            check_cut(dialogue, &whole, cut);
        }
        cut.hole_len = 0;
        cut.midstream_at = at;
        check_cut(dialogue, &whole, cut);
        cut.midstream_at = 0;
    }
    for (size_t i = 0; i < dialogue->count; i++) {
        cut.hole_at = dialogue->steps[i].at;
        cut.hole_len = dialogue->steps[i].len;
        check_cut(dialogue, &whole, cut);
    }
    cut.hole_len = 0;
    cut.client_only = true;
    check_cut(dialogue, &whole, cut);
    cut.client_only = false;
    cut.server_only = true;
    check_cut(dialogue, &whole, cut);
    record_done(&whole);
}

void dialogue_check_whole(const char *script, const char *expected, const char *facts)
{
    struct dialogue dialogue;
    dialogue_read(&dialogue, script);
    struct dialogue_cut cut = DIALOGUE_WHOLE;
    compare(&dialogue, cut, expected, facts);
    for (cut.piece = 1; cut.piece < 8; cut.piece++)
        compare(&dialogue, cut, expected, facts);
    cut.piece = 0;
    for (cut.split = 1; cut.split < dialogue.octets.len; cut.split++)
        compare(&dialogue, cut, expected, facts);
    dialogue_done(&dialogue);
}

void dialogue_check(const char *script, const char *expected, const char *facts)
{
    struct dialogue dialogue;
    dialogue_check_whole(script, expected, facts);
    dialogue_read(&dialogue, script);
    check_holes(&dialogue);
    dialogue_done(&dialogue);
}
