/*
 * The dialogues of dialogues.txt, each whole, in small pieces, split in two anywhere, and (unless
 * marked "whole") with holes. The file's head is the manual of its format.
 */
#include "smtp/helper_dialogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define FILE_MAX (1 << 20)

static char *read_all(void)
{
    char path[4096];
    const char *source = getenv("MXTAP_SOURCE");
    snprintf(path, sizeof path, "%s/tests/smtp/dialogues.txt", source == NULL ? "." : source);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    char *text = calloc(1, FILE_MAX);
    assert_non_null(text);
    size_t len = fread(text, 1, FILE_MAX - 1, file);
    fclose(file);
    assert_true(len > 0 && len < FILE_MAX - 1);
    return text;
}

/* "## title: facts", script, "--", expected. */
static void check_case(char *text)
{
    char *script = strchr(text, '\n');
    assert_non_null(script);
    *script++ = '\0';
    char *facts = strchr(text, ':');
    assert_non_null(facts);
    *facts++ = '\0';
    facts += *facts == ' ';
    char *expected = strstr(script, "--\n");
    assert_non_null(expected);
    *expected = '\0';
    expected += 3;
    print_message("%s\n", text);
    if (strstr(text, "(whole)") != NULL)
        dialogue_check_whole(script, expected, facts);
    else
        dialogue_check(script, expected, facts);
}

static void golden(void **state)
{
    (void)state;
    char *text = read_all();
    if (text == NULL)
        skip();
    char *at = strstr(text, "\n## ");
    while (at != NULL) {
        char *next = strstr(at + 1, "\n## ");
        if (next != NULL)
            *next = '\0';
        /* The blank line between cases is no part of them. */
        size_t len = strlen(at);
        if (next == NULL)
            assert_true(len > 1 && at[len - 1] == '\n');
        check_case(at + 4);
        at = next;
        if (next != NULL)
            *next = '\n';
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
