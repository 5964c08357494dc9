/* Reply classes: the committed wordings, the traps, users' files, and every cut of a reply. */
#include <mxtap/replies.h>

#include "labelled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct replies *make(const char *path)
{
    struct replies *replies = NULL;
    char problem[REPLIES_PROBLEM_SIZE] = "";
    assert_int_equal(replies_new(path, &replies, problem), ERR_NONE);
    return replies;
}

static const char *class_of(struct replies *replies, const char *line)
{
    return replies_name(replies_line(replies, span_text(line)));
}

static void own_wordings(void **state)
{
    (void)state;
    struct replies *replies = make(NULL);
    struct labelled labelled;
    assert_true(labelled_open(&labelled, "MXTAP_SOURCE", "tests/know/replies-own.tsv"));
    unsigned rows = 0;
    while (labelled_next(&labelled)) {
        const char *class = class_of(replies, labelled.fields[1]);
        if (strcmp(class, labelled.fields[2]) != 0)
            fail_msg("%s, not %s: %s", class, labelled.fields[2], labelled.fields[1]);
        rows++;
    }
    labelled_close(&labelled);
    assert_true(rows >= 150);
    replies_free(replies);
}

static void traps(void **state)
{
    (void)state;
    static const struct {
        const char *line, *class;
    } cases[] = {
        {"550 5.4.1 Recipient address rejected: Access denied", "unknown_user"},
        {"554 5.7.1 <a@b.example>: Recipient address rejected: Access denied", "policy_block"},
        {"550 5.2.1 Mailbox unavailable. Your IP address 192.0.2.1 is blocked", "policy_block"},
        {"552 5.1.1 user is overquota", "mailbox_full"},
        {"252 2.1.5 Cannot VRFY user, but will accept message", "other"},
        {"250 user unknown", "accepted"},
        {"550 sender address rejected: user unknown", "policy_block"},
        {"550-5.1.1 no such\r\n550-5.1.1 user\r\n550 5.1.1 here", "unknown_user"},
        {"550", "unknown_user"},
        {"503 whatever", "syntax"},
        {"5500 User unknown", "other"},
        {"no code at all", "other"},
        {"", "other"},
    };
    struct replies *replies = make(NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(class_of(replies, cases[i].line), cases[i].class);
    replies_free(replies);
}

/* Text beats the enhanced code, which beats the basic code. */
static void codes_without_words(void **state)
{
    (void)state;
    struct replies *replies = make(NULL);
    struct span none = SPAN_NULL, says = SPAN_LITERAL("mailbox full");
    assert_int_equal(replies_class(replies, 550, SPAN_LITERAL("5.1.1"), none), REPLY_UNKNOWN_USER);
    assert_int_equal(replies_class(replies, 550, SPAN_LITERAL("5.2.2"), none), REPLY_MAILBOX_FULL);
    assert_int_equal(replies_class(replies, 550, SPAN_LITERAL("5.7.1"), none), REPLY_POLICY_BLOCK);
    assert_int_equal(replies_class(replies, 550, SPAN_LITERAL("5.1.1"), says), REPLY_MAILBOX_FULL);
    assert_int_equal(replies_class(replies, 550, none, SPAN_LITERAL("(#5.1.1)")),
                     REPLY_UNKNOWN_USER);
    assert_int_equal(replies_class(replies, 450, none, none), REPLY_TEMP_FAILURE);
    assert_int_equal(replies_class(replies, 250, none, none), REPLY_ACCEPTED);
    assert_int_equal(replies_class(replies, 354, none, none), REPLY_ACCEPTED);
    /* In a dialogue a reply that only follows from another is told from bad syntax. */
    assert_int_equal(replies_class(replies, 503, none, SPAN_LITERAL("need RCPT")), REPLY_CASCADE);
    assert_int_equal(replies_class(replies, 554, none, SPAN_LITERAL("no valid recipients")),
                     REPLY_CASCADE);
    assert_int_equal(replies_class(replies, 999, none, says), REPLY_MAILBOX_FULL);
    replies_free(replies);
}

/* A long enhanced code is no code, and the same question has the same answer from memory. */
static void memory(void **state)
{
    (void)state;
    struct replies *replies = make(NULL);
    struct span text = SPAN_LITERAL("User unknown");
    struct span enhanced = SPAN_LITERAL("5.1111111111111111111111.1");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(replies_class(replies, 550, enhanced, text), REPLY_UNKNOWN_USER);
        assert_string_equal(class_of(replies, "450 4.7.1 Greylisted"), "greylist");
    }
    char line[64];
    for (int i = 0; i < 20000; i++) {
        int len = snprintf(line, sizeof(line), "550 word%c%c%c is greylisted", 'a' + i % 26,
                           'a' + i / 26 % 26, 'a' + i / 676);
        assert_int_equal(replies_line(replies, span_make(line, (size_t)len)), REPLY_GREYLIST);
    }
    replies_free(replies);
}

