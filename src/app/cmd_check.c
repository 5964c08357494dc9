/* check: reads a configuration as the sensor would, and prints what would be in force. */
#include "commands.h"
#include "options.h"
#include "rooms.h"

#include <mxtap/log.h>

static const char usage[] =
    "usage: mxtap check [-c FILE] [--set path.to.key=value]... [-v]\n"
    "  Says whether the configuration is right and prints what would be in force;\n"
    "  with -v each setting is explained.\n";

int cmd_check(int argc, char **argv)
{
    struct options options;
    if (options_parse(argc, argv, OPTIONS_NO_INPUT, usage, &options) != ERR_NONE)
        return EXIT_USAGE;
    int status = EXIT_DONE;
    if (!options.help) {
        char message[CONFIG_MESSAGE] = "";
        if (rooms_check(options.config, message) == ERR_NONE) {
            config_print(options.config, stdout, options.verbose > 0);
        } else {
            log_error("%s", message);
            status = EXIT_USAGE;
        }
    }
    options_done(&options);
    return status;
}
