/* rooms_outputs: names looked up in their tables; each sink asked whether its settings make sense.
 */
#include "rooms_outputs.h"

#include <stdio.h>
#include <unistd.h>

#define PLAIN_QUEUE (16 << 20) /* octets that wait for the plain output in the live sensor */

static enum err refuse(const char *name, const char *key, struct span value, const char *why,
                       char ret_message[CONFIG_MESSAGE])
{
    snprintf(ret_message, CONFIG_MESSAGE, "%.80s.%s: '%.*s' %s", name, key, (int)value.len,
             (const char *)value.at, why);
    return ERR_CONFIG;
}

static enum err kinds_of(const char *name, const char *list, unsigned *ret_kinds,
                         char ret_message[CONFIG_MESSAGE])
{
    static const enum record_kind kinds[] = {RECORD_ALERT, RECORD_SMTP, RECORD_STATS};
    struct span rest = span_text(list);
    struct span item;
    unsigned bits = 0;
    while (config_item(&rest, &item)) {
        unsigned found = 0;
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (span_equal(item, span_text(record_kind_name(kinds[i]))))
                found = kinds[i];
        if (found == 0)
            return refuse(name, "log", item, "is none of alert, smtp, stats", ret_message);
        bits |= found;
    }
    *ret_kinds = bits;
    return ERR_NONE;
}

static enum err format_of(const char *name, const char *wanted, const struct format **ret_format,
                          char ret_message[CONFIG_MESSAGE])
{
    char names[100] = "is none of";
    *ret_format = format_find(wanted == NULL ? "" : wanted);
    if (*ret_format != NULL)
        return ERR_NONE;
    for (size_t i = 0; format_at(i) != NULL; i++) {
        size_t len = strlen(names);
        snprintf(names + len, sizeof names - len, "%s %s", i > 0 ? "," : "", format_at(i)->name);
    }
    return refuse(name, "format", span_text(wanted), names, ret_message);
}

static enum err detectors_of(const char *name, const char *list, struct selection *selection,
                             char ret_message[CONFIG_MESSAGE])
{
    struct span rest = span_text(list);
    struct span item;
    while (config_item(&rest, &item)) {
        const struct detector *found = NULL;
        for (size_t i = 0; found == NULL && detect_at(i) != NULL; i++)
            if (span_equal(item, span_text(detect_at(i)->name)))
                found = detect_at(i);
        if (found == NULL)
            return refuse(name, "detectors", item, "is no detector (mxtap detectors lists them)",
                          ret_message);
        if (selection->detector_count < SELECTION_DETECTORS)
            selection->detectors[selection->detector_count++] = found->id;
    }
    return ERR_NONE;
}

static enum err check_sink(const char *name, const struct sink *sink, const void *options,
                           char ret_message[CONFIG_MESSAGE])
{
    char why[400] = "";
    enum err err = sink->check == NULL ? ERR_NONE : sink->check(options, why, sizeof why);
    if (err != ERR_NONE)
        snprintf(ret_message, CONFIG_MESSAGE, "%.80s.%s", name,
                 why[0] != '\0' ? why : err_text(err));
    return err;
}

/* A file where one is named, otherwise standard output. */
static enum err add_plain(const struct config *config, struct rooms_outputs *outputs,
                          char ret_message[CONFIG_MESSAGE])
{
    const char *file = config->output.file;
    struct output_row *row = &outputs->rows[outputs->count++];
    *row = (struct output_row){.name = "output", .queue = PLAIN_QUEUE};
    enum err err = kinds_of(row->name, config->output.log, &row->selection.kinds, ret_message);
    if (err == ERR_NONE)
        err = format_of(row->name, config->output.format, &row->format, ret_message);
    if (err != ERR_NONE)
        return err;
    outputs->plain = row->sink = sink_find(file == NULL ? "stdout" : "file");
    err = sink_options_new(row->sink, &outputs->plain_options);
    row->options = outputs->plain_options;
    if (err == ERR_NONE && file != NULL)
        err = setting_set(sink_setting(row->sink, SPAN_LITERAL("file")), outputs->plain_options,
                          span_text(file), ret_message, CONFIG_MESSAGE);
    return err;
}

static enum err add_sink(const struct config *config, const struct config_sink *sink,
                         struct rooms_outputs *outputs, char ret_message[CONFIG_MESSAGE])
{
    struct output_row *row = &outputs->rows[outputs->count++];
    *row = (struct output_row){
        .name = sink->name,
        .sink = sink->type,
        .options = sink->options,
        .selection = {.severity = (unsigned)sink->severity},
        .queue = (size_t)sink->queue,
        .batch = (size_t)sink->batch,
        .batch_octets = (size_t)sink->batch_octets,
        .linger = sink->linger,
        .retry_min = sink->retry_min,
        .retry_max = sink->retry_max,
        .settle = sink->settle,
    };
    const char *format = sink->format == NULL ? sink->type->format : sink->format;
    enum err err = kinds_of(sink->name, sink->log, &row->selection.kinds, ret_message);
    if (err == ERR_NONE)
        err = format_of(sink->name, format, &row->format, ret_message);
    if (err == ERR_NONE)
        err = detectors_of(sink->name, sink->detectors, &row->selection, ret_message);
    if (err == ERR_NONE)
        err = check_sink(sink->name, sink->type, sink->options, ret_message);
    if (err != ERR_NONE || !sink_sends(sink->type))
        return err;
    outputs->sends = true;
    if (config->outbox.file != NULL)
        return ERR_NONE;
    snprintf(ret_message, CONFIG_MESSAGE,
             "%s: outbox.file is not set, and records could not wait for their receiver",
             sink->name);
    return ERR_CONFIG;
}

static bool is_wanted(const struct config_sink *sink, enum rooms_whose whose)
{
    return whose == ROOMS_LIVE ||
           (whose != ROOMS_REPLAY && sink->type != NULL && sink_sends(sink->type));
}

enum err rooms_outputs(const struct config *config, enum rooms_whose whose,
                       struct rooms_outputs *ret_outputs, char ret_message[CONFIG_MESSAGE])
{
    struct rooms_outputs outputs = {0};
    enum err err = ERR_NONE;
    bool plain = whose == ROOMS_LIVE ? config->sink_count == 0 || config->output.file != NULL
                                     : whose != ROOMS_SENDING;
    if (plain)
        err = add_plain(config, &outputs, ret_message);
    for (size_t i = 0; err == ERR_NONE && i < config->sink_count; i++) {
        if (!is_wanted(&config->sinks[i], whose))
            continue;
        if (config->sinks[i].type == NULL) {
            snprintf(ret_message, CONFIG_MESSAGE, "sinks: %s has no type", config->sinks[i].name);
            err = ERR_CONFIG;
        } else {
            err = add_sink(config, &config->sinks[i], &outputs, ret_message);
        }
    }
    if (err != ERR_NONE) {
        rooms_outputs_done(&outputs);
        return err;
    }
    *ret_outputs = outputs;
    return ERR_NONE;
}

void rooms_outputs_done(struct rooms_outputs *outputs)
{
    if (outputs->plain != NULL)
        sink_options_free(outputs->plain, outputs->plain_options);
    *outputs = (struct rooms_outputs){0};
}

void rooms_host(const struct config *config, char *ret_name, size_t size)
{
    if (config->site.sensor != NULL)
        snprintf(ret_name, size, "%s", config->site.sensor);
    else if (gethostname(ret_name, size) != 0)
        snprintf(ret_name, size, "mxtap");
    ret_name[size - 1] = '\0';
}
