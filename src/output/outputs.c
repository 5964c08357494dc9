/* outputs: a record is formatted once for each format that somebody wants it in, and handed to all
 * who do. */
#include "local.h"
#include "output_private.h"
#include "record_id.h"
#include "sender.h"

#include <errno.h>
#include <mxtap/clock.h>
#include <stdio.h>
#include <stdlib.h>

#define RECORD_MAX                                                                                 \
    (2 << 20) /* octets of one record: an event has 128 KiB, a text grows tenfold                  \
               */
#define RECORD_KEEP (256 * 1024)       /* octets of room that are kept between records */
#define PATIENCE    (3 * CLOCK_SECOND) /* with threads that are to end */
#define NAP         (CLOCK_SECOND / 50)

/* One output: one of local and sender is there, unless it has been handed over. */
struct out {
    struct output_row row;
    struct local *local;
    struct sender *sender;
    uint64_t cut; /* records that were too long */
};

struct outputs {
    struct outputs_options options;
    struct out *outs;
    size_t count;
    unsigned kinds;
    struct buf record;
    uint64_t stats_written;
    /* Senders of those that these outputs follow, until their threads have ended. */
    struct sender *retired[STATS_OUTPUTS];
    size_t retired_count;
};

/* ---- making ---- */

static enum err open_out(struct outputs *outputs, struct out *out, char *ret_message, size_t size)
{
    const struct sink_how how = {
        .name = out->row.name,
        .host = outputs->options.host,
        .format = out->row.format->name,
        .options = out->row.options,
        .live = outputs->options.live,
    };
    char why[400] = "";
    enum err err;
    if (!sink_sends(out->row.sink))
        err = local_new(&out->row, &how, &out->local, why, sizeof why);
    else
        err = sender_new(&out->row, &how, outputs->options.outbox, &out->sender, why, sizeof why);
    if (err != ERR_NONE && why[0] == '\0')
        snprintf(why, sizeof why, "%s", err == ERR_SYSTEM ? strerror(errno) : err_text(err));
    /* Warnings of all are kept; what cannot be stands alone. */
    size_t len = err == ERR_NONE ? strlen(ret_message) : 0;
    if (why[0] != '\0')
        snprintf(ret_message + len, size - len, "%s%s: %s", len > 0 ? "; " : "", out->row.name,
                 why);
    return err;
}

enum err outputs_new(const struct outputs_options *options, struct outputs **ret_outputs,
                     char *ret_message, size_t size)
{
    struct outputs *outputs = calloc(1, sizeof *outputs);
    ret_message[0] = '\0';
    if (outputs == NULL)
        return ERR_MEMORY;
    outputs->options = *options;
    buf_init(&outputs->record, RECORD_MAX);
    outputs->outs = calloc(options->count + 1, sizeof *outputs->outs);
    enum err err = outputs->outs == NULL ? ERR_MEMORY : ERR_NONE;
    for (size_t i = 0; err == ERR_NONE && i < options->count; i++) {
        struct out *out = &outputs->outs[outputs->count++];
        out->row = options->rows[i];
        outputs->kinds |= out->row.selection.kinds;
        err = open_out(outputs, out, ret_message, size);
    }
    if (err != ERR_NONE) {
        char nothing[4];
        (void)!outputs_close(outputs, nothing, sizeof nothing);
        return err;
    }
    *ret_outputs = outputs;
    return ERR_NONE;
}

/* The output of this name in other, if it is of the same kind. */
static struct out *find_out(struct outputs *other, const struct out *out)
{
    for (size_t i = 0; other != NULL && i < other->count; i++)
        if (strcmp(other->outs[i].row.name, out->row.name) == 0 &&
            (other->outs[i].local != NULL) == (out->local != NULL))
            return &other->outs[i];
    return NULL;
}

static enum err start_out(struct outputs *outputs, struct out *out, struct outputs *other)
{
    struct out *before = find_out(other, out);
    if (out->local != NULL) {
        enum err err =
            local_start(out->local, outputs->options.local, before == NULL ? NULL : before->local);
        if (before != NULL)
            before->local = NULL;
        return err;
    }
    return sender_start(out->sender, outputs->options.sending,
                        before == NULL ? NULL : before->sender);
}

/* Nothing is kept any more for an output that is not there any more. */
static void release_gone(struct outputs *outputs, struct outputs *other)
{
    for (size_t i = 0; i < other->count; i++)
        if (other->outs[i].sender != NULL && find_out(outputs, &other->outs[i]) == NULL)
            outbox_release(other->options.outbox, other->outs[i].row.name);
}

