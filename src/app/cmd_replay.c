/* replay: capture files in, records out. */
#include "commands.h"
#include "options.h"
#include "pipeline.h"

static const char usage[] =
    "usage: mxtap replay [options] CAPTURE...\n"
    "  CAPTURE is a pcap or pcapng file, also gzipped, a directory of them, or '-'.\n"
    "  -c FILE                    configuration (YAML)\n"
    "  --set path.to.key=value    one setting\n"
    "  --home-net CIDR[,CIDR]     own networks\n"
    "  --local-domain NAME[,NAME] local mail domains\n"
    "  --ports 25[,587]           server ports watched\n"
    "  --engine native|nids       TCP reassembly\n"
    "  --workers N                packet workers\n"
    "  -o FILE                    where records go (default: standard output)\n"
    "  --log KIND[,KIND]          alert, smtp, stats (default: alert)\n"
    "  --format eve|text          form of the records (default: eve)\n"
    "  -q, -v                     say less, say more\n";

int cmd_replay(int argc, char **argv)
{
    struct options options;
    if (options_parse(argc, argv, OPTIONS_RECORDS, usage, &options) != ERR_NONE)
        return EXIT_USAGE;
    int status = EXIT_DONE;
    if (!options.help) {
        const struct pipeline_options pipeline = {
            .config = options.config,
            .inputs = (const char *const *)options.inputs,
            .input_count = options.input_count,
            .records = true,
            .progress = !options.quiet,
        };
        status = pipeline_run(&pipeline);
    }
    options_done(&options);
    return status;
}
