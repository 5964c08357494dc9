/*
 * options: the command line that replay, run, show and check share (OUTPUT.md).
 *
 * Fills a config: defaults, then -c FILE, then everything else in the order given. Problems are
 * logged here; the caller only ends with exit status 1.
 */
#ifndef MXTAP_OPTIONS_H
#define MXTAP_OPTIONS_H

#include "config.h"

/* Bits: which options a command takes beside the shared ones. */
enum options_take {
    OPTIONS_RECORDS = 1,  /* -o, --log, --format */
    OPTIONS_NO_INPUT = 2, /* no operands */
    OPTIONS_LIVE = 4,     /* -i */
    OPTIONS_FORWARD = 8,  /* --forward */
    OPTIONS_OUTBOX = 16,  /* --file, --dead, --json, --yes */
};

/* What -h says of the options of those that write records. */
#define OPTIONS_RECORDS_USAGE                                                                      \
    "  -c FILE                    configuration (YAML)\n"                                          \
    "  --set path.to.key=value    one setting\n"                                                   \
    "  --home-net CIDR[,CIDR]     own networks\n"                                                  \
    "  --local-domain NAME[,NAME] local mail domains\n"                                            \
    "  --ports 25[,587]           server ports watched\n"                                          \
    "  --engine native|nids       TCP reassembly\n"                                                \
    "  --workers N                packet workers\n"                                                \
    "  -o FILE                    where records go (default: standard output)\n"                   \
    "  --log KIND[,KIND]          alert, smtp, stats (default: alert)\n"                           \
    "  --format eve|ecs|cef|text  form of the records (default: eve)\n"                            \
    "  -q, -v                     say less, say more\n"

struct options {
    struct config *config;
    const char *config_file; /* -c, or NULL */
    char **inputs;           /* operands; argv's */
    size_t input_count;
    bool quiet;
    int verbose;
    bool forward;         /* --forward: the configuration's sinks get the records too */
    bool dead, json, yes; /* of outbox */
    bool help;            /* -h: usage was printed; done */
};

/* argv[0] is the command's name. */
enum err options_parse(int argc, char **argv, unsigned take, const char *usage,
                       struct options *ret_options) MXTAP_MUST_CHECK;
void options_done(struct options *options);

#endif