static void retire(struct outputs *outputs, struct sender **sender)
{
    if (*sender == NULL)
        return;
    sender_stop(*sender);
    if (outputs->retired_count < STATS_OUTPUTS)
        outputs->retired[outputs->retired_count++] = *sender;
    *sender = NULL;
}

enum err outputs_start(struct outputs *outputs, struct outputs *other)
{
    enum err err = ERR_NONE;
    for (size_t i = 0; other != NULL && i < other->count; i++)
        if (other->outs[i].sender != NULL)
            sender_stop(other->outs[i].sender);
    for (size_t i = 0; err == ERR_NONE && i < outputs->count; i++)
        err = start_out(outputs, &outputs->outs[i], other);
    if (other != NULL)
        release_gone(outputs, other);
    for (size_t i = 0; other != NULL && i < other->count; i++)
        retire(outputs, &other->outs[i].sender);
    for (size_t i = 0; other != NULL && i < other->retired_count; i++)
        retire(outputs, &other->retired[i]);
    if (other != NULL)
        other->retired_count = 0;
    return err;
}

/* ---- records ---- */

unsigned outputs_kinds(const struct outputs *outputs)
{
    return outputs->kinds;
}

/* Counters that nobody wants were asked for by a signal: they are for this machine. */
static bool wants(const struct outputs *outputs, const struct out *out, const struct record *record)
{
    if (record->kind == RECORD_STATS && (outputs->kinds & RECORD_STATS) == 0)
        return out->local != NULL;
    return selection_takes(&out->row.selection, record->kind, record->severity, record->detector);
}

/* What is written of: one of them. */
struct source {
    const struct alert *alert;
    const struct event *event;
    const struct stats *stats;
};

static void write_as(struct outputs *outputs, const struct format *format,
                     const struct source *source, const char *id)
{
    const struct format_options *options = &outputs->options.format;
    buf_clear_keep(&outputs->record, RECORD_KEEP);
    if (source->alert != NULL)
        format->alert(options, source->alert, id, &outputs->record);
    else if (source->event != NULL)
        format->smtp(options, source->event, id, &outputs->record);
    else
        format->stats(options, source->stats, id, &outputs->record);
}

/* To all from the first one on that want it in its format; one that was cut is no record. */
static void hand_out(struct outputs *outputs, size_t first, struct record *record)
{
    const struct format *format = outputs->outs[first].row.format;
    bool to_outbox = false;
    record->octets = buf_span(&outputs->record);
    for (size_t i = first; i < outputs->count; i++) {
        struct out *out = &outputs->outs[i];
        if (out->row.format != format || !wants(outputs, out, record))
            continue;
        if (outputs->record.truncated)
            out->cut++;
        else if (out->local != NULL)
            local_put(out->local, record->octets);
        else if (sink_sends(out->row.sink)) /* a local one may have been handed over */
            to_outbox = true;
    }
    if (to_outbox)
        (void)outbox_put(outputs->options.outbox, record, format->name);
}

static bool is_first_of_format(const struct outputs *outputs, size_t at,
                               const struct record *record)
{
    for (size_t i = 0; i < at; i++)
        if (outputs->outs[i].row.format == outputs->outs[at].row.format &&
            wants(outputs, &outputs->outs[i], record))
            return false;
    return true;
}

static void write_record(struct outputs *outputs, const struct source *source,
                         struct record *record)
{
    for (size_t i = 0; i < outputs->count; i++) {
        if (!wants(outputs, &outputs->outs[i], record) || !is_first_of_format(outputs, i, record))
            continue;
        write_as(outputs, outputs->outs[i].row.format, source, record->id);
        hand_out(outputs, i, record);
    }
}

void outputs_alert(struct outputs *outputs, const struct alert *alert)
{
    struct record record = {
        .kind = RECORD_ALERT,
        .severity = alert->severity,
        .detector = alert->detector->id,
        .time = alert->time,
        .key = alert->case_id,
    };
    if ((outputs->kinds & RECORD_ALERT) == 0)
        return;
    record_id_alert(outputs->options.format.sensor, alert, record.id);
    write_record(outputs, &(struct source){.alert = alert}, &record);
}

void outputs_event(struct outputs *outputs, const struct event *event)
{
    struct record record = {.kind = RECORD_SMTP, .time = event->time, .key = event->flow.flow_id};
    if ((outputs->kinds & RECORD_SMTP) == 0)
        return;
    record_id_event(outputs->options.format.sensor, event, record.id);
    write_record(outputs, &(struct source){.event = event}, &record);
}

