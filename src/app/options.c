/* options: getopt_long; each option is a setting of the configuration under a shorter name. */
#include "options.h"

#include <getopt.h>
#include <mxtap/log.h>

enum {
    OPTION_SET = 256,
    OPTION_HOME_NET,
    OPTION_LOCAL_DOMAIN,
    OPTION_PORTS,
    OPTION_ENGINE,
    OPTION_WORKERS,
    OPTION_LOG,
    OPTION_FORMAT,
    OPTION_FORWARD,
    OPTION_FILE,
    OPTION_DEAD,
    OPTION_JSON,
    OPTION_YES,
};

static const struct option long_options[] = {
    {"set", required_argument, NULL, OPTION_SET},
    {"home-net", required_argument, NULL, OPTION_HOME_NET},
    {"local-domain", required_argument, NULL, OPTION_LOCAL_DOMAIN},
    {"ports", required_argument, NULL, OPTION_PORTS},
    {"engine", required_argument, NULL, OPTION_ENGINE},
    {"workers", required_argument, NULL, OPTION_WORKERS},
    {"log", required_argument, NULL, OPTION_LOG},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"forward", no_argument, NULL, OPTION_FORWARD},
    {"file", required_argument, NULL, OPTION_FILE},
    {"dead", no_argument, NULL, OPTION_DEAD},
    {"json", no_argument, NULL, OPTION_JSON},
    {"yes", no_argument, NULL, OPTION_YES},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *setting_of(int option)
{
    switch (option) {
    case OPTION_HOME_NET: return "site.home_net";
    case OPTION_LOCAL_DOMAIN: return "site.local_domains";
    case OPTION_PORTS: return "capture.ports";
    case OPTION_ENGINE: return "stream.engine";
    case OPTION_WORKERS: return "capture.workers";
    case OPTION_LOG: return "output.log";
    case OPTION_FORMAT: return "output.format";
    case OPTION_FILE: return "outbox.file";
    case 'o': return "output.file";
    case 'i': return "capture.interfaces";
    default: return NULL;
    }
}

static enum err set(struct config *config, const char *path, struct span value)
{
    char message[CONFIG_MESSAGE] = "";
    enum err err = config_set(config, path, value, message);
    if (err != ERR_NONE)
        log_error("%s", message);
    return err;
}

#define PATH_OCTETS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* --set path.to.key=value */
static enum err set_pair(struct config *config, const char *pair)
{
    char path[200];
    size_t len = strcspn(pair, "=");
    if (pair[len] != '=' || len >= sizeof path) {
        /* What is behind the path may be a secret that was not meant for eyes. */
        log_error("--set wants path.to.key=value, which '%.*s' is not",
                  (int)strspn(pair, PATH_OCTETS), pair);
        return ERR_USAGE;
    }
    memcpy(path, pair, len);
    path[len] = '\0';
    return set(config, path, span_text(pair + len + 1));
}

/* Those of outbox, which has no settings for them. */
static void take_outbox(struct options *options, int option)
{
    options->dead = options->dead || option == OPTION_DEAD;
    options->json = options->json || option == OPTION_JSON;
    options->yes = options->yes || option == OPTION_YES;
}

static enum err take_option(struct options *options, int option, unsigned take)
{
    const char *path = setting_of(option);
    switch (option) {
    case 'c': return ERR_NONE; /* read first, by load_file */
    case 'q': options->quiet = true; return ERR_NONE;
    case 'v': options->verbose++; return ERR_NONE;
    case OPTION_SET: return set_pair(options->config, optarg);
    case OPTION_FORWARD:
        if ((take & OPTIONS_FORWARD) == 0) {
            log_error("--forward is for 'mxtap replay' only");
            return ERR_USAGE;
        }
        options->forward = true;
        return ERR_NONE;
    case OPTION_FILE:
    case OPTION_DEAD:
    case OPTION_JSON:
    case OPTION_YES:
        if ((take & OPTIONS_OUTBOX) == 0) {
            log_error("--file, --dead, --json and --yes are for 'mxtap outbox' only");
            return ERR_USAGE;
        }
        take_outbox(options, option);
        if (path == NULL)
            return ERR_NONE;
        break;
    case 'i':
        if ((take & OPTIONS_LIVE) == 0) {
            log_error("this command listens on no interface: -i is not for it");
            return ERR_USAGE;
        }
        break;
    case 'o':
    case OPTION_LOG:
    case OPTION_FORMAT:
        if ((take & OPTIONS_RECORDS) == 0) {
            log_error("this command writes no records: -o, --log and --format are not for it");
            return ERR_USAGE;
        }
        break;
    default: break;
    }
    return path == NULL ? ERR_USAGE : set(options->config, path, span_text(optarg));
}

#define SHORT_OPTIONS "c:i:o:qvh"

/* The file comes before everything else on the line, wherever -c stands. */
static enum err load_file(struct options *options, int argc, char **argv)
{
    optind = 0;
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, SHORT_OPTIONS, long_options, NULL)) != -1;)
        if (option == 'c')
            options->config_file = optarg;
    opterr = 1;
    if (options->config_file == NULL)
        return ERR_NONE;
    char message[CONFIG_MESSAGE] = "";
    enum err err = config_load(options->config, options->config_file, message);
    if (err != ERR_NONE)
        log_error("%s", message[0] != '\0' ? message : err_text(err));
    return err;
}

static enum err parse(int argc, char **argv, unsigned take, const char *usage,
                      struct options *options)
{
    enum err err = load_file(options, argc, argv);
    /* The file of the records is the sensor's: a replay would empty it. */
    if (err == ERR_NONE && (take & (OPTIONS_RECORDS | OPTIONS_LIVE)) == OPTIONS_RECORDS)
        err = set(options->config, "output.file", SPAN_NULL);
    optind = 0;
    for (int option; err == ERR_NONE &&
                     (option = getopt_long(argc, argv, SHORT_OPTIONS, long_options, NULL)) != -1;) {
        if (option == 'h') {
            printf("%s", usage);
            options->help = true;
            return ERR_NONE;
        }
        err = take_option(options, option, take);
    }
    if (err != ERR_NONE)
        return err;
    options->inputs = argv + optind;
    options->input_count = (size_t)(argc - optind);
    bool wants_input = (take & OPTIONS_NO_INPUT) == 0;
    if (wants_input != (options->input_count > 0)) {
        log_error(!wants_input              ? "'mxtap %s' takes no operands"
                  : (take & OPTIONS_OUTBOX) ? "nothing to do named; 'mxtap %s -h' helps"
                                            : "no capture named; 'mxtap %s -h' helps",
                  argv[0]);
        return ERR_USAGE;
    }
    log_level_set(options->quiet         ? LOG_LEVEL_WARNING
                  : options->verbose > 0 ? LOG_LEVEL_DEBUG
                                         : LOG_LEVEL_INFO);
    return ERR_NONE;
}

enum err options_parse(int argc, char **argv, unsigned take, const char *usage,
                       struct options *ret_options)
{
    struct options options = {0};
    enum err err = config_new(&options.config);
    if (err != ERR_NONE)
        return err;
    err = parse(argc, argv, take, usage, &options);
    if (err != ERR_NONE) {
        options_done(&options);
        return err;
    }
    *ret_options = options;
    return ERR_NONE;
}

void options_done(struct options *options)
{
    config_free(options->config);
    options->config = NULL;
}
