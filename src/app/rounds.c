/* rounds: intervals of the monotonic clock; delays against the real one, as packets' times are. */
#include "rounds.h"

#include <mxtap/log.h>
#include <stdio.h>
#include <string.h>

void rounds_init(struct rounds *rounds)
{
    int64_t now = clock_steady();
    *rounds = (struct rounds){
        .next_ask = now,
        .next_record = CLOCK_NEVER,
        .next_save = CLOCK_NEVER,
        .started = clock_real(),
        .ahead = clock_real() - now,
    };
}

/* Is it time? Then the next time is an interval from now; the first time is not at once. */
static bool is_due(int64_t *next, int64_t interval)
{
    int64_t now = clock_steady();
    bool due = *next != CLOCK_NEVER && now >= *next;
    if (due)
        *next += interval;
    if (*next <= now)
        *next = now + interval;
    return due;
}

bool rounds_ask(struct rounds *rounds)
{
    return is_due(&rounds->next_ask, CLOCK_SECOND);
}

void rounds_want_stats(struct rounds *rounds)
{
    rounds->wanted = true;
    rounds->next_ask = clock_steady();
}

static void judge_drops(struct rounds *rounds, const struct config *config, bool due)
{
    struct stats *stats = &rounds->stats;
    uint64_t drops = stats->capture.kernel_drops + stats->capture.interface_drops;
    uint64_t packets = stats->capture.packets;
    double lost = (double)(drops - rounds->drops);
    double all = (double)(packets - rounds->packets) + lost;
    stats->drop_rate = all > 0 ? lost / all : 0;
    stats->drop_warning = lost > 0 && stats->drop_rate > config->capture.drop_warning;
    if (!due)
        return;
    if (stats->drop_warning)
        log_warning("%.0f of %.0f packets were lost (%.2f %%): by the kernel %ju, by interfaces "
                    "%ju since the start",
                    lost, all, 100 * stats->drop_rate, (uintmax_t)stats->capture.kernel_drops,
                    (uintmax_t)stats->capture.interface_drops);
    rounds->drops = drops;
    rounds->packets = packets;
}

/* Event time never goes back, so it stands until packets are as late again. */
static void tell_clock(struct rounds *rounds)
{
    int64_t ahead = clock_real() - clock_steady();
    double back = (double)(rounds->ahead - ahead) / (double)CLOCK_SECOND;
    rounds->ahead = ahead;
    if (back > 1)
        log_warning("the clock was set back by %.0f s: until it is where it was, no session times "
                    "out and no case ends",
                    back);
}

/* What happened to the file of the past is told when it changes. */
static void tell_past(struct rounds *rounds)
{
    const char *trouble = rounds->stats.past.trouble;
    if (strcmp(trouble, rounds->past_trouble) == 0)
        return;
    snprintf(rounds->past_trouble, sizeof rounds->past_trouble, "%s", trouble);
    if (trouble[0] != '\0')
        log_warning("what is known: %s", trouble);
}

/* Loud where records are gone for good. */
static void tell_losses(struct rounds *rounds)
{
    const struct stats *stats = &rounds->stats;
    uint64_t lost = stats->outbox.dropped + stats->outbox.removed;
    for (size_t i = 0; i < stats->output_count; i++)
        lost += stats->outputs[i].sends ? 0 : stats->outputs[i].dropped;
    if (lost > rounds->lost)
        log_error("%ju records are lost: an output, or the outbox, had no room for them",
                  (uintmax_t)(lost - rounds->lost));
    rounds->lost = lost;
    if (strcmp(stats->outbox.trouble, rounds->outbox_trouble) == 0)
        return;
    snprintf(rounds->outbox_trouble, sizeof rounds->outbox_trouble, "%s", stats->outbox.trouble);
    if (stats->outbox.trouble[0] != '\0')
        log_warning("outbox: %s", stats->outbox.trouble);
}

static void tell_outputs(struct rounds *rounds)
{
    for (size_t i = 0; i < rounds->stats.output_count; i++) {
        const struct stats_output *output = &rounds->stats.outputs[i];
        struct rounds_output *told = &rounds->outputs[i];
        if (strcmp(told->name, output->name) != 0) {
            *told = (struct rounds_output){0};
            snprintf(told->name, sizeof told->name, "%s", output->name);
        }
        if (output->sends || told->failing == output->failing) /* senders say so themselves */
            continue;
        told->failing = output->failing;
        if (output->failing)
            log_warning("%s: records wait: %s", output->name,
                        output->trouble[0] != '\0' ? output->trouble : "they cannot be written");
        else
            log_info("%s: records go out again", output->name);
    }
    tell_losses(rounds);
}

static void tell_interfaces(struct rounds *rounds)
{
    for (size_t i = 0; i < rounds->stats.interface_count; i++) {
        const struct stats_interface *interface = &rounds->stats.interfaces[i];
        if (interface->up == !rounds->down[i])
            continue;
        rounds->down[i] = !interface->up;
        if (interface->up)
            log_info("%s is up again", interface->name);
        else
            log_warning("%s is down, or was removed: waiting for it", interface->name);
    }
}

bool rounds_complete(struct rounds *rounds, const struct config *config)
{
    struct stats *stats = &rounds->stats;
    bool due = is_due(&rounds->next_record, config->output.stats_interval) || rounds->wanted ||
               stats->final;
    stats->started = rounds->started;
    stats->lag = rounds->lag;
    stats->reloads = rounds->reloads;
    stats->reloads_refused = rounds->refused;
    stats->past_interval = config->past.file == NULL ? 0 : config->past.interval;
    stats->process_memory = stats_process_memory();
    stats->ceilings = (struct stats_ceilings){
        .stream = (size_t)(config->stream.memory * stats->workers),
        .smtp = (size_t)(config->smtp.memory * stats->workers),
        .know = (size_t)config->know.memory,
        .detect = (size_t)config->detect.memory,
    };
    judge_drops(rounds, config, due);
    tell_outputs(rounds);
    tell_past(rounds);
    tell_clock(rounds);
    if (!stats->final)
        tell_interfaces(rounds);
    return due;
}

bool rounds_save(struct rounds *rounds, int64_t interval)
{
    return is_due(&rounds->next_save, interval);
}

void rounds_alert(struct rounds *rounds, int64_t time)
{
    stats_lag_add(&rounds->lag, clock_real() - time);
}

void rounds_reload(struct rounds *rounds, bool taken)
{
    rounds->reloads += taken;
    rounds->refused += !taken;
}
