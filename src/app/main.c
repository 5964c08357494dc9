/* main: finds the command. */
#include "commands.h"

#include <mxtap/log.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND(name, summary) {#name, summary, cmd_##name},
#include "commands.def"
#undef COMMAND
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void print_usage(FILE *out)
{
    fprintf(out, "mxtap " MXTAP_VERSION ": a passive sensor for mail traffic\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  mxtap %s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n'mxtap COMMAND -h' lists a command's options.\n");
}

int main(int argc, char **argv)
{
    /* A reader that went away is an error of the write, not the end of us. */
    signal(SIGPIPE, SIG_IGN);
    if (argc >= 2)
        for (size_t i = 0; i < COMMAND_COUNT; i++)
            if (strcmp(argv[1], commands[i].name) == 0)
                return commands[i].run(argc - 1, argv + 1);
    if (argc >= 2 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        printf("mxtap " MXTAP_VERSION "\n");
        return EXIT_DONE;
    }
    if (argc >= 2)
        log_error("there is no command '%s'", argv[1]);
    print_usage(stderr);
    return EXIT_USAGE;
}
