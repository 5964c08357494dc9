/* detectors: the list of detectors, or the manual of one. */
#include "commands.h"

#include <mxtap/detect.h>
#include <mxtap/log.h>
#include <stdio.h>
#include <stdlib.h>

static const char *severity_name(unsigned severity)
{
    return severity == 1 ? "high" : severity == 2 ? "medium" : "low";
}

static void print_settings(const struct detector *detector)
{
    printf("\nSettings (detectors.%s.NAME):\n", detector->name);
    printf("  %-26s %-8s %s\n", "enabled", "true", "is this detector on?");
    printf("  %-26s %-8s %s\n", "severity", "0", "1 high, 2 medium, 3 low; 0: its own");
    for (const struct setting *setting = detector->settings; setting->name != NULL; setting++)
        printf("  %-26s %-8s %s%s%s%s\n", setting->name, setting->fallback, setting->help,
               *setting->unit ? " (" : "", setting->unit, *setting->unit ? ")" : "");
}

static int print_manual(const char *name)
{
    const struct detector *detector = detect_find(name);
    if (detector == NULL) {
        log_error("there is no detector '%s'; 'mxtap detectors' lists them", name);
        return EXIT_USAGE;
    }
    printf("%u %s (rev %u): %s\n\n", detector->id, detector->name, detector->rev,
           detector->signature);
    printf("%s\n\nA case is one %s. Severity: %s. Category: %s.\n", detector->manual, detector->key,
           severity_name(detector->severity), detector->category);
    printf("What to do: %s\n", detector->advice);
    print_settings(detector);
    return EXIT_DONE;
}

int cmd_detectors(int argc, char **argv)
{
    if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
        printf("usage: mxtap detectors [NAME]\n");
        return argc == 2 ? EXIT_DONE : EXIT_USAGE;
    }
    if (argc == 2)
        return print_manual(argv[1]);
    printf("%-5s %-20s %-8s %-16s %s\n", "id", "name", "severity", "case", "what");
    for (size_t i = 0; i < detect_count(); i++) {
        const struct detector *detector = detect_at(i);
        printf("%-5u %-20s %-8s %-16s %s\n", detector->id, detector->name,
               severity_name(detector->severity), detector->key, detector->signature);
    }
    return EXIT_DONE;
}
