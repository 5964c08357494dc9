/* replay: capture files in, records out. */
#include "commands.h"
#include "options.h"
#include "pipeline.h"

static const char usage[] = "usage: mxtap replay [options] CAPTURE...\n"
                            "  CAPTURE is a pcap or pcapng file, also gzipped, a directory of "
                            "them, or '-'.\n" OPTIONS_RECORDS_USAGE
                            "  --forward                  records go to the configuration's sinks "
                            "too\n";

int cmd_replay(int argc, char **argv)
{
    struct options options;
    if (options_parse(argc, argv, OPTIONS_RECORDS | OPTIONS_FORWARD, usage, &options) != ERR_NONE)
        return EXIT_USAGE;
    int status = EXIT_DONE;
    if (!options.help) {
        const struct pipeline_options pipeline = {
            .config = options.config,
            .inputs = (const char *const *)options.inputs,
            .input_count = options.input_count,
            .records = true,
            .forward = options.forward,
            .progress = !options.quiet,
        };
        status = pipeline_run(&pipeline);
    }
    options_done(&options);
    return status;
}
