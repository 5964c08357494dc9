/* The words of a reply. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "replytext.h"

static void words_are(const char *text, const char *wanted)
{
    char words[REPLYTEXT_SIZE + 1];
    words[replytext_words(span_text(text), words)] = '\0';
    assert_string_equal(words, wanted);
}

static void words(void **state)
{
    (void)state;
    words_are("", "");
    words_are("  <a@b.example>... User unknown", "user unknown");
    words_are("<RCPT TO>: <DATA>: Data command rejected", "rcpt to data command rejected");
    words_are("5.1.1 Non-existent USER, doesn't", "nonexistent user doesnt");
    words_are("User doesn\xe2\x80\x99t exist", "user doesnt exist");
    words_are("bo\xc3\xaete pleine", "bo~te pleine");
    words_are("tempo- rarily re- jected", "temporarily rejected");
    words_are("a - gsmtp", "a gsmtp");
    words_are("550-Callout 550 5.1.1 failed\r\n550 5.1.1 twice", "callout failed twice");
    words_are("mx1.b.example[192.0.2.1]:25: refused", "refused");
    words_are("RESOLVER.ADR.RecipNotFound; x", "resolver adr recipnotfound x");
    words_are("see https://h.example/why?p=NoSuchUser now", "see why p nosuchuser now");
    words_are("[2001:db8::1] rfc5322 lpn007_416 a1b2 (-19:308)", "rfc lpn");
    words_are("address:joe@b.example joe@b.example:blocked", "address blocked");
    words_are("blocked.Please ask", "blocked please ask");
    words_are("joe@b.example...User unknown", "user unknown");
    words_are("not allowed...joe@b.example", "not allowed");
    words_are("-- suspended--please ask -- ...", "suspended please ask");
}

static void words_have_a_ceiling(void **state)
{
    (void)state;
    char words[REPLYTEXT_SIZE];
    uint8_t text[REPLYTEXT_READ * 2];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 5 == 4 ? ' ' : 'w';
    assert_int_equal(replytext_words(span_make(text, sizeof(text)), words), REPLYTEXT_SIZE);
}

static void enhanced_is(const char *text, const char *wanted)
{
    struct span found = replytext_enhanced(span_text(text));
    assert_true(span_equal(found, span_text(wanted)));
}

static void enhanced(void **state)
{
    (void)state;
    enhanced_is(" 5.1.1 User unknown", "5.1.1");
    enhanced_is("sorry, no mailbox (#5.1.1)", "5.1.1");
    enhanced_is(" 4.7.650 busy", "4.7.650");
    enhanced_is("from 5.1.1.7 and 4.7.1", "4.7.1");
    enhanced_is("v5.1.1 15.1.1 3.1.1 5.1 5..1 5.1. 5.1.1234", "");
    enhanced_is("5.1.1", "5.1.1");
    enhanced_is("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(words_have_a_ceiling),
        cmocka_unit_test(enhanced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
