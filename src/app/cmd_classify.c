/* classify: a line in, "class TAB line" out, for servers' replies and clients' names. */
#include "commands.h"

#include <errno.h>
#include <mxtap/log.h>
#include <mxtap/names.h>
#include <mxtap/replies.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: mxtap classify [-r RULES] reply|name [FILE]\n"
    "  Reads lines from FILE or standard input, writes 'class TAB line'.\n"
    "  -r RULES  rules for replies that are tried before the built-in ones\n";

/* rules is NULL for names. */
static int classify(FILE *in, struct replies *rules)
{
    char *line = NULL;
    size_t room = 0;
    for (ssize_t len; (len = getline(&line, &room, in)) != -1;) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            line[--len] = '\0';
        struct span span = span_make(line, (size_t)len);
        const char *name = rules != NULL ? replies_name(replies_line(rules, span))
                                         : names_class_name(names_class(span_trim(span)));
        printf("%s\t%.*s\n", name, (int)len, line);
    }
    free(line);
    return ferror(in) ? EXIT_DAMAGED : EXIT_DONE;
}

static int classify_file(const char *what, const char *path, const char *rules_file)
{
    struct replies *rules = NULL;
    char problem[REPLIES_PROBLEM_SIZE] = "";
    if (strcmp(what, "reply") == 0 && replies_new(rules_file, &rules, problem) != ERR_NONE) {
        log_error("%s", problem);
        return EXIT_USAGE;
    }
    FILE *in = path == NULL || strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (in == NULL) {
        log_error("%s: %s", path, strerror(errno));
        replies_free(rules);
        return EXIT_USAGE;
    }
    int status = classify(in, rules);
    if (in != stdin)
        fclose(in);
    replies_free(rules);
    return status;
}

int cmd_classify(int argc, char **argv)
{
    const char *rules_file = NULL;
    int at = 1;
    if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
        printf("%s", usage);
        return EXIT_DONE;
    }
    if (argc > 3 && strcmp(argv[1], "-r") == 0) {
        rules_file = argv[2];
        at = 3;
    }
    if (argc - at < 1 || argc - at > 2 ||
        (strcmp(argv[at], "reply") != 0 && strcmp(argv[at], "name") != 0)) {
        fprintf(stderr, "%s", usage);
        return EXIT_USAGE;
    }
    return classify_file(argv[at], argc - at == 2 ? argv[at + 1] : NULL, rules_file);
}
