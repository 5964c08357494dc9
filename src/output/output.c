/* output: the tables, and one format going into one sink. */
#include "output_private.h"

#include <errno.h>
#include <stdlib.h>

#define RECORD_MAX                                                                                 \
    (2 << 20) /* octets of one record: an event has 128 KiB, a text grows tenfold                  \
               */
#define RECORD_KEEP (256 * 1024) /* octets of room that are kept between records */

static const struct format *const formats[] = {
#define FORMAT(name) &format_##name,
#include "formats.def"
#undef FORMAT
};

static const struct sink *const sinks[] = {
#define SINK(name) &sink_##name,
#include "sinks.def"
#undef SINK
};

struct output {
    struct output_options options;
    void *sink;
    struct buf record;
    uint64_t records, octets, dropped;
    enum err failed; /* the first error of the sink */
    int cause;       /* and its errno */
};

const struct format *format_at(size_t index)
{
    return index < sizeof formats / sizeof formats[0] ? formats[index] : NULL;
}

const struct format *format_find(const char *name)
{
    for (size_t i = 0; format_at(i) != NULL; i++)
        if (strcmp(format_at(i)->name, name) == 0)
            return format_at(i);
    return NULL;
}

const struct sink *sink_at(size_t index)
{
    return index < sizeof sinks / sizeof sinks[0] ? sinks[index] : NULL;
}

const struct sink *sink_find(const char *name)
{
    for (size_t i = 0; sink_at(i) != NULL; i++)
        if (strcmp(sink_at(i)->name, name) == 0)
            return sink_at(i);
    return NULL;
}

enum err output_new(const struct output_options *options, struct output **ret_output)
{
    struct output *output = calloc(1, sizeof *output);
    if (output == NULL)
        return ERR_MEMORY;
    output->options = *options;
    buf_init(&output->record, RECORD_MAX);
    enum err err = options->sink->open(&options->target, &output->sink);
    if (err != ERR_NONE) {
        free(output);
        return err;
    }
    *ret_output = output;
    return ERR_NONE;
}

/* Hands the record over; one that was cut is no record and is dropped. */
static void write_record(struct output *output)
{
    enum err err = ERR_LIMIT;
    if (!output->record.truncated)
        err = output->options.sink->write(output->sink, buf_span(&output->record));
    if (err == ERR_NONE) {
        output->records++;
        output->octets += output->record.len + 1;
    } else {
        output->dropped++;
        if (output->failed == ERR_NONE && err != ERR_LIMIT) {
            output->failed = err;
            output->cause = errno;
        }
    }
    buf_clear_keep(&output->record, RECORD_KEEP);
}

void output_alert(struct output *output, const struct alert *alert)
{
    if ((output->options.kinds & RECORD_ALERT) == 0)
        return;
    output->options.format->alert(&output->options.format_options, alert, &output->record);
    write_record(output);
}

void output_event(struct output *output, const struct event *event)
{
    if ((output->options.kinds & RECORD_SMTP) == 0)
        return;
    output->options.format->smtp(&output->options.format_options, event, &output->record);
    write_record(output);
}

void output_stats(struct output *output, const struct stats *stats)
{
    output->options.format->stats(&output->options.format_options, stats, &output->record);
    write_record(output);
}

enum err output_flush(struct output *output)
{
    return output->options.sink->flush(output->sink);
}

void output_follow(struct output *output, struct output *other)
{
    const struct sink *sink = output->options.sink;
    if (sink != other->options.sink || sink->follow == NULL)
        return;
    size_t lost = sink->follow(output->sink, other->sink);
    output->dropped += lost;
    other->records -= lost;
}

void output_counters(const struct output *output, uint64_t *ret_records, uint64_t *ret_octets,
                     uint64_t *ret_dropped)
{
    *ret_records = output->records;
    *ret_octets = output->octets;
    *ret_dropped = output->dropped;
}

enum err output_close(struct output *output)
{
    enum err err = output->options.sink->close(output->sink);
    int cause = errno;
    if (output->failed != ERR_NONE) {
        err = output->failed;
        cause = output->cause;
    }
    buf_done(&output->record);
    free(output);
    errno = cause;
    return err;
}