/* No octets upset it, at no length; ends are found by the sanitizers. */
static void every_cut(void **state)
{
    (void)state;
    static const char whole[] = "550-5.1.1 <a@b.example>: tempo- rarily \xff\xfe RESOLVER.ADR.X; "
                                "see https://h.example/?p=a_b [2001:db8::1] 192.0.2.1 joe@x:full <";
    struct replies *replies = make(NULL);
    for (size_t from = 0; from < sizeof(whole); from++) {
        for (size_t len = 0; from + len <= sizeof(whole); len++) {
            uint8_t *copy = malloc(len + 1);
            assert_non_null(copy);
            memcpy(copy, whole + from, len);
            (void)replies_line(replies, span_make(copy, len));
            (void)replies_class(replies, 550, span_make(copy, len), span_make(copy, len));
            free(copy);
        }
    }
    uint8_t big[5000];
    memset(big, 'a', sizeof(big));
    assert_int_equal(replies_class(replies, 550, SPAN_NULL, span_make(big, sizeof(big))),
                     REPLY_UNKNOWN_USER);
    replies_free(replies);
}

static void with_file(const char *text, char path[32])
{
    snprintf(path, 32, "/tmp/mxtap-rules-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void users_rules(void **state)
{
    (void)state;
    char path[32];
    with_file("# ours\n\nmailbox_full 550,55x 5.1.x,- ^kiste ist zu$\r\n"
              "greylist * 4.9.9 *\n",
              path);
    struct replies *replies = make(path);
    assert_string_equal(class_of(replies, "550 5.1.77 Kiste ist zu!"), "mailbox_full");
    assert_string_equal(class_of(replies, "550 Kiste ist zu"), "mailbox_full");
    assert_string_equal(class_of(replies, "550 5.2.1 Kiste ist zu"), "other");
    assert_string_equal(class_of(replies, "450 4.9.9 whatever"), "greylist");
    assert_string_equal(class_of(replies, "550 User unknown"), "unknown_user");
    replies_free(replies);
    unlink(path);
}

static void wrong_rules(void **state)
{
    (void)state;
    static const char *const wrong[] = {"nonsense * * x\n",         "unknown_user 5?? * x\n",
                                        "unknown_user * five x\n",  "unknown_user * *\n",
                                        "unknown_user\n",           "unknown_user * * (unclosed\n",
                                        "unknown_user \xff * * x\n"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char path[32], text[128], place[64], problem[REPLIES_PROBLEM_SIZE] = "";
        snprintf(text, sizeof(text), "# first\n\n%s", wrong[i]);
        with_file(text, path);
        snprintf(place, sizeof(place), "%s:3: ", path);
        struct replies *replies = NULL;
        assert_int_equal(replies_new(path, &replies, problem), ERR_CONFIG);
        assert_null(replies);
        assert_memory_equal(problem, place, strlen(place));
        unlink(path);
    }
    char problem[REPLIES_PROBLEM_SIZE] = "";
    struct replies *replies = NULL;
    assert_int_equal(replies_new("/nonexistent/rules", &replies, problem), ERR_SYSTEM);
    assert_non_null(strstr(problem, "/nonexistent/rules: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_wordings),        cmocka_unit_test(traps),
        cmocka_unit_test(codes_without_words), cmocka_unit_test(memory),
        cmocka_unit_test(every_cut),           cmocka_unit_test(users_rules),
        cmocka_unit_test(wrong_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
