/* show: the dialogues as people read them, findings under the session that caused them. */
#include "commands.h"
#include "options.h"
#include "pipeline.h"
#include "rooms.h"
#include "showing.h"

#include <mxtap/log.h>
#include <stdlib.h>
#include <unistd.h>

#define LINES_MAX 2000

static const char usage[] =
    "usage: mxtap show [options] CAPTURE...\n"
    "  CAPTURE is a pcap or pcapng file, also gzipped, a directory of them, or '-'.\n"
    "  -c FILE, --set path.to.key=value, --home-net CIDR[,CIDR], --local-domain NAME[,NAME],\n"
    "  --ports 25[,587], --engine native|nids, -q, -v: as for replay\n"
    "  Colours are used on a terminal, unless NO_COLOR is set.\n";

/* https://no-color.org: set and not empty means no colours. */
static bool wants_color(void)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) == 1 && (no_color == NULL || *no_color == '\0');
}

static int show(const struct options *options)
{
    struct know *know = NULL;
    char message[CONFIG_MESSAGE] = "";
    if (options->config->capture.workers > 1) {
        log_error("show reads with one worker");
        return EXIT_USAGE;
    }
    if (rooms_know(options->config, &know, message) != ERR_NONE) {
        log_error("%s", message);
        return EXIT_USAGE;
    }
    const struct dialogue_options dialogue = {
        .color = wants_color(),
        .know = know,
        .max_lines = LINES_MAX,
    };
    struct showing *showing = NULL;
    int status = EXIT_USAGE;
    if (showing_new(&dialogue, stdout, &showing) == ERR_NONE) {
        const struct pipeline_options pipeline = {
            .config = options->config,
            .inputs = (const char *const *)options->inputs,
            .input_count = options->input_count,
            .know = know,
            .watch = showing_watch(showing),
            .alerts = showing_alerts(showing),
        };
        status = pipeline_run(&pipeline);
        showing_end(showing);
    }
    showing_free(showing);
    know_free(know);
    return status;
}

int cmd_show(int argc, char **argv)
{
    struct options options;
    if (options_parse(argc, argv, 0, usage, &options) != ERR_NONE)
        return EXIT_USAGE;
    int status = options.help ? EXIT_DONE : show(&options);
    options_done(&options);
    return status;
}
