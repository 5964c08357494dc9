/*
 * prom: Prometheus' text format 0.0.4. A family has one HELP and one TYPE line before its samples;
 * in a label's value a backslash, a quote and a line end are escaped, in HELP the first and the
 * last.
 */
#include "metrics.h"

#include <mxtap/privacy.h>

static const char *const types[] = {
    [METRIC_COUNTER] = "counter",
    [METRIC_GAUGE] = "gauge",
    [METRIC_HISTOGRAM] = "histogram",
};

struct text {
    struct buf *out;
    const char *name, *help; /* of a family whose first sample has not come */
    enum metric_type type;
};

/* Names of interfaces are any octets but a slash and white space: made UTF-8 first. */
static void put_label(struct buf *out, const char *value)
{
    struct buf clean;
    buf_init(&clean, 1000);
    privacy_escape(&clean, span_text(value));
    for (size_t i = 0; i < clean.len; i++) {
        if (clean.at[i] == '\\' || clean.at[i] == '"')
            buf_add_octet(out, '\\');
        buf_add_octet(out, clean.at[i]);
    }
    buf_done(&clean);
}

static void on_family(void *arg, const char *name, enum metric_type type, const char *help)
{
    struct text *text = arg;
    text->name = name;
    text->type = type;
    text->help = help;
}

static void on_sample(void *arg, const char *name, const struct metric_sample *sample)
{
    struct text *text = arg;
    if (text->name != NULL)
        buf_printf(text->out, "# HELP %s %s\n# TYPE %s %s\n", name, text->help, name,
                   types[text->type]);
    text->name = NULL;
    buf_printf(text->out, "%s%s", name, sample->suffix);
    for (size_t i = 0; i < METRIC_LABELS && sample->labels[i].name != NULL; i++) {
        buf_printf(text->out, "%s%s=\"", i == 0 ? "{" : ",", sample->labels[i].name);
        put_label(text->out, sample->labels[i].value);
        buf_add_octet(text->out, '"');
    }
    buf_printf(text->out, "%s %s\n", sample->labels[0].name != NULL ? "}" : "", sample->value);
}

void metrics_text(const struct view *view, struct buf *out)
{
    struct text text = {.out = out};
    const struct metric_sink sink = {.family = on_family, .sample = on_sample, .arg = &text};
    metrics_walk(view, &sink);
}
