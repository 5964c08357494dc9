/* sending: a backend that sees no event. */
#include "sending.h"

#include "commands.h"
#include "forward.h"

#include <mxtap/clock.h>
#include <mxtap/log.h>

#define FOR_EVER (CLOCK_SECOND * 86400 * 365 * 10)

static enum err open_all(const struct config *config, struct forward **ret_forward,
                         struct backend **ret_backend, char message[CONFIG_MESSAGE])
{
    struct backend_options options = {.config = config, .records = true, .whose = ROOMS_SENDING};
    if (config->outbox.file == NULL) {
        snprintf(message, CONFIG_MESSAGE, "outbox.file is not set");
        return ERR_CONFIG;
    }
    enum err err = forward_open(config, ROOMS_SENDING, ret_forward, message);
    if (err != ERR_NONE)
        return err;
    forward_lend(*ret_forward, &options);
    err = backend_new(&options, ret_backend, message);
    if (err == ERR_NONE)
        err = forward_start(*ret_forward);
    if (err == ERR_NONE)
        err = backend_start(*ret_backend);
    return err;
}

int sending_run(const struct config *config, int64_t patience)
{
    char message[CONFIG_MESSAGE] = "";
    struct forward *forward = NULL;
    struct backend *backend = NULL;
    int status = EXIT_DONE;
    enum err err = open_all(config, &forward, &backend, message);
    if (err != ERR_NONE) {
        log_error("%s", message[0] != '\0' ? message : err_text(err));
        status = EXIT_USAGE;
    } else if (!backend_drain(backend, patience == 0 ? FOR_EVER : patience)) {
        status = EXIT_DAMAGED;
    }
    if (backend != NULL && !backend_close(backend))
        status = EXIT_DAMAGED;
    if (!forward_close(forward))
        status = EXIT_DAMAGED;
    return status;
}