void outputs_stats(struct outputs *outputs, const struct stats *stats)
{
    struct record record = {.kind = RECORD_STATS, .time = stats->time};
    record_id_stats(outputs->options.format.sensor, stats, outputs->stats_written++, record.id);
    write_record(outputs, &(struct source){.stats = stats}, &record);
}

bool outputs_flush(struct outputs *outputs)
{
    bool done = true;
    int cause = 0;
    for (size_t i = 0; i < outputs->count; i++) {
        if (outputs->outs[i].local == NULL || local_flush(outputs->outs[i].local))
            continue;
        done = false;
        cause = errno;
    }
    errno = cause;
    return done;
}

/* ---- counters and the end ---- */

void outputs_count(struct outputs *outputs, struct stats *stats)
{
    stats->output_count = 0;
    for (size_t i = 0; i < outputs->count && i < STATS_OUTPUTS; i++) {
        struct stats_output *to = &stats->outputs[stats->output_count++];
        *to = (struct stats_output){.sink = outputs->outs[i].row.sink->name};
        snprintf(to->name, sizeof to->name, "%s", outputs->outs[i].row.name);
        if (outputs->outs[i].local != NULL)
            local_stats(outputs->outs[i].local, to);
        else if (outputs->outs[i].sender != NULL)
            sender_stats(outputs->outs[i].sender, to);
        to->dropped += outputs->outs[i].cut;
    }
    stats->has_outbox = outputs->options.outbox != NULL;
    if (stats->has_outbox)
        outbox_stats(outputs->options.outbox, &stats->outbox);
    size_t kept = 0;
    for (size_t i = 0; i < outputs->retired_count; i++) {
        if (sender_ended(outputs->retired[i], 0))
            sender_free(outputs->retired[i]);
        else
            outputs->retired[kept++] = outputs->retired[i];
    }
    outputs->retired_count = kept;
}

static bool is_idle(const struct outputs *outputs)
{
    for (size_t i = 0; i < outputs->count; i++)
        if ((outputs->outs[i].local != NULL && !local_idle(outputs->outs[i].local)) ||
            (outputs->outs[i].sender != NULL && !sender_idle(outputs->outs[i].sender)))
            return false;
    return true;
}

bool outputs_drain(struct outputs *outputs, int64_t patience)
{
    const struct timespec nap = {.tv_nsec = NAP};
    int64_t end = clock_steady() + patience;
    (void)outputs_flush(outputs);
    if (outputs->options.outbox != NULL)
        outbox_flush(outputs->options.outbox);
    while (!is_idle(outputs)) {
        if (clock_steady() >= end)
            return false;
        nanosleep(&nap, NULL);
    }
    return true;
}

/* One deadline for all that are to end. */
static int64_t left_until(int64_t until)
{
    int64_t left = until - clock_steady();
    return left > 0 ? left : 0;
}

/* A thread that hangs in a library is left alone, its sender with it. */
static void end_sender(struct sender *sender, int64_t until)
{
    if (sender != NULL && sender_ended(sender, left_until(until)))
        sender_free(sender);
}

bool outputs_close(struct outputs *outputs, char *ret_message, size_t size)
{
    uint64_t lost = 0;
    int cause = 0;
    const char *name = "";
    int64_t until = clock_steady() + PATIENCE;
    for (size_t i = 0; i < outputs->count; i++) {
        if (outputs->outs[i].sender != NULL)
            sender_stop(outputs->outs[i].sender);
        if (outputs->outs[i].local != NULL)
            local_stop(outputs->outs[i].local);
    }
    for (size_t i = 0; i < outputs->count; i++) {
        struct out *out = &outputs->outs[i];
        uint64_t missing = out->cut;
        if (out->local != NULL)
            missing += local_close(out->local, left_until(until));
        if (missing > out->cut && cause == 0)
            cause = errno;
        if (missing > 0)
            name = out->row.name;
        lost += missing;
        end_sender(out->sender, until);
    }
    for (size_t i = 0; i < outputs->retired_count; i++)
        end_sender(outputs->retired[i], until);
    if (lost > 0)
        snprintf(ret_message, size, "%s: %ju records were not written: %s", name, (uintmax_t)lost,
                 cause == 0 ? "too long" : strerror(cause));
    buf_done(&outputs->record);
    free(outputs->outs);
    free(outputs);
    return lost == 0;
}
