/* forward: keepers and the outbox; in the live sensor each in a role of the sandbox. */
#include "forward.h"

#include "keeper.h"

#include <mxtap/clock.h>
#include <mxtap/log.h>
#include <netdb.h>
#include <nss.h>
#include <stdlib.h>

#define PATIENCE (3 * CLOCK_SECOND) /* with the disk, at the end */

struct forward {
    bool live;
    struct keeper *writers, *senders, *boxes;
    struct outbox *outbox;
};

static enum err open_outbox(struct forward *forward, const struct config *config,
                            char ret_message[CONFIG_MESSAGE])
{
    const struct outbox_options options = {
        .path = config->outbox.file,
        .size = config->outbox.size,
        .age = config->outbox.age,
        .memory = config->outbox.memory,
        .wait = !forward->live,
    };
    enum err err = outbox_open(&options, &forward->outbox, ret_message, CONFIG_MESSAGE);
    if (err == ERR_NONE && ret_message[0] != '\0')
        log_warning("%s", ret_message);
    if (err == ERR_NONE)
        ret_message[0] = '\0';
    if (err == ERR_SUPPORT)
        snprintf(ret_message, CONFIG_MESSAGE, "outbox.file: this mxtap was built without SQLite");
    return err;
}

/* Without an outbox no thread needs to reach a network. */
static enum err open_keepers(struct forward *forward)
{
    enum err err = keeper_new(ROLE_write, &forward->writers);
    if (err == ERR_NONE && forward->outbox != NULL)
        err = keeper_new(ROLE_send, &forward->senders);
    if (err == ERR_NONE && forward->outbox != NULL)
        err = keeper_new(ROLE_outbox, &forward->boxes);
    return err;
}

enum err forward_open(const struct config *config, enum rooms_whose whose,
                      struct forward **ret_forward, char ret_message[CONFIG_MESSAGE])
{
    struct rooms_outputs outputs;
    enum err err = rooms_outputs(config, whose, &outputs, ret_message);
    if (err != ERR_NONE)
        return err;
    bool sends = outputs.sends;
    rooms_outputs_done(&outputs);
    struct forward *forward = calloc(1, sizeof *forward);
    if (forward == NULL)
        return ERR_MEMORY;
    forward->live = whose == ROOMS_LIVE;
    if (config->outbox.file != NULL && (sends || forward->live))
        err = open_outbox(forward, config, ret_message);
    /* No thread of the sandbox may load the C library's other ways to find names. */
    if (err == ERR_NONE && forward->live)
        (void)__nss_configure_lookup("hosts", "files dns");
    if (err == ERR_NONE && forward->live)
        err = open_keepers(forward);
    if (err != ERR_NONE) {
        (void)forward_close(forward);
        return err;
    }
    *ret_forward = forward;
    return ERR_NONE;
}

void forward_lend(struct forward *forward, struct backend_options *options)
{
    options->outbox = forward->outbox;
    options->local = forward->live ? keeper_starter(forward->writers) : NULL;
    options->sending = !forward->live             ? &starter_plain
                       : forward->senders != NULL ? keeper_starter(forward->senders)
                                                  : NULL;
}

enum err forward_start(struct forward *forward)
{
    if (forward->outbox == NULL)
        return ERR_NONE;
    return outbox_start(forward->outbox,
                        forward->live ? keeper_starter(forward->boxes) : &starter_plain);
}

bool forward_close(struct forward *forward)
{
    bool whole = true;
    if (forward == NULL)
        return whole;
    if (forward->outbox != NULL && !outbox_close(forward->outbox, PATIENCE)) {
        log_error("outbox: records could not be written, and are gone");
        whole = false;
    }
    keeper_free(forward->boxes);
    keeper_free(forward->senders);
    keeper_free(forward->writers);
    free(forward);
    return whole;
}
