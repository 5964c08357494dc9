/* sinks: the types of sinks, or the settings of one, or of all. */
#include "commands.h"
#include "config_sinks.h"
#include "settings.h"

#include <mxtap/log.h>

static const char usage[] = "usage: mxtap sinks [-v | NAME]\n"
                            "  The types of sinks; with NAME the settings of that one, with -v of "
                            "all.\n";

static void print_rows(const struct setting *settings)
{
    for (const struct setting *setting = settings; setting->name != NULL; setting++) {
        printf("  %-15s  %-8s  %s", setting->name,
               *setting->fallback != '\0' ? setting->fallback : "none", setting->help);
        const char *unit = setting->type == SETTING_SECRET ? "secret" : setting->unit;
        if (*unit != '\0')
            printf(" (%s)", unit);
        if (setting->type == SETTING_CHOICE)
            printf(": %s", setting->choices);
        putchar('\n');
    }
}

static void print_settings(const char *title, const struct setting *settings)
{
    printf("\nSettings of %s:\n", title);
    print_rows(settings);
}

/* Its own only. */
static void print_own(const struct sink *sink)
{
    if (sink->settings[0] == NULL)
        return;
    printf("\nSettings of %s:\n", sink->name);
    for (size_t i = 0; sink->settings[i] != NULL; i++)
        print_rows(sink->settings[i]);
}

static int print_manual(const char *name)
{
    const struct sink *sink = sink_find(name);
    if (sink == NULL) {
        log_error("there is no sink '%s'; 'mxtap sinks' lists them", name);
        return EXIT_USAGE;
    }
    printf("%s: %s\n\n", sink->name, sink->summary);
    if (sink_sends(sink))
        printf("Reads from the outbox (outbox.file). The receiver %s what it has.\n",
               sink->acknowledges ? "acknowledges" : "does not say");
    else
        printf("Gets each record when it is made.\n");
    printf("The form of its records is %s where format is not set.\n", sink->format);
    printf("On the command line: --set sinks.NAME.type=%s --set sinks.NAME.SETTING=VALUE\n",
           sink->name);
    print_own(sink);
    print_settings("every sink", settings_sink);
    if (sink_sends(sink))
        print_settings("every sink that reads from the outbox", settings_sink_sending);
    else
        print_settings("every sink that does not", settings_sink_local);
    return EXIT_DONE;
}

static void print_list(void)
{
    printf("%-12s %-7s %-7s %s\n", "type", "outbox", "format", "what");
    for (size_t i = 0; sink_at(i) != NULL; i++) {
        const struct sink *sink = sink_at(i);
        printf("%-12s %-7s %-7s %s\n", sink->name, sink_sends(sink) ? "yes" : "no", sink->format,
               sink->summary);
    }
}

static void print_all(void)
{
    print_list();
    print_settings("every sink", settings_sink);
    print_settings("every sink that reads from the outbox", settings_sink_sending);
    print_settings("every sink that does not", settings_sink_local);
    for (size_t i = 0; sink_at(i) != NULL; i++)
        print_own(sink_at(i));
}

int cmd_sinks(int argc, char **argv)
{
    if (argc == 1)
        print_list();
    else if (argc == 2 && strcmp(argv[1], "-v") == 0)
        print_all();
    else if (argc == 2 && argv[1][0] != '-')
        return print_manual(argv[1]);
    else {
        printf("%s", usage);
        return argc == 2 ? EXIT_DONE : EXIT_USAGE;
    }
    return EXIT_DONE;
}
