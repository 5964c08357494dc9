/* run: the live sensor. */
#include "commands.h"
#include "options.h"
#include "sensor.h"

static const char usage[] =
    "usage: mxtap run -i IFACE[,IFACE] [options]\n"
    "  -i IFACE[,IFACE]           interfaces to listen on\n" OPTIONS_RECORDS_USAGE
    "SIGTERM and SIGINT end it, SIGHUP reads the configuration again, SIGUSR1 writes a stats\n"
    "record.\n";

struct line {
    int argc;
    char **argv;
};

static enum err read_line(void *arg, struct options *ret_options)
{
    const struct line *line = arg;
    return options_parse(line->argc, line->argv, OPTIONS_RECORDS | OPTIONS_NO_INPUT | OPTIONS_LIVE,
                         usage, ret_options);
}

int cmd_run(int argc, char **argv)
{
    struct line line = {argc, argv};
    struct options options;
    if (read_line(&line, &options) != ERR_NONE)
        return EXIT_USAGE;
    if (options.help) {
        options_done(&options);
        return EXIT_DONE;
    }
    const struct sensor_options sensor = {
        .first = &options,
        .read_again = read_line,
        .arg = &line,
    };
    return sensor_run(&sensor);
}
