/* check: reads a configuration as the sensor would, and prints what would be in force. */
#include "commands.h"
#include "options.h"
#include "rooms.h"

#include <mxtap/log.h>
#include <mxtap/secret.h>

static const char usage[] =
    "usage: mxtap check [-c FILE] [--set path.to.key=value]... [-v]\n"
    "  Says whether the configuration is right and prints what would be in force;\n"
    "  with -v each setting is explained.\n";

/* Secrets are the service's, who checks may not be: what cannot be read from here is told, and
 * wrong it need not be. */
static bool try_secret(void *arg, const struct config_entry *entry)
{
    (void)arg;
    enum setting_type type = entry->setting->type;
    if (type != SETTING_SECRET && type != SETTING_SECRET_OR_TEXT)
        return true;
    char value[CONFIG_MESSAGE];
    setting_print(entry->setting, entry->options, value, sizeof value);
    if (!secret_is_reference(span_text(value)))
        return true;
    char *secret = NULL;
    char message[CONFIG_MESSAGE] = "";
    if (secret_read(value, &secret, message, sizeof message) == ERR_NONE)
        secret_free(secret);
    if (message[0] != '\0')
        log_warning("%s: %s", entry->path, message);
    return true;
}

static enum err check(const struct config *config, char ret_message[CONFIG_MESSAGE])
{
    struct config trial = *config;
    if (secret_is_reference(span_text(config->privacy.key)))
        trial.privacy.addresses = PRIVACY_CLEAR;
    return rooms_check(&trial, ret_message);
}

int cmd_check(int argc, char **argv)
{
    struct options options;
    if (options_parse(argc, argv, OPTIONS_NO_INPUT, usage, &options) != ERR_NONE)
        return EXIT_USAGE;
    int status = EXIT_DONE;
    if (!options.help) {
        char message[CONFIG_MESSAGE] = "";
        if (check(options.config, message) == ERR_NONE) {
            config_each(options.config, try_secret, NULL);
            config_print(options.config, stdout, options.verbose > 0);
        } else {
            log_error("%s", message);
            status = EXIT_USAGE;
        }
    }
    options_done(&options);
    return status;
}
